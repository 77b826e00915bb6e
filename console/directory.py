"""`directory.yaml` of a configuration: whom to call at each site.

```yaml
leads:
  - {site: hefei, name: 李伟, phone: "+86 551 1234 5678", note: 夜班 night shift}
```
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from console.people import SiteLead
from feeds.errors import InputError
from feeds.text import clean
from feeds.yamlfile import FileModel, read_yaml

DIRECTORY = "directory.yaml"


class LeadEntry(FileModel):
    """One person of one site; several may stand for the same, the first is called first."""

    site: str
    name: str
    phone: str = ""
    note: str = ""


class DirectoryFile(FileModel):
    """The file."""

    leads: tuple[LeadEntry, ...] = ()


def load_directory(path: Path, sites: Collection[str]) -> tuple[SiteLead, ...]:
    """The people of a file; none where there is no file. Raises InputError, also for a site that is not configured."""
    if not path.is_file():
        return ()
    leads = read_yaml(path, DirectoryFile).leads
    for lead in leads:
        if lead.site not in sites:
            raise InputError(str(path), f"{lead.name}: there is no site {lead.site!r}", ", ".join(sorted(sites)))
    return tuple(SiteLead(one.site, clean(one.name, 40), clean(one.phone, 40), clean(one.note, 80)) for one in leads)

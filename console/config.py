"""The desk's configuration: a folder with `dutydeck.yaml`, and what differs from what is shipped beside it.

`rules/` stands instead of the shipped rules, `clocks/` and `playbooks/` beside the shipped ones (an id that is there
again is replaced), `degrade.yaml` is the calendar of the platforms' degrade windows, `profiles.yaml` that of planned
profiles, `limits.yaml` bounds what playbooks may change, `notify.yaml` says who is told, `directory.yaml` whom to call,
`tokens.yaml` who may sit here from elsewhere, `worth.yaml` what customers of which shops count, `plan/` holds
`forecast.csv` and `roster.csv`.

```yaml
desk: {zh: 双11 指挥台, en: Double 11 desk}
sites:
  - {id: hefei, url: "ws://10.1.0.5:8700", token_env: HEFEI_TOKEN}
```
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from alerts.clock_files import load_clocks
from alerts.clock_names import clock_names
from alerts.degrade import DegradeWindow, load_degrade
from alerts.forecast.reading import FORECAST, ROSTER, read_day_plan
from alerts.forecast.table import DayPlan
from alerts.notices.receivers import FILE as NOTIFY
from alerts.notices.receivers import Receiver, load_receivers
from alerts.profiles import ProfileCalendar, load_profiles
from alerts.rules import Rule, load_rules
from console.automatic_desk import armed
from console.directory import DIRECTORY, load_directory
from console.peak import local_moment
from console.people import SiteLead
from feeds.clocks import ClockDefinition
from feeds.errors import InputError
from feeds.link import Address
from feeds.yamlfile import read_yaml
from playbooks.ahead.worth import Worth, load_worth
from playbooks.library import load_library, shipped
from playbooks.limits.limits_file import FILE as LIMITS
from playbooks.limits.limits_file import Limits, load_limits
from playbooks.playbook import Playbook

FILE = "dutydeck.yaml"
DEGRADE = "degrade.yaml"
PROFILES = "profiles.yaml"
WORTH = "worth.yaml"
PLAN = "plan"


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


def _local_moment(text: object) -> datetime:
    try:
        return local_moment(text if isinstance(text, str) else "")
    except (ValueError, OverflowError):
        raise ValueError(f"{text!r} is no moment; expected one such as 2026-11-11T00:00+08:00") from None


LocalMoment = Annotated[datetime, BeforeValidator(_local_moment)]


class DeskName(_Model):
    """What this desk is called, and the peak that it gets ready for."""

    zh: str = "值班台"
    en: str = "Duty desk"
    peak: LocalMoment | None = None
    peak_ends: LocalMoment | None = None

    @model_validator(mode="after")
    def _in_order(self) -> DeskName:
        if self.peak_ends is not None and (self.peak is None or self.peak_ends <= self.peak):
            raise ValueError("peak_ends is not after peak; expected a later moment")
        return self


class SiteEntry(_Model):
    """One site: where its gateway is, and the environment variable or file that holds its token."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,31}$")
    url: str
    token_env: str = ""
    token_file: str = ""
    token_expires: LocalMoment | None = None
    standby: int | None = Field(None, ge=0)
    """How many agents are to be on call for the peak; None where nobody has planned any."""

    @field_validator("url")
    @classmethod
    def _websocket(cls, url: str) -> str:
        if not url.startswith(("ws://", "wss://")):
            raise ValueError("not the address of a gateway; expected a URL that begins with ws:// or wss://")
        return url


class ServeEntry(_Model):
    """Where `dutydeck serve` listens for consoles. Paths are relative to the folder; both or none of cert and key."""

    host: str = "127.0.0.1"
    port: int = Field(8770, ge=0, le=65535)
    cert: str = ""
    key: str = ""
    plain: bool = False
    """Whether it may listen beyond this machine without a certificate: behind a proxy that has one."""
    origins: tuple[str, ...] = ()
    """Web pages that may connect."""


class DeskFile(_Model):
    """`dutydeck.yaml`."""

    desk: DeskName = DeskName()
    mode: Literal["live", "drill"] = "live"
    sites: list[SiteEntry] = Field(min_length=1)
    automatic: list[str] = []
    """Playbooks that the desk may start by itself, beside those that say `mode: auto`."""
    journal: str = ""
    """Path of the journal; default: in the state folder of the user, `journal.db`, or `drill.db` of a drill."""
    journal_key: str = ""
    """Path of the key that signs the journal's checkpoints; default: beside the journal, with the ending `.key`."""
    leader_board: bool = True
    """Whether the desk counts for the leader board, and shows it."""
    serve: ServeEntry = ServeEntry()


class DeskConfig:
    """A configuration as read: its folder, the values of its file, the clocks, rules and playbooks in force."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = read_yaml(folder / FILE, DeskFile)
        seen: set[str] = set()
        for site in self.file.sites:
            if site.id in seen:
                raise InputError(str(folder / FILE), f"site {site.id!r} stands here twice", "each id once")
            seen.add(site.id)
        clock_files, calendar = _yaml_files(folder / "clocks"), [folder / DEGRADE][: (folder / DEGRADE).is_file()]
        clocks = {clock.id: clock for clock in (*load_clocks(), *load_clocks(clock_files))}
        self.clocks: tuple[ClockDefinition, ...] = tuple(clocks.values())
        self.degrade: tuple[DegradeWindow, ...] = load_degrade(calendar)
        rule_files = _yaml_files(folder / "rules")
        self.rules: tuple[Rule, ...] = self.read_rules()
        own = [folder / "playbooks"] if _yaml_files(folder / "playbooks") else []
        planned = [folder / PROFILES][: (folder / PROFILES).is_file()]
        self.profiles: ProfileCalendar = load_profiles(planned, self.rules)
        self.playbooks: tuple[Playbook, ...] = load_library([shipped(), *own], clock_names(clocks))
        armed(self.playbooks, self.file.automatic, str(folder / FILE))
        bounds = [folder / LIMITS][: (folder / LIMITS).is_file()]
        self.limits: Limits = load_limits(bounds[0] if bounds else None)
        notify = [folder / NOTIFY][: (folder / NOTIFY).is_file()]
        self.receivers: tuple[Receiver, ...] = tuple(one for path in notify for one in load_receivers(path, seen))
        self.directory: tuple[SiteLead, ...] = load_directory(folder / DIRECTORY, seen)
        self.worth: Worth = load_worth(folder / WORTH)
        self.plan: DayPlan = read_day_plan(folder / PLAN)
        weights = [folder / WORTH][: (folder / WORTH).is_file()]
        plans = [folder / PLAN / name for name in (FORECAST, ROSTER) if (folder / PLAN / name).is_file()]
        own_files = (
            *clock_files,
            *calendar,
            *planned,
            *rule_files,
            *_yaml_files(folder / "playbooks"),
            *notify,
            *weights,
            *bounds,
            *plans,
        )
        self.hash = _hash_of([folder / FILE, *own_files])
        """Of every file of the folder as read: a recording says with it what it was made under."""

    def read_rules(self) -> tuple[Rule, ...]:
        """The rules as their files are now, under the clocks as they were when the configuration was read."""
        names = clock_names(clock.id for clock in self.clocks)
        return load_rules(_yaml_files(self.folder / "rules") or None, names)

    def addresses(self, environment: Mapping[str, str]) -> tuple[Address, ...]:
        """Where the sites are, with their tokens. Raises InputError for a token that cannot be found."""
        return tuple(Address(site.id, site.url, self._token(site, environment)) for site in self.file.sites)

    def _token(self, site: SiteEntry, environment: Mapping[str, str]) -> str:
        where = str(self.folder / FILE)
        if site.token_env:
            token = environment.get(site.token_env, "")
            if not token:
                raise InputError(where, f"site {site.id!r}: ${site.token_env} is empty", "the site's token in it")
            return token
        if site.token_file:
            try:
                return (self.folder / site.token_file).read_text(encoding="utf-8").strip()
            except OSError as error:
                raise InputError(
                    where, f"site {site.id!r}: {site.token_file}: {error.strerror}", "a readable file"
                ) from error
        return ""

    def journal_path(self, environment: Mapping[str, str]) -> Path:
        """Where the journal is kept, a drill's apart from the day's; its folder is made."""
        name = "journal.db" if self.file.mode == "live" else "drill.db"
        state = Path(environment.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
        path = self.folder / self.file.journal if self.file.journal else state / "dutydeck" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def journal_key_path(self, environment: Mapping[str, str]) -> Path:
        """Where the key is that signs the journal's checkpoints."""
        if self.file.journal_key:
            return self.folder / self.file.journal_key
        journal = self.journal_path(environment)
        return journal.with_name(journal.name + ".key")


def _hash_of(files: list[Path]) -> str:
    digest = sha256()
    for path in sorted(files):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def _yaml_files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.yaml")) if folder.is_dir() else []


def find_config(option: str, environment: Mapping[str, str] = os.environ) -> Path | None:
    """The configuration's folder: `--config`, `$DUTYDECK_CONFIG`, then the XDG place; None where nothing is configured.

    A folder that was named and has no `dutydeck.yaml` is an InputError; the XDG place may be empty.
    """
    for named in (option, environment.get("DUTYDECK_CONFIG", "")):
        if named:
            folder = Path(named)
            if not (folder / FILE).is_file():
                raise InputError(named, f"no {FILE} here", "a configuration folder")
            return folder
    folder = Path(environment.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "dutydeck"
    return folder if (folder / FILE).is_file() else None

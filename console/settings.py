"""What an operator has set for the own screen: `console.yaml` in the XDG configuration folder.

```yaml
theme: okabe-ito
bell: critical
quiet_hours: 23:00-07:00
```
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Literal

from pydantic import Field, field_validator

from console.palette import ThemeName
from feeds.errors import InputError
from feeds.yamlfile import FileModel, parse_yaml, read_text

SETTINGS = "console.yaml"

Loudness = Literal["off", "critical", "warning"]
"""From which severity on somebody is called; never, at critical, at warnings too."""

StartView = Literal["overview", "alerts", "clocks", "forecast", "playbooks", "ledger"]

_HOURS = re.compile(r"([01]\d|2[0-3]):([0-5]\d)\s*-\s*([01]\d|2[0-3]):([0-5]\d)")


class ConsoleSettings(FileModel):
    """The file; every key may be left out."""

    theme: ThemeName = "night"
    characters: Literal["auto", "full", "ascii"] = "auto"
    """auto: ASCII where TERM or the locale's encoding has nothing else."""
    language: Literal["auto", "zh", "en"] = "auto"
    """auto: the locale's. `--lang` goes before."""
    bell: Loudness = "critical"
    flash: Loudness = "critical"
    quiet_hours: str = ""
    """`23:00-07:00`: no bell from the first to before the second; empty for none."""
    reduced_motion: bool = False
    """Nothing flashes, blinks or moves."""
    low_bandwidth: Literal["auto", "on", "off"] = "auto"
    mouse: bool = True
    leader_board: bool = True
    start_view: StartView = "overview"
    wall_every: int = Field(15, ge=3, le=600)
    """Seconds until a wall shows the next page."""

    @field_validator("quiet_hours")
    @classmethod
    def _from_to(cls, text: str) -> str:
        if text.strip() and quiet_minutes(text) is None:
            raise ValueError(f"{text!r} is no span of hours; expected one such as 23:00-07:00")
        return text.strip()


def quiet_minutes(text: str) -> tuple[int, int] | None:
    """First and last minute of the day of `23:00-07:00`; None where it is none, or no time at all."""
    found = _HOURS.fullmatch(text.strip())
    if found is None:
        return None
    hour, minute, until_hour, until_minute = map(int, found.groups())
    span = hour * 60 + minute, until_hour * 60 + until_minute
    return span if span[0] != span[1] else None


def is_quiet(text: str, minute: int) -> bool:
    """Whether a minute of the day lies in the quiet hours; they may go over midnight."""
    span = quiet_minutes(text)
    if span is None:
        return False
    start, end = span
    return start <= minute < end if start < end else minute >= start or minute < end


def personal_folder(env: Mapping[str, str]) -> Path:
    """Where an operator's own files are."""
    return Path(env.get("XDG_CONFIG_HOME") or Path(env.get("HOME") or Path.home()) / ".config") / "dutydeck"


def read_settings(path: Path) -> ConsoleSettings:
    """The settings of a file, the defaults where there is none. Raises InputError with file, line and column."""
    if not path.exists():
        return ConsoleSettings()
    text = read_text(path)
    return parse_yaml(text, ConsoleSettings, str(path)) if says_something(text) else ConsoleSettings()


def says_something(text: str) -> bool:
    """Whether a file has more than comments: an empty one means the defaults."""
    return any(line.strip() and not line.lstrip().startswith("#") for line in text.splitlines())


def write_settings(path: Path, settings: ConsoleSettings) -> None:
    """Keep the settings; what else stands in the file, comments too, stays. Raises InputError where it cannot be.

    Written beside it and moved over it: whoever reads at that moment reads the old or the new file.
    """
    from ruamel.yaml import YAML

    yaml = YAML(typ="rt")
    old = read_text(path) if path.exists() else ""
    tree = yaml.load(old) if says_something(old) else {}
    defaults = ConsoleSettings()
    for name in ConsoleSettings.model_fields:
        value = getattr(settings, name)
        if name in tree or value != getattr(defaults, name):
            tree[name] = value
    out = StringIO()
    out.write("" if says_something(old) else old)
    if tree:
        yaml.dump(tree, out)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, prefix=".console", delete=False) as stream:
            stream.write(out.getvalue())
        Path(stream.name).replace(path)
    except OSError as error:
        raise InputError(str(path), f"cannot be written: {error.strerror}", "a folder that can be written") from None

"""Who is told: the file `notify.yaml`.

```yaml
receivers:
  - {id: duty-group, kind: dingtalk, url_env: DING_URL, secret_env: DING_SECRET}
  - {id: oncall, kind: webhook, url: "https://oncall.example/hook", severities: [critical], repeat_critical: 3m}
```

Secrets stand in the environment or in files of their own, never here. The address of a robot is one, since it holds
the robot's token.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from alerts.notices.template import check_template
from alerts.rules import RuleId, Severity
from feeds.durations import Duration
from feeds.errors import InputError
from feeds.yaml_tree import Places
from feeds.yamlfile import FileModel, read_yaml_located

FILE = "notify.yaml"

Kind = Literal["dingtalk", "feishu", "wecom", "webhook", "alertmanager"]
Language = Literal["zh", "en", "both"]
Variable = Annotated[str, StringConstraints(pattern=r"^([A-Za-z_][A-Za-z0-9_]{0,63})?$")]

ROBOTS: tuple[Kind, ...] = ("dingtalk", "feishu", "wecom")

LEAST_REPEAT_S = 30.0


class Receiver(FileModel):
    """One receiver: of what kind, where it is, what it is told of, and how often until somebody acknowledges."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,31}$")
    kind: Kind
    url: str = Field("", max_length=2_000)
    url_env: Variable = ""
    url_file: str = ""
    """Where it is: one of the three; for a robot not the first."""
    secret_env: Variable = ""
    secret_file: str = ""
    """What DingTalk and Feishu messages are signed with; for webhook and Alertmanager a bearer token."""
    severities: tuple[Severity, ...] = ("critical", "warning")
    sites: tuple[str, ...] = ()
    rules: tuple[RuleId, ...] = ()
    """What it is told of: of every list that is not empty, one must match."""
    repeat: Duration = 600.0
    repeat_critical: Duration = 300.0
    """An alert that nobody has acknowledged is told again after this; 0: never."""
    acknowledged: bool = True
    """Whether it is told who took an alert on."""
    language: Language = "zh"
    drills: bool = False
    """Whether it is told of drills as well, marked as such."""
    template: str = Field("", max_length=20_000)
    content_type: str = Field("application/json", pattern=r"^[\x21-\x7e][\x20-\x7e]{0,99}$")
    """Webhook: the body of one notice in one's own words (`alerts/notices/template.py`), and what it is."""
    resolve_timeout: Duration = 300.0
    """Alertmanager: how long an alert that it does not hear of any more goes on there."""

    def wants(self, rule: str, severity: Severity, site: str) -> bool:
        """Whether it is told of such an alert."""
        wanted = ((self.severities, severity), (self.sites, site), (self.rules, rule))
        return all(not allowed or own in allowed for allowed, own in wanted)

    def repeat_s(self, severity: Severity) -> float:
        """How long until an alert of this severity is told again; 0: never."""
        return self.repeat_critical if severity == "critical" else self.repeat


class NotifyFile(FileModel):
    """`notify.yaml`."""

    receivers: tuple[Receiver, ...]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a receiver is and what to sign with. Never printed, never journalled."""

    url: str = field(repr=False)
    secret: str = field(default="", repr=False)


def load_receivers(path: Path, sites: Collection[str] | None = None) -> tuple[Receiver, ...]:
    """The receivers of a file, checked; `sites` are those that may be named (None: any).

    Files that it names are relative to its folder. Raises InputError for the first thing that is wrong.
    """
    content, places = read_yaml_located(path, NotifyFile)
    receivers = []
    for index, receiver in enumerate(content.receivers):
        if any(other.id == receiver.id for other in content.receivers[:index]):
            raise places.error(
                ("receivers", index, "id"), f"receiver {receiver.id!r} stands here twice", "each id once"
            )
        _check(receiver, places, index, sites)
        receivers.append(_rooted(receiver, path.parent))
    return tuple(receivers)


def endpoint(receiver: Receiver, environment: Mapping[str, str]) -> Endpoint:
    """Where it is, with its secret. Raises InputError where the environment or a file does not say."""
    url = receiver.url or _looked_up(receiver, "address", receiver.url_env, receiver.url_file, environment)
    if not url.startswith(("http://", "https://")):
        raise InputError(FILE, f"receiver {receiver.id!r}: what it names is no web address", "http:// or https://")
    return Endpoint(url, _looked_up(receiver, "secret", receiver.secret_env, receiver.secret_file, environment))


def _looked_up(receiver: Receiver, what: str, variable: str, file: str, environment: Mapping[str, str]) -> str:
    where = f"receiver {receiver.id!r}"
    if variable:
        value = environment.get(variable, "").strip()
        if not value:
            raise InputError(FILE, f"{where}: ${variable} is empty", f"the receiver's {what} in it")
        return value
    if not file:
        return ""
    try:
        value = Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as failed:
        why = failed.strerror if isinstance(failed, OSError) else "is not UTF-8"
        raise InputError(FILE, f"{where}: {file}: {why}", "a readable file") from failed
    if not value:
        raise InputError(FILE, f"{where}: {file} is empty", f"the receiver's {what} in it")
    return value


def _rooted(receiver: Receiver, folder: Path) -> Receiver:
    files = {name: getattr(receiver, name) for name in ("url_file", "secret_file")}
    return receiver.model_copy(update={name: str(folder / file) for name, file in files.items() if file})


def _check(receiver: Receiver, places: Places, index: int, sites: Collection[str] | None) -> None:
    for field_, what, expected in _wrong(receiver):
        raise places.error(("receivers", index, field_), what, expected)
    for number, site in enumerate(receiver.sites if sites is not None else ()):
        if site not in (sites or ()):
            near = get_close_matches(site, list(sites or ()), 1)
            expected = f"a site of dutydeck.yaml{f', nearest: {near[0]!r}' if near else ''}"
            raise places.error(("receivers", index, "sites", number), f"unknown site {site!r}", expected)
    for offset, what, expected in check_template(receiver.template, receiver.content_type):
        raise places.error(("receivers", index, "template"), what, expected, offset=offset)


def _wrong(receiver: Receiver) -> Iterator[tuple[str, str, str]]:
    """Everything about one receiver that does not go together: the key, what is wrong, what was expected."""
    kind, robot = receiver.kind, receiver.kind in ROBOTS
    if robot and receiver.url:
        yield "url", "the address of a robot holds its token", "url_env or url_file"
    named = [name for name in ("url", "url_env", "url_file") if getattr(receiver, name)]
    if len(named) != 1:
        key = named[-1] if named else "id"
        what = f"{' and '.join(named)} say both where it is" if named else "nothing says where it is"
        yield key, what, "one of url_env and url_file" if robot else "one of url, url_env and url_file"
    if receiver.url and not receiver.url.startswith(("http://", "https://")):
        yield "url", "no web address", "a URL that begins with http:// or https://"
    if receiver.secret_env and receiver.secret_file:
        yield "secret_file", "secret_env and secret_file both say what to sign with", "one of them"
    if kind == "wecom" and (receiver.secret_env or receiver.secret_file):
        yield ("secret_env" if receiver.secret_env else "secret_file"), "WeCom robots sign nothing", "no secret"
    if receiver.template and kind != "webhook":
        yield "template", f"a receiver of kind {kind} has its own format", "template only for kind: webhook"
    for name in ("repeat", "repeat_critical"):
        if 0.0 < getattr(receiver, name) < LEAST_REPEAT_S:
            yield name, "too often", "at least 30s, or 0 for never"
    if kind == "alertmanager" and receiver.drills:
        yield "drills", "Alertmanager goes by the real time, a drill does not", "drills: false"
    if receiver.resolve_timeout < LEAST_REPEAT_S:
        yield "resolve_timeout", "too short", "at least 30s"

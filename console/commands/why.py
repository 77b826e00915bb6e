"""`dutydeck why`: why a rule fires on a row or does not, in a recording or a drill; what became of an alert."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import tzinfo
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from feeds.canonical import canonical
from feeds.errors import InputError

if TYPE_CHECKING:
    from alerts.why import Why
    from alerts.why_words import Said
    from console.config import DeskConfig

_TZ = "Asia/Shanghai"


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command("why")(why)


def why(
    what: Annotated[str, typer.Argument(metavar="RULE|ALERT", help="A rule's id, or the id of an alert.")],
    key: Annotated[str, typer.Argument(metavar="[KEY]", help="The row, such as hefei/apparel or hefei/*.")] = "",
    recording: Annotated[Path | None, typer.Option("--in", metavar="REC", help="Ask in this recording.")] = None,
    scenario: Annotated[str, typer.Option("--drill", metavar="SCENARIO", help="Ask in this drill.")] = "",
    seed: Annotated[int, typer.Option("--seed", min=0, help="The drill's seed.")] = 7,
    at: Annotated[str, typer.Option("--at", help="20:04:31, or 05:30, 5m30s, 330 after the beginning; the end.")] = "",
    journal: Annotated[Path | None, typer.Option("--journal", help="The journal to look an alert up in.")] = None,
    config: Annotated[
        str, typer.Option("--config", help="Folder with dutydeck.yaml: whose journal, which rules.")
    ] = "",
    tz: Annotated[str, typer.Option("--tz", help=f"Time zone, such as {_TZ}.")] = _TZ,
    json_: Annotated[bool, typer.Option("--json", help="Print JSON, one line.")] = False,
    lang: Annotated[str, typer.Option("--lang", help="zh or en; else the locale's.")] = "",
) -> None:
    """Say why a rule fires on a row, or why it does not; or, from the journal, what became of an alert."""
    from feeds.interval_export import zone_named

    zone = zone_named(tz)
    if recording is not None and scenario:
        raise InputError("why", "asked in two places", "one of --in and --drill")
    if recording is not None:
        _tell(_in_recording(recording, (what, key), at, zone, config), zone, as_json=json_, lang=lang)
    elif scenario:
        _tell(_in_drill(scenario, seed, (what, key), at, zone), zone, as_json=json_, lang=lang)
    elif key:
        raise InputError("why", "a rule and a row need figures to look at", "--in RECORDING or --drill SCENARIO")
    else:
        _tell_story(what, journal, config, zone, as_json=json_, lang=lang)


def _in_recording(path: Path, target: tuple[str, str], at: str, zone: tzinfo, config: str) -> Why:
    from console.explaining import moment, why_in_recording
    from console.replaying import replay_core
    from feeds.recording import RecordingReader

    asked = moment(at, zone)
    reader = RecordingReader(path)
    return why_in_recording(replay_core(reader, _config(config) if config else None, seen=False), reader, target, asked)


def _in_drill(name: str, seed: int, target: tuple[str, str], at: str, zone: tzinfo) -> Why:
    from console.explaining import moment, why_in_drill
    from simulators.scenario import load_scenario

    return why_in_drill(load_scenario(name), seed, target, moment(at, zone))


def _tell(found: Why, zone: tzinfo, *, as_json: bool, lang: str) -> None:
    from alerts.why_report import why_as_dict, why_lines

    if as_json:
        print(canonical(why_as_dict(found, zone)))
    else:
        _print(why_lines(found, zone), lang)


def _tell_story(alert: str, journal: Path | None, config: str, zone: tzinfo, *, as_json: bool, lang: str) -> None:
    from alerts.alert_story import story_as_dict, story_lines, story_of
    from alerts.plan import make_plans
    from alerts.rules import load_rules
    from feeds.journal_reading import read_entries
    from feeds.metric import Unit

    own = _config(config)
    if journal is None and own is None:
        raise InputError("why", "no desk is configured", "--journal FILE, or --config with a desk's folder")
    path = journal if journal is not None or own is None else own.journal_path(os.environ)
    assert path is not None  # noqa: S101 - one of the two is there
    story = story_of(alert, ((entry.actor, entry.body) for entry in read_entries(path, "alert", naming=alert)))
    if story is None:
        raise _no_alert(alert, path)
    if as_json:
        print(canonical(story_as_dict(story)))
        return
    rules = own.rules if own is not None else load_rules()
    units = {plan.rule.rule: plan.unit for plan in make_plans([rule for rule in rules if rule.rule == story.rule])}
    _print(story_lines(story, zone, units.get(story.rule, Unit.COUNT)), lang)


def _no_alert(alert: str, path: Path) -> InputError:
    from feeds.journal_reading import read_entries

    known = dict.fromkeys(str(entry.body.get("id", "")) for entry in read_entries(path, "alert"))
    near = get_close_matches(alert, known, n=3, cutoff=0.6)
    expected = f"an alert's id, nearest: {', '.join(near)}" if near else "an alert's id"
    return InputError(str(path), f"there is no alert {alert[:80]!r} in this journal", expected)


def _config(option: str) -> DeskConfig | None:
    from console.config import DeskConfig, find_config

    folder = find_config(option)
    return DeskConfig(folder) if folder is not None else None


def _print(lines: Sequence[Said], lang: str) -> None:
    from console.i18n import choose_language

    chinese = choose_language(lang, os.environ) == "zh"
    for line in lines:
        print(line.zh if chinese else line.en)

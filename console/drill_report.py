"""Writes the report of a drill: one HTML file that needs nothing else, the same in Markdown, the figures as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import Any

from console.rehearsal import Rehearsal
from console.report_chart import Mark, course_svg, thinned
from console.report_content import Content, Section, local, report_content
from feeds.canonical import canonical
from feeds.errors import InputError
from simulators.deeds import alerts_shown, deeds
from simulators.scenario import Scenario

_STYLE = """
:root { color-scheme: light; }
body { font: 14px/1.5 system-ui, "PingFang SC", "Microsoft YaHei", sans-serif; margin: 2rem auto; max-width: 1120px;
  padding: 0 1rem; color: #1b1b1b; background: #fff; }
h1 { font-size: 1.5rem; } h1 small, h2 small { color: #666; font-weight: normal; }
h2 { font-size: 1.15rem; margin-top: 2rem; border-bottom: 1px solid #ddd; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: 2px 12px 2px 0; border-bottom: 1px solid #eee; vertical-align: top; }
th { font-weight: 600; } td.n { text-align: right; } .wide { overflow-x: auto; } p.note { color: #555; }
svg { max-width: 100%; height: auto; }
"""


def write_report(
    folder: Path,
    scenario: Scenario,
    run: Rehearsal,
    choice: str,
    other: Rehearsal | None,
    *,
    extra: tuple[Section, ...] = (),
    more: Mapping[str, Any] | None = None,
) -> list[Path]:
    """Write `report.html`, `report.md` and `report.json` into a folder; the same drill gives the same bytes.

    `extra` sections come first; `more` is added to the JSON. Raises InputError where it cannot be written.
    """
    content = report_content(scenario, run, choice, other)
    content = replace(content, sections=(*extra, *content.sections))
    chart = drill_chart(scenario, run, other)
    plain = run.report | ({"other": other.report} if other is not None else {}) | dict(more or {})
    texts = {
        "report.html": html_of(content, chart),
        "report.md": markdown_of(content, chart_name="course.svg"),
        "course.svg": chart + "\n",
        "report.json": canonical(plain) + "\n",
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            (folder / name).write_bytes(text.encode("utf-8"))
    except OSError as error:
        raise InputError(str(folder), f"the report cannot be written: {error.strerror}", "a folder") from None
    return [folder / name for name in texts]


def drill_chart(scenario: Scenario, run: Rehearsal, other: Rehearsal | None) -> str:
    """The drill's minutes with its alerts and decisions."""
    end = max((point["at_s"] for point in run.points), default=60.0)
    alerts: list[Mark] = [(one.at, f"{one.rule} {one.key}") for one in alerts_shown(run.entries, run.started)]
    done = deeds(run.entries, run.started)
    marks: list[Mark] = [(one.at, f"{_SIGNS[one.deed]}{one.playbook}") for one in done if one.deed in _SIGNS]
    points = () if other is None else other.points
    return course_svg(
        run.points, thinned(alerts, end / 160), thinned(marks, end / 60), lambda at: local(scenario, at)[:5], points
    )


_SIGNS = {"run": "", "revert": "↶ ", "renew": "↻ "}


def html_of(content: Content, chart: str) -> str:
    """The report as one HTML file."""
    zh, en = (escape(words) for words in content.title)
    facts = "".join(f"<tr><th>{escape(name)}</th><td>{escape(value)}</td></tr>" for name, value in content.facts)
    sections = "\n".join(_html_section(section) for section in content.sections)
    return (
        f'<!doctype html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n<title>{zh} · {en}</title>\n'
        f'<meta name="viewport" content="width=device-width">\n<style>{_STYLE}</style>\n</head>\n<body>\n'
        f"<h1>{zh} <small>{en}</small></h1>\n<table>{facts}</table>\n"
        f"<h2>过程 <small>Course</small></h2>\n{chart}\n{sections}\n</body>\n</html>\n"
    )


def _html_section(section: Section) -> str:
    head = "".join(f"<th>{escape(' '.join(filter(None, column)))}</th>" for column in section.columns)
    rows = "\n".join("<tr>" + "".join(_cell(cell) for cell in row) + "</tr>" for row in section.rows)
    note = f'<p class="note">{escape(section.note[0])} {escape(section.note[1])}</p>\n' if section.note[0] else ""
    return (
        f"<h2>{escape(section.zh)} <small>{escape(section.en)}</small></h2>\n{note}"
        f'<div class="wide"><table>\n<tr>{head}</tr>\n{rows}\n</table></div>'
    )


def _cell(text: str) -> str:
    number = text[:1] in "+-–0123456789¥" and len(text) < 14 and ":" not in text
    return f'<td class="n">{escape(text)}</td>' if text and number else f"<td>{escape(text)}</td>"


def markdown_of(content: Content, chart_name: str) -> str:
    """The report as Markdown; the chart lies beside it."""
    lines = [f"# {content.title[0]} · {content.title[1]}", ""]
    lines += [f"- {name}: {_md(value)}" for name, value in content.facts]
    lines += ["", f"![过程 Course]({chart_name})", ""]
    for section in content.sections:
        lines += [f"## {section.zh} · {section.en}", ""]
        lines += [" ".join(section.note), ""] if section.note[0] else []
        lines.append("| " + " | ".join(_md(" ".join(filter(None, column))) for column in section.columns) + " |")
        lines.append("|" + "---|" * len(section.columns))
        lines += ["| " + " | ".join(_md(cell) for cell in row) + " |" for row in section.rows]
        lines.append("")
    return "\n".join(lines)


def _md(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("*", "\\*").replace("<", "&lt;")

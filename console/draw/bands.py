"""Two charts that read at a distance beside that of courses: parts on top of each other, and bands between courses."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from console.draw.chart import Chart, Series, axis_line, behind, resampled, round_up, scale_spans
from console.draw.lines import Line, Span, cells, crop, fill, fit, join, line, merge

FILLS = "█▓▒░▚╱·"
"""How the parts look beside their colours, from the bottom up."""

LEAST_HEIGHT, LEAST_WIDTH, SCALE = 6, 30, 7


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a stack: its course, its fill and its style."""

    series: Series
    fill: str
    style: str


def stacked_lines(chart: Chart, width: int, height: int) -> list[Line]:
    """The courses of a chart on top of each other, the first at the bottom; in little room one bar of the newest.

    Where one of them is not known nothing stands: a sum that lacks a part would look like a fall.
    """
    parts = [Part(series, FILLS[i % len(FILLS)], series.style) for i, series in enumerate(chart.series)]
    if height < 1 or width < 8:
        return []
    if height < LEAST_HEIGHT or width < LEAST_WIDTH:
        return [bar_line(chart.unit, [(part, _newest(part.series)) for part in parts], width)][:height]
    plot_width = width - SCALE
    courses = [resampled(part.series, chart.start, chart.end, plot_width) for part in parts]
    totals = [sum(values) for values in zip(*courses, strict=True)] if courses else []
    top = round_up(max((total for total in totals if math.isfinite(total)), default=1.0) or 1.0)
    legend = _legend(parts, chart, width)
    plot_height = height - len(legend) - 1
    shown_behind = behind(chart, plot_width)
    lines = [*legend]
    for y in range(plot_height):
        level = (plot_height - y - 0.5) / plot_height * top
        spans = merge(_cell(courses, parts, x, level, shown_behind) for x in range(plot_width))
        lines.append((*scale_spans(chart, top, y, plot_height), *spans))
    return [*lines, axis_line(chart, plot_width)]


def _cell(
    courses: Sequence[Sequence[float]], parts: Sequence[Part], x: int, level: float, under: dict[int, Span]
) -> Span:
    reached = 0.0
    for course, part in zip(courses, parts, strict=True):
        if not math.isfinite(course[x]):
            break
        reached += course[x]
        if level <= reached:
            return part.fill, part.style
    return under.get(x, (" ", ""))


def _legend(parts: Sequence[Part], chart: Chart, width: int) -> list[Line]:
    """Each part's fill, name and newest value, in as many lines as they take, two at most."""
    said = [
        line(
            (f"{part.fill * 2} ", part.style),
            (f"{part.series.name} ", "dim"),
            (chart.write(_newest(part.series)), part.style),
        )
        for part in parts
    ]
    lines: list[Line] = []
    for one in said:
        joined = join((lines[-1], one), ("  ", "")) if lines else one
        if lines and sum(cells(text) for text, _style in joined) <= width:
            lines[-1] = joined
        else:
            lines.append(one)
    return [fill(one, width) for one in lines[:2]]


def _newest(series: Series) -> float:
    return next((value for value in reversed(series.values) if math.isfinite(value)), math.nan)


def bar_line(label: str, parts: Sequence[tuple[Part, float]], width: int) -> Line:
    """Parts of one whole as one bar of `width` cells, each with its fill, behind a label."""
    known = [(part, value) for part, value in parts if math.isfinite(value) and value > 0]
    whole = sum(value for _part, value in known)
    head = f"{fit(label, min(12, width // 4))} " if label else ""
    room = width - cells(head)
    if not whole or room < 4:
        return crop(line((head, "dim"), ("–", "unknown")), width)
    spans, used, reached = [], 0, 0.0
    for part, value in known:
        reached += value
        end = round(reached / whole * room)
        spans.append((part.fill * (end - used), part.style))
        used = end
    return line((head, "dim"), *spans)

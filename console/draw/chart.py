"""Courses over time in braille: eight dots a character, a now-line, a time axis and marks."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from itertools import pairwise

from console.draw.lines import Line, Span, cells, crop, fill, fit, join, line, merge
from console.format import clock_minutes, count
from console.widgets.sparkline import sparkline

_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""Bits of a braille cell by row from the top, and column."""

_SCALE_WIDTH = 6
_LEAST_LABEL = 12
_TREND_NAME = 12
_STEPS_S = (60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 14_400, 21_600, 43_200, 86_400)


@dataclass(frozen=True, slots=True)
class Series:
    """One course: values at rising times (epoch seconds), NaN where nothing is known, drawn in `style`."""

    name: str
    times: Sequence[float]
    values: Sequence[float]
    style: str = "one"


@dataclass(frozen=True, slots=True)
class Moment:
    """A mark on the time axis."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Band:
    """What lies between two courses, dotted: `low` and `high` are their places among the chart's."""

    low: int
    high: int
    style: str = "faint"


@dataclass(frozen=True, slots=True)
class Shade:
    """A stretch of time that is to be seen behind the courses, such as a platform's degrade window."""

    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Chart:
    """What a chart shows: courses from `start` to `end`, where now is, marks, and how a value is written."""

    series: tuple[Series, ...]
    start: float
    end: float
    now: float
    marks: tuple[Moment, ...] = ()
    zone: tzinfo | None = None
    write: Callable[[float], str] = count
    unit: str = ""
    """What stands behind a value in the legend."""
    top: float | None = None
    """The highest value of the scale where it is fixed (1 for a share); else the highest one of the courses."""
    bands: tuple[Band, ...] = ()
    shades: tuple[Shade, ...] = ()


def chart_lines(chart: Chart, width: int, height: int) -> list[Line]:
    """The chart in `height` lines of `width` cells; in less than 5 lines, one trend line a course."""
    if height < 1 or width < 8:
        return []
    if height < 5 or width < 30:
        return _trends(chart, width, height)
    top = round_up(_highest(chart)) if chart.top is None else chart.top
    plot_width, plot_height = width - _SCALE_WIDTH - 1, height - 2
    grid = _plot(chart, top, plot_width, plot_height)
    lines = [_legend(chart, width)]
    for y, spans in enumerate(grid):
        lines.append((*scale_spans(chart, top, y, plot_height), *spans))
    return [*lines, axis_line(chart, plot_width)]


def _highest(chart: Chart) -> float:
    known = (v for s in chart.series for v in s.values if math.isfinite(v))
    return max(known, default=1.0) or 1.0


def round_up(value: float) -> float:
    """The next of 1, 2, 3, 4, 5, 6, 8, 10 × a power of ten: a scale that people can read and that seldom changes."""
    if value <= 0:
        return 1.0
    size = 10.0 ** math.floor(math.log10(value))
    return next(step * size for step in (1, 2, 3, 4, 5, 6, 8, 10, 20) if step * size >= value * 0.999999)


def _trends(chart: Chart, width: int, height: int) -> list[Line]:
    """One line a course: its name, its last value, its trend."""
    out = []
    name_width = min(_TREND_NAME, width // 3)
    for series in chart.series[:height]:
        last = next((v for v in reversed(series.values) if math.isfinite(v)), math.nan)
        head = f"{fit(series.name, name_width)} {fit(chart.write(last), _SCALE_WIDTH, 'right')} "
        room = width - cells(head)
        dots = resampled(series, chart.start, chart.now, room) if room > 0 else []
        out.append(crop(line((head, "dim"), (sparkline(dots, high=chart.top), series.style)), width))
    return out


def _legend(chart: Chart, width: int) -> Line:
    parts: list[Line] = []
    for series in chart.series:
        last = _newest(series, chart.now)
        parts.append(
            line(("━ ", series.style), (f"{series.name} ", "dim"), (chart.write(last) + chart.unit, series.style))
        )
    return fill((("  ", ""), *join(parts, ("   ", ""))), width)


def _newest(series: Series, now: float) -> float:
    """The last known value up to now; of a course that lies ahead of it, the first."""
    known = [(t, v) for t, v in zip(series.times, series.values, strict=True) if math.isfinite(v)]
    before = [v for t, v in known if t <= now]
    return before[-1] if before else known[0][1] if known else math.nan


def scale_spans(chart: Chart, top: float, y: int, height: int) -> tuple[Span, ...]:
    """The label and the edge left of plot line `y`: the top, the middle and 0."""
    value = {0: top, height - 1: 0.0, (height - 1) // 2 if height >= 7 else -1: top / 2}.get(y, math.nan)
    label = "" if math.isnan(value) else chart.write(value).removesuffix(".0")
    return ((fit(label, _SCALE_WIDTH, "right"), "faint"), ("┤" if label else "│", "faint"))


def _plot(chart: Chart, top: float, width: int, height: int) -> list[Line]:
    bits = [[0] * width for _ in range(height)]
    styles = [[""] * width for _ in range(height)]
    for band in chart.bands:
        _dot(band, chart, top, bits, styles)
    for series in chart.series:
        _draw(series, chart, top, bits, styles)
    under = behind(chart, width)
    return [
        merge((chr(0x2800 + bits[y][x]), styles[y][x]) if bits[y][x] else under.get(x, (" ", "")) for x in range(width))
        for y in range(height)
    ]


def _draw(series: Series, chart: Chart, top: float, bits: list[list[int]], styles: list[list[str]]) -> None:
    dot_rows, dot_columns = len(bits) * 4, len(bits[0]) * 2
    before: int | None = None
    for x, value in enumerate(resampled(series, chart.start, chart.end, dot_columns)):
        if not math.isfinite(value):
            before = None
            continue
        share = min(1.0, max(0.0, value / top)) if top > 0 else 0.0
        y = round((1 - share) * (dot_rows - 1))
        low, high = (y, y) if before is None else (min(y, before), max(y, before))
        for dot in range(low, high + 1):
            bits[dot // 4][x // 2] |= _DOTS[dot % 4][x % 2]
            styles[dot // 4][x // 2] = series.style
        before = y


def _dot(band: Band, chart: Chart, top: float, bits: list[list[int]], styles: list[list[str]]) -> None:
    """Every fourth dot between two courses: seen as a ground, and a course on it is still a line."""
    dot_rows, dot_columns = len(bits) * 4, len(bits[0]) * 2
    low, high = (resampled(chart.series[i], chart.start, chart.end, dot_columns) for i in (band.low, band.high))
    for x in range(0, dot_columns, 2):
        if not (math.isfinite(low[x]) and math.isfinite(high[x])):
            continue
        ends = [round((1 - min(1.0, max(0.0, value / top))) * (dot_rows - 1)) for value in (high[x], low[x])]
        for dot in range(min(ends), max(ends) + 1):
            if (dot + x) % 4 == 0:
                bits[dot // 4][x // 2] |= _DOTS[dot % 4][x % 2]
                styles[dot // 4][x // 2] = band.style


def resampled(series: Series, start: float, end: float, points: int) -> list[float]:
    """`points` values over start to end: the mean of what falls into each stretch, else between its neighbours.

    Between two neighbours further apart than three usual steps there is a gap, not a line.
    """
    if points < 1 or end <= start:
        return []
    known = [(t, v) for t, v in zip(series.times, series.values, strict=True) if start <= t <= end]
    sums, counts = [0.0] * points, [0] * points
    for at, value in known:
        if math.isfinite(value):
            x = min(points - 1, int((at - start) / (end - start) * points))
            sums[x] += value
            counts[x] += 1
    out = [s / n if n else math.nan for s, n in zip(sums, counts, strict=True)]
    return _joined(out, _reach(known, (end - start) / points))


def _reach(known: Sequence[tuple[float, float]], step: float) -> int:
    """Over how many points a line may be drawn: three times the usual distance of two values."""
    gaps = sorted(b[0] - a[0] for a, b in pairwise(known))
    usual = gaps[len(gaps) // 2] if gaps else step
    return max(1, math.ceil(3 * usual / step)) if step > 0 else 1


def _joined(values: list[float], reach: int) -> list[float]:
    last: int | None = None
    for x, value in enumerate(values):
        if not math.isfinite(value):
            continue
        if last is not None and 1 < x - last <= reach:
            for between in range(last + 1, x):
                values[between] = values[last] + (value - values[last]) * (between - last) / (x - last)
        last = x
    return values


def _at(chart: Chart, when: float, width: int) -> int | None:
    if not (chart.end > chart.start and chart.start <= when <= chart.end):
        return None
    return min(width - 1, int((when - chart.start) / (chart.end - chart.start) * width))


def behind(chart: Chart, width: int) -> dict[int, Span]:
    """What shows through where no course is drawn: marks, and the now-line over them."""
    out: dict[int, Span] = {}
    for shade in chart.shades:
        begin, end = (min(chart.end, max(chart.start, at)) for at in (shade.start, shade.end))
        if begin < end and (first := _at(chart, begin, width)) is not None:
            out.update(dict.fromkeys(range(first, (_at(chart, end, width) or first) + 1), ("░", "faint")))
    for mark in chart.marks:
        if (x := _at(chart, mark.at, width)) is not None:
            out[x] = ("┊", "faint")
    if (x := _at(chart, chart.now, width)) is not None:
        out[x] = ("│", "dim")
    return out


def axis_line(chart: Chart, width: int) -> Line:
    """Times under the plot, the labels of marks between them where there is room."""
    labels: list[tuple[int, str, str]] = []
    if (x := _at(chart, chart.now, width)) is not None:
        labels.append((x, f"▲{clock_minutes(chart.now, chart.zone)}", "bright"))
    placed = ((_at(chart, mark.at, width), mark.label) for mark in chart.marks)
    labels.extend((x, f"┊{label}", "info") for x, label in placed if x is not None and label)
    labels.extend((x, text, "faint") for x, text in _ticks(chart, width))
    return (((" " * _SCALE_WIDTH) + "└", "faint"), *_placed(labels, width))


def _ticks(chart: Chart, width: int) -> Iterable[tuple[int, str]]:
    span = chart.end - chart.start
    if not (math.isfinite(span) and span > 0):
        return
    most = max(1, width // _LEAST_LABEL)
    step = next((s for s in _STEPS_S if span / s <= most), _STEPS_S[-1])
    at = math.ceil(chart.start / step) * step
    while at <= chart.end:
        if (x := _at(chart, at, width)) is not None:
            yield x, f"╵{clock_minutes(at, chart.zone)}"
        at += step


def _placed(labels: Iterable[tuple[int, str, str]], width: int) -> Line:
    """Labels at their cells; one that would touch an earlier one in the list is left out."""
    taken: list[tuple[int, int, str, str]] = []
    for x, text, style in labels:
        text = "".join(t for t, _s in crop(line(text), 18))
        x = min(x, width - cells(text))
        end = x + cells(text)
        if x >= 0 and all(end < begin or x > until for begin, until, _t, _s in taken):
            taken.append((x, end, text, style))
    out: list[Span] = []
    at = 0
    for begin, until, text, style in sorted(taken):
        out.extend(((" " * (begin - at), ""), (text, style)))
        at = until
    return tuple(span for span in out if span[0])

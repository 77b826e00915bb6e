"""The course of a drill as an SVG: load, waiting, alerts, decisions. Drawn by hand, so that the bytes are the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from html import escape

WIDTH, HEIGHT = 1080, 440
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 64, 56, 84

_FONT = 'font-family="system-ui, sans-serif" font-size="11"'

Points = Sequence[dict[str, float]]
Mark = tuple[float, str]
"""Seconds since the start, and what is there."""

_SERIES = (
    ("offered", "进线/分 offered a minute", "#2563a8"),
    ("answered", "接起/分 answered a minute", "#2e7d4f"),
    ("abandoned", "放弃/分 abandoned a minute", "#b3261e"),
)


def course_svg(
    points: Points, alerts: Sequence[Mark], decisions: Sequence[Mark], clock: Callable[[float], str], other: Points = ()
) -> str:
    """The drill's minutes. `clock` says the local time so many seconds after the start; `other` is drawn dashed."""
    end = max((point["at_s"] for point in points), default=60.0)
    most = _round_up(max((point[name] for point in points for name, _, _ in _SERIES), default=1.0))
    line = _round_up(max((point["waiting"] for point in (*points, *other)), default=1.0))
    x, y, w = (
        _scale(end, _LEFT, WIDTH - _RIGHT),
        _scale(most, HEIGHT - _BOTTOM, _TOP),
        _scale(line, HEIGHT - _BOTTOM, _TOP),
    )
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" {_FONT}>',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        *_axes(x, y, w, end, most, line, clock),
        *_alerts(x, alerts),
        *_decisions(x, decisions),
    ]
    if other:
        parts.append(_path(other, "waiting", x, w, "#8a6d1d", dashed=True))
    parts.append(_path(points, "waiting", x, w, "#8a6d1d"))
    parts += [_path(points, name, x, y, colour) for name, _, colour in _SERIES]
    parts += _legend(bool(other))
    return "\n".join([*parts, "</svg>"])


def _scale(most: float, low: float, high: float) -> Callable[[float], float]:
    return lambda value: low + (high - low) * value / most


def _round_up(value: float) -> float:
    step = 1.0
    while True:
        for factor in (1, 2, 5):
            if value <= 5 * factor * step:
                return 5 * factor * step
        step *= 10


def _path(
    points: Points,
    name: str,
    x: Callable[[float], float],
    y: Callable[[float], float],
    colour: str,
    *,
    dashed: bool = False,
) -> str:
    places = " ".join(f"{x(point['at_s']):.1f},{y(point[name]):.1f}" for point in points)
    dash = ' stroke-dasharray="5 4"' if dashed else ""
    return f'<polyline points="{places}" fill="none" stroke="{colour}" stroke-width="1.6"{dash}/>'


def _axes(
    x: Callable[[float], float],
    y: Callable[[float], float],
    w: Callable[[float], float],
    end: float,
    most: float,
    line: float,
    clock: Callable[[float], str],
) -> Iterable[str]:
    for part in range(6):
        value, waiting = most * part / 5, line * part / 5
        yield f'<path d="M{_LEFT} {y(value):.1f}H{WIDTH - _RIGHT}" stroke="#e3e3e3"/>'
        yield f'<text x="{_LEFT - 6}" y="{y(value) + 4:.1f}" text-anchor="end" fill="#444">{value:,.0f}</text>'
        place = f'x="{WIDTH - _RIGHT + 6}" y="{w(waiting) + 4:.1f}"'
        yield f'<text {place} fill="#8a6d1d">{waiting:,.0f}</text>'
    for part in range(7):
        at = end * part / 6
        yield f'<text x="{x(at):.1f}" y="{HEIGHT - _BOTTOM + 18}" text-anchor="middle" fill="#444">{clock(at)}</text>'


def _alerts(x: Callable[[float], float], alerts: Sequence[Mark]) -> Iterable[str]:
    for at, what in alerts:
        left = x(at)
        yield (
            f'<path d="M{left:.1f} {_TOP - 14}l4 8h-8z" fill="#b3261e" fill-opacity="0.55">'
            f"<title>{escape(what)}</title></path>"
        )


def _decisions(x: Callable[[float], float], decisions: Sequence[Mark]) -> Iterable[str]:
    previous = -1e9
    row = 0
    for at, what in decisions:
        left = x(at)
        row = row + 1 if left - previous < 90 else 0
        previous = left
        yield f'<path d="M{left:.1f} {_TOP - 4}V{HEIGHT - _BOTTOM}" stroke="#5b3fa0" stroke-dasharray="2 3"/>'
        height = _TOP + 8 + 13 * (row % 8)
        yield f'<text x="{left + 3:.1f}" y="{height}" fill="#5b3fa0">◆ {escape(what)}</text>'


def _legend(compared: bool) -> Iterable[str]:
    entries = [*((words, colour) for _, words, colour in _SERIES), ("排队（右轴）waiting, right axis", "#8a6d1d")]
    entries.append(("▲ 告警 alert", "#b3261e"))
    entries.append(("◆ 决策 decision", "#5b3fa0"))
    if compared:
        entries.append(("╌ 无人处置时排队 waiting if nobody decides", "#8a6d1d"))
    left, down = float(_LEFT), HEIGHT - 38
    for words, colour in entries:
        if left + _cells(words) * 6.0 > WIDTH - _RIGHT:
            left, down = float(_LEFT), down + 20
        if words[0] not in "▲◆╌":
            yield f'<path d="M{left:.0f} {down - 4}h16" stroke="{colour}" stroke-width="3"/>'
            yield f'<text x="{left + 20:.0f}" y="{down}" fill="#222">{words}</text>'
        else:
            yield f'<text x="{left + 6:.0f}" y="{down}" fill="{colour}">{words}</text>'
        left += _cells(words) * 6.0 + 30


def _cells(words: str) -> int:
    return sum(2 if ord(letter) > 0x2E80 else 1 for letter in words)


def thinned(marks: Sequence[Mark], apart_s: float) -> list[Mark]:
    """Marks that are at least so far apart, the first of each crowd, which says how many it stands for."""
    groups: list[list[Mark]] = []
    for mark in sorted(marks):
        if groups and mark[0] - groups[-1][0][0] < apart_s:
            groups[-1].append(mark)
        else:
            groups.append([mark])
    return [(group[0][0], group[0][1] + (f" +{len(group) - 1}" if len(group) > 1 else "")) for group in groups]

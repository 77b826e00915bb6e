"""What customers suffered, beside the best that was possible with these people on this day."""

from __future__ import annotations

import math
from collections.abc import Iterator

from simulators.objectives import Limits
from simulators.scoring_part import Finding, Part, unknown
from simulators.suffering import Harm, Suffering, harm, promises

WEIGHT = 40.0


def customers_part(suffered: Suffering, best: Suffering | None, limits: Limits, outcome: int | None) -> Part:
    """Points for how near customers came to the best possible: 40 × (1 - harm) / (1 - least harm).

    Who exceeds a limit of the objectives loses a tenth of the points for each. Without `best` the least harm is none.
    """
    entries = () if outcome is None else (outcome,)
    found = harm(suffered)
    if math.isnan(found.whole):
        return unknown(WEIGHT, "没有客户", "there were no customers", _figures(suffered, found, entries))
    least = 0.0 if best is None else min(_known(harm(best).whole), found.whole)
    nearness = (1.0 - found.whole) / (1.0 - least) if least < 1.0 else 1.0
    figures = [*_figures(suffered, found, entries), _nearness(nearness, entries)]
    if best is not None:
        figures.append(_least(least, entries))
    broken = [*_broken(found, limits, entries)]
    points = WEIGHT * nearness * max(0.0, 1.0 - 0.1 * len(broken))
    return Part(points, WEIGHT, (*figures, *broken))


def _known(value: float) -> float:
    return 0.0 if math.isnan(value) else value


def _nearness(value: float, entries: tuple[int, ...]) -> Finding:
    zh, en = f"达到最佳可能的 {value:.1%}", f"{value:.1%} of the best possible"
    return Finding("nearness", value, zh, en, entries)


def _least(value: float, entries: tuple[int, ...]) -> Finding:
    zh = f"即使全员通用、零时差，损害仍有 {value:.1%}"
    return Finding(
        "least_harm", value, zh, f"with everybody serving everybody at once it would be {value:.1%}", entries
    )


def _figures(suffered: Suffering, found: Harm, entries: tuple[int, ...]) -> tuple[Finding, ...]:
    counts = suffered.counts
    chosen = promises(suffered.clocks)
    late, lost = float(suffered.late[list(chosen)].sum()), float(suffered.lost_sales.sum())
    gone = float(counts["abandoned"].sum())
    rows = [
        Finding("harm", found.whole, f"综合损害 {_percent(found.whole)}", f"harm {_percent(found.whole)}", entries),
        Finding("late", late, f"超时回复 {late:,.0f}", f"late replies {late:,.0f} ({_percent(found.late)})", entries),
        Finding(
            "abandoned", gone, f"放弃 {gone:,.0f}", f"abandoned {gone:,.0f} ({_percent(found.abandoned)})", entries
        ),
        Finding(
            "sales_lost_cny",
            lost,
            f"损失销售额 ¥{lost:,.0f}",
            f"sales lost ¥{lost:,.0f} ({_percent(found.sales)} of what was expected)",
            entries,
        ),
    ]
    rows += [
        Finding(
            f"late.{suffered.clocks[n].id}",
            float(suffered.late[n].sum()),
            f"{suffered.clocks[n].zh} 超时 {suffered.late[n].sum():,.0f} / {suffered.assessed[n].sum():,.0f}",
            f"{suffered.clocks[n].en}: {suffered.late[n].sum():,.0f} late of {suffered.assessed[n].sum():,.0f}",
            entries,
        )
        for n in range(len(suffered.clocks))
    ]
    return tuple(rows)


def _broken(found: Harm, limits: Limits, entries: tuple[int, ...]) -> Iterator[Finding]:
    pairs = (
        ("abandoned", "放弃率", "abandonment", found.abandoned, limits.abandoned),
        ("late", "超时率", "the late share", found.late, limits.late),
    )
    for name, zh, en, value, limit in pairs:
        if limit is not None and value > limit:
            words = f"{zh} {value:.1%} 超过目标 {limit:.1%}", f"{en} of {value:.1%} is over the objective's {limit:.1%}"
            yield Finding(f"over.{name}", value, *words, entries)


def _percent(share: float) -> str:
    return "–" if math.isnan(share) else f"{share:.1%}"

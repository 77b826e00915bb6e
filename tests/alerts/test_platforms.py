"""The figures of platforms, from sites as they stand."""

from __future__ import annotations

import numpy as np
import pytest

from alerts.platforms import PLATFORM_METRICS, PlatformFigures, PlatformWatch, platform_row
from alerts.rule_checks import check_rule
from feeds.columns import Columns, Window, unknown_columns
from feeds.contract import Row
from feeds.errors import InputError
from feeds.site_view import SiteState, SiteView
from feeds.yaml_tree import load_tree
from tests.alerts.made_engine import rule

AT = {"offered": 0, "answered": 1}


def site(
    name: str,
    *queues: tuple[str, str, float, float, float, float, float],
    state: SiteState = "live",
    minute: float = 60.0,
    before: float = 900.0,
) -> SiteView:
    """Queues as (shop, platform, contacts and answers in the last minute, both in the 14 before it, waiting)."""
    rows = tuple(Row(f"q{i}", shop=one[0], platform=one[1]) for i, one in enumerate(queues))
    own = Row("*", "site")
    figures = np.array([one[2:] for one in queues] + [(9.0,) * 5])
    total = figures[:, :2] + figures[:, 2:4]
    windows = {"1m": Window(figures[:, 2:4], minute), "15m": Window(np.zeros_like(total), before)}
    columns = Columns(len(rows) + 1, figures[:, 4:], {"waiting": 0}, total, AT, windows)
    blind = unknown_columns(len(rows) + 1)
    view = columns if state in ("live", "late") else blind
    return SiteView(name, name, name, state, 0.0, (*rows, own), len(rows), view, columns)


def read(*sites: SiteView, degraded: tuple[str, ...] = ()) -> dict[str, dict[str, float]]:
    found: PlatformFigures = PlatformWatch().figures(sites, degraded)
    assert set(found.columns) in (set(PLATFORM_METRICS), set())
    return {
        platform: {name: float(values[i]) for name, values in found.columns.items()}
        for i, platform in enumerate(found.platforms)
    }


BUSY = (10.0, 8.0, 140.0, 112.0, 3.0)


def test_what_is_usual_leaves_out_the_last_minute() -> None:
    (jd,) = read(site("a", ("s1", "jd", 0.0, 0.0, 140.0, 112.0, 3.0))).values()
    assert (jd["usual_contacts"], jd["usual_answers"], jd["waiting"]) == (pytest.approx(10.0), pytest.approx(8.0), 3.0)


def test_shares_are_by_usual_volume_and_sites_count_when_nearly_all_fails_there() -> None:
    found = read(
        site("a", ("s1", "jd", 0.0, 0.0, 1400.0, 1120.0, 3.0), ("s2", "jd", *BUSY)),
        site("b", ("s1", "jd", 0.0, 0.0, 140.0, 112.0, 0.0)),
        site("c", ("s3", "jd", *BUSY), ("s3", "tmall", *BUSY)),
    )
    jd = found["jd"]
    assert jd["silent_share"] == pytest.approx(110 / 130)
    assert jd["silent_sites"] == 2.0
    assert jd["stalled_share"] == pytest.approx(80 / 104)  # at b nobody waits
    assert jd["stalled_sites"] == 1.0
    assert jd["shops"] == 3.0
    assert (found["tmall"]["silent_share"], found["tmall"]["silent_sites"], found["tmall"]["shops"]) == (0.0, 0.0, 1.0)


def test_two_queues_of_a_shop_at_a_site_are_judged_together() -> None:
    (jd,) = read(site("a", ("s1", "jd", 0.0, 0.0, 140.0, 112.0, 3.0), ("s1", "jd", *BUSY))).values()
    assert (jd["silent_share"], jd["stalled_share"]) == (0.0, 0.0)


@pytest.mark.parametrize("how", [{"state": "unknown"}, {"state": "never"}, {"minute": 20.0}])
def test_what_cannot_be_believed_takes_no_part(how: dict[str, object]) -> None:
    dark = site("a", ("s1", "jd", 0.0, 0.0, 140.0, 112.0, 3.0), **how)  # type: ignore[arg-type]
    (alone,) = read(dark).values()
    assert all(np.isnan(alone[name]) for name in PLATFORM_METRICS if name != "degraded")
    (both,) = read(dark, site("b", ("s2", "jd", *BUSY))).values()
    assert (both["silent_share"], both["shops"]) == (0.0, 1.0)


def test_without_a_time_before_nothing_is_usual_but_what_comes_counts() -> None:
    fresh = site("a", ("s1", "jd", *BUSY), ("s2", "jd", 0.0, 0.0, 0.0, 0.0, 1.0), before=100.0)
    (jd,) = read(fresh).values()
    assert (jd["usual_contacts"], jd["silent_share"]) == (0.0, 0.0)


def test_rows_of_no_platform_and_no_sites_at_all() -> None:
    assert read() == {}
    assert read(site("a", ("s1", "", *BUSY))) == {}
    (jd,) = read(site("a", ("", "jd", *BUSY), ("", "jd", *BUSY)), degraded=("jd",)).values()
    assert (jd["shops"], jd["degraded"]) == (2.0, 1.0)


def test_a_row_knows_what_people_call_the_platform() -> None:
    assert (platform_row("tmall").key, platform_row("tmall").zh) == ("*/tmall", "天猫")
    assert platform_row("our-app").en == "our-app"


@pytest.mark.parametrize(
    ("level", "when", "line"),
    [
        ("platform", "oldest_wait_s > 60s", "oldest_wait_s is no figure of a platform; expected one of shops, usual_"),
        ("platform", "unknown > 0", "unknown is no figure of a platform"),
        ("queue", "silent_share > 90%", "silent_share is a figure of a platform, not of a queue"),
        ("site", "degraded > 0", "degraded is a figure of a platform, not of a site"),
        ("platform", "silent_share > 90", "90 is no limit for silent_share; expected a share such as 90%"),
    ],
)
def test_a_rule_asks_for_what_its_rows_have(level: str, when: str, line: str) -> None:
    _, places = load_tree(f"when: {when}", "f")
    with pytest.raises(InputError) as refused:
        check_rule(rule("r", when, scope={"level": level}), places, ())
    assert line in str(refused.value)

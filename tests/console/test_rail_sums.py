"""Grouping for display drops nothing: what the rail says sums up to what the view holds."""

from __future__ import annotations

import re
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from alerts.alert import Acknowledgement, Alert
from console.draw.alert_groups import group_line, group_lines, grouped
from console.draw.alerts import sorted_alerts
from console.draw.lines import plain, width_of
from console.draw.marks import firing
from console.picture import Picture
from tests.console.fake_desk import NOW, SITES, alert, desk_view

_LONG = "Zhengzhou Household Appliances and Everything Else"


@st.composite
def alerts(draw: st.DrawFn) -> list[Alert]:
    """Some alerts of three rules at three sites, in any state."""
    made: list[Alert] = []
    for number in range(draw(st.integers(0, 40))):
        site = SITES[draw(st.integers(0, 2))]
        rule = draw(st.sampled_from(("oldest-wait-critical", "service-level-warning", "site-dark")))
        one = alert(f"{site[0]}/q{number:02d}", rule=rule, number=number, site=site)
        state = draw(st.sampled_from(("pending", "firing", "firing", "recovering")))
        taken = Acknowledgement("duty-2", "", NOW, draw(st.sampled_from((None, NOW + 600))))
        made.append(
            replace(
                one,
                state=state,
                inhibited=draw(st.booleans()) and draw(st.booleans()),
                acknowledged=draw(st.sampled_from((None, taken))),
                silenced=draw(st.sampled_from(("", "", "s1"))),
                flapping=draw(st.booleans()),
                owner=draw(st.sampled_from(("", "lead-1", "lead-2"))),
            )
        )
    return made


@given(alerts(), st.integers(30, 120))
def test_the_rail_counts_every_alert_that_stands(found: list[Alert], width: int) -> None:
    names = tuple((site[0], site[1], _LONG) for site in SITES)
    picture = Picture(replace(desk_view(sites=names), alerts=tuple(found)))
    groups = grouped(sorted_alerts(firing(picture.view.alerts)))
    said = 0
    for group in groups:
        line, (first, second) = group_line(group, picture, width), group_lines(group, picture, width)
        assert width_of(line) <= width
        assert max(width_of(first), width_of(second)) <= width
        numbers = [re.search(r"×(\d+)", plain(text)) for text in (line, first)]
        counts = [int(number[1]) if number else 1 for number in numbers]
        assert counts[0] == counts[1]
        said += counts[0]
        for quiet in ("silenced", "acknowledged"):
            assert len({bool(getattr(one, quiet)) for one in group.alerts}) == 1
    assert said == len(picture.firing)
    assert sorted(one.id for group in groups for one in group.alerts) == sorted(a.id for a in picture.firing)

"""Bell and flash: at what is new and grave enough, and never as a storm of their own."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from console.app import DutyDeckApp
from console.attention import BELL_EVERY_S, FLASH_HALF_S, Attention
from console.personal import Personal
from console.settings import ConsoleSettings
from tests.console.fake_desk import FakeDesk, alert, desk_view, in_loop

LOUD = ConsoleSettings(bell="warning", flash="warning")


def test_what_stands_at_the_first_look_calls_nobody() -> None:
    attention = Attention()
    assert not attention.look([alert("hefei/q00")], LOUD, 0.0, quiet=False).ring
    assert not attention.look([alert("hefei/q00")], LOUD, 1.0, quiet=False).ring
    heard = attention.look([alert("hefei/q00"), alert("hefei/q01", number=1)], LOUD, 2.0, quiet=False)
    assert heard.ring
    assert heard.lit


def test_only_what_is_grave_enough_and_nobody_has_yet() -> None:
    taken, silent = alert("hefei/q00", taken="duty-2"), replace(alert("hefei/q01", number=1), silenced="s1")
    warning = alert("hefei/q02", "warning", number=2)
    attention = Attention()
    attention.look([], ConsoleSettings(), 0.0, quiet=False)
    heard = attention.look([taken, silent, warning], ConsoleSettings(), 1.0, quiet=False)
    assert (heard.ring, heard.lit) == (False, False)
    worse = replace(warning, severity="critical")
    assert attention.look([worse], ConsoleSettings(), 2.0, quiet=False).ring, "it got worse"
    off = ConsoleSettings(bell="off", flash="off")
    heard = attention.look([worse, alert("x/y", number=7)], off, 99.0, quiet=False)
    assert (heard.ring, heard.lit) == (False, False)
    assert not attention.look([worse], LOUD, 100.0, quiet=False).ring, "what was off is not made up for"


def test_quiet_hours_keep_the_bell_and_reduced_motion_the_flash() -> None:
    attention = Attention()
    attention.look([], LOUD, 0.0, quiet=False)
    heard = attention.look([alert("a/b")], LOUD, 1.0, quiet=True)
    assert (heard.ring, heard.lit) == (False, True)
    assert not attention.look([alert("a/b")], LOUD, 60.0, quiet=False).ring
    still = LOUD.model_copy(update={"reduced_motion": True})
    heard = attention.look([alert("a/b"), alert("a/c", number=1)], still, 61.0, quiet=False)
    assert (heard.ring, heard.lit) == (True, False)


_STORM = st.lists(st.tuples(st.floats(0.01, 3.0), st.booleans()), min_size=1, max_size=120)


@settings(max_examples=60)
@given(_STORM)
def test_a_storm_rings_seldom_and_flashes_at_most_three_times_a_second(storm: list[tuple[float, bool]]) -> None:
    attention, now, standing = Attention(), 0.0, []
    attention.look([], LOUD, now, quiet=False)
    rang, lit, last_new = [], [(now, False)], None
    for wait, new in storm:
        now += wait
        if new:
            standing.append(alert("a/b", number=len(standing)))
            last_new = now
        heard = attention.look(standing, LOUD, now, quiet=False)
        rang += [now] if heard.ring else []
        if heard.lit != lit[-1][1]:
            lit.append((now, heard.lit))
    assert all(after - before >= BELL_EVERY_S for before, after in pairwise(rang))
    if last_new is not None:
        late = now + BELL_EVERY_S
        rang += [late] if attention.look(standing, LOUD, late, quiet=False).ring else []
        assert rang[-1] >= last_new, "what came in between rings when it may"
    ons = [at for at, on in lit if on]
    assert all(sum(first <= at < first + 1.0 for at in ons) <= 3 for first in ons)


def test_a_flash_is_on_and_off_for_half_a_second_each() -> None:
    attention = Attention()
    attention.look([], LOUD, 0.0, quiet=False)
    attention.look([alert("a/b")], LOUD, 10.0, quiet=False)
    steps = [attention.lit(10.0 + 0.25 * i) for i in range(16)]
    assert steps == [True, True, False, False] * 3 + [False] * 4
    assert FLASH_HALF_S >= 1 / 6, "three a second at most"


@in_loop
async def test_the_app_rings_and_the_first_line_lights_up() -> None:
    clock, rung = [0.0], []
    desk = FakeDesk(desk_view(alerts=()))
    quiet = ConsoleSettings(quiet_hours="22:00-07:00")
    app = DutyDeckApp(desk, lang="en", operator="duty-1", monotonic=lambda: clock[0], personal=Personal(quiet))
    app.local_time = lambda: datetime(2026, 11, 11, 12, 0, tzinfo=UTC)
    app.bell = lambda: rung.append(clock[0])  # type: ignore[method-assign]
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        clock[0] = 1.0
        desk.tick(alerts=(alert("hefei/q00", number=1),))
        app.look()
        await pilot.pause()
        assert rung == [1.0]
        line = app.screen._compositor.render_strips()[0]
        lit = {segment.style.bgcolor.name for segment in line if segment.style and segment.style.bgcolor}
        assert len(lit) == 1
        clock[0] = 1.6
        app.look()
        await pilot.pause()
        line = app.screen._compositor.render_strips()[0]
        assert lit != {segment.style.bgcolor.name for segment in line if segment.style and segment.style.bgcolor}
        app.local_time = lambda: datetime(2026, 11, 11, 23, 0, tzinfo=UTC)
        clock[0] = 30.0
        desk.tick(alerts=(alert("hefei/q00", number=1), alert("hefei/q01", number=2)))
        app.look()
        assert rung == [1.0]

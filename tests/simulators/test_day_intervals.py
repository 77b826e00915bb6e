"""A day by interval in a scenario: curves from lists and CSV files, people on shift; balking, Weibull times."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from feeds.errors import InputError
from simulators.curves import DAY_S, level
from simulators.laws import Law, LawTable, weibull_shape
from simulators.levels_csv import read_levels
from simulators.scenario import Scenario, load_scenario
from simulators.world import World
from tests.simulators.made import made, one_group, run, site, two_sites

HOURS = list(range(24))


def csv_file(tmp_path: Path, rows: list[str], head: str = "from,contacts") -> Path:
    file = tmp_path / "day.csv"
    file.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return file


def scenario_file(tmp_path: Path, curve: str) -> Path:
    file = tmp_path / "mine.yaml"
    file.write_text(
        "id: mine\ntitle: {zh: 试, en: Mine}\n"
        'starts: "2026-11-11T08:30:00+08:00"\nminutes: 60\n'
        f"curve: {curve}\n"
        "sites:\n  - id: s\n    zh: 站\n    en: Site\n    contacts_per_day: 2400\n"
        "    groups: [{category: sports, agents: 5}]\n"
        "    queues: [{id: q, zh: 队, en: Queue, category: sports}]\n",
        encoding="utf-8",
    )
    return file


def test_shares_by_interval_hold_for_their_interval_of_the_day() -> None:
    curve = made(curve={"every": "1h", "shares": HOURS}).curve
    for hour in HOURS:
        for second in (0.0, 1800.0, 3598.0):
            assert level(curve, hour * 3600 + second, 77.0) == pytest.approx(hour / 11.5)
    seconds = np.arange(0, DAY_S, 20)
    assert np.mean([level(curve, second) for second in seconds]) == pytest.approx(1, rel=1e-3)


def test_a_curve_from_a_csv_file_beside_the_scenario(tmp_path: Path) -> None:
    rows = [f"{m // 60:02d}:{m % 60:02d},{1 if m < 720 else 3}" for m in range(480, 960, 15)]
    csv_file(tmp_path, rows, "\ufefffrom,note,contacts".replace("note,", ""))
    curve = load_scenario(str(scenario_file(tmp_path, "day.csv"))).curve
    assert level(curve, 7.9 * 3600) == 0.0
    assert level(curve, 9 * 3600) == pytest.approx(96 / 64)
    assert level(curve, 13 * 3600) == pytest.approx(3 * 96 / 64)
    assert level(curve, 16.5 * 3600) == 0.0


@pytest.mark.parametrize(
    ("rows", "line", "told"),
    [
        (["08:00,1", "08:15,2", "08:45,3"], 4, "08:45 after 08:15; expected 08:30"),
        (["08:00,1", "08:15,2", "08:15,3"], 4, "08:15 appears twice; expected a time after 08:15"),
        (["08:00,1", "08:15,2", "08:00,3"], 4, "08:00 is out of order; expected a time after 08:15"),
        (["08:00,1", "08:07,2"], 3, "7m after the row before; expected intervals that divide the day"),
        (["08:00,1", "25:00,2"], 3, "from is '25:00'; expected a time of the day"),
        (["08:00,1", "08:15,-2"], 3, "contacts is '-2'; expected a number from 0 up"),
        (["08:00,1", "08:15,inf"], 3, "contacts is 'inf'"),
        (["08:00,1", "08:15"], 3, "1 fields; expected 2"),
        (["08:00,1"], None, "1 rows; expected one row each interval"),
        (["08:00,0", "08:15,0"], None, "the contacts add up to 0"),
    ],
)
def test_a_broken_curve_file_is_one_line_with_its_place(
    tmp_path: Path, rows: list[str], line: int | None, told: str
) -> None:
    file = csv_file(tmp_path, rows)
    with pytest.raises(InputError) as caught:
        read_levels(file)
    assert caught.value.line == line
    assert str(caught.value).startswith(str(file))
    assert told in str(caught.value)
    with pytest.raises(InputError, match=r"day\.csv"):
        load_scenario(str(scenario_file(tmp_path, "day.csv")))


def test_a_curve_file_in_gbk_says_how_to_convert_it(tmp_path: Path) -> None:
    (tmp_path / "day.csv").write_bytes("from,contacts,备注\n08:00,1,平日\n".encode("gbk"))
    with pytest.raises(InputError, match=r"day\.csv:1:15: byte 0xb1 is not UTF-8; .*reads as GBK: iconv"):
        read_levels(tmp_path / "day.csv")


@pytest.mark.parametrize(
    ("curve", "told"),
    [
        ("{every: 15m, shares: [1, 2]}", "2 intervals of 15m; expected 96, which make a day"),
        ("{every: 7m, shares: [1, 2]}", "7m does not divide a day"),
        ("{every: 12h, shares: [0, 0]}", "shares: they add up to 0"),
        ("{every: 12h, shares: [1, -1]}", "shares: not all are numbers from 0 up"),
        ("{every: 12, shares: [1, 1]}", "12 has no unit"),
        ("{every: 12h}", "a curve is a name, 24 hourly shares"),
        ("none.csv", "none.csv: cannot be read"),
    ],
)
def test_a_broken_curve_says_what_was_expected(tmp_path: Path, curve: str, told: str) -> None:
    with pytest.raises(InputError) as caught:
        load_scenario(str(scenario_file(tmp_path, curve)))
    assert told in str(caught.value)


def with_roster(agents: list[float], spread: float = 0.0, **changes: object) -> Scenario:
    base = two_sites(starts="2026-11-11T08:59:00+08:00", **changes)
    base["sites"] = [site("hefei", 40_000, {"apparel": 40}), site("xian", 6_000, {"apparel": 30})]
    base["sites"][0]["groups"][0] |= {"roster": {"every": "1h", "agents": agents, "spread": spread}}
    return Scenario.model_validate(base)


def test_people_come_and_go_by_the_roster_and_nobody_is_lost() -> None:
    world = World(with_roster([10.0 if hour < 9 else 30.0 for hour in HOURS]), 3)
    staff = world.staff
    assert (int(staff.home[0]), int(staff.present[0]), int(staff.off[0])) == (40, 10, 30)
    assert int(staff.rests[0].sum()) == 1  # 5 % and 2 % of ten: half an agent and a fifth, each rounded
    run(world, 61)
    assert (int(staff.present[0]), int(staff.off[0])) == (30, 10)
    assert int(staff.rests[0].sum()) == 3
    assert staff.home.tolist() == (staff.present + staff.absent + staff.out + staff.off).tolist()


def test_who_goes_home_finishes_and_who_is_away_stays_away() -> None:
    leave = {"kind": "agents_leave", "at": "10s", "site": "hefei", "share": "50%", "for": "5m"}
    world = World(with_roster([20.0 if hour < 9 else 6.0 for hour in HOURS], injections=[leave]), 3)
    run(world, 62)
    assert (int(world.staff.absent[0]), int(world.staff.present[0])) == (10, 0)
    assert world.totals("hefei")["offered"] == sum(
        count for name, count in world.totals("hefei").items() if name != "offered"
    )
    run(world, 300)
    assert (int(world.staff.absent[0]), int(world.staff.present[0])) == (0, 10)


def test_a_roster_of_part_people_and_attendance_have_the_right_mean() -> None:
    def present(spread: float) -> np.ndarray:
        sites = tuple(
            with_roster([12.4] * 24, spread).sites[0].model_copy(update={"id": f"s{number}"}) for number in range(190)
        )
        base = with_roster([12.4] * 24, spread).model_copy(update={"sites": sites, "warm_up": 0.0})
        return run(World(base, 5), 1).staff.present.astype(float)

    exact, wide = present(0.0), present(0.2)
    assert set(exact) == {12.0, 13.0}
    assert exact.mean() == pytest.approx(12.4, abs=0.12)
    assert wide.mean() == pytest.approx(12.4, abs=0.6)
    assert wide.std() == pytest.approx(12.4 * 0.2, rel=0.2)


@pytest.mark.parametrize(
    ("roster", "told"),
    [
        ({"every": "1h", "agents": [1] * 23}, "23 intervals of 1h"),
        ({"every": "1h", "agents": [41] * 24}, "a roster with 41 of 40 agents"),
        ({"every": "1h", "agents": [-1] * 24}, "greater than or equal to 0"),
        ({"every": "5s", "agents": [1] * 17280}, "greater than or equal to 60"),
    ],
)
def test_a_broken_roster_is_refused(roster: dict[str, object], told: str) -> None:
    base = two_sites()
    base["sites"][0]["groups"][0] |= {"roster": roster}
    with pytest.raises(ValueError, match=told):
        Scenario.model_validate(base)


def test_the_share_that_leaves_at_once_does_so_and_the_rest_stays() -> None:
    patience = {"law": "never"}
    world = World(one_group(86_400, 0, profile={"patience": patience, "balk": 0.2}), 1)
    run(world, 2_000)
    offered, abandoned = (int(world.tally.of(name).sum()) for name in ("offered", "abandoned"))
    assert abandoned / offered == pytest.approx(0.2, abs=0.03)
    assert int(world.tally.of("short_abandoned").sum()) == abandoned


def test_without_balking_nothing_that_is_drawn_changes() -> None:
    worlds = [run(World(made(profile=profile), 9), 400) for profile in ({}, {"balk": 0.0})]
    left, right = (world.tally.values for world in worlds)
    assert (left == right).all()


@pytest.mark.parametrize("cv", [0.3, 1.0, 2.5])
def test_weibull_times_have_their_mean_and_deviation(cv: float) -> None:
    rng = np.random.default_rng(1)
    count = 200_000
    table = LawTable([Law.model_validate({"law": "weibull", "mean": 50.0, "cv": cv})], tick_s=0.0)
    drawn = table.draw(np.zeros(count, dtype=np.int64), rng.standard_exponential(count), *rng.random((2, count)))
    assert (drawn.mean(), drawn.std() / drawn.mean()) == pytest.approx((50.0, cv), rel=0.03)


def test_weibull_shapes_fall_as_the_deviation_grows() -> None:
    shapes = [weibull_shape(cv) for cv in (0.2, 0.5, 1.0, 2.0, 8.0)]
    assert all(left > right for left, right in pairwise(shapes))
    assert shapes[2] == pytest.approx(1.0)

"""`dutydeck fit` as people run it: on a made log whose truth is known, and on a real month."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
import typer
from typer.testing import CliRunner, Result

from console.checking import check_file
from console.commands import fitting
from feeds.errors import InputError
from feeds.sources import contacts_csv
from feeds.sources.logfile import LogReport
from simulators.fitting.calibration import Asked, Calibration, Checked, calibrate, check_days
from simulators.fitting.coverage import Coverage
from simulators.fitting.writing import id_from
from simulators.scenario import load_scenario
from simulators.world import World
from tests.simulators.fitting.known import Known
from tests.simulators.fitting.made_log import write_log

SHARED = Path(os.environ.get("DUTYDECK_DATA", Path(__file__).parents[4] / "shared" / "data"))
MONTH = SHARED / "callcentre" / "anonymous_bank_1999_02_contacts.csv.gz"
UTC = ZoneInfo("UTC")


def run(*args: str | Path) -> Result:
    app = typer.Typer()
    app.callback()(lambda: None)  # one command alone would take the place of its name
    fitting.register(app)
    return CliRunner().invoke(app, [str(arg) for arg in args])


def fitted(file: Path, tz: ZoneInfo = UTC, **asked: object) -> Calibration:
    wanted = Asked(file=file, site="s", tz=tz, days="weekday", every_s=900.0)
    wanted = replace(wanted, **asked)  # type: ignore[arg-type]
    return calibrate(contacts_csv.read(file, "s", tz=tz, report=LogReport()), wanted)


@pytest.fixture(scope="module")
def known_log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_log(tmp_path_factory.mktemp("known") / "known.csv", Known(), days=16)


@pytest.fixture(scope="module")
def known_fit(known_log: Path) -> Calibration:
    return fitted(known_log, hold_out=5)


def test_arrivals_handle_time_patience_and_people_are_recovered(known_fit: Calibration) -> None:
    known, found = Known(), known_fit.fitted
    assert found.arrivals.days == 11
    truth = np.repeat(known.per_hour / 4, 4)
    off = np.abs(found.arrivals.contacts - truth) / np.maximum(np.sqrt(truth / 11), 0.1)
    assert off.max() < 4.5
    assert (off > 2).mean() < 0.1
    assert found.arrivals.day_variance < 2e-3
    assert found.handle.law in ("exponential", "weibull")
    assert found.handle.cv == pytest.approx(1.0, abs=0.05)
    assert found.handle.mean_s == pytest.approx(known.handle_s, rel=3 / np.sqrt(found.handle.count))
    error = known.patience_s / np.sqrt(found.patience.abandoned)
    assert abs(found.patience.exponential_mean_s - known.patience_s) < 3 * error
    assert found.patience.naive_mean_s < 0.6 * known.patience_s
    open_ = (truth > 0) & (np.arange(96) >= 36)
    assert found.agents[open_].mean() == pytest.approx(known.agents, abs=0.7)
    assert found.attendance_spread < 0.05
    assert (found.agents[truth == 0] == 0).all()


def test_its_days_cover_the_days_held_out(known_fit: Calibration) -> None:
    short = known_fit.scenario.model_copy(
        update={"starts": known_fit.scenario.starts + timedelta(hours=2), "minutes": 90}
    )
    outcome = check_days(replace(known_fit, scenario=short), 30, seed=1)
    assert (outcome.held_out, outcome.simulated) == (5, 30)
    for row in outcome.rows:
        assert row.intervals > 0.55, row
        assert row.simulated_mean == pytest.approx(row.real_mean, rel=0.35), row


def test_the_scenario_is_good_and_the_same_each_time(known_log: Path, tmp_path: Path) -> None:
    file = tmp_path / "one.yaml"
    args = ("fit", known_log, "--tz", "UTC", "--site", "基地 1", "--interval", "1h")
    done = run(*args, "-o", file)
    assert done.exit_code == 0, done.output
    assert done.stdout == ""
    assert done.stderr.startswith("dutydeck: 16 days, ")
    assert run(*args).stdout == file.read_text(encoding="utf-8")
    assert check_file(file).endswith("a scenario: good")
    scenario = load_scenario(str(file))
    assert (scenario.sites[0].zh, scenario.sites[0].queues[0].en) == ("基地 1", "main")
    assert scenario.starts.strftime("%a %H:%M") == "Tue 08:00"
    assert scenario.minutes == 720
    world = World(scenario.model_copy(update={"warm_up": 0.0}), 1)
    for _ in range(60):
        world.step()


def test_a_part_of_the_day_is_what_was_asked_for(known_log: Path, tmp_path: Path) -> None:
    file = tmp_path / "part.yaml"
    args = ("fit", known_log, "--tz", "UTC", "--interval", "1h", "-o", file, "--from")
    for more, begins, minutes in ((("10:30", "--minutes", "90"), "10:30", 90), (("18:00",), "18:00", 120)):
        assert run(*args, *more).exit_code == 0
        scenario = load_scenario(str(file))
        assert (scenario.starts.strftime("%H:%M"), scenario.minutes) == (begins, minutes)


def test_a_log_with_a_busyness_factor_says_so(tmp_path: Path) -> None:
    file = write_log(tmp_path / "busy.csv", Known(busyness=20.0), days=40, seed=3)
    found = fitted(file, every_s=3600.0)
    assert found.fitted.arrivals.day_variance == pytest.approx(1 / 20, rel=0.5)
    shape = found.scenario.busyness_shape
    assert shape is not None
    assert 12 < shape < 50


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("F", "--days", "someday"), "--days: 'someday' names no weekdays"),
        (("F", "--interval", "7m"), "--interval: '7m' does not divide an hour"),
        (("F", "--from", "24:00"), "--from: '24:00' is no time of the day"),
        (("F", "--check"), "--check: no days to compare with; expected --hold-out N"),
        (("F", "--json"), "--json: there is nothing to print so"),
        (("F", "--hold-out", "2"), "--hold-out: 2 of 2 days; expected at least 2 days left"),
        (("F", "--days", "sat"), "F: 0 whole days of this kind; expected 2 or more"),
        (("F", "--format", "csv"), "FORMAT: unknown format 'csv'"),
        (("F", "-o", "none/out.yaml"), "none/out.yaml: cannot be written"),
        (("missing"), "missing: cannot be read"),
        (("N",), "N: hardly anybody gave up"),
        (("H",), "H: hardly any handle times"),
    ],
)
def test_bad_input_is_one_line(
    known_log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, args: tuple[str, ...] | str, told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    head, *rows = known_log.read_text().splitlines()[:4000]
    Path("F").write_text("\n".join([head, *rows]))
    Path("N").write_text("\n".join([head, *(row for row in rows if "answered" in row)]))
    Path("H").write_text("\n".join([head, *(row for row in rows if "abandoned" in row)]))
    args = (args,) if isinstance(args, str) else args
    result = run("fit", *args, "--tz", "UTC")
    assert isinstance(result.exception, InputError), result.output
    assert told in str(result.exception)


def test_ids_are_made_of_any_name() -> None:
    taken: list[str] = []
    for name in ("VIP Sales", "vip_sales", "售前", "售后", "Größe!", "a" * 80):
        taken.append(id_from(name, taken))
    assert taken == ["vip-sales", "vip-sales-2", "q", "q-2", "groe", "a" * 40]


@pytest.mark.skipif(not MONTH.exists(), reason=f"no real call-centre data at {SHARED} (set DUTYDECK_DATA)")
def test_the_simulated_days_cover_a_real_month() -> None:
    month = fitted(MONTH, ZoneInfo("Asia/Shanghai"), days="sun-thu", every_s=900.0, shortest_handle_s=10.0, hold_out=5)
    found = month.fitted
    # Brown et al. (2005) and research on the same month: lognormal services, patience of some six minutes.
    assert found.arrivals.days == 13
    assert found.handle.law == "lognormal"
    assert found.handle.cv == pytest.approx(1.2, abs=0.1)
    assert 300 < found.patience.exponential_mean_s < 420
    assert found.patience.naive_mean_s < 80
    assert {queue.name for queue in found.queues} == {"PS", "NW", "NE", "TT", "IN", "PE"}
    short = month.scenario.model_copy(update={"starts": month.scenario.starts + timedelta(hours=3), "minutes": 120})
    outcome = check_days(replace(month, scenario=short), 25, seed=2)
    for row in outcome.rows:
        assert row.compared == 20
        assert row.intervals >= 0.6, row


def test_the_outcome_as_json(monkeypatch: pytest.MonkeyPatch, known_log: Path) -> None:
    def briefly(done: Calibration, days: int, seed: int) -> object:
        short = done.scenario.model_copy(update={"minutes": 30, "warm_up": 0.0})
        return check_days(replace(done, scenario=short), days, seed)

    monkeypatch.setattr("simulators.fitting.calibration.check_days", briefly)
    args = ("fit", known_log, "--tz", "UTC", "--hold-out", "3", "--check", "--simulated-days", "10")
    outcome = json.loads(run(*args, "--json").stdout)
    assert [row["figure"] for row in outcome["rows"]] == ["offered", "abandonment", "service level"]
    table = fitting._as_table(Checked(3, 10, 1800.0, tuple(Coverage(**row) for row in outcome["rows"])))
    assert table.startswith("3 days held out, 10 days simulated, 30-minute intervals\n\n| figure |")
    assert table.count("\n") == 7

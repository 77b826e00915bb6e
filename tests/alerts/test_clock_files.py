# ruff: noqa: E501 - one case, one line
from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from alerts.clock_day import clock_day, day_at
from alerts.clock_files import load_clocks, shipped_clock_ids
from alerts.degrade import degraded_platforms, load_degrade
from console.checking import check_file
from feeds.aggregate import ContactAggregator
from feeds.clocks import ClockDefinition
from feeds.contacts import ContactEvent
from feeds.errors import InputError

SHANGHAI = ZoneInfo("Asia/Shanghai")
CLOCKS = {clock.id: clock for clock in load_clocks()}
CLOCK = """\
clock: ours
title: {zh: 我们, en: Ours}
unit: session
limits:
  - {hours: "9:00-23:00", within: 30s}
consequence: {zh: 无, en: None}
source: The contract.
verified: 2026-11-22
"""


def at(hour: int, minute: int, second: int = 0, day: date = date(2026, 11, 11)) -> float:
    return datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=SHANGHAI).timestamp()


def write(folder: Path, text: str, name: str = "ours.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def refusal(path: Path) -> str:
    with pytest.raises(InputError) as refused:
        load_clocks([path])
    return str(refused.value).removeprefix(str(path))


def test_the_shipped_clocks() -> None:
    assert set(CLOCKS) == shipped_clock_ids()
    assert {clock.id: clock.unit for clock in CLOCKS.values() if not clock.id.startswith("voice")} == {
        "taobao_3min": "turn",
        "jd_30s": "session",
        "douyin_3min": "message",
        "pdd_reply": "person",
        "merchant_first_response": "session",
        "operational_first_response": "session",
    }
    for clock in CLOCKS.values():
        assert clock.verified is not None
        assert clock.source
        assert clock.consequence_zh
        assert clock.consequence_en
        assert clock.note_en
        assert clock.zh != clock.en


def test_asked_at_856_and_answered_at_901_counts_on_taobao_and_not_on_jd() -> None:
    asked, answered = at(8, 56), at(9, 1)
    assert CLOCKS["taobao_3min"].counts(asked, answered)
    assert CLOCKS["taobao_3min"].judge("answered", asked, answered, answered - asked) == "missed"
    assert not CLOCKS["jd_30s"].counts(asked, answered)
    assert CLOCKS["jd_30s"].judge("answered", asked, answered, answered - asked) == "not_counted"


def test_at_midnight_no_platform_clock_counts_and_the_merchants_and_the_operational_one_do() -> None:
    chat = [clock.id for clock in CLOCKS.values() if "chat" in clock.channels and clock.assesses(at(0, 5))]
    assert chat == ["merchant_first_response", "operational_first_response"]


@pytest.mark.parametrize(
    ("day", "hour", "limit"),
    [(11, 9, 8), (11, 20, 8), (11, 21, 15), (11, 23, 15), (11, 0, 15), (11, 1, 15), (11, 2, None), (12, 1, None), (12, 9, 8)],
)  # fmt: skip
def test_the_merchants_limit_depends_on_the_hour_and_the_day(day: int, hour: int, limit: float | None) -> None:
    found = CLOCKS["merchant_first_response"].limit_at(at(hour, 30, day=date(2026, 11, day)))
    assert found == limit or (limit is None and found != found)


# A published worked example: 1000 answered, 860 of them within 20 s; 60 abandoned, 20 within 20 s, 10 within 5 s.
@pytest.mark.parametrize(("variant", "percent"), [(1, 83.02), (2, 86.00), (3, 81.13), (4, 82.69), (5, 82.08), (6, 81.90)])  # fmt: skip
def test_the_six_voice_clocks_give_the_published_figures(variant: int, percent: float) -> None:
    figures = ContactAggregator("s", ["q"], [CLOCKS[f"voice_sl_{variant}"]])
    waits = [("answered", 10, 860), ("answered", 30, 140), ("abandoned", 3, 10), ("abandoned", 15, 10), ("abandoned", 40, 40)]  # fmt: skip
    for kind, wait, many in waits:
        for n in range(many):
            figures.add(ContactEvent(at(12, 0), "s", "q", f"{kind}{wait}-{n}", "joined"))
            figures.add(ContactEvent(at(12, 0) + wait, "s", "q", f"{kind}{wait}-{n}", kind, wait_s=wait))  # type: ignore[arg-type]
    counts = figures.clock(f"voice_sl_{variant}", at(13, 0))
    assert round(100 * counts.met[0] / (counts.met[0] + counts.missed[0]), 2) == percent


def test_reads_a_clock_with_every_key(tmp_path: Path) -> None:
    text = CLOCK.replace(
        '  - {hours: "9:00-23:00", within: 30s}\n',
        '  - {hours: "22:00-2:00", within: 15s}\n  - {hours: "2:00-3:00", within: 1m, days: promotion}\n',
    )
    text += "promotion_days: [11-11, 2026-06-18]\nat_limit: late\ndecided_by: answered\ntime_zone: Europe/Berlin\nbots: count\nabandons: short_good\nshort: 3s\n"
    text += "min_sample: 7\ntarget: 95%\nperiod: 30d\napplies_to: {platforms: [jd], channels: [chat, voice]}\nnote: {zh: 注, en: Note}\n"
    (clock,) = load_clocks([write(tmp_path, text)])
    assert (clock.id, clock.limit_s, clock.inclusive, clock.target, clock.tz) == (
        "ours",
        15.0,
        False,
        0.95,
        "Europe/Berlin",
    )
    assert (clock.assessed, clock.bots, clock.abandons, clock.short_s) == ("answered", "count", "short_good", 3.0)
    assert (clock.min_sample, clock.period, clock.platforms, clock.channels) == (7, "30d", ("jd",), ("chat", "voice"))
    assert clock.verified == date(2026, 11, 22)
    assert [(one.begin, one.until, one.promotion) for one in clock.limits] == [(1320, 120, False), (120, 180, True)]
    assert [clock.promotes(date(*day)) for day in ((2030, 11, 11), (2026, 6, 18), (2027, 6, 18))] == [True, True, False]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("30s}\n", '30s}\n  - {hours: "22:00-24:00", within: 15s}\n', ":6:13: hours overlap at 22:00 with those in line 5; expected each minute"),
        ("30s}\n", '30s}\n  - {hours: "23:00-9:01", within: 15s}\n', ":6:13: hours overlap at 9:00 with those in line 5"),
        ("30s}\n", '30s}\n  - {hours: "0:00-2:00", within: 15s, days: promotion}\n', ":6:45: there are no promotion days; expected promotion_days"),
        ('"9:00-23:00"', '"9-23"', ":5:13: hours: '9-23' is no range of hours; expected local times such as 9:00-23:00"),
        ('"9:00-23:00"', '"9:00-25:00"', ":5:13: hours: '9:00-25:00' is no range of hours"),
        ('"9:00-23:00"', '"9:00-9:00"', ":5:13: hours: '9:00-9:00' is empty"),
        ("within: 30s", "within: 30", ":5:35: within: 30 has no unit; expected a duration such as 40s"),
        ("within: 30s", "within: 0s", ":5:35: within: 0.0 is not valid"),
        ("unit: session", "unit: dialogue", ":3:7: unit: 'dialogue' is not valid; expected 'turn', 'message'"),
        ("verified: 2026-11-22", "verified: 2026-11-31", ":8:11: verified: '2026-11-31' is no date; expected one such as 2026-11-22"),
        ("verified: 2026-11-22", "verified: 20261122", ":8:11: verified: 20261122 is no date"),
        ("verified: 2026-11-22\n", "", ":1:1: key 'verified' is missing"),
        ("source: The contract.", "source: The contract.\nsorce: x", ":8:1: unknown key 'sorce'; expected a key of this mapping, nearest: 'source'"),
        ("source:", "time_zone: Asia/Beijing\nsource:", ":7:12: unknown time zone 'Asia/Beijing'; expected a name such as Asia/Shanghai"),
        ("source:", "time_zone: ../../etc/passwd\nsource:", ":7:12: unknown time zone"),
        ("source:", "target: 120%\nsource:", ":7:9: target: '120%' is not between"),
        ("source:", "promotion_days: [11-31]\nsource:", ":7:18: '11-31' is no day; expected one such as 11-11"),
        ("source:", "period: week\nsource:", ":7:9: period"),
        ("clock: ours", "clock: Ours!", ":1:8: clock: 'Ours!' is not valid"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_clock_is_one_line_with_its_place(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in CLOCK
    told = refusal(write(tmp_path, CLOCK.replace(old, new)))
    assert told.startswith(said)
    assert "\n" not in told


def test_one_clock_twice(tmp_path: Path) -> None:
    write(tmp_path, CLOCK, "a.yaml")
    write(tmp_path, CLOCK, "b.yaml")
    with pytest.raises(InputError, match=r"b\.yaml:1:8: clock 'ours' is here twice, first in .*a\.yaml"):
        load_clocks([tmp_path])
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(InputError, match="no clocks here"):
        load_clocks([empty])


DEGRADE = """\
degrade:
  - {platform: tmall, from: "2026-11-11T00:00:00+08:00", to: "2026-11-11T00:30:00+08:00", what: {zh: 数据延迟, en: Figures late}}
  - {platform: jd, from: "2026-11-10T23:50:00+08:00", to: "2026-11-11T00:10:00+08:00", what: {zh: 停更, en: Figures stand still}}
"""


def test_a_degrade_calendar(tmp_path: Path) -> None:
    windows = load_degrade([write(tmp_path, DEGRADE, "degrade.yaml")])
    assert [window.platform for window in windows] == ["jd", "tmall"]
    assert [sorted(degraded_platforms(windows, at(0, minute))) for minute in (5, 10, 30)] == [
        ["jd", "tmall"],
        ["tmall"],
        [],
    ]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("2026-11-11T00:30:00+08:00", "2026-11-10T00:30:00+08:00", ":2:62: the window ends before it begins"),
        ("2026-11-11T00:30:00+08:00", "2026-11-11T00:30:00", ":2:62: to: '2026-11-11T00:30:00' is no moment; expected one such as 2026-11-10T23:50:00+08:00, with its offset"),
        ("platform: jd", "platform: tmall", ":3:29: this window of tmall overlaps the one in line 2"),
        ("what: {zh: 停更, en: Figures stand still}", "why: x", ":3:88: unknown key 'why'"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_calendar(tmp_path: Path, old: str, new: str, said: str) -> None:
    path = write(tmp_path, DEGRADE.replace(old, new), "degrade.yaml")
    with pytest.raises(InputError) as refused:
        load_degrade([path])
    assert str(refused.value).removeprefix(str(path)).startswith(said)


def test_check_recognises_clocks_and_calendars(tmp_path: Path) -> None:
    assert check_file(write(tmp_path, CLOCK)).endswith("ours.yaml: a clock: good")
    assert check_file(write(tmp_path, DEGRADE, "degrade.yaml")).endswith("degrade.yaml: a degrade calendar: good")


def test_the_day_of_a_clock() -> None:
    merchant = CLOCKS["merchant_first_response"]
    today = day_at(merchant, at(12, 0))
    assert today.assessed == ((at(0, 0), at(2, 0)), (at(9, 0), at(21, 0)), (at(21, 0), today.end))
    assert today.seconds(today.start, today.end) == 17 * 3600
    assert today.seconds(at(1, 0), at(9, 30)) == 1.5 * 3600
    assert today.after(at(1, 0), [600.0, 3600.0, 3660.0, 1e6])[:3].tolist() == [at(1, 10), at(2, 0), at(9, 1)]  # type: ignore[arg-type]
    assert str(today.after(at(1, 0), [1e6])[0]) == "nan"  # type: ignore[arg-type]
    assert clock_day(merchant, date(2026, 11, 12)).assessed[0][0] == at(9, 0, day=date(2026, 11, 12))
    assert today.assesses(at(1, 59, 59))
    assert not today.assesses(at(2, 0))


def test_a_day_on_which_the_clocks_go_back_has_25_hours() -> None:
    clock = ClockDefinition("c", "", "", "contact", 20, tz="Europe/Berlin")
    assert clock_day(clock, date(2026, 10, 25)).seconds(0, 1e12) == 25 * 3600

"""A long playbook whose desk is killed at every write of its journal: nothing twice, nobody lost, nothing forgotten."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from feeds.journal import Journal
from tests.crash.driver import ROOT

MOMENTS = ("before", "inside", "after")

Deaths = list[tuple[int, str]]


def courses(folder: Path, deaths: list[Deaths]) -> list[dict[str, Any]]:
    """What came of each course, in the order asked for."""
    lines = []
    for number, one in enumerate(deaths):
        place = folder / str(number)
        place.mkdir(parents=True)
        lines.append(json.dumps({"folder": str(place), "deaths": one}))
    done = subprocess.run(
        [sys.executable, "-m", "tests.crash.playbook_lives"],
        input="\n".join(lines) + "\n",
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
        check=True,
    )
    assert done.stderr == ""
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.crash
@pytest.mark.timeout(900)
def test_a_desk_killed_at_every_write_of_a_long_playbook(tmp_path: Path) -> None:
    (plain,) = courses(tmp_path / "plain", [[]])
    assert plain["over"]
    assert plain["unchanged"]
    assert plain["away"] == 0
    writes = plain["lives"][0]["writes"]
    assert writes > 30, "a long playbook"
    deaths: list[Deaths] = [[(nth, moment)] for nth in range(1, writes + 1) for moment in MOMENTS]
    deaths += [[(nth, "after"), (2, "after"), (2, "before")] for nth in range(1, writes + 1)]
    folder = tmp_path / "killed"
    found = courses(folder, deaths)
    killed = finished = 0
    for number, (one, came) in enumerate(zip(deaths, found, strict=True)):
        judge(one, came, Counter(plain["deeds"]), folder / str(number))
        killed += sum(life["killed"] for life in came["lives"])
        finished += sorted(came["deeds"]) == sorted(plain["deeds"])
    print(f"{writes} writes; killed {killed} times in {len(deaths)} courses, {finished} of which did it all")
    assert killed >= 0.95 * len(deaths), (
        "nearly every kill point is met: what is inside a write that has no state is not"
    )
    assert finished > len(deaths) / 2, "it goes on where it was, instead of giving up"


def judge(deaths: Deaths, came: dict[str, Any], plain: Counter[str], folder: Path) -> None:
    """One course against the one in which nobody died."""
    assert came["over"], (deaths, came)
    assert max(Counter(came["ids"]).values(), default=0) <= 1, ("a command was sent twice", deaths, came)
    assert Counter(came["deeds"]) <= plain, ("a deed was done twice, under another id", deaths, came)
    assert came["unchanged"], ("a setting was not put back", deaths, came)
    assert came["away"] == 0, ("people did not come home", deaths, came)
    runs = came["lives"][-1]["runs"]
    assert len(runs) == 1, (deaths, came)
    assert not runs[0][2], ("it is in force still", deaths, came)
    journal = Journal(folder / "journal.db")
    assert journal.verify() > 0
    intents = {entry.body["command"] for entry in journal.entries() if entry.kind == "playbook.intent"}
    assert set(came["ids"]) <= intents, ("sent without its intent in the journal", deaths, came)

"""One long playbook whose desks are killed at writes of their journal: sites that live on, and desks that are forked.

`python -m tests.crash.playbook_lives` reads a line of JSON for each course, `{"folder", "deaths": [[nth, moment], …]}`,
and answers with a line: how many writes the first desk made, what reached the sites, and how it ended. A desk runs in
a process of its own and is really killed; time is virtual, so nothing waits and every kill point is met exactly.
"""

from __future__ import annotations

import json
import os
import pickle
import signal
import socket
import struct
import sys
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from console.desk_core import DeskCore, DeskTitle
from console.identity import Ids
from console.intents import AnswerRun, ApproveRun, AskPreview, StartPlaybook
from console.journal_keeper import JournalKeeper
from console.lockstep import LockStep
from console.wire import MemoryWire
from feeds.catalog import GAUGE_INDEX
from feeds.codec import decode
from feeds.contract import Command
from feeds.journal import Journal
from playbooks.library import load_playbook
from playbooks.playbook import Playbook
from playbooks.run import FINAL, RunState
from simulators.scenario import load_scenario
from simulators.world import World
from tests.crash.desk_process import die_at

HERE = Path(__file__).parent
LONGEST_S = 900
DOWN_S = 7
"""The world goes on for so long while nobody sits at it."""

HOME_S = 240
"""So long after the end everybody has come home."""

SETTINGS = ("bot_share", "queue_cap", "greeting_on")


class DeskDiedError(Exception):
    """The process of the desk is gone."""


class RemoteCore:
    """A desk in a process of its own, as `LockStep` drives it: every call is a message there and back."""

    def __init__(self, live: Callable[[socket.socket], None]) -> None:
        mine, its = socket.socketpair()
        self.pid = os.fork()
        if self.pid == 0:
            mine.close()
            live(its)
            os._exit(0)
        its.close()
        self._wire = mine

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(*args: Any) -> Any:
            try:
                put(self._wire, (name, args))
                return take(self._wire)
            except (OSError, EOFError) as gone:
                raise DeskDiedError from gone

        return call

    def buried(self) -> int:
        """The signal that ended the process."""
        self._wire.close()
        return os.WTERMSIG(os.waitpid(self.pid, 0)[1])


def put(wire: socket.socket, what: Any) -> None:
    data = pickle.dumps(what)
    wire.sendall(struct.pack("!I", len(data)) + data)


def take(wire: socket.socket) -> Any:
    return pickle.loads(_exactly(wire, struct.unpack("!I", _exactly(wire, 4))[0]))


def _exactly(wire: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        part = wire.recv(size - len(data))
        if not part:
            raise EOFError
        data += part
    return data


class Duty:
    """Proposes the playbook once, lets a second person stand for it, does tasks, and answers what is asked."""

    def __init__(self, core: DeskCore, book: Playbook) -> None:
        self._core, self._book = core, book

    def __call__(self, now: float) -> bool:
        """Decide; says whether all is over."""
        runs = self._core.playbooks.runs()
        if not runs:
            asked = self._core.submit(AskPreview(self._book.id), "lin", now).preview
            if asked is not None and asked.ok:
                assert self._core.submit(StartPlaybook(asked), "lin", now).ok
            return False
        run = runs[-1]
        if run.state is RunState.PROPOSED:
            assert self._core.submit(ApproveRun(run.id), "wang", now).ok
        elif run.choices:
            assert self._core.submit(AnswerRun(run.id, run.choices[0]), "lin", now).ok
        return all(run.state in FINAL for run in self._core.playbooks.runs())


def live(wire: socket.socket, folder: Path, world: World, book: Playbook, die: tuple[int, str] | None) -> None:
    """One desk, until it is killed or nobody calls any more."""
    writes = Counter[str]()
    append = Journal.append_all

    def counting(self: Journal, *news: Any, **more: Any) -> Any:
        writes["all"] += 1
        return append(self, *news, **more)

    Journal.append_all = counting  # type: ignore[method-assign]
    if die is not None:
        die_at(*die)
    journal = Journal(folder / "journal.db")
    core = DeskCore(
        list(world.sites),
        (),
        [book],
        mode="drill",
        title=DeskTitle("台", "Desk"),
        ids=Ids(f"k{journal.number}"),
        journal=JournalKeeper(journal, keeps_state=True),
    )
    duty = Duty(core, book)
    answers: dict[str, Callable[..., Any]] = {
        "decide": duty,
        "writes": lambda: writes["all"],
        "runs": lambda: [(run.id, str(run.state), run.in_force) for run in core.playbooks.runs()],
        "begin": core.begin,
        "connected": core.connected,
        "receive_all": core.receive_all,
        "advance": core.advance,
        "outgoing": core.outgoing,
    }
    while True:
        try:
            name, args = take(wire)
        except EOFError:
            return
        put(wire, answers[name](*args))


class ListeningWire(MemoryWire):
    """Remembers every command that reached a site."""

    weighs = True  # to a desk in another process

    def __init__(self) -> None:
        super().__init__()
        self.commands: list[Command] = []

    def to_site(self, site: str, data: bytes) -> bytes:
        passed = super().to_site(site, data)
        order = decode(passed)
        if isinstance(order, Command):
            self.commands.append(order)
        return passed


def course(world: World, book: Playbook, folder: Path, deaths: list[tuple[int, str]]) -> dict[str, Any]:
    """The playbook from its proposal to its end, one desk after the other dying; what the sites say of it."""
    before, wire, lives = standing(world), ListeningWire(), []
    replies: dict[str, Any] = {site: {} for site in world.sites}
    for die in (*deaths, None):
        core: Any = RemoteCore(partial(live, folder=folder, world=world, book=book, die=die))
        step = LockStep(world, core, wire)
        for site, kept in replies.items():
            step._sites[site].replies.update(kept)
        over = False
        try:
            step.begin()
            for _second in range(LONGEST_S):
                step.step()
                over = core.decide(world.now)
                step._settle(world.now)
                if over:
                    break
            lives.append({"writes": core.writes(), "runs": core.runs(), "killed": False})
            core.buried()
        except DeskDiedError:
            lives.append({"killed": core.buried() == signal.SIGKILL})
        replies = {site: dict(simulated.replies) for site, simulated in step._sites.items()}
        if over:
            break
        for _second in range(DOWN_S):
            world.step()
    for _second in range(HOME_S):
        world.step()
    return {
        "lives": lives,
        "over": over,
        "ids": [command.id for command in wire.commands],
        "deeds": [deed(command) for command in wire.commands],
        "unchanged": standing(world) == before,
        "away": away(world),
    }


def deed(command: Command) -> str:
    """What a command is about, whatever its id and whoever it moves."""
    args = {name: value for name, value in command.args.items() if name != "transfer"}
    return json.dumps([command.site, command.verb, args], sort_keys=True)


def standing(world: World) -> str:
    """The settings of every queue, as the sites show them."""
    blocks = [world.blocks(number)[1] for number in range(len(world.sites))]
    return repr([[round(float(v), 6) for v in block[:, GAUGE_INDEX[name]]] for block in blocks for name in SETTINGS])


def away(world: World) -> int:
    """Agents who are not where they belong: lent, on the way, borrowed, or promised."""
    staff, loans = world.staff, world.transfers.loans.values()
    moving = sum(loan.pending + loan.on_the_way + loan.at_work + loan.returning for loan in loans)
    return int(moving + abs(staff.out).sum() + abs(staff.borrowed).sum() + abs(staff.own_leaving).sum())


def main() -> None:
    """Answer each line with what came of its course, each in a process of its own on the same warm world."""
    scenario = load_scenario(str(HERE / "floor.yaml"))
    world, book = World(scenario, 11), load_playbook(HERE / "long-night.yaml")
    for line in sys.stdin:
        order = json.loads(line)
        near, far = socket.socketpair()
        pid = os.fork()
        if pid == 0:
            near.close()
            put(far, course(world, book, Path(order["folder"]), [(nth, moment) for nth, moment in order["deaths"]]))
            os._exit(0)
        far.close()
        try:
            said = take(near)
        except EOFError:
            said = {"broken": True}
        os.waitpid(pid, 0)
        sys.stdout.write(json.dumps(said) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()

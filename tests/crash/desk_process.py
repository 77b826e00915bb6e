"""A desk to be killed: a process that has loaded everything and forks one live after another, each a desk of its own.

Lines of JSON on stdin begin a life: `{"config": folder, "port": of the driver, "die": [nth write, moment] or null}`.
On stdout: `{"pid": …}` when it begins and `{"over": status}` when it has ended. Within a life the desk connects to the
driver's port and speaks lines of JSON there: it is asked for its alerts, and to acknowledge one.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
from pathlib import Path
from typing import Any

from console.config import DeskConfig
from console.desk import DeskThread
from console.intents import Acknowledge
from console.opening import open_desk
from feeds.journal import Journal


def main() -> None:
    """Fork a life for each line, and wait for its end."""
    for line in sys.stdin:
        order = json.loads(line)
        pid = os.fork()
        if pid == 0:
            live(order)
            os._exit(0)
        say({"pid": pid})
        say({"over": os.waitpid(pid, 0)[1]})


def say(words: dict[str, Any]) -> None:
    """One line to the driver."""
    sys.stdout.write(json.dumps(words) + "\n")
    sys.stdout.flush()


def live(order: dict[str, Any]) -> None:
    """One desk, until it is killed or the driver hangs up."""
    if order["die"] is not None:
        die_at(*order["die"])
    with (
        socket.create_connection(("127.0.0.1", order["port"])) as wire,
        open_desk(DeskConfig(Path(order["config"])), os.environ, "duty-1") as desk,
        wire.makefile("rw", encoding="utf-8") as lines,
    ):
        for line in lines:
            lines.write(json.dumps(answer(desk, json.loads(line))) + "\n")
            lines.flush()


def answer(desk: DeskThread, asked: dict[str, Any]) -> dict[str, Any]:
    """What the driver wants to know, or to have done."""
    if desk.failure is not None:
        raise desk.failure
    if "ack" in asked:
        return {"ok": desk.submit(Acknowledge(asked["ack"], asked["note"]), "duty-1").result().ok}
    return {
        "alerts": [
            {
                "id": alert.id,
                "key": alert.key,
                "state": alert.state,
                "since": alert.since,
                "fired_at": alert.fired_at,
                "ack": [alert.acknowledged.who, alert.acknowledged.note] if alert.acknowledged else None,
            }
            for alert in desk.view.alerts
        ]
    }


def die_at(nth: int, moment: str) -> None:
    """Kill this process at its nth write to the journal: before it, inside its transaction, or right after it."""
    left, write, change = [nth], Journal.append_all, Journal._change

    def die(now: str) -> None:
        if left[0] == 0 and now == moment:
            os.kill(os.getpid(), signal.SIGKILL)

    def counted(self: Journal, *news: Any, **more: Any) -> Any:
        left[0] -= 1
        die("before")
        written = write(self, *news, **more)
        die("after")
        return written

    def changed(self: Journal, state: Any) -> None:
        change(self, state)
        die("inside")

    Journal.append_all = counted  # type: ignore[method-assign]
    Journal._change = changed  # type: ignore[method-assign]


if __name__ == "__main__":
    main()

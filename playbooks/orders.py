"""The life of one command: sent once, answered, asked after when it is not, unknown when nobody says.

A command is never sent a second time. When no answer comes within its time to live the site is asked, under the same
id, what became of it; when that is not answered either, what happened is unknown and a person decides.
"""

from __future__ import annotations

import math
from dataclasses import replace

from feeds.contract import Ack, Command, Nack, Progress, Query, Result
from feeds.text import clean
from playbooks.by_hand import asked_again, choices_of
from playbooks.effects import Send
from playbooks.run import OPEN, Issued, Item, Order, Reply, Run, StepState
from playbooks.turn import Turn
from playbooks.words import Words

COMMAND_TTL_S = 15.0
"""A site must not begin to carry a command out later than this after it was made; by then an answer is overdue."""

RESULT_WAIT_S = 60.0
"""After an acknowledgement, so long may pass without a word before the site is asked."""

MAX_ETA_S = 7_200.0
"""No site's own estimate is waited for longer than this without asking."""

MAX_ITEMS = 5_000

Answer = Ack | Nack | Progress | Result


def issue(turn: Turn, run: Run, order: Order, purpose: str, who: str) -> Issued:
    """Record the intent, then send: the one place where commands are made."""
    command = Command(
        site=order.site,
        id=turn.next_id("c"),
        verb=order.verb,
        args=dict(order.args),
        issuer=who,
        deadline_ns=round((turn.now + COMMAND_TTL_S) * 1e9),
        approvals=run.approvals,
    )
    if order.by != "site":
        return _to_people(turn, run, order, command, purpose)
    turn.record(
        "intent", run, command=command.id, site=order.site, verb=order.verb, args=command.args, purpose=purpose, by=who
    )
    turn.effects.append(Send(command, unjournalled=not turn.journalled))
    return Issued(command, due=turn.now + COMMAND_TTL_S)


def issued_at(issued: Issued) -> float:
    """When an order was made, in epoch seconds."""
    return issued.command.deadline_ns / 1e9 - COMMAND_TTL_S


def _to_people(turn: Turn, run: Run, order: Order, command: Command, purpose: str) -> Issued:
    """Write down what a person has to do, or what the desk itself does by writing it down."""
    words = order.words or Words(order.verb, order.verb)
    body = {"command": command.id, "site": order.site, "verb": order.verb, "args": command.args}
    body |= {"purpose": purpose, "by": command.issuer, "text": f"{words.zh} / {words.en}"}
    if order.verb in ("note", "notice"):
        turn.record(order.verb, run, **body)
    if order.by == "desk":
        return Issued(command, StepState.DONE, reply=Reply("done"), by="desk", words=words)
    turn.record("task", run, **body, within=order.within)
    return Issued(command, due=turn.now + order.within, by="person", words=words, choices=choices_of(order))


def answered(issued: Issued, frame: Answer, now: float) -> Issued | None:
    """The order after an answer, or None where the answer says nothing new. A nack or a result is the last word."""
    if issued.state not in OPEN and issued.state is not StepState.UNKNOWN:
        return None
    if isinstance(frame, Nack):
        reply = Reply("nack", why=clean(f"{frame.code} {frame.why}".strip(), 120))
        return replace(issued, state=StepState.FAILED, reply=reply, due=None, queried=False)
    if isinstance(frame, Result):
        state = frame.state if frame.state in ("done", "partial", "failed") else "unknown"
        reply = Reply(state, tuple(_item(raw) for raw in frame.items[:MAX_ITEMS]))
        return replace(issued, state=StepState.DONE, reply=reply, due=None, queried=False)
    if issued.state is StepState.ACKNOWLEDGED and isinstance(frame, Ack) and not issued.queried:
        return None
    wait = RESULT_WAIT_S
    if isinstance(frame, Ack) and 0.0 < frame.eta_s < math.inf:
        wait = max(wait, min(frame.eta_s, MAX_ETA_S) + COMMAND_TTL_S)
    due = max(now + wait, issued.due or now) if not issued.queried else now + wait
    share = (
        min(1.0, max(0.0, frame.share)) if isinstance(frame, Progress) and frame.share == frame.share else issued.share
    )
    return replace(issued, state=StepState.ACKNOWLEDGED, due=due, queried=False, share=share)


def overdue(turn: Turn, run: Run, issued: Issued) -> Issued:
    """The order after its time for an answer has passed: asked for once, then unknown."""
    if issued.by == "person":
        return asked_again(turn, run, issued)
    if issued.queried:
        turn.record("unknown", run, command=issued.command.id, site=issued.command.site, verb=issued.command.verb)
        return replace(issued, state=StepState.UNKNOWN, due=None, queried=False)
    return query(turn, run, issued)


def query(turn: Turn, run: Run, issued: Issued) -> Issued:
    """Ask the site what became of a command."""
    command = issued.command
    turn.record("queried", run, command=command.id, site=command.site)
    turn.effects.append(Query(command.site, command.id))
    state = StepState.SENT if issued.state is StepState.UNKNOWN else issued.state
    return replace(issued, state=state, due=turn.now + COMMAND_TTL_S, queried=True)


def reply_body(issued: Issued) -> dict[str, object]:
    """What the journal keeps of an answer."""
    reply = issued.reply
    body: dict[str, object] = {"command": issued.command.id, "site": issued.command.site, "state": str(issued.state)}
    if reply is not None:
        body |= {"answer": reply.state, "why": reply.why}
        body["items"] = [
            {"target": i.target, "before": i.before, "after": i.after, "error": i.error} for i in reply.items
        ]
    return body


def _item(raw: object) -> Item:
    """One item of a result, whatever the site put there."""
    if not isinstance(raw, dict):
        return Item("", math.nan, math.nan, "not a map")
    error = raw.get("error")
    return Item(
        str(raw.get("target", "")),
        _number(raw.get("before")),
        _number(raw.get("after")),
        clean(error) if error else "",
    )


def _number(value: object) -> float:
    number = float(value) if isinstance(value, int | float) and not isinstance(value, bool) else math.nan
    return number if math.isfinite(number) else math.nan

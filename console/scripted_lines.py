"""What a scripted run says, as plain data: one mapping a line, and the same in one line for people."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from console.clock import TIME_ZONE
from feeds.durations import format_duration
from playbooks.preview import Preview
from playbooks.run import RunView


def preview_line(plan: Preview, at: float) -> dict[str, Any]:
    """What it would do, and why it may not."""
    return {
        "event": "preview",
        "at": at,
        "ok": plan.ok,
        "playbook": plan.playbook,
        "plan": plan.plan_hash,
        "parameters": {name: _plain(value) for name, value in plan.params.items()},
        "commands": [
            {"site": order.site, "verb": order.verb, "by": order.by, "args": _plain(dict(order.args))}
            for step in plan.steps
            for order in step.orders
        ],
        "guards": [
            {"guard": one.text, "verdict": one.verdict, "figures": {name: _plain(v) for name, v in one.figures}}
            for one in plan.guards
        ],
        "approvals": plan.approvals,
        "ends_after_s": plan.lasts,
        "refusals": [{"zh": words.zh, "en": words.en} for words in plan.refusals],
    }


def run_lines(run: RunView, at: float) -> Iterator[dict[str, Any]]:
    """Where a run stands: one line for each step, one for the whole."""
    for number, step in enumerate(run.steps, 1):
        if step.state != "waiting":
            line = {"event": "step", "at": at, "run": run.id, "step": number, "of": len(run.steps)}
            line |= {"state": str(step.state), "does": {"zh": step.words.zh, "en": step.words.en}}
            line |= {"achieved": {name: _plain(value) for name, value in step.achieved}} if step.achieved else {}
            line |= {"reason": {"zh": step.reason.zh, "en": step.reason.en}} if step.reason else {}
            yield line
    asks = {"zh": run.question.zh, "en": run.question.en, "choices": list(run.choices)} if run.question else None
    worked = None if run.worked is None else "unknown" if math.isnan(run.worked) else bool(run.worked)
    yield {"event": "run", "at": at, "run": run.id, "state": str(run.state), "asks": asks, "helped": worked}


def situation(run: RunView | None) -> dict[str, Any]:
    """How things stand when the script ends, whatever ended it."""
    if run is None:
        zh, en = "没有启动,什么也没有改变", "nothing was started, and nothing is changed"
        return {"run": None, "state": None, "in_force": False, "until": None, "zh": zh, "en": en}
    zh, en = _stands(run)
    plain = {"run": run.id, "state": str(run.state), "in_force": run.in_force, "until": run.until}
    return {**plain, "zh": zh, "en": en}


def _stands(run: RunView) -> tuple[str, str]:
    if run.state == "proposed":
        return "待另一人批准,什么也没有发出", "it waits for another person; nothing was sent"
    if run.state == "unknown":
        return "命令是否已执行未知,需有人核实", "whether a command was carried out is unknown: somebody has to look"
    if not run.in_force:
        return "没有任何改变仍然有效", "nothing of it is in force"
    if run.until is None:
        return "仍然有效,何时结束待人决定", "it is in force; when it ends is for a person to say"
    at = datetime.fromtimestamp(run.until, ZoneInfo(TIME_ZONE)).strftime("%H:%M:%S")
    return f"有效至 {at},到时自动还原", f"it is in force until {at}, when it is taken back by itself"


def sentence(line: Mapping[str, Any], lang: str) -> str:
    """One line for people; empty for what only a program needs."""
    match line["event"]:
        case "preview":
            told = [f"{one['site'] or '–'}: {one['verb']} {_args(one['args'])}" for one in line["commands"]]
            told += [f"✗ {words[lang]}" for words in line["refusals"]]
            told += [f"= {format_duration(line['ends_after_s'])}, {line['approvals']} ☺"] if line["ok"] else []
            return "\n".join((line["playbook"], *(f"  {one}" for one in told)))
        case "step":
            reason = f" ({line['reason'][lang]})" if "reason" in line else ""
            return f"  {line['step']}/{line['of']} {line['state']:<12} {line['does'][lang]}{reason}"
        case "run":
            asks = f" · {line['asks'][lang]} [{' '.join(line['asks']['choices'])}]" if line["asks"] else ""
            return f"{line['run']} {line['state']}{asks}"
        case "refused":
            return f"✗ {line[lang]}"
        case "end":
            return str(line[lang])
        case "not_started":
            return f"✗ {line['why']}"
        case _:
            return ""


def _args(args: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}={_short(value)}" for name, value in args.items() if name != "transfer")


def _short(value: object) -> str:
    if isinstance(value, list):
        return f"{len(value)}×" if len(value) > 3 else ",".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value)


def _plain(value: Any) -> Any:  # noqa: ANN401 - plain data of any shape
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(name): _plain(inner) for name, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, tuple | list) else value

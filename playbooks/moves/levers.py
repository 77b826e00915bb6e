"""What helps where nobody can be moved: fewer customers who need a person at once."""

from __future__ import annotations

from playbooks.words import Words

DEMAND_LEVERS: tuple[str, ...] = ("P10", "P11", "P12", "P13", "P16", "P17", "P18")
"""The rungs of the ladder that work on demand: with the whole network loaded, moves only shift the pain."""

USE_LEVERS = Words(
    "可用需求侧手段：P10 机器人溢出、P11 售前优先、P12 排队提示、P13 统一话术、P16 回拨、P17 队列上限、P18 止源",
    "demand levers would: P10 bot overflow, P11 pre-sale first, P12 expected wait, P13 common answer, "
    "P16 callback, P17 queue cap, P18 stop the cause",
)

SATURATED = Words("全网负荷 ≥ 1，调人只是转移排队", "the whole network is loaded: moving people only moves the queue")

NO_GAIN = Words("没有一种调拨能让更多客户按时得到答复", "no move would have more customers answered in time")

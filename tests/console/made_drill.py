"""A small drill that somebody can help in: one site is overrun, another has people to spare."""

from __future__ import annotations

from pathlib import Path

from simulators.scenario import Scenario, load_scenario

OVERRUN = """
id: overrun
title: {zh: 小演练, en: "A small <drill> | with *marks*"}
starts: "2026-11-10T20:00:00+08:00"
minutes: 6
warm_up: 1m
curve: [[0s, 1]]
lead_time: 1m
drift: 0
busyness_shape: null
sites:
  - id: hefei
    zh: 合肥 服饰
    en: Hefei Apparel
    contacts_per_day: 26000
    groups: [{category: apparel, agents: 20, cap: 3, reserve: 20%}]
    shops: [{id: yunxiu, zh: 云岫衣社, en: Yunxiu, category: apparel, on: [tmall, jd], phases: [pre]}]
  - id: luoyang
    zh: 洛阳 服饰
    en: Luoyang Apparel
    contacts_per_day: 5000
    groups: [{category: apparel, agents: 40, cap: 3, reserve: 20%}]
    shops: [{id: yichuan, zh: 伊川汉服, en: Yichuan, category: apparel, on: [tmall], phases: [pre]}]
injections:
  - {kind: surge, at: 0s, for: 7m, site: hefei, factor: 2.5}
truth:
  story: {zh: 直播间带来一波咨询, en: A live stream brings a wave}
  events:
    - {id: wave, at: 0s, until: 7m, site: hefei, what: {zh: 合肥进线翻倍, en: Twice the contacts at Hefei}}
objectives:
  detect:
    - {event: wave, within: 3m, signs: [{rule: queue-building, site: hefei}, {rule: oldest-wait-*, site: hefei}]}
  acts:
    - {id: bot, event: wave, playbook: bot-overflow, with: {site: hefei}, what: {zh: 机器人先行, en: Bot first}}
  traps:
    - {id: off, event: wave, playbook: cross-site-move, with: {from: hefei}, what: {zh: 抽走人手, en: People sent away}}
"""


def overrun(folder: Path) -> tuple[Path, Scenario]:
    """The scenario as a file in a folder, and read."""
    path = folder / "overrun.yaml"
    path.write_text(OVERRUN, encoding="utf-8")
    return path, load_scenario(str(path))

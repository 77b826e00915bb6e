"""Playbooks written inside tests."""

from __future__ import annotations

from feeds.yamlfile import parse_yaml_located
from playbooks.checking import check_playbook
from playbooks.plan import PlaybookFile
from playbooks.playbook import Playbook

TWO_STEPS = """\
playbook: both
title: {zh: 两步, en: Both}
approve: 2
on_expiry: ask
parameters:
  to: {from: alert.queue}
  count: {default: 30, max: 40}
guards: [network.load < 1]
steps:
  - set_bot_share: {site: $to, queues: $to, share: 50%}
    verify: {that: to.bot_share >= 0.49, within: 1m}
  - reallocate_agents: {to: $to, count: $count}
    verify: {that: to_site.agents_borrowed >= before(to_site.agents_borrowed) + $count, within: 20m}
revert: {after: 1h}
"""


def playbook(text: str, where: str = "test.yaml", names: tuple[str, ...] = ()) -> Playbook:
    """A checked playbook from YAML text. Raises InputError."""
    return check_playbook(*parse_yaml_located(text, PlaybookFile, where), names)

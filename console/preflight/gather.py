"""Gathers the facts of a preflight: reads the configuration anew, looks at tokens, journal and machine."""

from __future__ import annotations

import math
import time
import zoneinfo
from collections.abc import Iterable, Mapping

from alerts.clock_files import load_clocks
from alerts.notices.receivers import Receiver
from alerts.rule_tests import try_shipped_rules
from console.clock import TIME_ZONE
from console.config import DEGRADE, FILE, DeskConfig
from console.peak import peak_of
from console.playbook_desk import shipped_playbooks
from console.preflight.facts import FileFacts, JournalFacts, MachineFacts, PreflightFacts, ReceiverFacts, TokenFacts
from console.preflight.journal_reading import read_journal
from console.preflight.robots import asked, try_receivers, untried
from console.tokens import jwt_expiry
from console.view import DeskView
from feeds.clocks import ClockDefinition
from feeds.errors import InputError
from playbooks.words import Words

TRIED_COUNTS_S = 7_200.0
"""How long a message that arrived says that the next one will."""


class Gatherer:
    """Facts for the preflight of one desk: `config` as it was opened, None on the built-in drill.

    `peak` is what `--peak` says, `accepted` the checks of which a person lets the unknown pass.
    """

    def __init__(
        self,
        config: DeskConfig | None,
        environment: Mapping[str, str],
        *,
        peak: str = "",
        accepted: Iterable[str] = (),
    ) -> None:
        self._config, self._environment = config, environment
        self._peak = peak
        self.accepted = frozenset(accepted)
        self._tried: tuple[float, tuple[ReceiverFacts, ...]] = -math.inf, ()

    def facts(
        self,
        view: DeskView,
        *,
        encoding: str = "utf-8",
        columns: int = 0,
        rows: int = 0,
    ) -> PreflightFacts:
        """Everything there is to judge at this moment. Reads files and takes some tenths of a second."""
        config, own = self._read()
        desk = config.file.desk if config is not None else None
        clocks = config.clocks if config is not None else load_clocks()
        peak, ends = (desk.peak, desk.peak_ends) if desk is not None else (None, None)
        return PreflightFacts(
            view=view,
            peak=peak_of(self._peak, peak, ends, view.at),
            configured=config is not None,
            tokens=_tokens(config, self._environment) if config is not None else {},
            standby=_standby(config) if config is not None else {},
            clocks=clocks,
            calendar=config is not None and (config.folder / DEGRADE).is_file(),
            degrade=config.degrade if config is not None else (),
            files=(*own, _shipped()),
            receivers=self._tried_lately(view),
            journal=self._journal(config, view),
            machine=MachineFacts(_missing_zones(clocks), encoding, columns, rows),
            read_at=view.at,
            accepted=self.accepted,
        )

    def receivers(self, view: DeskView) -> tuple[Receiver, ...]:
        """Who is told of what happens at this desk."""
        configured = self._config.receivers if self._config is not None else ()
        return asked(configured, live=view.mode == "live")

    async def try_receivers(self, view: DeskView) -> None:
        """Send a test message to each receiver; the facts of the next hours tell what came of it."""
        self._tried = time.monotonic(), await try_receivers(self.receivers(view), self._environment, time.time())

    def _tried_lately(self, view: DeskView) -> tuple[ReceiverFacts, ...]:
        tried_at, results = self._tried
        lately = time.monotonic() - tried_at < TRIED_COUNTS_S
        known = {result.name: result for result in results if lately}
        return tuple(known.get(one.name, one) for one in untried(self.receivers(view)))

    def accept(self, check: str) -> bool:
        """Let the unknown of a check pass, or no longer; returns whether it passes now."""
        self.accepted ^= {check}
        return check in self.accepted

    def _read(self) -> tuple[DeskConfig | None, tuple[FileFacts, ...]]:
        """The configuration as it stands on disk now; where it is wrong there, the one in force, and what is wrong."""
        if self._config is None:
            return None, ()
        who, folder = Words("配置", "configuration"), self._config.folder
        try:
            config = DeskConfig(folder)
            config.addresses(self._environment)
        except InputError as error:
            return self._config, (FileFacts("configuration", who, Words("", ""), str(error)),)
        counted = _counts(len(config.rules), len(config.clocks), len(config.playbooks))
        return config, (FileFacts("configuration", who, counted),)

    def _journal(self, config: DeskConfig | None, view: DeskView) -> JournalFacts | None:
        if config is None:
            return JournalFacts(view.journal.path)
        try:
            return read_journal(config.journal_path(self._environment))
        except OSError as error:
            return JournalFacts("", f"{config.folder / FILE}: journal: {error.strerror or error}")


def _counts(rules: int, clocks: int, playbooks: int) -> Words:
    return Words(
        f"{rules} 条规则、{clocks} 个时钟、{playbooks} 个预案有效",
        f"{rules} rules, {clocks} clocks, {playbooks} playbooks are valid",
    )


def _shipped() -> FileFacts:
    """The rule tests that come with the package: a damaged or patched installation shows here."""
    who = Words("出厂规则", "shipped rules")
    try:
        number, playbooks = try_shipped_rules(), len(shipped_playbooks())
    except InputError as error:
        return FileFacts("shipped", who, Words("", ""), str(error))
    found = Words(
        f"{number} 个出厂规则测试通过，{playbooks} 个出厂预案",
        f"{number} shipped rule tests pass, {playbooks} playbooks",
    )
    return FileFacts("shipped", who, found)


def _tokens(config: DeskConfig, environment: Mapping[str, str]) -> dict[str, TokenFacts]:
    """Each site's token: what `token_expires` says and what a JWT says of itself, the earlier of the two."""
    try:
        shown = {address.site: address.token for address in config.addresses(environment)}
    except InputError:
        shown = {}
    out: dict[str, TokenFacts] = {}
    for site in config.file.sites:
        token = shown.get(site.id, "")
        stated = site.token_expires.timestamp() if site.token_expires is not None else None
        claimed = jwt_expiry(token)
        if claimed is not None and (stated is None or claimed < stated):
            out[site.id] = TokenFacts(shown=True, expires=claimed, source="jwt")
        else:
            out[site.id] = TokenFacts(bool(token), stated, "configured" if stated is not None else "")
    return out


def _standby(config: DeskConfig) -> dict[str, int]:
    return {site.id: site.standby for site in config.file.sites if site.standby is not None}


def _missing_zones(clocks: Iterable[ClockDefinition]) -> tuple[str, ...]:
    missing = []
    for name in dict.fromkeys((TIME_ZONE, *(clock.tz for clock in clocks))):
        try:
            zoneinfo.ZoneInfo(name)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
            missing.append(name)
    return tuple(missing)

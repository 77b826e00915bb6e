"""Reads files of rule tests: every rule, series, event and expectation checked before anything runs."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path as FilePath

import numpy as np
from numpy.typing import NDArray

from alerts.duties import DUTY_METRICS, duty_row
from alerts.platforms import PLATFORM_METRICS
from alerts.rows import ALL_SITES, RowAttributes
from alerts.rule_checks import KNOWN_NAMES, check_parts, check_sides, nearest_of
from alerts.rule_test_schema import Case, CaseEvent, CaseRow, CaseRule, Expectation, RuleEntry, RuleTestFile
from alerts.rules import Rule, RuleScope, load_rules, rule_names
from feeds.catalog import METRICS
from feeds.errors import InputError
from feeds.metric import Metric, Rows
from feeds.yaml_tree import Path, Places
from feeds.yamlfile import read_yaml_located

SHIPPED = "shipped"
"""Among a test file's `rules`: those that come with DutyDeck."""

MAX_CELLS = 2_000_000
"""Instants × series × rules of one case."""

_ONLY_OF_PLATFORMS = frozenset(PLATFORM_METRICS) - frozenset(METRICS)


@dataclass(frozen=True, slots=True)
class RuleTest:
    """One case, ready to run. `figures` is metric → instants × series, NaN where unknown; a series is a row's key."""

    where: str
    name: str
    rules: tuple[Rule, ...]
    rows: tuple[RowAttributes, ...]
    instants: tuple[float, ...]
    figures: Mapping[str, NDArray[np.float64]]
    events: tuple[CaseEvent, ...]
    expect: tuple[Expectation, ...]
    expect_lines: tuple[int, ...]
    event_lines: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class RuleTests:
    """The cases of one file, and what its author should look at although it is no error."""

    cases: tuple[RuleTest, ...]
    notes: tuple[str, ...]


def read_rule_tests(path: FilePath) -> RuleTests:
    """The cases of a file. `rules:` names rule files from its folder, or `shipped`. Raises InputError."""
    content, places = read_yaml_located(path, RuleTestFile)
    reader = _Reader(places, path)
    common = reader.top(content.rules)
    cases = tuple(reader.case(case, ("cases", index), common) for index, case in enumerate(content.cases))
    return RuleTests(cases, tuple(reader.notes))


class _Reader:
    def __init__(self, places: Places, path: FilePath) -> None:
        self._places, self._path = places, path
        self.notes: list[str] = []

    def top(self, entries: Sequence[RuleEntry]) -> tuple[Rule, ...]:
        """The rules of the files that a test file names, and those written out beside them."""
        found: list[Rule] = []
        for index, entry in enumerate(entries):
            if isinstance(entry, CaseRule):
                found.append(self._written(entry, ("rules", index)))
            elif entry == SHIPPED:
                found.extend(load_rules())
            else:
                found.extend(load_rules([self._path.parent / entry]))
        self._once(found, ("rules",))
        return tuple(found)

    def case(self, case: Case, path: Path, common: Sequence[Rule]) -> RuleTest:
        """One case, ready to run."""
        rules = self._rules(case, path, common)
        if not case.rows:
            rules = tuple(map(_anywhere, rules))
        if not case.series:
            raise self._places.error((*path, "series"), "no series", "{QUEUE: {METRIC: [VALUES]}}")
        figures = self._figures(case, path, rules)
        self._known_series(case, path)
        for index, expectation in enumerate(case.expect):
            self._known_rule(expectation.rule, rules, (*path, "expect", index, "rule"))
        for index, event in enumerate(case.events):
            asked = event.acknowledge.rule if event.acknowledge else None
            self._known_rule(asked, rules, (*path, "events", index, "acknowledge", "rule"))
            self._known_profile(event.profile, rules, (*path, "events", index, "profile"))
            for place, name in enumerate(event.silence.rules if event.silence else ()):
                self._known_rule(name, rules, (*path, "events", index, "silence", "rules", place))
        count = max((len(one) for one in figures.values()), default=1)
        return RuleTest(
            self._places.where,
            case.name,
            rules,
            tuple(self._row(key, case, (*path, "rows", key)) for key in case.series),
            tuple(round(index * case.interval, 6) for index in range(count)),
            figures,
            case.events,
            case.expect,
            self._lines((*path, "expect"), case.expect),
            self._lines((*path, "events"), case.events),
        )

    def _lines(self, path: Path, things: Sequence[object]) -> tuple[int, ...]:
        return tuple(self._places((*path, index))[0] for index in range(len(things)))

    def _rules(self, case: Case, path: Path, common: Sequence[Rule]) -> tuple[Rule, ...]:
        if case.rule is not None:
            return (self._rule(case.rule, (*path, "rule"), common),)
        chosen = [self._rule(entry, (*path, "rules", index), common) for index, entry in enumerate(case.rules)]
        self._once(chosen, (*path, "rules"))
        if not chosen and not common:
            raise self._places.error(path, "no rule to test", "rule: {when: …}, or rules: [FILE] at the top")
        return tuple(chosen or common)

    def _rule(self, entry: CaseRule | str, path: Path, common: Sequence[Rule]) -> Rule:
        if isinstance(entry, CaseRule):
            return self._written(entry, path)
        self._known_rule(entry, common, path)
        return next(rule for rule in common if rule.rule == entry)

    def _written(self, rule: CaseRule, path: Path) -> Rule:
        """A rule of a case; without a scope it looks at the level that has its metrics."""
        if "scope" not in rule.model_fields_set:
            metrics = [METRICS.get(name) for name in self._names(rule, path)]
            if not _ONLY_OF_PLATFORMS.isdisjoint(self._names(rule, path)):
                rule = rule.model_copy(update={"scope": RuleScope(level="platform")})
            elif not DUTY_METRICS.keys().isdisjoint(self._names(rule, path)):
                rule = rule.model_copy(update={"scope": RuleScope(level="desk")})
            elif any(isinstance(metric, Metric) and metric.rows is Rows.SITE for metric in metrics):
                rule = rule.model_copy(update={"scope": RuleScope(level="site")})
        check_parts(rule, self._places, path)
        try:
            check_sides(rule, self._places, path)
        except InputError as overlap:
            self.notes.append(str(overlap))
        return rule

    def _names(self, rule: Rule, path: Path) -> tuple[str, ...]:
        try:
            return rule_names(rule)
        except InputError:
            check_parts(rule, self._places, path)  # says the same with its place
            raise

    def _once(self, rules: Sequence[Rule], path: Path) -> None:
        seen: set[str] = set()
        for rule in rules:
            if rule.rule in seen:
                raise self._places.error(path, f"rule {rule.rule!r} is here twice", "each id once")
            seen.add(rule.rule)

    def _figures(self, case: Case, path: Path, rules: Sequence[Rule]) -> dict[str, NDArray[np.float64]]:
        used = tuple(dict.fromkeys(name for rule in rules for name in rule_names(rule)))
        given = []
        for key, series in case.series.items():
            if isinstance(series, dict):
                for name in series:
                    self._known_metric(name, (*path, "series", key, name))
                given.append(series)
            elif len(used) == 1:
                given.append({used[0]: series})
            else:
                raise self._places.error(
                    (*path, "series", key), "values without their metric", f"{{{', '.join(used)}: […]}}"
                )
        names = tuple(dict.fromkeys(name for series in given for name in series))
        count = max((1, *(len(values) for series in given for values in series.values())))
        if count * len(given) * max(len(rules), len(names)) > MAX_CELLS:
            raise self._places.error((*path, "series"), "a case of this size", f"at most {MAX_CELLS:,} values")
        return {name: _spread([series.get(name, ()) for series in given], count) for name in names}

    def _row(self, key: str, case: Case, path: Path) -> RowAttributes:
        if not case.rows:
            return RowAttributes(key, "queue", _NO_SITE, zh=key, en=key)
        row = case.rows.get(key, CaseRow())
        if row.level == "queue" and key == f"{row.site}/*":
            raise self._places.error(path, f"{key} is the row of a site", "level: site")
        if row.level == "platform":
            if not row.platform:
                raise self._places.error(path, "no platform is named", "{level: platform, platform: taobao}")
            return RowAttributes(key, "platform", ALL_SITES, platform=row.platform, zh=key, en=key)
        if row.level == "desk":
            return replace(duty_row(key, key, key), key=key)
        belongs = row.model_dump(exclude={"level", "site"})
        return RowAttributes(key, row.level, row.site, **belongs, zh=key, en=key, site_zh=row.site, site_en=row.site)

    def _known_metric(self, name: str, path: Path) -> None:
        if name not in KNOWN_NAMES:
            line, column = self._places.key(path)
            expected = nearest_of(name, KNOWN_NAMES, "a metric of the catalogue")
            raise InputError(self._places.where, f"unknown metric {name!r}", expected, line=line, column=column)

    def _known_rule(self, name: str | None, rules: Iterable[Rule], path: Path) -> None:
        ids = [rule.rule for rule in rules]
        if name is not None and name not in ids:
            raise self._places.error(path, f"unknown rule {name!r}", nearest_of(name, ids, "the id of a rule here"))

    def _known_profile(self, name: str | None, rules: Iterable[Rule], path: Path) -> None:
        known = ["none", *dict.fromkeys(profile for rule in rules for profile in rule.profiles)]
        if name is not None and name not in known:
            expected = nearest_of(name, known, "a profile of a rule here, or none")
            raise self._places.error(path, f"unknown profile {name!r}", expected)

    def _known_series(self, case: Case, path: Path) -> None:
        """Refuse the name of a series that the case does not have, wherever it stands."""
        asked: list[tuple[Path, Sequence[str]]] = [(("rows", key), (key,)) for key in case.rows]
        asked += [(("expect", index, "series"), one.series) for index, one in enumerate(case.expect)]
        for index, event in enumerate(case.events):
            if event.acknowledge is not None:
                asked.append((("events", index, "acknowledge", "series"), event.acknowledge.series))
            if event.silence is not None:
                asked.append((("events", index, "silence", "series"), event.silence.series))
            for key, sites in (("dark", event.dark), ("back", event.back)):
                asked.append((("events", index, key), [name for name in sites or () if not meant(name, case.series)]))
        for where, wanted in asked:
            for name in wanted:
                if name not in case.series:
                    expected = nearest_of(name, case.series, "a series of this case")
                    raise self._places.error((*path, *where), f"unknown series {name!r}", expected)


def meant(name: str, series: Iterable[str]) -> tuple[str, ...]:
    """The series that a site's name in an event means: the one of that name, and those that begin with it and `/`."""
    return tuple(key for key in series if key == name or key.startswith(f"{name}/"))


_NO_SITE = "\0"
"""The site of series that belong nowhere; no key of a file can be its row."""


def _anywhere(rule: Rule) -> Rule:
    """The rule where nothing says where the series belong: it looks at all of them, and mutes no site's queues."""
    inhibits = () if rule.inhibits == "queues" else rule.inhibits
    return rule.model_copy(update={"scope": RuleScope(), "inhibits": inhibits})


def _spread(series: Sequence[Sequence[float | None]], count: int) -> NDArray[np.float64]:
    """Values as instants × series; the last one of each holds, a series without any is unknown."""
    spread = np.full((count, len(series)), math.nan)
    for column, values in enumerate(series):
        known = [math.nan if value is None else value for value in values]
        spread[: len(known), column] = known
        spread[len(known) :, column] = known[-1] if known else math.nan
    return spread

"""What a coach does with a drill: inject, go back, mark, reveal, and look at how it goes."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from console.clock import TIME_ZONE
from console.coach_view import CoachView, Incident, NamedMoment
from console.drill_times import wanted_moment
from console.intents import AskCoach, CoachIntent, Inject, MarkMoment, Outcome, Reveal, Seek
from console.rehearsal import left_over
from feeds.errors import InputError
from feeds.journal import Entry
from feeds.text import clean
from simulators.aims import aims
from simulators.injecting import read_injection, ready_made
from simulators.injection import Injection
from simulators.injection_words import injection_words
from simulators.scoring import Session, score
from simulators.scoring_part import spoken
from simulators.serve import SimulatedSites
from simulators.standing_branch import INJECT, MARK, PANEL, REVEAL, SEEK, known_from, standing
from simulators.suffering import Suffering, harm, suffering
from simulators.world import World

if TYPE_CHECKING:
    from console.drill_room import DrillRoom

RECORDED = Outcome(
    "recorded",
    "正在录制的演练不能回退：录制只有一条时间线",
    "a drill that is recorded cannot go back: a recording has one course",
)
UNWRITTEN = Outcome(
    "unjournalled", "日志写不进去，教练台不动", "the journal cannot be written, so the coach's deed is refused"
)
NO_TRUTH = Outcome("no_truth", "这个场景没有写明真相", "this scenario says nothing of what really happens")

MOST_LABEL = 24

BEFORE = "i"
"""The moment before the nth injection of the coach is called so, with its number."""


class Coach:
    """Carries a coach's requests out, one after the other, on a thread of its own."""

    def __init__(self, room: DrillRoom, world: World) -> None:
        self._room = room
        self._scenario = room.scenario
        self.started = world.now
        self._before = suffering(world)
        self._entries: list[Entry] = []
        self._marks = 0
        self._opened: set[str] = set()

    def carry_out(self, intent: CoachIntent, who: str) -> Outcome:
        """What was asked; a refusal is an outcome with its reason."""
        try:
            match intent:
                case Inject():
                    return self._inject(intent.text, who)
                case Seek():
                    return self._seek(intent.to, who)
                case MarkMoment():
                    return self._mark(intent.name, who)
                case Reveal():
                    return self._reveal(who)
                case AskCoach():
                    return self._look(who, opened=intent.opened)
        except InputError as error:
            return Outcome("bad_input", str(error), str(error))

    def _inject(self, text: str, who: str) -> Outcome:
        room = self._room
        if not room.keeper.writable:
            return UNWRITTEN

        def add(sites: SimulatedSites) -> tuple[Injection, float]:
            one = read_injection(text, self._scenario, sites.world.elapsed)
            room.keep_now(sites, label)
            sites.world.inject(one)
            said = one.model_dump(mode="json", by_alias=True, exclude_defaults=True)
            said |= {"kind": one.kind, "asked_s": sites.world.elapsed, "moment": label}
            # From here, so that no moment is kept between the world's change and the entry that tells of it.
            room.write_soon(INJECT, who, said)
            return one, sites.world.elapsed

        label = f"{BEFORE}{self._marks + 1}"
        one, elapsed = room.ask_sites(add)
        self._marks += 1
        zh, en = injection_words(one, self._scenario)
        wait = round(one.at - elapsed)
        return Outcome(zh=f"已注入：{zh}，{wait} 秒后开始", en=f"injected: {en}, begins in {wait} s")

    def _seek(self, text: str, who: str) -> Outcome:
        room = self._room
        if room.writer is not None:
            return RECORDED
        if not room.keeper.writable:
            return UNWRITTEN
        now = room.ask_sites(lambda sites: sites.world.elapsed)
        moment = wanted_moment(text, now, self.started, ZoneInfo(TIME_ZONE), room.moments)
        room.go_back(moment, who)
        clock = datetime.fromtimestamp(self.started + moment.at, ZoneInfo(TIME_ZONE)).strftime("%H:%M:%S")
        back = round(now - moment.at)
        return Outcome(zh=f"已回到 {clock}（{back} 秒前）", en=f"back at {clock}, {back} s before")

    def _mark(self, name: str, who: str) -> Outcome:
        self._marks += 1
        label = clean(name.strip(), MOST_LABEL) or f"m{self._marks}"
        at = self._room.ask_sites(lambda sites: self._room.keep_now(sites, label))
        self._room.write_soon(MARK, who, {"moment": label, "at_s": at})
        return Outcome(zh=f"已标记此刻：{label}", en=f"this moment is called {label}")

    def _reveal(self, who: str) -> Outcome:
        truth = self._scenario.truth
        if truth is None:
            return NO_TRUTH
        self._catch_up()
        known = known_from(self._entries, self.started)
        if known is not None:
            return Outcome(zh=f"{known.who} 已经揭晓过", en=f"{known.who} has revealed it already")
        story = {"zh": truth.story.zh, "en": truth.story.en}
        if not self._room.write_soon(REVEAL, who, {"story": story}).result():
            return UNWRITTEN
        return Outcome(zh=f"真相：{truth.story.zh}", en=f"the truth: {truth.story.en}")

    def _look(self, who: str, *, opened: bool) -> Outcome:
        if opened and who not in self._opened:
            self._opened.add(who)
            self._room.write_soon(PANEL, who, {})
        self._catch_up()
        seen = self._room.ask_sites(lambda sites: _Seen.of(sites.world))
        return Outcome(coach=self._view(seen))

    def _catch_up(self) -> None:
        """Read what was written since the last look."""
        after = self._entries[-1].number if self._entries else 0
        self._entries += self._room.ask_desk(lambda core: list(core.journal.journal.entries(after)))

    def _view(self, seen: _Seen) -> CoachView:
        scenario, moments = self._scenario, self._room.moments
        stands = standing(self._entries)
        session = Session(
            stands, self.started, seen.at, seen.suffered.since(self._before), None, scenario.objectives,
            scenario.truth, seen.left,
        )  # fmt: skip
        known = known_from(self._entries, self.started)
        seeks = [entry for entry in self._entries if entry.kind == SEEK]
        injected = list(self._injected(seen, stands))
        over = [one for one in injected if one.at <= seen.at]
        return CoachView(
            self.started,
            seen.at,
            scenario.minutes * 60.0,
            self._room.seed,
            tuple(sorted((one for one in injected if one.at > seen.at), key=lambda one: one.at)),
            tuple(sorted((*over, *self._deeds(stands)), key=lambda one: one.at)),
            aims(session),
            replace(score(session), known=known),
            harm(session.suffered).whole,
            tuple(NamedMoment(one.at, one.label) for one in moments.labels()),
            next((one.at for one in moments), float("nan")),
            len(seeks),
            len(self._entries) - len(stands),
            scenario.truth if known is not None else None,
            scenario.truth is not None,
            known,
            tuple(ready_made(scenario)),
            self._room.writer is not None,
        )

    def _injected(self, seen: _Seen, stands: Sequence[Entry]) -> Iterator[Incident]:
        """Every injection of the world; who asked for those that the scenario does not have."""
        asked = [entry.actor for entry in stands if entry.kind == INJECT]
        own = len(self._scenario.injections)
        for number, one in enumerate(seen.injections):
            lasts: float | None = getattr(one, "for_", None)
            until = math.inf if lasts is None else one.at + lasts
            by = asked[number - own] if own <= number < own + len(asked) else ""
            yield Incident(one.at, until, *injection_words(one, self._scenario), by)

    def _deeds(self, stands: Sequence[Entry]) -> Iterator[Incident]:
        for entry in stands:
            at = entry.at_ns / 1e9 - self.started
            if entry.kind == SEEK:
                to = float(entry.body["to_s"])
                zh, en = f"回退到 {spoken(to)}（自 {spoken(at)}）", f"went back to {spoken(to)} (from {spoken(at)})"
                yield Incident(to, to, zh, en, entry.actor)
            elif entry.kind == REVEAL:
                yield Incident(at, at, "揭晓真相", "the truth was revealed", entry.actor)
            elif entry.kind == PANEL:
                yield Incident(at, at, "打开教练台", "the coach's panel was opened", entry.actor)
            elif entry.kind == MARK:
                label = str(entry.body["moment"])
                yield Incident(at, at, f"标记 {label}", f"moment {label}", entry.actor)


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the panel wants of the world, taken between two seconds."""

    at: float
    injections: tuple[Injection, ...]
    suffered: Suffering
    left: dict[str, int]

    @classmethod
    def of(cls, world: World) -> _Seen:
        return cls(world.elapsed, world.injections, suffering(world), left_over(world))

"""What must add up: each total with its parts, and the difference said where there is one.

Sources count the parts of a moment one after the other, and a desk may have come in when contacts were waiting already;
so a difference is no error, and never hidden.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from console.draw.facts import title_of
from console.figures.place import FigurePlace
from console.format import count
from console.i18n import N_, _

Item = tuple[str, str, str]
"""Label, text, style."""

RESTS = (
    "rest_ordinary", "rest_meal", "rest_meeting", "rest_coaching", "rest_training", "rest_forced", "rest_signin",
    "rest_quality",
)  # fmt: skip


def whole(value: float) -> str:
    """A number with all its digits: who checks a sum needs the last one."""
    return count(value, most=1e15)


@dataclass(frozen=True, slots=True)
class Identity:
    """`whole` is the sum of `parts`; `rest` says what a difference may be, in English, to be translated."""

    whole: tuple[str, ...]
    parts: tuple[str, ...]
    rest: str


IDENTITIES: tuple[Identity, ...] = (
    Identity(
        ("offered", "overflow_in"),
        ("answered", "abandoned", "timed_out", "waiting", "bot_contained", "bot_open", "overflow_out"),
        N_("who was here before the counters began, passed on, or counted a moment apart"),
    ),
    Identity(
        ("agents_online",),
        ("agents_busy", "agents_acw", *RESTS),
        N_("online with no chat; they are available, or about to be"),
    ),
    Identity(
        ("bot_entered",),
        ("bot_contained", "bot_handed_over", "bot_open"),
        N_("counted a moment apart, or left the bot without a word"),
    ),
    Identity(
        ("answered",),
        ("completed", "chats_open"),
        N_("passed to another queue, in conversation before the counters began, or held from elsewhere"),
    ),
    Identity(
        ("slots",),
        ("chats_open", "slots_free"),
        N_("held by after-contact work or by other queues of the group, or over the cap"),
    ),
)


def sums_of(name: str, place: FigurePlace) -> list[Item]:
    """The sums in which a metric stands here, each as one line, its difference behind it."""
    meant = [identity for identity in IDENTITIES if name in (*identity.whole, *identity.parts)]
    return [item for identity in meant for item in _sum(identity, place)]


def _sum(identity: Identity, place: FigurePlace) -> Sequence[Item]:
    total, parts = _known(identity.whole, place), _known(identity.parts, place)
    if not any(name == identity.whole[0] for name, _value in total) or len(parts) < 2:
        return ()
    difference = sum(value for _name, value in total) - sum(value for _name, value in parts)
    left, right = _written(total), _written(parts)
    if abs(difference) < 0.5:
        return [(_("adds up"), f"{left} = {right}", "")]
    signed = f"{'+' if difference > 0 else '−'} {whole(abs(difference))}"
    missing = [title_of(part) for part in identity.parts if not math.isfinite(place.figure(part))]
    what = _("not told here: {names}").format(names=" · ".join(missing[:4])) if missing else _(identity.rest)
    return [
        (_("adds up"), f"{left} = {right} {signed}", ""),
        ("", _("{n} beside them: {what}").format(n=whole(difference), what=what), "dim"),
    ]


def _known(names: Sequence[str], place: FigurePlace) -> list[tuple[str, float]]:
    """Those that are known; one that is 0 is left out but for the first."""
    found = [(name, place.figure(name)) for name in names]
    return [(name, value) for i, (name, value) in enumerate(found) if math.isfinite(value) and (value or not i)]


def _written(parts: Sequence[tuple[str, float]]) -> str:
    return " + ".join(f"{title_of(name)} {whole(value)}" for name, value in parts)

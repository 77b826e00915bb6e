"""What may help an alert, as lines: the best playbook beside it, the list on its screen, why the others may not."""

from __future__ import annotations

import math

from alerts.alert import Alert
from console.actions import key_of
from console.draw.lines import Line, Span, cells, fit, line, sides, wrap
from console.format import count
from console.i18n import _, local
from console.picture import Picture
from playbooks.suggesting import Suggestion, best_of

LISTED = 6
"""So many suggestions stand on an alert's screen; the catalogue has all of them."""


def suggestions_of(alert: Alert, picture: Picture) -> tuple[Suggestion, ...]:
    """The playbooks that fit an alert, the best first; none where they have not been worked out."""
    return picture.view.suggestions.get(alert.id, ())


def best_playbook(alert: Alert, picture: Picture) -> str | None:
    """The playbook that helps an alert most, as far as that is known; else the one that its rule names."""
    best = best_of(suggestions_of(alert, picture))
    return best.playbook if best is not None else alert.playbook


def effect_words(one: Suggestion) -> Span:
    """What a playbook would bring, or why it may not be started."""
    if not one.allowed:
        return local(*one.why_not[0]), "dim"
    if math.isnan(one.effect):
        return _("no figure"), "dim"
    if one.effect < 1.0:
        return _("no help within 30 min"), "dim"
    return _("helps {n}").format(n=count(one.effect)), "info"


def suggestion_lines(alert: Alert, picture: Picture, width: int) -> list[Line]:
    """The list on an alert's screen: what may be started, then what may not and why."""
    found = suggestions_of(alert, picture)
    out: list[Line] = []
    allowed = [one for one in found if one.allowed]
    wide = min(28, max((cells(_title(one)) for one in allowed), default=0))
    for at, one in enumerate(allowed[:LISTED]):
        head = line(" ", (fit(f"{one.rung} {fit(_title(one), wide)}", wide + 4), "info" if at == 0 else ""))
        said, style = effect_words(one)
        costs = _(" · cost {n}").format(n=one.rank)
        out.append(
            sides(
                (*head, ("  ", ""), (said, style), (costs, "dim")),
                ((key_of("playbooks"), "key"),) if at == 0 else (),
                width,
            )
        )
    refused = [one for one in found if not one.allowed]
    if refused:
        out.append(line((_(" not now:"), "dim")))
    for one in refused[:LISTED]:
        text = f"{one.rung} {_title(one)}: {local(*one.why_not[0])}"
        out += [line((" " + part, "dim")) for part in wrap(text, max(10, width - 2), "  ")]
    return out


def _title(one: Suggestion) -> str:
    return local(*one.title) or one.playbook

"""Where the people of a run are: those it moved, and where the board shows another number than is known of."""

from __future__ import annotations

import math

from console.draw.lines import Line, line
from console.i18n import N_, _, local, name_of
from console.picture import Picture
from feeds.catalog import METRICS
from playbooks.run import FINAL, RunView
from playbooks.transfers import Transfer

_THERE = {"send_home": N_("{n} at home")}
_PARTS = (
    ("in_transit", N_("{n} on the way")),
    ("returned", N_("{n} back or on the way back")),
    ("gone", N_("{n} gone")),
)


def place_name(site_id: str, picture: Picture) -> str:
    """What people call a site; its id where it is none of the board's."""
    site = picture.site(site_id)
    return name_of(site) if site else site_id


def transfer_lines(run: RunView, picture: Picture) -> list[Line]:
    """A line for each transfer of a run, and one for each number that nothing explains."""
    lines = [_transfer(one, picture) for one in picture.view.transfers if one.run == run.id]
    if run.state in FINAL:
        return lines
    for one in picture.view.balances:
        if one.site in run.sites and one.unexplained and not math.isnan(one.unexplained):
            what, name = METRICS[one.figure], place_name(one.site, picture)
            text = _("{site}: {n} {what} unexplained").format(
                site=name, n=f"{one.unexplained:+g}", what=local(what.zh, what.en.lower())
            )
            lines.append(line((text, "warning")))
    return lines


def _transfer(one: Transfer, picture: Picture) -> Line:
    """How many went, and where each of them is now."""
    way = " → ".join(place_name(place, picture) for place in dict.fromkeys((one.donor, one.receiver)) if place)
    if one.phase == "unknown":
        text = _("{way}: up to {n} people, nobody knows where").format(way=way, n=f"{max(one.asked, one.lent):g}")
        return line((text, "warning"))
    there = _THERE.get(one.action, N_("{n} at work there"))
    parts = [_(there).format(n=f"{one.at_work:g}")] if one.at_work else []
    parts += [_(words).format(n=f"{getattr(one, name):g}") for name, words in _PARTS if getattr(one, name)]
    went = _("{way}: {n} people went").format(way=way, n=f"{one.lent:g}")
    said = f" ({local(one.why.zh, one.why.en)})" if one.why is not None else ""
    return line((went, ""), (": " if parts else "", "dim"), (local("、", ", ").join(parts) + said, "dim"))

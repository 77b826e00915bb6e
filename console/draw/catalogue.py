"""The catalogue of playbooks: which of them a search passes, and all there is to say about one."""

from __future__ import annotations

from console.draw.lines import Line, line
from console.filtering import Filter
from console.format import duration
from console.i18n import N_, _, local
from console.view import PlaybookView

PLAYBOOK_ATTRIBUTES: tuple[str, ...] = ("id", "name", "tier", "rung", "phase", "owner", "rule", "action")
"""What a search can ask for as `name:value`."""

_PHASES = {"before": N_("before a peak"), "during": N_("in a peak"), "after": N_("after a peak")}


def playbook_passes(playbook: PlaybookView, wanted: Filter) -> bool:
    """Whether a search finds a playbook: in its names, rung, what it does and costs, its owner, rule and actions."""
    about = playbook.about
    said = (
        *(playbook.id, playbook.zh, playbook.en, playbook.alert, about.rung, about.owner, about.phase),
        *(about.effect.zh, about.effect.en, about.cost.zh, about.cost.en, f"tier{playbook.tier}"),
        *(*playbook.steps, *playbook.guards, *playbook.parameters),
    )
    text = " ".join(said).lower()
    return not wanted or wanted.matches(text, _no_figure, told=lambda name: told_by_playbook(playbook, name))


def _no_figure(_name: str) -> float:
    return float("nan")


def told_by_playbook(playbook: PlaybookView, name: str) -> tuple[str, ...]:
    """An attribute of a playbook."""
    about = playbook.about
    told: dict[str, tuple[str, ...]] = {
        "id": (playbook.id,),
        "name": (playbook.zh, playbook.en),
        "tier": (str(playbook.tier),),
        "rung": (about.rung,),
        "phase": (about.phase,),
        "owner": (about.owner,),
        "rule": (playbook.alert,),
        "action": tuple(playbook.steps),
    }
    return told.get(name, ())


def playbook_lines(playbook: PlaybookView) -> list[Line]:
    """What the catalogue says of one playbook."""
    about = playbook.about
    title = local(playbook.zh, playbook.en) or playbook.id
    lines = [line((f"{about.rung} ".lstrip(), "dim"), (title, "strong"), (f"  {playbook.id}", "faint")), ()]
    lead = about.lead_time
    works = f"{duration(lead[0])}–{duration(lead[1])}" if lead is not None else ""
    facts = (
        (_("does"), local(about.effect.zh, about.effect.en)),
        (_("cost"), local(about.cost.zh, about.cost.en)),
        (_("works in"), works),
        (_("owner"), about.owner),
        (_("when"), _(_PHASES[about.phase]) if about.phase in _PHASES else ""),
        (_("answers"), playbook.alert),
        (_("people"), str(playbook.approve)),
    )
    lines += [line((f"{name}  ", "dim"), (text, "")) for name, text in facts if text]
    lines += _block(_("only if"), playbook.guards)
    lines += _block(_("steps"), playbook.steps)
    lines += _block(_("expected"), (playbook.check,) if playbook.check else ())
    ends = _("after {time}").format(time=duration(playbook.lasts))
    asks = _(", then it asks") if playbook.on_expiry == "ask" else ""
    lines += _block(_("ends"), (f"{ends}{asks}", *((playbook.ends_when,) if playbook.ends_when else ())))
    if playbook.next:
        lines += _block(_("where it does not help"), (playbook.next,))
    return lines


def _block(title: str, parts: tuple[str, ...]) -> list[Line]:
    return [line((title, "heading")), *(line(("  ", ""), (part, "")) for part in parts)] if parts else []

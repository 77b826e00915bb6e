"""Of an alert, what its rule's escalation and the planned profile have to do with it, in full."""

from __future__ import annotations

from alerts.alert import Alert
from console.draw.lines import Line, line
from console.format import clock
from console.i18n import _
from console.picture import Picture


def ladder_lines(alert: Alert, picture: Picture) -> list[Line]:
    """Whom it was escalated to, when the next step comes, and by which profile it is judged."""
    lines = []
    if alert.escalated_to:
        said = _("escalated to {who}, step {step}").format(who=alert.escalated_to, step=alert.level)
        lines.append(line((said, "warning")))
    if alert.escalates_at is not None:
        when = clock(alert.escalates_at, picture.zone)
        lines.append(line((_("escalates further at {when} unless somebody takes it on").format(when=when), "dim")))
    if alert.profile:
        said = _("judged by the profile {profile}: its thresholds hold for a planned window")
        lines.append(line((said.format(profile=alert.profile), "dim")))
    return lines

"""What a scenario does to its sites while it runs: surges, no-shows, silent feeds, a bot that answers wrongly."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from feeds.durations import Duration, Share
from feeds.yamlfile import FileModel


class _At(FileModel):
    at: Duration = Field(ge=0)
    """Since the scenario's start."""


class _Where(_At):
    """Which queues: those that match everything named here; all of them where nothing is."""

    for_: Duration = Field(alias="for", gt=0)
    site: str = ""
    category: str = ""
    platform: str = ""
    phase: str = ""
    shop: str = ""


class Surge(_Where):
    """Arrivals times `factor`."""

    kind: Literal["surge"]
    factor: float = Field(ge=0, le=100)


class TopicSpike(_Where):
    """One topic brings contacts on top of the others, so that arrivals grow by `factor`."""

    kind: Literal["topic_spike"]
    topic: str = "spike"
    factor: float = Field(ge=1, le=100)


class BotFault(_Where):
    """The bot's containment and false containment are set to these values for contacts that meet it meanwhile."""

    kind: Literal["bot_fault"]
    containment: Share
    false_containment: Share


class AgentsLeave(_At):
    """A share of a site's own people goes (no-show, sickness, power cut); with `for` they come back after it."""

    kind: Literal["agents_leave"]
    site: str
    share: Share
    category: str = ""
    for_: Duration | None = Field(default=None, alias="for")


class SiteDark(_At):
    """The site's feed stops and its connection drops; people go on working, orders do not arrive."""

    kind: Literal["site_dark"]
    site: str
    for_: Duration = Field(alias="for", gt=0)


class SiteFreeze(_At):
    """The site beats and answers, but its figures stand still."""

    kind: Literal["site_freeze"]
    site: str
    for_: Duration = Field(alias="for", gt=0)


Injection = Annotated[Surge | TopicSpike | BotFault | AgentsLeave | SiteDark | SiteFreeze, Field(discriminator="kind")]
"""Any of them, told apart by `kind`."""

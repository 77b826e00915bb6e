"""What a scenario does to its customers, people and bots while it runs. The faults of feeds are in `feed_injection`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from feeds.durations import Duration, Share
from feeds.yamlfile import FileModel
from simulators.feed_injection import (
    AgentsDoubled,
    ClockSkew,
    CounterReset,
    FeedDelay,
    FeedRepeat,
    FeedUnit,
    SiteDark,
    SiteFreeze,
)

Factor = Annotated[float, Field(ge=0, le=100)]


class _At(FileModel):
    at: Duration = Field(ge=0)
    """Since the scenario's start."""


class Where(_At):
    """Which queues: those that match everything named here; all of them where nothing is."""

    for_: Duration = Field(alias="for", gt=0)
    site: str = ""
    category: str = ""
    platform: str = ""
    phase: str = ""
    shop: str = ""


class Surge(Where):
    """Arrivals times `factor`; with `half_life` what is above 1 decays from the start on."""

    kind: Literal["surge"]
    factor: Factor
    half_life: Duration | None = Field(default=None, gt=0)


class TopicSpike(Where):
    """One topic brings contacts on top of the others, so that arrivals grow by `factor` (which may decay)."""

    kind: Literal["topic_spike"]
    topic: str = "spike"
    factor: float = Field(ge=1, le=100)
    half_life: Duration | None = Field(default=None, gt=0)


class AfterSale(Where):
    """After-sale contacts of the given day since the promotion: how many, what about, and how many refunds.

    `phase` is `after` unless another is named.
    """

    kind: Literal["after_sale"]
    day: float = Field(ge=-1, le=60)
    phase: str = "after"


class Oscillation(Where):
    """Arrivals swing by ± `amplitude` around what they would be, as a sine that begins upwards."""

    kind: Literal["oscillation"]
    amplitude: Share
    period: Duration = Field(ge=60)


class BotFault(Where):
    """The bot's containment and false containment are set to these values for contacts that meet it meanwhile."""

    kind: Literal["bot_fault"]
    containment: Share
    false_containment: Share


class HandleTime(Where):
    """Contacts that come meanwhile take `factor` times as long."""

    kind: Literal["handle_time"]
    factor: float = Field(gt=0, le=100)


class OrderRush(Where):
    """So many times as many buyers order, each for so many times the value; so many times as many refunds."""

    kind: Literal["order_rush"]
    conversion: Factor = 1.0
    order_value: Factor = 1.0
    refunds: Factor = 1.0


class PlatformDegrade(Where):
    """The counters that come from the platform stand still and catch up at the end; chats go on.

    `counters: orders` holds orders, sales, trades, refunds and shipments; `all` holds every counter of the queues.
    """

    kind: Literal["platform_degrade"]
    counters: Literal["orders", "all"] = "orders"
    slowdown: float = Field(default=1.0, ge=1, le=10)
    """Contacts take so many times as long without order cards; local snippets take most of that away."""


class AgentsLeave(_At):
    """A share of a site's own people goes (no-show, sickness, power cut); with `for` they come back after it."""

    kind: Literal["agents_leave"]
    site: str
    share: Share
    category: str = ""
    for_: Duration | None = Field(default=None, alias="for", gt=0)


class AgentsRest(_At):
    """A further share of a site's people present is at rest though nobody planned it (low adherence)."""

    kind: Literal["agents_rest"]
    site: str
    share: Share
    category: str = ""
    reason: Literal["ordinary", "meal", "meeting", "coaching", "training", "forced", "signin", "quality"] = "ordinary"
    for_: Duration = Field(alias="for", gt=0)


class SitePower(_At):
    """A site loses power: its feed is dead, its people are gone, its open chats end without an answer.

    The customers of these chats, and those who waited, ask again after three to five minutes, at the same category's
    queues of other sites where there are any.
    """

    kind: Literal["site_power"]
    site: str
    for_: Duration = Field(alias="for", gt=0)


class Loan(_At):
    """Another manager borrows `count` people of `site` for `to`, without this desk."""

    kind: Literal["loan"]
    site: str
    to: str
    category: str
    count: int = Field(ge=1, le=10_000)
    for_: Duration | None = Field(default=None, alias="for", gt=0)


Leaving = AgentsLeave | SitePower
"""What takes people away."""

OnQueues = Surge | TopicSpike | AfterSale | Oscillation | BotFault | HandleTime | OrderRush
"""What changes arrivals, contacts and the bot at some queues."""

Injection = Annotated[
    OnQueues
    | PlatformDegrade
    | Leaving
    | AgentsRest
    | Loan
    | SiteDark
    | SiteFreeze
    | ClockSkew
    | FeedDelay
    | FeedRepeat
    | FeedUnit
    | CounterReset
    | AgentsDoubled,
    Field(discriminator="kind"),
]
"""Any of them, told apart by `kind`."""


def earliest(one: Injection, elapsed: float) -> float:
    """When an injection can begin that is asked for `elapsed` seconds after the start: with the next second.

    A delay of the feed shows figures of `by` ago, which nobody kept: it begins as much later.
    """
    return elapsed + 1.0 + (one.by if isinstance(one, FeedDelay) else 0.0)

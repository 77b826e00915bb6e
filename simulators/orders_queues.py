"""Orders about queues, what contacts are about, and who gets which share of them."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field, model_validator

from simulators.order import Name, Order, Setting, Share, Switch, Targets

Level = Annotated[int, Field(ge=-9, le=9)]
Wait = Annotated[float, Field(ge=0, le=3600, allow_inf_nan=False)]
Limit = Annotated[int, Field(ge=0, le=10_000)]
RoutingWeight = Annotated[float, Field(ge=0, le=10, allow_inf_nan=False)]


class _OnQueues(Setting):
    targets: ClassVar[str] = "queues"
    queues: Targets | None = None


class SetBotShare(_OnQueues):
    """The share of new contacts that meet the bot: one for some queues or all (`*`), or one for each queue."""

    value: ClassVar[str] = "share"
    each: ClassVar[str] = "shares"
    share: Share | None = None
    shares: dict[Name, Share] | None = None


class SetWrapUp(_OnQueues):
    """The share of the usual wrap-up that is done."""

    value: ClassVar[str] = "share"
    each: ClassVar[str] = "shares"
    share: Share | None = None
    shares: dict[Name, Share] | None = None


class SetPriority(_OnQueues):
    """The level at which queues are answered within their group: higher first."""

    value: ClassVar[str] = "level"
    each: ClassVar[str] = "levels"
    level: Level | None = None
    levels: dict[Name, Level] | None = None


class SetGreeting(_OnQueues):
    """Whether customers are told the expected wait and may leave a message."""

    value: ClassVar[str] = "on"
    each: ClassVar[str] = "states"
    on: Switch | None = None
    states: dict[Name, Switch] | None = None


class SetSnippets(SetGreeting):
    """Whether agents work with local snippets and off-line look-up."""


class SetCallback(_OnQueues):
    """The expected wait beyond which callers are offered a callback; 0 is off."""

    value: ClassVar[str] = "wait_s"
    each: ClassVar[str] = "waits"
    wait_s: Wait | None = None
    waits: dict[Name, Wait] | None = None


class SetQueueCap(_OnQueues):
    """How many may wait; 0 is no limit."""

    value: ClassVar[str] = "cap"
    each: ClassVar[str] = "caps"
    cap: Limit | None = None
    caps: dict[Name, Limit] | None = None


class SetTopicAnswer(Setting):
    """Whether a notice and one canned answer deal with a topic; `top` is the commonest of the last ten minutes."""

    value: ClassVar[str] = "on"
    targets: ClassVar[str] = "topic"
    each: ClassVar[str] = "states"
    topic: Name | None = None
    on: Switch | None = None
    states: dict[Name, Switch] | None = None


class StopTopic(SetTopicAnswer):
    """Whether the merchant has stopped a topic's cause."""


class SetRoutingWeights(Order):
    """The weights by which sites share the new contacts of a category, each times the site's usual share."""

    category: Name
    weights: dict[Name, RoutingWeight] = Field(min_length=1)

    @model_validator(mode="after")
    def _some_weight(self) -> SetRoutingWeights:
        if len(self.weights) > 200:
            raise ValueError("weights: at most 200 sites")
        return self

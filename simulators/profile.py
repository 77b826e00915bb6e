"""What kind of contacts a queue gets: figures that a scenario sets for all, for a category, a phase or one queue."""

from __future__ import annotations

from pydantic import ConfigDict, Field

from feeds.durations import Duration, Share
from feeds.yamlfile import FileModel
from simulators.laws import Law


class Profile(FileModel):
    """The traits of a queue's contacts. In a layer only the fields that the file names count; see `merge`."""

    model_config = ConfigDict(validate_default=False)

    patience: Law = Law.model_construct(law="hyperexponential", mean=240.0)
    """How long a customer waits in the queue before giving up."""
    balk: Share = 0.0
    """Share of those who cannot be answered at once that gives up within a second; `patience` is that of the rest."""
    handle: Law = Law.model_construct(law="lognormal", mean=240.0, cv=0.9)
    """Time to deal with a contact when the agent holds no other (with more it takes longer)."""
    handle_factor: float = Field(default=1.0, gt=0, le=10)
    """Multiplies the handle time; the factors of all layers multiply."""
    acw: Duration = Field(default=0.0, ge=0)
    """Mean after-contact work of a voice contact (exponential)."""
    bot_share: Share = 0.3
    """Share of new contacts that meet the bot first."""
    containment: Share = 0.3
    """Share of the bot's contacts that never reach the queue."""
    false_containment: Share = 0.08
    """Share of the contained whose question was not answered: they come back and ask for a person."""
    bot_time: Duration = Field(default=45.0, gt=0)
    """Mean time with the bot (exponential, at least one second)."""
    come_back: Duration = Field(default=480.0, gt=0)
    """Mean time until a falsely contained customer comes back (1 min and an exponential rest)."""
    redial: Share = 0.35
    """Share of those who gave up that try again."""
    redial_after: Duration = Field(default=150.0, gt=0)
    """Mean time until they do (15 s and an exponential rest)."""
    transfer: Share = 0.03
    """Share of ended conversations that are passed to the same shop's queue of the other phase, where there is one."""
    turns: float = Field(default=5.0, ge=1, le=100)
    """Mean turns of a chat."""
    typing: Duration = Field(default=14.0, gt=0)
    """Mean time to a reply inside a chat when the agent holds no other."""
    greeting: Duration = Field(default=3.0, ge=0)
    """From taking a chat to the first reply by a person."""
    conversion: Share = 0.2
    """Share of buyers served who order, when they did not wait long."""
    order_value: float = Field(default=150.0, ge=0)
    """Mean value of an order in CNY."""
    satisfied: Share = 0.94
    """Share of ratings that are good, when the buyer did not wait long."""
    trades: float = Field(default=3.0, ge=0, le=1000)
    """The shop's trades per arriving contact."""
    refunds: float = Field(default=0.05, ge=0, le=100)
    """Refunds brought to an end per arriving contact."""
    shipped_in_time: Share = 0.96
    """Share of orders shipped within the promised hours."""


def merge(*layers: Profile) -> Profile:
    """One profile: each field from the last layer that names it, else its default; `handle_factor` is the product."""
    named: dict[str, object] = {}
    factor = 1.0
    for layer in layers:
        named |= {name: getattr(layer, name) for name in layer.model_fields_set & Profile.model_fields.keys()}
        factor *= layer.handle_factor
    return Profile.model_construct(**{**dict(Profile()), **named, "handle_factor": factor})

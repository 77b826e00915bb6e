"""The limits of a desk, as a file: `limits.yaml`, over the one that is shipped."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from feeds.durations import Duration, parse_share
from feeds.yamlfile import FileModel, read_yaml

FILE = "limits.yaml"

M = TypeVar("M", bound=FileModel)

RoleName = Literal["viewer", "lead", "approver", "duty", "admin"]

Amount = Annotated[float, BeforeValidator(lambda value: parse_share(value) if isinstance(value, str) else value)]
"""A number, or a share in per cent."""


class Ceiling(FileModel):
    """How much of something: above `two` a second person stands for it, above `most` it is refused. None: no bound."""

    two: Amount | None = Field(None, ge=0)
    most: Amount | None = Field(None, ge=0)
    except_: tuple[str, ...] = Field((), alias="except")
    """Playbooks that it does not bind."""

    @model_validator(mode="after")
    def _in_order(self) -> Ceiling:
        if self.two is not None and self.most is not None and self.two > self.most:
            what = f"a second person above {self.two:g}, and nobody above {self.most:g}"
            raise PydanticCustomError(
                "refused", "{what}; expected {expected}", {"what": what, "expected": "two ≤ most"}
            )
        return self


class Ceilings(FileModel):
    """What is bounded: agents moved within an hour, share of a site's people out on loan, share of the bot."""

    agents_per_hour: Ceiling = Ceiling()
    share_of_site: Ceiling = Ceiling()
    bot_share: Ceiling = Ceiling()


class Tolerance(FileModel):
    """How far a figure may move: `absolute` units and `relative` of what it was."""

    relative: Amount = Field(0.0, ge=0)
    absolute: Amount = Field(0.0, ge=0)

    def of(self, seen: float) -> float:
        """How far a figure that stood at `seen` may be from it."""
        return self.absolute + self.relative * abs(seen)


def _tier(value: object) -> object:
    return -1 if value == "none" else value


Tier = Annotated[int, BeforeValidator(_tier), Field(ge=-1, le=3)]


class ApprovalLimits(FileModel):
    """How long a proposal stands, and the highest tier that each role may stand for (-1, in files `none`: not one)."""

    good_for: Duration = Field(900.0, gt=0)
    highest_tier: dict[RoleName, Tier] = Field(default_factory=dict)


class Limits(FileModel):
    """All of it. What is left out binds nothing; times in seconds."""

    limits: Ceilings = Ceilings()
    cooldown: Duration = Field(0.0, ge=0)
    dwell: Duration = Field(0.0, ge=0)
    lock: Duration = Field(14_400.0, gt=0)
    approval: ApprovalLimits = ApprovalLimits()
    tolerance: dict[str, Tolerance] = Field(default_factory=dict)
    others: Tolerance | None = None
    other_shares: Tolerance | None = None


NO_LIMITS = Limits()
"""Binds nothing: what a runner has that nobody gave limits."""


def load_limits(source: Path | Traversable | None = None) -> Limits:
    """The shipped limits with what a file says instead of them, key by key. Raises InputError with line and column."""
    if source is None:
        return _shipped()
    return _over(_shipped(), read_yaml(source, Limits))


@cache
def _shipped() -> Limits:
    return read_yaml(files("playbooks") / "limits" / FILE, Limits)


def _over(below: M, above: M) -> M:
    said: dict[str, Any] = {}
    for name in above.model_fields_set:
        mine, theirs = getattr(below, name), getattr(above, name)
        if (
            isinstance(theirs, FileModel)
            and isinstance(mine, FileModel)
            and not isinstance(theirs, Ceiling | Tolerance)
        ):
            said[name] = _over(mine, theirs)
        else:
            said[name] = mine | theirs if isinstance(theirs, dict) else theirs
    return below.model_copy(update=said)

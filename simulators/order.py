"""What all orders to a site have in common: exact types, and the two forms in which one sets figures."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Cap = Annotated[int, Field(ge=1, le=100)]
Count = Annotated[int, Field(ge=1, le=100_000)]
Switch = Annotated[int, Field(ge=0, le=1)]
"""1 is on, 0 is off."""

Targets = list[Name] | Literal["*"]
"""Some by name, or all of the site that it fits."""


class Order(BaseModel):
    """Arguments of one verb. Types are exact: `"3"`, `3.0` and `true` are not the number 3."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Setting(Order):
    """Sets one figure for many targets, or one for each: `value` with `targets`, or the mapping `each`."""

    value: ClassVar[str]
    targets: ClassVar[str]
    each: ClassVar[str]

    @model_validator(mode="after")
    def _one_form(self) -> Setting:
        one, among, each = (getattr(self, name) is not None for name in (self.value, self.targets, self.each))
        if (each and (one or among)) or (not each and not (one and among)):
            raise ValueError(f"give {self.value} and {self.targets}, or {self.each}")
        return self

    def wanted(self, every: Iterable[str]) -> dict[str, Any]:
        """Target → figure; `every` are the targets that `*` means."""
        each: dict[str, Any] | None = getattr(self, self.each)
        if each is not None:
            return dict(each)
        targets = getattr(self, self.targets)
        ids = every if targets == "*" else [targets] if isinstance(targets, str) else targets
        return dict.fromkeys(ids, getattr(self, self.value))

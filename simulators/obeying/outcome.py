"""What becomes of an order: what it did, target by target, or why it was refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Item = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Done:
    """What an order did, target by target, and how long until it shows in full."""

    state: Literal["done", "partial", "failed"]
    items: tuple[Item, ...]
    eta_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Refused:
    """Why an order was not carried out: a code of the contract, and whether trying again can help."""

    code: str
    why: str
    retry: bool = False


def counted(item: Item, asked: int, moved: int, nothing: str, eta_s: float) -> Done:
    """The outcome of an order for so many people, of whom some could be moved; `nothing` is why where none could."""
    item |= {"asked": asked, "moved": moved}
    if not moved:
        return Done("failed", (item | {"error": nothing},))
    return Done("done" if moved == asked else "partial", (item,), eta_s)


def settled(items: list[Item], eta_s: float = 0.0) -> Done:
    """The outcome of an order for several targets, of which some may be wrong."""
    wrong = sum("error" in item for item in items)
    if not wrong:
        short = any(item.get("moved", 0) != item.get("asked", 0) for item in items)
        return Done("partial" if short else "done", tuple(items), eta_s)
    return Done("failed" if wrong == len(items) else "partial", tuple(items), eta_s)

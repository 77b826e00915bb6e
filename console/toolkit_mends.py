"""Mends of the toolkit, each with its reason; imported once, by the app."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from textual._styles_cache import StylesCache

_cache: Any = StylesCache
# In textual 8.2.8 this cache of two colours has the instance in its key, and so keeps what closed widgets drew.
_two_colours: Any = lru_cache(1024)(_cache.get_inner_outer.__wrapped__)
_cache.get_inner_outer = classmethod(_two_colours)

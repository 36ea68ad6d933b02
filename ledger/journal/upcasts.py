"""Upcasts: how older shapes of facts are converted to the newest; one row per stored name, never removed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

# Older stored name -> (newer stored name, function over the stored bytes). No shape has changed yet.
UPCASTS: Final[dict[str, tuple[str, Callable[[bytes], bytes]]]] = {}

"""The demo invents a clinic group's month from a seed, runs it through the real jobs, and draws two pictures."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from infra.demo.habits import Habits
    from infra.demo.month import Month
    from infra.demo.pictures import draw_aging, draw_cash

__all__ = ["Habits", "Month", "draw_aging", "draw_cash"]

# The module of each exported name; nothing is imported before it is used.
_HOMES = {
    "Habits": "habits",
    "Month": "month",
    "draw_aging": "pictures",
    "draw_cash": "pictures",
}


if not TYPE_CHECKING:
    # Hidden from the type checker, which would otherwise accept any attribute of this module.
    def __getattr__(name: str) -> Any:
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)

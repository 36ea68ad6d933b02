"""The watchdog: which accounts are behind their banks and providers, and telling somebody, once for each fact."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reconciliation.watchdog.freshness import Behind, behind, reach_of
    from reconciliation.watchdog.rounds import Watched, watch

__all__ = ["Behind", "Watched", "behind", "reach_of", "watch"]

# The module of each exported name; a module is imported only when one of its names is used.
_HOMES = {
    **dict.fromkeys(("Behind", "behind", "reach_of"), "freshness"),
    **dict.fromkeys(("Watched", "watch"), "rounds"),
}


if not TYPE_CHECKING:
    # Hidden from the type checker, which would otherwise accept any attribute of this module.
    def __getattr__(name: str) -> Any:
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)

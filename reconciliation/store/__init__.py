"""The working lists of reconciliation (gate results, quarantine and reviews), which are not part of the book."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reconciliation.store.migrations import MIGRATIONS
    from reconciliation.store.place_lists import TakenFile
    from reconciliation.store.store import ALLOCATED, Doubted, ReceivedFile, ReconciliationStore, ToReview
    from reconciliation.store.trouble import StoreTrouble

__all__ = [
    "ALLOCATED",
    "MIGRATIONS",
    "Doubted",
    "ReceivedFile",
    "ReconciliationStore",
    "StoreTrouble",
    "TakenFile",
    "ToReview",
]

# The module of each exported name, imported on first use, so that the database driver is imported only when a store is
# opened.
_HOMES = {
    "MIGRATIONS": "migrations",
    **dict.fromkeys(("ALLOCATED", "Doubted", "ReceivedFile", "ReconciliationStore", "ToReview"), "store"),
    "StoreTrouble": "trouble",
    "TakenFile": "place_lists",
}


if not TYPE_CHECKING:
    # Hidden from the type checker, which would otherwise accept any attribute of this module.
    def __getattr__(name: str) -> Any:
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)

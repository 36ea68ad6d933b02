"""What the books show: read tables that follow the journal, and reports on two clocks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from projections.books import Books, open_books
    from projections.follower import follow
    from projections.reports.report import Clocks, Control, Loading, Report
    from projections.store.comparison import Comparison
    from projections.store.migrations import MIGRATIONS
    from projections.store.read_store import ReadStore
    from projections.store.reconstruction import Rebuilt, parity, rebuild, upgrade
    from projections.store.trouble import (
        ReadStoreTrouble,
        ReadStoreUnavailable,
        ReadTablesMissing,
        ReadTablesOutdated,
        ReadTablesReadOnly,
    )

__all__ = [
    "MIGRATIONS",
    "Books",
    "Clocks",
    "Comparison",
    "Control",
    "Loading",
    "ReadStore",
    "ReadStoreTrouble",
    "ReadStoreUnavailable",
    "ReadTablesMissing",
    "ReadTablesOutdated",
    "ReadTablesReadOnly",
    "Rebuilt",
    "Report",
    "follow",
    "open_books",
    "parity",
    "rebuild",
    "upgrade",
]

_HOMES = {
    "Books": "projections.books",
    "Clocks": "projections.reports.report",
    "Comparison": "projections.store.comparison",
    "Control": "projections.reports.report",
    "Loading": "projections.reports.report",
    "MIGRATIONS": "projections.store.migrations",
    "ReadStore": "projections.store.read_store",
    "ReadStoreTrouble": "projections.store.trouble",
    "ReadStoreUnavailable": "projections.store.trouble",
    "ReadTablesMissing": "projections.store.trouble",
    "ReadTablesOutdated": "projections.store.trouble",
    "ReadTablesReadOnly": "projections.store.trouble",
    "Rebuilt": "projections.store.reconstruction",
    "Report": "projections.reports.report",
    "follow": "projections.follower",
    "open_books": "projections.books",
    "parity": "projections.store.reconstruction",
    "rebuild": "projections.store.reconstruction",
    "upgrade": "projections.store.reconstruction",
}


if not TYPE_CHECKING:
    # Hidden from the type checker, which would otherwise accept any attribute of this module.
    def __getattr__(name: str) -> Any:
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module

        return getattr(import_module(_HOMES[name]), name)

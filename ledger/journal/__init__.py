"""The journal keeps every fact in order; facts are never edited. Only this package uses the event store library."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ledger.journal.journal import Journal, open_journal
    from ledger.journal.migrations import MIGRATIONS
    from ledger.journal.recorded_facts import Addition, Recorded
    from ledger.journal.turns import Conflict, JournalUnavailable, NoTurn

__all__ = ["MIGRATIONS", "Addition", "Conflict", "Journal", "JournalUnavailable", "NoTurn", "Recorded", "open_journal"]

_HOMES = {
    "Addition": "ledger.journal.recorded_facts",
    "Conflict": "ledger.journal.turns",
    "Journal": "ledger.journal.journal",
    "JournalUnavailable": "ledger.journal.turns",
    "MIGRATIONS": "ledger.journal.migrations",
    "NoTurn": "ledger.journal.turns",
    "Recorded": "ledger.journal.recorded_facts",
    "open_journal": "ledger.journal.journal",
}


if not TYPE_CHECKING:
    # Hidden from the type checker, which would otherwise accept any attribute of this module.
    def __getattr__(name: str) -> Any:
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module

        return getattr(import_module(_HOMES[name]), name)

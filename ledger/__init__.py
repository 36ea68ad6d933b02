"""The ledger decides what may happen, and keeps the book of what happened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ledger.civil_time import ZoneUnknown, beginning_of, civil_day, zone_of
    from ledger.domain.fact import Envelope, PolicyRef, Reason
    from ledger.domain.refusals import Refused
    from ledger.execution.batch import Rehearsal, execute, execute_alone, execute_together
    from ledger.execution.group_commit import GroupCommit
    from ledger.execution.submission import Outcome, Submission
    from ledger.journal import MIGRATIONS, Journal, JournalUnavailable, Recorded, open_journal

_HOMES = {
    "Envelope": "ledger.domain.fact",
    "GroupCommit": "ledger.execution.group_commit",
    "Journal": "ledger.journal.journal",
    "JournalUnavailable": "ledger.journal.turns",
    "MIGRATIONS": "ledger.journal.migrations",
    "Outcome": "ledger.execution.submission",
    "PolicyRef": "ledger.domain.fact",
    "Reason": "ledger.domain.fact",
    "Recorded": "ledger.journal.recorded_facts",
    "Refused": "ledger.domain.refusals",
    "Rehearsal": "ledger.execution.batch",
    "Submission": "ledger.execution.submission",
    "ZoneUnknown": "ledger.civil_time",
    "beginning_of": "ledger.civil_time",
    "civil_day": "ledger.civil_time",
    "execute": "ledger.execution.batch",
    "execute_alone": "ledger.execution.batch",
    "execute_together": "ledger.execution.batch",
    "open_journal": "ledger.journal.journal",
    "zone_of": "ledger.civil_time",
}

__all__ = [
    "MIGRATIONS",
    "Envelope",
    "GroupCommit",
    "Journal",
    "JournalUnavailable",
    "Outcome",
    "PolicyRef",
    "Reason",
    "Recorded",
    "Refused",
    "Rehearsal",
    "Submission",
    "ZoneUnknown",
    "beginning_of",
    "civil_day",
    "execute",
    "execute_alone",
    "execute_together",
    "open_journal",
    "zone_of",
]


if not TYPE_CHECKING:
    # Hidden from the type checker, which would otherwise accept any attribute of this module.
    def __getattr__(name: str) -> Any:
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module

        return getattr(import_module(_HOMES[name]), name)

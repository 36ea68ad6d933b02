"""What can go wrong outside the rules, each told in one sentence; what nobody foresaw is told by its place alone."""

from __future__ import annotations

import re
import sys
import traceback
from pathlib import Path
from typing import Final

from infra.desk.problems import Problem, Stopped

# Where each known trouble is defined; what was never imported cannot have been raised.
_KNOWN: Final = (
    ("infra.settings", "SettingsInvalid"),
    ("infra.postgres.errors", "DatabaseTrouble"),
    ("ledger.journal.journal", "JournalUnavailable"),
    ("ledger.journal.codec", "UnreadableFact"),
    ("ledger.journal.archived", "ArchivedFactsUnreadable"),
    ("ledger.journal.archive_keeping", "ArchivingRefused"),
    ("projections.civil_time", "ZoneUnknown"),
    ("projections.store.trouble", "ReadStoreTrouble"),
    ("reconciliation.archive.refusals", "ArchiveRefused"),
    ("reconciliation.store.trouble", "StoreTrouble"),
    ("reconciliation.gate.judging", "GateBroken"),
    ("reconciliation.flows.surroundings", "SurroundingsMissing"),
)
# Sealing is refused with a code of its own.
_SEALING: Final = ("ledger.sealing.refusals", "SealRefused")
_WORD: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_ROOT: Final = Path(__file__).resolve().parents[2]


def problems_of(trouble: Exception) -> tuple[Problem, ...]:
    """A trouble as problems of an answer, without a trace and without anything it may hold about a person."""
    if isinstance(trouble, Stopped):
        return trouble.problems
    if _is(trouble, *_SEALING):
        return (Problem(str(getattr(trouble, "code", "")), str(trouble)),)
    if any(_is(trouble, module, name) for module, name in _KNOWN):
        return (Problem(_code(trouble), str(trouble)),)
    if isinstance(trouble, OSError) and trouble.strerror:
        where = f"{trouble.filename}: " if trouble.filename else ""
        return (Problem(_code(trouble), f"{where}{trouble.strerror}"),)
    return (_unforeseen(trouble),)


def _is(trouble: Exception, module: str, name: str) -> bool:
    known = getattr(sys.modules.get(module), name, None)
    return isinstance(known, type) and isinstance(trouble, known)


def _code(trouble: Exception) -> str:
    return _WORD.sub("_", type(trouble).__name__).lower()


def _unforeseen(trouble: Exception) -> Problem:
    """Its message may repeat what a file or a row said, so only its kind and place are told."""
    place = "no known place"
    for frame in traceback.extract_tb(trouble.__traceback__):
        path = Path(frame.filename)
        if path.is_relative_to(_ROOT) and "site-packages" not in path.parts:
            place = f"{path.relative_to(_ROOT)} line {frame.lineno}"
    return Problem(
        "unforeseen",
        f"reskontra stopped with {type(trouble).__name__} at {place}, which is a fault of the program; what was "
        "recorded before is whole. Set RESKONTRA_TRACE=1 to see all of it, and report it",
    )

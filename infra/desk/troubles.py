"""Sentences for errors outside the ledger's rules; an unforeseen error is shown only by its kind and its place."""

from __future__ import annotations

import re
import sys
import traceback
from pathlib import Path
from typing import Final

from infra.desk.problems import Problem, Stopped

# The known errors, each with its module. No module is imported to look for its error: if the module was never imported,
# the error cannot have been raised.
KNOWN: Final = (
    ("infra.settings", "SettingsInvalid"),
    ("infra.postgres.errors", "DatabaseTrouble"),
    ("ledger.journal.journal", "JournalUnavailable"),
    ("ledger.journal.codec", "UnreadableFact"),
    ("ledger.journal.archived_years", "ArchivedFactsUnreadable"),
    ("ledger.journal.archive_files", "ArchivingRefused"),
    ("ledger.civil_time", "ZoneUnknown"),
    ("projections.store.trouble", "ReadStoreTrouble"),
    ("reconciliation.archive.refusals", "ArchiveRefused"),
    ("reconciliation.store.trouble", "StoreTrouble"),
    ("reconciliation.places.refusals", "PlacesInvalid"),
    ("reconciliation.gate.bench", "GateBroken"),
    ("reconciliation.flows.environment", "EnvironmentMissing"),
    ("reconciliation.flows.environment", "JobServerUnavailable"),
)
# Sealing and the vault have refusal codes of their own.
_CODED: Final = (("ledger.sealing.refusals", "SealRefused"), ("ledger.vault.refusals", "VaultRefused"))
_NO_TEXT: Final = (
    "something that was given is no text in UTF-8, as everything that is looked up or recorded must be; check the "
    "character set of the terminal or the file, and give it again"
)
_WORD: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_ROOT: Final = Path(__file__).resolve().parents[2]


def problems_of(trouble: Exception) -> tuple[Problem, ...]:
    """Turn an error into the problems of an answer, without a traceback or anything about a person."""
    if isinstance(trouble, Stopped):
        return trouble.problems
    if any(_is(trouble, module, name) for module, name in _CODED):
        return (Problem(str(getattr(trouble, "code", "")), str(trouble)),)
    if any(_is(trouble, module, name) for module, name in KNOWN):
        return (Problem(_code(trouble), str(trouble)),)
    if isinstance(trouble, UnicodeEncodeError):
        return (Problem("text_malformed", _NO_TEXT),)
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
    """Report only the kind of an error and where it arose, because its message may repeat a value of a file or row."""
    where = "an unknown line"
    for frame in traceback.extract_tb(trouble.__traceback__):
        path = Path(frame.filename)
        if path.is_relative_to(_ROOT) and "site-packages" not in path.parts:
            where = f"{path.relative_to(_ROOT)} line {frame.lineno}"
    return Problem(
        "unforeseen",
        f"reskontra stopped with {type(trouble).__name__} at {where}; this is a fault of the program, and everything "
        "recorded so far is complete. To see the whole trace, set RESKONTRA_TRACE=1; then report the fault",
    )

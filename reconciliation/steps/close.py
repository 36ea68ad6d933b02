"""The last steps: close a file that is completely in the book, tie out the day, and make its checkpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger.domain.bank.file import CompleteFile, LoadedFile
from ledger.sealing import SealRefused
from ledger.sealing import seal as seal_history
from reconciliation.steps.doubts import open_of_file
from reconciliation.steps.outcomes import TiedOut
from reconciliation.steps.summary import DaySeal

if TYPE_CHECKING:
    from reconciliation.steps.day import BankDay


def close(day: BankDay, sha256: str) -> LoadedFile:
    """Record that a file is completely in the book, with counts (such as its receipts) taken from the read tables."""
    loading = day.loading(sha256)
    booked, movements, allocations, of_sums = day.books.store.matching.counts_of_file(sha256)
    loaded = LoadedFile(
        receipts=booked,
        movements=movements,
        allocations=allocations,
        seen_before=loading.seen_before(booked - of_sums, movements),
        in_doubt=open_of_file(day, sha256),
        before_opening=loading.before_opening,
    )
    day.must(CompleteFile(sha256=sha256, loaded=loaded), f"complete:{sha256}")
    day.forget(sha256)
    return loaded


def follow(day: BankDay) -> int:
    """Bring the read tables to the stable position, log that position as known at `day.recorded_at`, and return it."""
    return day.books.follow(at=day.recorded_at)


def tie_out(day: BankDay) -> TiedOut:
    """Compare the control accounts with the sub-ledger at the end of the day, and payment providers with the ledger."""
    report = day.books.report("tie-out", day.on)
    if not day.books.store.now.provider_accounts():
        return TiedOut(report)
    return TiedOut(report, tuple(day.books.report("money-in-transit", day.on).table.to_pylist()))


def seal(day: BankDay) -> DaySeal:
    """Seal the day: make a signed checkpoint over all facts, and store the checkpoint outside the database."""
    assert day.seals is not None, "the day cannot be sealed, because there is no folder for seals"
    try:
        # If this bank day is earlier than the last checkpoint's day, the new checkpoint gets that later day.
        done = seal_history(day.books.journal, day.seals, day.on, day.recorded_at, nearest=True)
    except SealRefused as refused:
        return DaySeal(refused=refused.code, sentence=refused.sentence)
    last = done.checkpoint
    return DaySeal(facts=done.facts, checkpoint=last and last.number, position=last and last.position)

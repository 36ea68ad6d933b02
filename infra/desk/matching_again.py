"""Payments that wait are matched again: once their invoice is issued, or an allocation of them is undone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from infra.desk.desk import Desk

if TYPE_CHECKING:
    from infra.settings import Settings
    from reconciliation.steps.rematch import Work


def match_early(desk: Desk, settings: Settings, shares: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """Match what waits and quotes an invoice issued just now; returns the receipts that were allocated.

    `shares` are what its payers owe, each with the reference that it is to be paid with, or with none.

    The program decides, by the rule of the bank day, and not the person who issues: whoever bills need not have the
    duty to allocate, and the number series gives the reference. So the job `matching` acts, within the person's work.
    All invoices are looked up together.
    """
    references = [one["reference"] for one in shares if one["reference"] is not None]
    # As a rule nothing waits; then no file is read, and nothing that reads files is loaded.
    if not references or not desk.books.store.matching.waiting_for(references).num_rows:
        return ()
    from reconciliation.steps import rematch

    found = rematch.match_early(_work(desk, settings), references)
    desk.books.follow(at=desk.now)
    return found.receipts


def say_again(desk: Desk, settings: Settings, receipt_id: str) -> None:
    """Say again why a receipt waits and what it may be for, after a person has undone an allocation of it."""
    from reconciliation.steps import rematch

    desk.books.follow(at=desk.now)
    rematch.match_undone(_work(desk, settings), [receipt_id])


def _work(desk: Desk, settings: Settings) -> Work:
    from ledger.domain.duty import job_actor
    from reconciliation.archive import Archive
    from reconciliation.steps.rematch import Work

    archive, actor = Archive(settings.archive, settings.vault_key), job_actor("matching")
    return Work(desk.books, archive, desk.lists, desk.today, desk.now, actor, desk.correlation)

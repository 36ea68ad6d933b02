"""Payments that came before their invoice: once it is issued, they are matched with it."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from infra.desk.desk import Desk

if TYPE_CHECKING:
    from infra.settings import Settings


def match_early(desk: Desk, settings: Settings, invoice_ids: Collection[str]) -> tuple[str, ...]:
    """Match what waits and quotes an invoice issued just now; returns the receipts that were allocated.

    The program decides, by the rule of the bank day, and not the person who issues: whoever bills need not have the
    duty to allocate, and the number series gives the reference. So the job `matching` acts, within the person's work.
    All invoices are looked up together.
    """
    references = _references(desk, invoice_ids)
    # As a rule nothing waits; then no file is read, and nothing that reads files is loaded.
    if not references or not desk.books.store.matching.waiting_for(references).num_rows:
        return ()
    from ledger.domain.duty import job_actor
    from reconciliation.archive import Archive
    from reconciliation.steps import rematch

    archive, actor = Archive(settings.archive, settings.vault_key), job_actor("matching")
    work = rematch.Work(desk.books, archive, desk.lists, desk.today, desk.now, actor, desk.correlation)
    found = rematch.match_early(work, references)
    desk.books.follow(at=desk.now)
    return found.receipts


def _references(desk: Desk, invoice_ids: Collection[str]) -> list[str]:
    """The references of the invoices' payment requests."""
    from ledger.domain.receivables.invoice import InvoiceIssued
    from ledger.domain.receivables.request import PaymentRequested

    invoices = desk.facts([f"invoice-{id}" for id in invoice_ids]) if invoice_ids else ()
    items = [owed.item_id for one in invoices if isinstance(one, InvoiceIssued) for owed in one.owed]
    requests = desk.facts([f"request-{item}" for item in items]) if items else ()
    return [one.reference for one in requests if isinstance(one, PaymentRequested)]

"""Receipts at the desk: whose money it is, what it pays, and an allocation taken back."""

from __future__ import annotations

from collections.abc import Sequence

from infra.desk.desk import Desk, Done, Entry
from infra.desk.names import item_named


def identify(desk: Desk, receipt: str, account: str, entry: Entry) -> Done:
    """Say whose payment a receipt is."""
    from ledger.domain.cash.receipt import IdentifyReceipt

    command = IdentifyReceipt(receipt_id=receipt, account_id=account)
    return desk.record(command, entry, receipt_id=receipt, account_id=account)


def allocate(
    desk: Desk,
    receipt: str,
    items: Sequence[tuple[str, int | None]],
    entry: Entry,
    credit_account: str | None = None,
    id: str | None = None,
) -> Done:
    """Apply a receipt to items in order, each with its amount or all that is open; the rest may become credit."""
    from ledger.domain.cash.allocation import AllocateReceipt, ItemToPay

    allocation_id = desk.id(id, entry)
    command = AllocateReceipt(
        allocation_id=allocation_id,
        receipt_id=receipt,
        items=tuple(ItemToPay(item_named(desk.books, name), amount) for name, amount in items),
        credit_account=credit_account,
    )
    done = _with_rest(desk, receipt, desk.record(command, entry, receipt_id=receipt, allocation_id=allocation_id))
    if done.more["unallocated_minor"] == 0:
        desk.lists.close_reviews_of([receipt], desk.actor, "allocated", desk.now)
    return done


def reverse(desk: Desk, receipt: str, allocation: str, entry: Entry) -> Done:
    """Take an allocation of a receipt back whole."""
    from ledger.domain.cash.allocation import ReverseAllocation

    command = ReverseAllocation(allocation_id=allocation, receipt_id=receipt)
    return _with_rest(desk, receipt, desk.record(command, entry, receipt_id=receipt, allocation_id=allocation))


def _with_rest(desk: Desk, receipt: str, done: Done) -> Done:
    from ledger.domain.cash.receipt import Receipt

    stream = f"receipt-{receipt}"
    state = desk.books.catalogue.remember(stream, None, desk.facts([stream]))
    assert isinstance(state, Receipt)
    return done._replace(more={"currency": state.payment.currency, "unallocated_minor": state.unallocated_minor})

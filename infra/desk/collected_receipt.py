"""What a person says of a receipt that has the money of a direct debit is said of the direct debit, too.

Receipts do not name their direct debits, so the domain's rules of receipts know none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from infra.desk.desk import Desk, Occasion

if TYPE_CHECKING:
    from ledger.domain.cash.recall import RecallReceipt
    from ledger.domain.cash.recall_reversal import ReverseRecall
    from ledger.domain.cash.receipt import Receipt
    from ledger.domain.fact import Command

# A command that is recorded together with that of the receipt, or not at all.
Part: TypeAlias = "tuple[Command, Occasion]"


def paying(desk: Desk, collection_id: str, receipt_id: str) -> list[Part]:
    """What applies the money that a receipt has left to the items that a direct debit was to pay."""
    from ledger.domain.cash.allocation import AllocateReceipt, ItemToPay
    from ledger.domain.cash.collection_state import Collection

    stream = f"collection-{collection_id}"
    facts = (dated for _, _, dated in desk.books.journal.facts([stream]))
    state = desk.books.catalogue.remember(stream, None, facts)
    if not isinstance(state, Collection) or state.status not in ("ordered", "failed"):
        return []
    ordered, money = state.ordered, desk.books.store.collections.unallocated(receipt_id)
    open_items = desk.books.store.now.items(ordered.account_id).select(["item_id", "open_minor"]).to_pylist()
    open_minor = {row["item_id"]: row["open_minor"] for row in open_items}
    pays: list[ItemToPay] = []
    for one in ordered.items:
        amount = min(one.amount_minor, open_minor.get(one.item_id, 0), money)
        if amount > 0:
            pays.append(ItemToPay(one.item_id, amount))
            money -= amount
    allocation_id = desk.id(None, Occasion())
    command = AllocateReceipt(allocation_id=allocation_id, receipt_id=receipt_id, items=tuple(pays))
    return [(command, Occasion())] if pays else []


def returned(desk: Desk, recall: RecallReceipt, receipt: Receipt) -> list[Part]:
    """What returns the direct debits that a receipt settled, on the day of the debit that takes it back.

    Of several, it is those of whose items money is taken back.
    """
    from ledger.domain.cash.collection_answer import ReturnCollection
    from ledger.domain.cash.recall import taken_back

    receipt_id, reason = recall.receipt_id, recall.reason_code
    debit = desk.books.store.now.movement(recall.part_id)
    if debit is None:
        return []
    paid = desk.books.store.collections.of_receipts([receipt_id])
    settled = [one for one in paid if one["status"] == "settled"]
    if len(paid) > 1:
        most = debit["cleared_minor"] - debit["amount_minor"]
        amount = min(most, receipt.with_us_minor) if recall.amount_minor is None else recall.amount_minor
        undone = taken_back(receipt, amount, recall.item_ids)
        items = {target.item_id for made, _ in undone for target in made.targets}
        settled = [one for one in settled if not items.isdisjoint(one["items"])]
    found: list[Part] = []
    for one in settled:
        back = ReturnCollection(collection_id=one["collection_id"], receipt_id=receipt_id, reason_code=reason)
        found.append((back, Occasion(None, max(debit["booked_on"], one["since"]))))
    return found


def settled_again(desk: Desk, reversal: ReverseRecall, receipt: Receipt) -> list[Part]:
    """What settles the direct debits again that were returned with a receipt, as far as it has their money again.

    Of several, those that were returned last come first.
    """
    from ledger.domain.cash.collection_answer import SettleCollection

    paid = desk.books.store.collections.of_receipts([reversal.receipt_id])
    free = receipt.with_us_minor + sum(amount for _, amount in receipt.recalled.get(reversal.part_id, ()))
    free -= sum(one["amount_minor"] for one in paid if one["status"] == "settled")
    found: list[Part] = []
    for one in sorted(paid, key=lambda one: one["since"], reverse=True):
        # A bank may have brought less than was ordered.
        brought = min(one["amount_minor"], receipt.payment.amount_minor)
        if one["status"] == "returned" and brought <= free:
            free -= brought
            again = SettleCollection(collection_id=one["collection_id"], receipt_id=reversal.receipt_id)
            found.append((again, Occasion(None)))
    return found


def reopened(desk: Desk, receipt_id: str, reason: str) -> list[Part]:
    """What lets the direct debit that a receipt settled wait for the bank's answer again, because it was no payment."""
    from ledger.domain.cash.collection_answer import ReopenCollection

    return [
        (ReopenCollection(collection_id=one["collection_id"], reason_code=reason), Occasion(None))
        for one in desk.books.store.collections.of_receipts([receipt_id])
        if one["status"] == "settled"
    ]


def left(desk: Desk, receipt_id: str, receipt: Receipt, minor: int | None, reason: str, *, back: bool) -> list[Part]:
    """The same, if an amount of the receipt that is no payment, or all that is unallocated, leaves nothing of it."""
    leaves = receipt.unallocated_minor if minor is None else minor
    return [] if back or leaves < receipt.with_us_minor else reopened(desk, receipt_id, reason)

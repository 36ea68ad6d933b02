"""Cash application: a receipt is applied to items in one atomic step, and the step can be reversed."""

from __future__ import annotations

from datetime import date
from typing import Final

from ledger.domain.cash.receipt import AllocationReversed, Receipt, ReceiptAllocated, Target, receipt_of
from ledger.domain.fact import Command, Decision, Envelope, NewFact, Part, States, stream_of
from ledger.domain.money import require_positive
from ledger.domain.noun import Noun
from ledger.domain.receivables.account import (
    CustomerCreditWithdrawn,
    account_of,
    credit_created,
    require_credit,
)
from ledger.domain.receivables.item import Item, item_of, mirrored
from ledger.domain.receivables.item_facts import ItemAllocated, ItemDeallocated
from ledger.domain.receivables.request import Request, request_of
from ledger.domain.refusals import Refused

# A receipt with more targets than this needs a remittance, which is applied in chunks on a stream of its own.
MOST_TARGETS: Final = 200

# Commands


class ItemToPay(Part, frozen=True):
    """An item and the amount to apply; without an amount, as much as is open on the item and left on the receipt."""

    item_id: str
    amount_minor: int | None = None


class AllocateReceipt(Command, frozen=True):
    """Apply a receipt to items in the given order.

    What is left of the receipt becomes customer credit of `credit_account`, if given.

    With a `request_id`, the items are those of the payment request, in its order, and what is left of the receipt
    becomes customer credit of the request's payer.
    """

    allocation_id: str
    receipt_id: str
    items: tuple[ItemToPay, ...] = ()
    request_id: str | None = None
    credit_account: str | None = None
    rule: str = "manual"

    def streams(self) -> tuple[str, ...]:
        """The receipt, any request, the items, and any account that gets the rest of the receipt as customer credit."""
        request = () if self.request_id is None else (stream_of("request", self.request_id),)
        account = () if self.credit_account is None else (stream_of("account", self.credit_account),)
        items = (stream_of("item", item.item_id) for item in self.items)
        return (stream_of("receipt", self.receipt_id), *request, *items, *account)

    def more(self, states: States) -> tuple[str, ...]:
        """The items of the request, and the account of its payer."""
        request = None if self.request_id is None else states.get(stream_of("request", self.request_id))
        if not isinstance(request, Request):
            return ()
        asked = request.requested
        return (*(stream_of("item", item_id) for item_id in asked.items), stream_of("account", asked.account_id))


class ReverseAllocation(Command, frozen=True):
    """Reverse a whole allocation of a receipt."""

    allocation_id: str
    receipt_id: str

    def streams(self) -> tuple[str, ...]:
        """The receipt."""
        return (stream_of("receipt", self.receipt_id),)

    def more(self, states: States) -> tuple[str, ...]:
        """The items that were paid, and any account that got the rest of the receipt as customer credit."""
        receipt = states.get(stream_of("receipt", self.receipt_id))
        made = receipt.allocations.get(self.allocation_id) if isinstance(receipt, Receipt) else None
        if made is None:
            return ()
        account = () if made.credit_account is None else (stream_of("account", made.credit_account),)
        return (*(stream_of("item", target.item_id) for target in made.targets), *account)


# Decide


def allocate(states: States, command: AllocateReceipt, envelope: Envelope) -> Decision:
    """Apply the receipt: never more than is open on an item or left on the receipt, and never across currencies.

    The allocation takes effect on the day the bank booked the money, so an item counts as paid on time even if its
    payment was identified late. It never takes effect before the item arose, because nothing can be paid before it
    exists.
    """
    receipt = receipt_of(states, command.receipt_id)
    if command.allocation_id in receipt.allocations:
        return ()
    if command.allocation_id in receipt.reversed_allocations:
        raise Refused("fact_already_recorded", command.allocation_id)
    asked, credit_account = _asked(states, command)
    if len(asked) > MOST_TARGETS:
        raise Refused("too_many_targets", command.receipt_id)
    items = {one.item_id: item_of(states, one.item_id) for one in asked}
    targets, left = _targets(items, asked, receipt, command.receipt_id)
    credit = _rest(items, credit_account, receipt, left, command.receipt_id)
    if not targets and credit == 0:
        raise Refused(_why_nothing(asked, receipt), command.receipt_id)
    allocated = ReceiptAllocated(
        allocation_id=command.allocation_id,
        account_id=receipt.account_id or _payer(credit_account, targets),
        request_id=command.request_id,
        currency=receipt.payment.currency,
        targets=targets,
        credit_minor=credit,
        credit_account=credit_account if credit else None,
        rule=command.rule,
    )
    on = max((receipt.payment.booked_on, *(item.raised.arose_on for item in items.values())))
    stream = stream_of("receipt", command.receipt_id)
    mirrors = [_applied(allocated, stream, target, on) for target in targets]
    return (NewFact(stream, allocated, on), *mirrors, *_credited(states, credit_account, allocated, stream, on))


def _asked(states: States, command: AllocateReceipt) -> tuple[tuple[ItemToPay, ...], str | None]:
    if command.request_id is None:
        return command.items, command.credit_account
    request: Request = request_of(states, command.request_id)
    if command.items:
        raise Refused("request_beside_items", command.receipt_id)
    items = tuple(ItemToPay(item_id) for item_id in request.requested.items)
    return items, command.credit_account or request.requested.account_id


def _targets(
    items: dict[str, Item], asked: tuple[ItemToPay, ...], receipt: Receipt, receipt_id: str
) -> tuple[tuple[Target, ...], int]:
    left = receipt.unallocated_minor
    used: dict[str, int] = {}
    targets: list[Target] = []
    for one in asked:
        item = items[one.item_id]
        if item.raised.currency != receipt.payment.currency:
            raise Refused("currency_differs", one.item_id)
        free = item.open_minor - used.get(one.item_id, 0)
        amount = min(free, left) if one.amount_minor is None else one.amount_minor
        if one.amount_minor is None and amount == 0:
            continue
        require_positive((amount,), one.item_id)
        if amount > free:
            raise Refused("amount_exceeds_balance", one.item_id)
        if amount > left:
            raise Refused("amount_exceeds_unallocated", receipt_id)
        used[one.item_id] = used.get(one.item_id, 0) + amount
        left -= amount
        targets.append(Target(one.item_id, item.raised.account_id, amount, item.ar_role))
    return tuple(targets), left


def _rest(items: dict[str, Item], credit_account: str | None, receipt: Receipt, left: int, receipt_id: str) -> int:
    """The amount that becomes customer credit; refused if another payer sent the money or an item is written off."""
    if credit_account is None or left == 0:
        return 0
    if receipt.account_id not in (None, credit_account):
        raise Refused("receipt_identified_otherwise", receipt_id)
    for item_id, item in items.items():
        if item.written_off:
            raise Refused("write_off_in_force", item_id)
    return left


def _why_nothing(asked: tuple[ItemToPay, ...], receipt: Receipt) -> str:
    if receipt.unallocated_minor == 0:
        return "amount_exceeds_unallocated"
    return "item_not_open" if asked else "targets_missing"


def _payer(credit_account: str | None, targets: tuple[Target, ...]) -> str | None:
    """The payer of the credit account, or else the only payer of the items; None if the items have several."""
    payers = {target.account_id for target in targets}
    return credit_account or (payers.pop() if len(payers) == 1 else None)


def _applied(allocated: ReceiptAllocated, document: str, target: Target, on: date) -> NewFact:
    applied = ItemAllocated(
        allocation_id=allocated.allocation_id,
        document=document,
        amount_minor=target.amount_minor,
        currency=allocated.currency,
    )
    return mirrored(target.item_id, applied, on)


def _credited(states: States, account_id: str | None, made: ReceiptAllocated, document: str, on: date) -> Decision:
    if account_id is None:
        return ()
    account_of(states, account_id)
    if not made.credit_minor:
        return ()
    return (credit_created(account_id, made.credit_minor, made.currency, document)._replace(on=on),)


def reverse(states: States, command: ReverseAllocation, envelope: Envelope) -> Decision:
    """Reverse the whole allocation; the customer credit that it created must still be available."""
    receipt = receipt_of(states, command.receipt_id)
    made = receipt.allocations.get(command.allocation_id)
    if made is None:
        raise Refused("allocation_unknown", command.allocation_id)
    stream = stream_of("receipt", command.receipt_id)
    reversed_ = AllocationReversed(
        allocation_id=made.allocation_id,
        currency=made.currency,
        targets=made.targets,
        credit_minor=made.credit_minor,
        credit_account=made.credit_account,
    )
    withdrawn = tuple(_withdrawn(states, made, target, stream) for target in made.targets)
    return (NewFact(stream, reversed_), *withdrawn, *_credit_taken_back(states, made, stream))


def _withdrawn(states: States, made: ReceiptAllocated, target: Target, document: str) -> NewFact:
    item_of(states, target.item_id)
    withdrawn = ItemDeallocated(
        allocation_id=made.allocation_id, document=document, amount_minor=target.amount_minor, currency=made.currency
    )
    return mirrored(target.item_id, withdrawn)


def _credit_taken_back(states: States, made: ReceiptAllocated, document: str) -> Decision:
    if made.credit_account is None:
        return ()
    account = account_of(states, made.credit_account)
    require_credit(account, made.credit_minor, made.currency)
    taken = CustomerCreditWithdrawn(amount_minor=made.credit_minor, currency=made.currency, document=document)
    return (NewFact(stream_of("account", made.credit_account), taken),)


# Registration

NOUN: Final = Noun(
    "allocation",
    rules={AllocateReceipt: allocate, ReverseAllocation: reverse},
    refusals={
        "allocation_unknown": "The receipt has no allocation with that id, or that allocation has been reversed.",
        "amount_exceeds_unallocated": "The amount exceeds the receipt's unallocated amount.",
        "request_beside_items": "An allocation names either a payment request or items, not both.",
        "targets_missing": "An allocation needs at least one item or an amount of customer credit.",
        "too_many_targets": (
            f"A receipt can be applied to at most {MOST_TARGETS} items at once; use a remittance for more."
        ),
    },
)

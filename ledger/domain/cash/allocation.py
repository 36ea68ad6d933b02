"""Cash application: a receipt is applied to items in one atomic step."""

from __future__ import annotations

from datetime import date
from typing import Final

from msgspec.structs import replace

from ledger.domain.balance import effective_day
from ledger.domain.cash.receipt import Receipt, receipt_of
from ledger.domain.cash.receipt_facts import ReceiptAllocated, Target
from ledger.domain.fact import DatedCommand, Decision, Envelope, NewFact, Part, States, stream_of
from ledger.domain.money import require_positive
from ledger.domain.noun import Noun
from ledger.domain.receivables.account import (
    account_of,
    credit_created,
)
from ledger.domain.receivables.item import Item, item_of, mirrored
from ledger.domain.receivables.item_facts import ItemAllocated
from ledger.domain.receivables.request import Request, request_of
from ledger.domain.refusals import Refused

# A receipt with more targets than this needs a remittance, which is applied in chunks on a stream of its own.
MOST_TARGETS: Final = 200

# Commands


class ItemToPay(Part, frozen=True):
    """An item and the amount to apply; without an amount, as much as is open on the item and left on the receipt."""

    item_id: str
    amount_minor: int | None = None


class AllocateReceipt(DatedCommand, frozen=True):
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


# Decide


def allocate(states: States, command: AllocateReceipt, envelope: Envelope) -> Decision:
    """Apply the receipt: never more than is open on an item or left on the receipt, and never across currencies.

    An item counts as paid from the day the bank booked the money, even if its payment was identified late; but not
    before the item arose, and only from the day on which the receipt has the money and the item is open. So the items
    of one allocation may be paid on different days, each of which has its own fact.
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
    if credit_account is not None:
        account_of(states, credit_account)
    credit = _rest(items, credit_account, receipt, left, command.receipt_id)
    if not targets and credit == 0:
        raise Refused(_why_nothing(asked, receipt), command.receipt_id)
    stream = stream_of("receipt", command.receipt_id)
    allocated = ReceiptAllocated(
        allocation_id=command.allocation_id,
        account_id=None,
        request_id=command.request_id,
        currency=receipt.payment.currency,
        targets=(),
        credit_minor=0,
        credit_account=None,
        rule=command.rule,
    )
    by_day = [
        (on, replace(allocated, targets=paid, credit_minor=rest, credit_account=credit_account if rest else None))
        for on, paid, rest in _by_day(command.on, receipt, items, targets, credit)
    ]
    payer = receipt.account_with(tuple(made for _, made in by_day))
    decided: list[NewFact] = []
    for on, made in by_day:
        decided.append(NewFact(stream, replace(made, account_id=payer), on))
        decided += [_applied(made, stream, target, on) for target in made.targets]
        if made.credit_account is not None:
            decided.append(credit_created(made.credit_account, made.credit_minor, made.currency, stream, on))
    return tuple(decided)


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


# The targets that are paid on a day, and how much becomes customer credit on that day.
OnDay = tuple[date, tuple[Target, ...], int]


def _by_day(
    given: date | None, receipt: Receipt, items: dict[str, Item], targets: tuple[Target, ...], credit: int
) -> list[OnDay]:
    """The parts of an allocation by the days on which they take effect, first day first."""
    booked_on, left = receipt.payment.booked_on, receipt.balance
    open_on = {item_id: item.balance for item_id, item in items.items()}
    paid: dict[date, list[Target]] = {}
    for target in targets:
        item_id, amount = target.item_id, target.amount_minor
        arose_on = items[item_id].raised.arose_on
        free = left.first_day_of(amount), open_on[item_id].first_day_of(amount)
        on = effective_day(given, booked_on, arose_on, *free)
        left, open_on[item_id] = left.moved(on, -amount), open_on[item_id].moved(on, -amount)
        paid.setdefault(on, []).append(target)
    rest_on = effective_day(given, booked_on, left.first_day_of(credit)) if credit else None
    if rest_on is not None:
        paid.setdefault(rest_on, [])
    return [(on, tuple(paid[on]), credit if on == rest_on else 0) for on in sorted(paid)]


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


def _applied(allocated: ReceiptAllocated, document: str, target: Target, on: date) -> NewFact:
    applied = ItemAllocated(
        allocation_id=allocated.allocation_id,
        document=document,
        amount_minor=target.amount_minor,
        currency=allocated.currency,
    )
    return mirrored(target.item_id, applied, on)


# Registration

NOUN: Final = Noun(
    "allocation",
    rules={AllocateReceipt: allocate},
    refusals={
        "amount_exceeds_unallocated": "The amount exceeds the receipt's unallocated amount.",
        "request_beside_items": "An allocation names either a payment request or items, not both.",
        "targets_missing": "An allocation needs at least one item or an amount of customer credit.",
        "too_many_targets": (
            f"A receipt can be applied to at most {MOST_TARGETS} items at once; use a remittance for more."
        ),
    },
)

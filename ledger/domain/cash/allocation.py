"""Cash application: a receipt is applied to items in one atomic step."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from msgspec.structs import replace

from ledger.domain.cash.days_paid import OnDay, by_day
from ledger.domain.cash.difference import Allocation, Paid, closed, requests_of
from ledger.domain.cash.handwork import BY_HAND, require_undecided
from ledger.domain.cash.receipt import Receipt, receipt_of
from ledger.domain.cash.receipt_facts import ReceiptAllocated, Target
from ledger.domain.cash.repeated import require_same_allocation
from ledger.domain.cash.share import Share
from ledger.domain.fact import DatedCommand, Decision, Envelope, NewFact, Part, States, stream_of
from ledger.domain.money import require_positive
from ledger.domain.noun import Noun
from ledger.domain.receivables.account import account_of, credit_created
from ledger.domain.receivables.credit_use import recall_items, with_recalls_paid
from ledger.domain.receivables.item import Item, item_of, mirrored
from ledger.domain.receivables.item_facts import ItemAllocated
from ledger.domain.receivables.mark import payer_of
from ledger.domain.receivables.recovery import Recovery
from ledger.domain.receivables.request import Request, request_of
from ledger.domain.refusals import Refused
from ledger.domain.terms.entity import STREAM as TERMS
from ledger.domain.terms.entity import terms_of

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
    becomes customer credit of the request's payer. With `amount_minor`, no more of the receipt is used: the payer has
    said how much is for what.
    """

    allocation_id: str
    receipt_id: str
    items: tuple[ItemToPay, ...] = ()
    request_id: str | None = None
    credit_account: str | None = None
    rule: str = BY_HAND
    amount_minor: int | None = None

    def streams(self) -> tuple[str, ...]:
        """The receipt, any request, the items, any account that gets the rest as customer credit, and the terms."""
        request = () if self.request_id is None else (stream_of("request", self.request_id),)
        account = () if self.credit_account is None else (stream_of("account", self.credit_account),)
        items = (stream_of("item", item.item_id) for item in self.items)
        return (stream_of("receipt", self.receipt_id), *request, *items, *account, TERMS)

    def more(self, states: States) -> tuple[str, ...]:
        """The items of the request and its payer's account, or the items' requests; all write-offs and recall items."""
        request = None if self.request_id is None else states.get(stream_of("request", self.request_id))
        if not isinstance(request, Request):
            named = requests_of(states, (item.item_id for item in self.items))
            return (*named, *_losses(states), *recall_items(states))
        asked = request.requested
        items = (stream_of("item", item_id) for item_id in asked.items)
        return (*items, stream_of("account", asked.account_id), *_losses(states), *recall_items(states))


def _losses(states: States) -> tuple[str, ...]:
    """The write-offs that the items' payment may recover."""
    items = (state for state in states.values() if isinstance(state, Item))
    return tuple(stream_of("writeoff", id) for item in items for id in item.written_off)


# Decide


def allocate(states: States, command: AllocateReceipt, envelope: Envelope) -> Decision:
    """Apply the receipt: never more than is open on an item or left on the receipt, and never across currencies.

    An item counts as paid from the day the bank booked the money, even if its payment was identified late; but not
    before the item arose, and only from the day on which the receipt has the money and the item is open. So the items
    of one allocation may be paid on different days, each of which has its own fact. If the entity recovers losses,
    money beyond what is open pays what was written off; the loss is recovered on the day of the write-off or later.
    If the money is a little less than the request that it quotes, the difference is closed. Customer credit that arises
    pays what the account owes of money that was paid out.
    """
    receipt = receipt_of(states, command.receipt_id)
    if recorded := receipt.allocations.get(command.allocation_id):
        named = {one.item_id: one.amount_minor for one in command.items}
        require_same_allocation(named, command.request_id, command.credit_account, command.amount_minor, recorded)
        return ()
    asked, credit_account = _asked(states, command)
    require_undecided(receipt, command.rule, command.receipt_id, credit_account)
    if command.allocation_id in receipt.reversed_allocations:
        raise Refused("fact_already_recorded", command.allocation_id)
    if len(asked) > MOST_TARGETS:
        raise Refused("too_many_targets", command.receipt_id)
    items = {one.item_id: item_of(states, one.item_id) for one in asked}
    terms = terms_of(states)
    money = _money(command, receipt)
    shares, left = _shares(items, asked, money, receipt.payment.currency, command.receipt_id, terms.recovers_losses)
    credit = _rest(states, credit_account, receipt, left, command.receipt_id)
    if not shares and credit == 0:
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
    paid_by_day = by_day(command.on, receipt, items, shares, credit, _credit_from(states, credit_account, items))
    recovered = _recovered(stream, command.allocation_id, items, paid_by_day)
    facts = (*recovered, *_facts(stream, receipt, allocated, paid_by_day, credit_account))
    if left:
        return facts if credit_account is None else with_recalls_paid(states, facts, credit_account)
    opened = ((on, one.target) for on, on_day, _ in paid_by_day for one in on_day if one.write_off_id is None)
    paid = tuple(Paid(target.item_id, target.amount_minor, on) for on, target in opened)
    made = Allocation(command.receipt_id, command.allocation_id, items, paid)
    return (*facts, *closed(states, receipt, made, terms, envelope.occurred_on))


def _credit_from(states: States, account_id: str | None, items: dict[str, Item]) -> date | None:
    """The day on which the first item of the account arose that the money is for; if there is none, it was opened."""
    if account_id is None:
        return None
    arose = [item.raised.arose_on for item in items.values() if item.raised.account_id == account_id]
    return min(arose, default=account_of(states, account_id).opened_on)


def _asked(states: States, command: AllocateReceipt) -> tuple[tuple[ItemToPay, ...], str | None]:
    if command.request_id is None:
        return command.items, command.credit_account
    request: Request = request_of(states, command.request_id)
    if command.items:
        raise Refused("request_beside_items", command.receipt_id)
    items = tuple(ItemToPay(item_id) for item_id in request.requested.items)
    return items, command.credit_account or request.requested.account_id


def _money(command: AllocateReceipt, receipt: Receipt) -> int:
    """How much of the receipt is applied: all that is left of it, or the amount that was said."""
    if command.amount_minor is None:
        return receipt.unallocated_minor
    require_positive((command.amount_minor,), command.receipt_id)
    if command.amount_minor > receipt.unallocated_minor:
        raise Refused("amount_exceeds_unallocated", command.receipt_id)
    return command.amount_minor


def _shares(
    items: dict[str, Item], asked: tuple[ItemToPay, ...], left: int, currency: str, receipt_id: str, recovers: bool
) -> tuple[list[Share], int]:
    """The shares in the order of the items; losses come after everything that is open, except for given amounts.

    `left` is the money for all of them; returns also what is left of it then.
    """
    free = {id: _payable(item, recovers) for id, item in items.items()}
    shares: list[Share] = []

    def take(item_id: str, most: int, *, lost: bool) -> int:
        taken = 0
        for write_off_id, available in free[item_id].items():
            amount = min(available, most - taken)
            if amount and (write_off_id is not None) is lost:
                free[item_id][write_off_id] -= amount
                taken += amount
                item = items[item_id]
                shares.append(Share(Target(item_id, item.raised.account_id, amount, item.ar_role), write_off_id))
        return taken

    for one in asked:
        if items[one.item_id].raised.currency != currency:
            raise Refused("currency_differs", one.item_id)
        if one.amount_minor is None:
            left -= take(one.item_id, left, lost=False)
            continue
        require_positive((one.amount_minor,), one.item_id)
        if one.amount_minor > sum(free[one.item_id].values()):
            raise Refused("amount_exceeds_balance", one.item_id)
        if one.amount_minor > left:
            raise Refused("amount_exceeds_unallocated", receipt_id)
        opened = take(one.item_id, one.amount_minor, lost=False)
        take(one.item_id, one.amount_minor - opened, lost=True)
        left -= one.amount_minor
    for one in asked:
        if one.amount_minor is None:
            left -= take(one.item_id, left, lost=True)
    return shares, left


def _payable(item: Item, recovers: bool) -> dict[str | None, int]:
    """What is open on the item, and what can be recovered of its write-offs, newest first."""
    payable: dict[str | None, int] = {None: item.open_minor}
    if recovers:
        payable |= {id: balance.latest for id, balance in reversed(item.written_off.items())}
    return payable


def _rest(states: States, credit_account: str | None, receipt: Receipt, left: int, receipt_id: str) -> int:
    """The amount that becomes customer credit; refused if it is another payer's money, or if the payer was erased."""
    if credit_account is None:
        return 0
    account_of(states, credit_account)
    if left == 0:
        return 0
    payer_of(states, credit_account)
    if not {receipt.identified_as, *receipt.credited} <= {None, credit_account}:
        raise Refused("receipt_identified_otherwise", receipt_id)
    return left


def _why_nothing(asked: tuple[ItemToPay, ...], receipt: Receipt) -> str:
    if receipt.unallocated_minor == 0:
        return "amount_exceeds_unallocated"
    return "item_not_open" if asked else "targets_missing"


def _facts(
    stream: str, receipt: Receipt, allocated: ReceiptAllocated, by_day: list[OnDay], credit_account: str | None
) -> Iterator[NewFact]:
    """The facts of an allocation day by day: what the receipt gives, and what the items get."""
    parts = [
        replace(
            allocated,
            targets=tuple(share.target for share in paid),
            credit_minor=rest,
            credit_account=credit_account if rest else None,
        )
        for _, paid, rest in by_day
    ]
    payer = receipt.account_with(tuple(parts))
    for (on, paid, rest), part in zip(by_day, parts, strict=True):
        yield NewFact(stream, replace(part, account_id=payer), on)
        for share in paid:
            yield _applied(allocated, stream, share.target, on)
        if part.credit_account is not None:
            yield credit_created(part.credit_account, rest, part.currency, stream, on)


def _recovered(stream: str, allocation_id: str, items: dict[str, Item], by_day: list[OnDay]) -> Iterator[NewFact]:
    """The losses that an allocation recovers."""
    for share in (share for _, paid, _ in by_day for share in paid):
        if share.write_off_id is not None and share.recovered_on is not None:
            recovery = Recovery(stream, allocation_id, share.write_off_id, items[share.target.item_id])
            yield from recovery.made(share.target.amount_minor, share.recovered_on)


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
    duties={AllocateReceipt: ("billing", "finance", "bank-day", "matching")},
    refusals={
        "amount_exceeds_unallocated": "The amount exceeds the receipt's unallocated amount.",
        "receipt_decided_by_hand": (
            "A person has decided about the receipt, or money of it went elsewhere, so no rule applies it: allocate it "
            "by hand."
        ),
        "request_beside_items": "An allocation names either a payment request or items, not both.",
        "targets_missing": "An allocation needs at least one item or an amount of customer credit.",
        "too_many_targets": (
            f"A receipt can be applied to at most {MOST_TARGETS} items at once; use a remittance for more."
        ),
    },
)

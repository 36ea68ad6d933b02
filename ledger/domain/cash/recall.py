"""The recall of a receipt: the bank took the payment back, and what was done with the money is undone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Final

from msgspec.structs import replace

from ledger.domain.bank.movement import Movement, movement_of
from ledger.domain.bank.movement_facts import MovementCleared
from ledger.domain.cash.reach import settled_with
from ledger.domain.cash.receipt import Allocated, Receipt, receipt_of
from ledger.domain.cash.receipt_facts import ReceiptAllocated, ReceiptRecalled, Target, applied_minor
from ledger.domain.cash.way_back import Draft
from ledger.domain.chart_of_accounts import roles_of
from ledger.domain.fact import Command, Decision, Envelope, States, stream_of
from ledger.domain.money import require_positive
from ledger.domain.noun import Noun
from ledger.domain.refusals import Refused
from ledger.domain.terms.entity import STREAM as TERMS

# The account roles from which a recall can clear a debit: those of movements that wait to be explained.
CLEARS: Final = roles_of("suspense")

# Commands


class RecallReceipt(Command, frozen=True):
    """Assign a debit of the bank, or an amount of it, to the receipt that it takes back.

    Without an amount, it is as much as the debit and the receipt have left. Nobody dates a recall: it has the bank's
    day. `item_ids` are those whose money goes back first, because the debit names what had paid them.
    """

    receipt_id: str
    part_id: str
    reason_code: str
    amount_minor: int | None = None
    item_ids: tuple[str, ...] = ()

    def streams(self) -> tuple[str, ...]:
        """The receipt, the debit, and the terms for an item that may have to be raised."""
        return (stream_of("receipt", self.receipt_id), stream_of("movement", self.part_id), TERMS)

    def more(self, states: States) -> tuple[str, ...]:
        """Everything that the receipt's money settles, the accounts that got the rest, and all uses of their credit."""
        return settled_by(states, self.receipt_id)


# Decide


def recall(states: States, command: RecallReceipt, envelope: Envelope) -> Decision:
    """Take the money back: what is unallocated first, then what settles items, newest first, then customer credit.

    If the debit names items, what settles these comes before all else.

    Everything takes effect on the bank's day. If the money was elsewhere for a while after that day, what was
    elsewhere takes effect on the first day from which it is there to be taken; until then, the debit stays unassigned.
    """
    receipt, movement = receipt_of(states, command.receipt_id), movement_of(states, command.part_id)
    if command.part_id in receipt.recalled and not movement.left_minor:
        return ()
    amount = _amount(command, receipt, movement)
    booked_on = movement.line.booked_on
    draft = Draft(states, "recalled", stream_of("receipt", command.receipt_id))
    for made, on in taken_back(receipt, amount, command.item_ids):
        draft = draft.undone(command.receipt_id, made, None, booked_on, on)
    after = receipt_of(draft.states, command.receipt_id)
    for on, part in after.balance.parts_of(amount, booked_on):
        recalled = ReceiptRecalled(
            part_id=command.part_id,
            account_id=after.account_id,
            amount_minor=part,
            currency=receipt.payment.currency,
            role=movement.role,
            reason_code=command.reason_code,
        )
        cleared = MovementCleared(
            document=stream_of("receipt", command.receipt_id), amount_minor=-part, currency=receipt.payment.currency
        )
        # Until the day on which somebody said what the debit was, the ledger has it on another account role.
        draft.add("receipt", command.receipt_id, recalled, on, corrects=movement.reclassified)
        draft.add("movement", command.part_id, cleared, on, corrects=movement.reclassified)
    return tuple(draft.decided)


def _amount(command: RecallReceipt, receipt: Receipt, movement: Movement) -> int:
    """The amount to recall: at most what is left of the debit, and of the receipt."""
    if movement.cleared_minor and not movement.left_minor:
        raise Refused("movement_assigned", command.part_id)
    if movement.role not in CLEARS or movement.left_minor >= 0:
        raise Refused("movement_not_to_assign", command.part_id)
    if movement.line.currency != receipt.payment.currency:
        raise Refused("currency_differs", command.part_id)
    debit, left = -movement.left_minor, receipt.with_us_minor
    if not left and not receipt.elsewhere:
        raise Refused("receipt_recalled", command.receipt_id)
    if not left:
        raise Refused("amount_exceeds_receipt", command.receipt_id)
    amount = min(debit, left) if command.amount_minor is None else command.amount_minor
    require_positive((amount,), command.receipt_id)
    if amount > debit:
        raise Refused("amount_exceeds_movement", command.part_id)
    if amount > left:
        raise Refused("amount_exceeds_receipt", command.receipt_id)
    return amount


def settled_by(states: States, receipt_id: str) -> tuple[str, ...]:
    """The streams from which a receipt's money comes back: its items, its accounts, and what is in reach of these."""
    receipt = states.get(stream_of("receipt", receipt_id))
    allocations = receipt.allocations.values() if isinstance(receipt, Receipt) else ()
    return settled_with([one.fact for allocation in allocations for one in allocation], states)


def taken_back(receipt: Receipt, amount_minor: int, items: tuple[str, ...]) -> Iterator[tuple[ReceiptAllocated, date]]:
    """What a recall of an amount undoes, in order; first what settles the items that its debit names."""
    missing = amount_minor
    for made, on in _of_items(_parts(receipt), missing, lambda item: item in items):
        yield made, on
        missing -= applied_minor(made)
    yield from undone(receipt, missing - receipt.unallocated_minor, items)


def undone(receipt: Receipt, missing: int, without: tuple[str, ...] = ()) -> Iterator[tuple[ReceiptAllocated, date]]:
    """What must be undone for an amount to be there, in order: parts of allocations, and their days."""
    parts = _parts(receipt)
    for made, on in _of_items(parts, missing, lambda item: item not in without):
        yield made, on
        missing -= applied_minor(made)
    for made, on in parts:
        amount = min(made.credit_minor, missing)
        if amount > 0:
            yield replace(made, targets=(), credit_minor=amount), on
            missing -= amount


def _parts(receipt: Receipt) -> list[Allocated]:
    """The parts of a receipt's allocations, the newest first."""
    return [part for allocation in reversed(receipt.allocations.values()) for part in reversed(allocation)]


def _of_items(
    parts: list[Allocated], missing: int, named: Callable[[str], bool]
) -> Iterator[tuple[ReceiptAllocated, date]]:
    """What these parts pay of the items that are named, up to an amount."""
    for made, on in parts:
        targets: list[Target] = []
        for target in reversed(made.targets):
            amount = min(target.amount_minor, missing)
            if amount > 0 and named(target.item_id):
                targets.append(replace(target, amount_minor=amount))
                missing -= amount
        if targets:
            yield replace(made, targets=tuple(targets), credit_minor=0), on


# Registration

NOUN: Final = Noun(
    "recall",
    rules={RecallReceipt: recall},
    duties={RecallReceipt: ("finance", "bank-day")},
    refusals={
        "amount_exceeds_movement": "The amount exceeds what is left of the bank's movement.",
        "amount_exceeds_receipt": (
            "The amount exceeds what the bank has not taken back of the receipt yet. What is booked on another account "
            "role comes back first, with `reskontra receipt reclassify --back`."
        ),
        "movement_assigned": (
            "All of the debit is assigned to receipts. If the bank took back another receipt, take the assignment back "
            "first, with `reskontra receipt recall RECEIPT --movement MOVEMENT --back`."
        ),
        "movement_not_to_assign": (
            "The movement is not a debit that waits to be assigned: it is no debit, or booked on another account "
            "role. If that role is wrong, reclassify the debit to bank_suspense first."
        ),
        "receipt_recalled": "The bank has taken the whole receipt back already.",
    },
)

"""What a bank movement was, when a person says so: another account role, a refund's line, or somebody's payment.

It was so from the start, so it takes effect on the bank's day, and corrects a recorded voucher. It can be said again,
as often as somebody finds out more. What the movement took back of receipts stays explained, so only what is left of it
is something else. If only an amount of it was something else, that amount becomes a part of its own, and the rest stays
what it is. If a refund came back as only the movement said, it did not come back: the account loses the customer credit
again, even if that is used meanwhile.
"""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Final

from ledger.domain.bank.bookable_roles import require_bookable
from ledger.domain.bank.movement import Movement, movement_of
from ledger.domain.bank.movement_facts import MovementReclassified
from ledger.domain.bank.movement_part import SplitOff, split_off
from ledger.domain.bank.taxed_roles import require_tax_code
from ledger.domain.cash.overpaid_refund import item_to_come, paid_again
from ledger.domain.cash.payout import not_of_payout, payout_of
from ledger.domain.cash.receipt_facts import Payment, ReceiptFound
from ledger.domain.cash.refund_facts import RefundMovementRemoved
from ledger.domain.cash.refund_movement import Told, added_to, paid_after_all, steps_of, view_of
from ledger.domain.cash.refund_resumption import in_reach, resumed
from ledger.domain.cash.refund_state import Refund, Said
from ledger.domain.cash.restoration import give_back
from ledger.domain.cash.way_back import Draft
from ledger.domain.chart_of_accounts import CASH_IN_TRANSIT, CUSTOMER_CREDIT, UNALLOCATED
from ledger.domain.fact import Command, Decision, Envelope, NewFact, States, known_stream, stream_of
from ledger.domain.money import require_positive
from ledger.domain.noun import Noun
from ledger.domain.rails import Rail
from ledger.domain.refusals import Refused

# On this role is what the bank paid for a refund of which nothing was to be paid: no customer credit was used for it.
_OVERPAID: Final = CUSTOMER_CREDIT

# Commands


class OfMovement(Command, frozen=True, kw_only=True):
    """Say what a bank movement, or a part of one, was.

    With an amount, which is above zero also for a debit, say it of that much. Without, it is all that is left.
    """

    part_id: str
    reason_code: str
    amount_minor: int | None = None

    def streams(self) -> tuple[str, ...]:
        """The movement."""
        return (stream_of("movement", self.part_id),)

    def more(self, states: States) -> tuple[str, ...]:
        """The refund or payout to which it belongs until now, the way back of its credit, and a part split off."""
        state = states.get(stream_of("movement", self.part_id))
        if not isinstance(state, Movement):
            return ()
        part = () if self.amount_minor is None else (known_stream("movement", state.next_part(self.part_id)),)
        return (*in_reach(states, *_refund_of(state)), *payout_of(state), *part)


class ReclassifyMovement(OfMovement, frozen=True, kw_only=True):
    """Say on which ledger account a bank movement belongs, and with which tax code, if it has one."""

    role: str
    tax_code: str | None = None


class ReclassifyAsRefund(OfMovement, frozen=True, kw_only=True):
    """Say that a bank movement paid a refund, or brought a refund's money back."""

    refund_id: str

    def streams(self) -> tuple[str, ...]:
        """The movement and the refund."""
        return (*super().streams(), stream_of("refund", self.refund_id))

    def more(self, states: States) -> tuple[str, ...]:
        """The refund to which the movement belongs until now, the account, and an item if nothing was to be paid."""
        refund = states.get(stream_of("refund", self.refund_id))
        if not isinstance(refund, Refund) or states.get(stream_of("movement", self.part_id)) is None:
            return ()
        reached = in_reach(states, stream_of("refund", self.refund_id))
        return (*super().more(states), *reached, *(item_to_come(states, refund) if refund.nothing_to_pay else ()))


class ReclassifyAsReceipt(OfMovement, frozen=True, kw_only=True):
    """Say that a bank movement was somebody's payment; it becomes a receipt with the part's id, unallocated."""

    rail: Rail = "bank_transfer"

    def streams(self) -> tuple[str, ...]:
        """The movement and the receipt."""
        return (*super().streams(), stream_of("receipt", self.part_id))


# Decide


def reclassify(states: States, command: ReclassifyMovement, envelope: Envelope) -> Decision:
    """Book the movement on another ledger account, with a reason."""
    said = part_of(states, command)
    require_bookable(said.part.line, command.role, command.part_id, anew=True)
    require_tax_code(command.role, command.tax_code, said.part.line.booked_on, command.part_id)
    if (said.part.role, said.part.tax_code) == (command.role, command.tax_code):
        return ()
    moved = reclassified(said, command, command.role, tax_code=command.tax_code)
    return (*said.decided, *without_document(states, said.part, command, moved))


def as_refund(states: States, command: ReclassifyAsRefund, envelope: Envelope) -> Decision:
    """Make the movement the payment of a refund, a part of it, or its return, with the steps nobody has recorded yet.

    An approved refund was then sent and settled; so this is also the way to explain a payment that left the bank before
    its refund was requested. What the bank paid for a refund that was paid already, or given up, is owed by the payee.
    """
    said = part_of(states, command)
    refund = states.get(stream_of("refund", command.refund_id))
    if not isinstance(refund, Refund):
        raise Refused("refund_unknown", command.refund_id)
    again = refund.nothing_to_pay
    if said.part.document == stream_of("refund", command.refund_id) and (again or said.part.role != _OVERPAID):
        return ()
    line = said.part.left
    if again and line.amount_minor < 0 and line.currency == refund.requested.currency:
        return (*said.decided, *_paid_again(states, said.part, command, refund))
    obstacle = view_of(refund).obstacle(line.amount_minor, line.currency, said=True)
    if obstacle is not None:
        raise Refused(obstacle, command.refund_id)
    moved = reclassified(said, command, CASH_IN_TRANSIT, stream_of("refund", command.refund_id))
    told = Told(said.part_id, line, None, command.reason_code)
    if refund.status != "failed" or line.amount_minor > 0:
        return (*said.decided, *without_document(states, said.part, command, moved, *steps_of(states, refund, told)))
    # The failure was a mistake; its credit comes back even if it is used meanwhile.
    decided = (*said.decided, *without_document(states, said.part, command, moved, added_to(refund, told)))
    draft = Draft(states, "mistake", stream_of("refund", command.refund_id))
    draft.add_all(decided)
    step = partial(_paid_after_all, refund=refund, told=told)
    return (*decided, *draft.on_first_day(step, None, line.booked_on, refund.since).decided[len(decided) :])


def _paid_again(states: States, part: Movement, command: ReclassifyAsRefund, refund: Refund) -> Decision:
    stream, line = stream_of("refund", command.refund_id), part.left
    moved = reclassified(SplitOff(command.part_id, part, ()), command, _OVERPAID, stream)
    draft = Draft(states, "mistake", stream)
    draft.add_all(without_document(states, part, command, moved))
    paid_again(draft, refund, stream, -line.amount_minor, line.booked_on)
    return tuple(draft.decided)


def as_receipt(states: States, command: ReclassifyAsReceipt, envelope: Envelope) -> Decision:
    """Make a receipt of money that came in; it is unallocated, and can be applied like any other."""
    said = part_of(states, command)
    line, stream = said.part.left, stream_of("receipt", said.part_id)
    if line.amount_minor <= 0:
        raise Refused("movement_left_the_bank", command.part_id)
    if states.get(stream) is not None:
        raise Refused("fact_already_recorded", command.part_id)
    moved = reclassified(said, command, UNALLOCATED, stream)
    payment = Payment(rail=command.rail, **{name: getattr(line, name) for name in line.__struct_fields__})
    received = ReceiptFound(receipt_id=said.part_id, payment=payment)
    receipt = NewFact(stream, received, line.booked_on, corrects=True)
    return (*said.decided, *without_document(states, said.part, command, moved, receipt))


def part_of(states: States, command: OfMovement) -> SplitOff:
    """The movement, or a new part of it if only an amount of it is meant."""
    movement, amount = _movement_of(states, command), command.amount_minor
    left = movement.left_minor
    if amount is None or amount == abs(left):
        return SplitOff(command.part_id, movement, ())
    require_positive((amount,), command.part_id)
    if amount > abs(left):
        raise Refused("amount_exceeds_movement", command.part_id)
    if movement.document is not None:
        # The refund or the payout counts the movement with its whole amount.
        raise Refused("movement_of_refund", command.part_id)
    return split_off(movement, command.part_id, amount if left > 0 else -amount)


def _movement_of(states: States, command: OfMovement) -> Movement:
    """The movement, unless nothing of it is left, or it is receipts by now, which have ways of their own."""
    state = movement_of(states, command.part_id)
    if state.role == UNALLOCATED:
        raise Refused("movement_is_receipt", command.part_id)
    if state.role == state.line.money_role:
        raise Refused("movement_is_payments", command.part_id)
    if not state.left_minor:
        raise Refused("movement_recalled_receipt", command.part_id)
    return state


def reclassified(
    said: SplitOff, command: OfMovement, role: str, document: str | None = None, **now: str | None
) -> NewFact:
    """The fact that moves what is left to a role; `now` are its tax code and our account on the other side."""
    line = said.part.left
    fact = MovementReclassified(
        part_id=said.part_id,
        bank_account=line.bank_account,
        amount_minor=line.amount_minor,
        currency=line.currency,
        from_role=said.part.role,
        role=role,
        document=document,
        reason_code=command.reason_code,
        from_account=said.part.counter_account,
        from_tax_code=said.part.tax_code,
        **now,
    )
    return NewFact(stream_of("movement", said.part_id), fact, line.booked_on, corrects=True)


def _refund_of(movement: Movement) -> tuple[str, ...]:
    """The stream of the refund to which the movement belongs; none if it belongs to no refund."""
    document = movement.document
    return (document,) if document is not None and document.startswith("refund-") else ()


def without_document(
    states: States, movement: Movement, command: OfMovement, moved: NewFact, *more: NewFact
) -> Decision:
    """What the movement is now, and that it is not the refund's to which it belonged; with what only it had said."""
    if not states.keys() >= {*in_reach(states, *_refund_of(movement)), *payout_of(movement)}:
        # A command of the same moment has just made the movement another document's, which nobody has loaded.
        raise Refused("concurrent_change", command.part_id)
    line, decided = movement.left, [moved]
    removed = RefundMovementRemoved(part_id=command.part_id, amount_minor=line.amount_minor, currency=line.currency)
    if movement.role == CASH_IN_TRANSIT:
        decided += (NewFact(stream, removed, line.booked_on, corrects=True) for stream in _refund_of(movement))
    decided += (*not_of_payout(movement, command.part_id), *more)
    for stream in _refund_of(movement):
        refund = states[stream]
        assert isinstance(refund, Refund), "the document of the movement is a refund"
        draft = Draft(states, "mistake", stream)
        draft.add_all(decided)
        said = refund.only_lines.get(command.part_id)
        if movement.role == _OVERPAID:
            give_back(draft, refund, line.booked_on, -line.amount_minor)
        elif said is not None:
            resume = partial(_resumed, refund=refund, part_id=command.part_id, said=said)
            draft = draft.on_first_day(resume, None, said.on)
        # The facts so far keep the days on which they count.
        decided += draft.decided[len(decided) :]
    return tuple(decided)


def _resumed(draft: Draft, on: date, refund: Refund, part_id: str, said: Said) -> None:
    draft.add_all(resumed(refund, part_id, said.amount_minor, on))


def _paid_after_all(draft: Draft, on: date, refund: Refund, told: Told) -> None:
    draft.add_all(paid_after_all(refund, told, on))


# Registration

NOUN: Final = Noun(
    "reclassification",
    rules={ReclassifyMovement: reclassify, ReclassifyAsRefund: as_refund, ReclassifyAsReceipt: as_receipt},
    duties={
        ReclassifyMovement: ("finance", "bank-day"),
        ReclassifyAsRefund: ("finance",),
        ReclassifyAsReceipt: ("finance",),
    },
    refusals={
        "movement_is_payments": "The movement is the sum of captured payments; say what these were, one by one.",
        "movement_is_receipt": "The movement has become a receipt; allocate or identify the receipt.",
        "movement_left_the_bank": "The movement took money out of the bank, so it is nobody's payment to us.",
        "movement_of_refund": (
            "The movement belongs to a refund or a payout with its whole amount. If it was several things, reclassify "
            "it to bank_suspense first."
        ),
        "movement_recalled_receipt": (
            "All of the movement is assigned to the receipts that it took back, so nothing is left that could be "
            "something else. If it took none of them back, take the assignment back first, with `reskontra receipt "
            "recall RECEIPT --movement MOVEMENT --back`."
        ),
        "refund_amount_differs": (
            "The movement has another currency than the refund, or a greater amount than what the bank has not paid or "
            "brought back of it yet; say it of so much of the movement, with `--amount`. A refund that was recorded as "
            "failed can only be paid by a movement of its whole amount; if the bank paid it in parts, it had not "
            "failed: `reskontra refund resume` ends the failure, and then parts can be said."
        ),
        "refund_line_repeated": (
            "Movements of the bank have already brought the refund's money back. If a second payment of the refund "
            "came back as well, the money is the payee's: `--receipt` makes it a receipt, and `reskontra allocate "
            "--credit-account` customer credit."
        ),
        "refund_not_sent": (
            "The refund was never approved or sent, so this cannot be its movement. If it waits for approval and the "
            "bank has paid it, approve it first. Money that the bank brought back is the payee's: `--receipt` makes it "
            "a receipt, and `reskontra allocate --credit-account` customer credit."
        ),
    },
)

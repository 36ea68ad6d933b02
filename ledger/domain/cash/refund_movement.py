"""The bank's movements of a refund: the line that pays it, and the line that brings its money back.

A line belongs to a refund by its end-to-end id and amount: a payment has what of the refund is not paid yet, a return
may be a part of it. A person may also name a payment of less, because the bank paid the refund in parts.
Whatever people have recorded before, the line always clears `cash_in_transit`, and the refund takes those steps that
are still missing.
"""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Final, NamedTuple

from ledger.domain.balance import Balance, effective_day
from ledger.domain.bank.line import BankLine
from ledger.domain.bank.movement import ClassifyMovement, booked
from ledger.domain.cash.refund import of_refund
from ledger.domain.cash.refund_facts import RefundMovementAdded, RefundSent, RefundSettled
from ledger.domain.cash.refund_payment import returned
from ledger.domain.cash.refund_resumption import not_failed
from ledger.domain.cash.refund_state import Refund, Status, order_id
from ledger.domain.cash.restoration import given_back
from ledger.domain.chart_of_accounts import BANK_SUSPENSE, CASH_IN_TRANSIT
from ledger.domain.fact import Command, Decision, Envelope, NewFact, States, stream_of
from ledger.domain.noun import Noun
from ledger.domain.receivables.account import account_of
from ledger.domain.receivables.credit_use import recall_items
from ledger.domain.refusals import Refused

# A payment can only be one of a refund that was approved and not given up before it was sent.
_PAYABLE: Final = frozenset({"approved", "sent", "settled", "failed", "returned"})
_RETURNABLE: Final = _PAYABLE - {"approved"}
# Why a line that the refund has already is none of its own.
REPEATED: Final = "refund_line_repeated"
# Why a movement is on `cash_in_transit`.
_PAID, _BROUGHT_BACK = "refund_paid_by_bank", "refund_returned_by_bank"


class BankView(NamedTuple):
    """What decides whether a line of the bank belongs to a refund, and which of the bank's lines the refund has."""

    refund_id: str
    amount_minor: int
    currency: str
    status: Status
    paid_minor: int
    brought_back_minor: int

    def obstacle(self, amount_minor: int, currency: str, *, said: bool = False) -> str | None:
        """The rule that keeps a line with this amount from the refund; None if the line belongs to the refund.

        If a person has `said` what the line is, it may also have paid a part, unless the refund had failed as a whole.
        """
        paying = amount_minor < 0
        if currency != self.currency or abs(amount_minor) > self.amount_minor:
            return "refund_amount_differs"
        if self.status not in (_PAYABLE if paying else _RETURNABLE):
            return "refund_cancelled" if self.status == "cancelled" else "refund_not_sent"
        if not paying:
            # The bank may bring back less than it paid, even in parts.
            left = self.amount_minor - self.brought_back_minor
            return None if amount_minor <= left else "refund_amount_differs" if left else REPEATED
        unpaid = self.amount_minor - self.paid_minor
        part = said and self.status != "failed" and -amount_minor < unpaid
        if -amount_minor == (unpaid or self.amount_minor) or part:
            return None if unpaid else REPEATED
        return "refund_amount_differs"


def view_of(refund: Refund) -> BankView:
    """What the bank's lines are compared with."""
    asked = refund.requested
    return BankView(
        refund_id=asked.refund_id,
        amount_minor=asked.amount_minor,
        currency=asked.currency,
        status=refund.status,
        paid_minor=refund.paid_minor,
        brought_back_minor=refund.brought_back_minor,
    )


# Commands


class BookRefundMovement(Command, frozen=True):
    """Book a bank movement (or a part of one) that has the end-to-end id of a refund."""

    begins: ClassVar[int] = 1
    from_bank: ClassVar[tuple[str, ...]] = ("bank_ref", "return_reason")

    part_id: str
    line: BankLine
    refund_id: str
    bank_ref: str | None = None
    return_reason: str | None = None

    def streams(self) -> tuple[str, ...]:
        """The part of the movement, and the refund."""
        return (stream_of("movement", self.part_id), stream_of("refund", self.refund_id))

    def more(self, states: States) -> tuple[str, ...]:
        """The account that holds the customer credit, and its recall items."""
        state = states.get(stream_of("refund", self.refund_id))
        account = (stream_of("account", state.requested.account_id),) if isinstance(state, Refund) else ()
        return (*account, *recall_items(states))

    def days_said(self) -> tuple[date, ...]:
        """The day on which the bank booked it."""
        return (self.line.booked_on,)


# Decide


def book(states: States, command: BookRefundMovement, envelope: Envelope) -> Decision:
    """Book the movement once, on its booking day, with the steps of its refund.

    If the movement is not the refund's, for example because the refund has such a movement already, the money is booked
    all the same: in suspense, for a person.
    """
    refund = states.get(stream_of("refund", command.refund_id))
    if not isinstance(refund, Refund):
        raise Refused("refund_unknown", command.refund_id)
    line = command.line
    obstacle = view_of(refund).obstacle(line.amount_minor, line.currency)
    failed = refund.status == "failed" and line.amount_minor < 0
    if failed and obstacle is None and _free(states, refund).latest < _lent(refund):
        obstacle = "refund_credit_used"
    role = CASH_IN_TRANSIT if obstacle is None else BANK_SUSPENSE
    rule = obstacle or (_PAID if line.amount_minor < 0 else _BROUGHT_BACK)
    movement = ClassifyMovement(part_id=command.part_id, line=line, role=role, rule=rule)
    classified = booked(states, movement, None if obstacle else stream_of("refund", command.refund_id))
    if obstacle is not None or not classified:
        return classified
    told = Told(command.part_id, line, command.bank_ref, command.return_reason or "RETURNED")
    if not failed:
        return (*classified, *steps_of(states, refund, told))
    day = effective_day(None, line.booked_on, refund.since, _free(states, refund).first_day_of(_lent(refund)))
    return (*classified, added_to(refund, told), *paid_after_all(refund, told, day))


def _free(states: States, refund: Refund) -> Balance:
    return account_of(states, refund.requested.account_id).free_in(refund.requested.currency)


def _lent(refund: Refund) -> int:
    """What the account must give back of a failed refund's credit once the bank's line shows that it was paid."""
    return refund.requested.amount_minor - refund.brought_back_minor


class Told(NamedTuple):
    """What a bank's line tells of a refund."""

    part_id: str
    line: BankLine
    bank_ref: str | None
    return_reason: str


def steps_of(states: States, refund: Refund, told: Told) -> list[NewFact]:
    """The movement, on the bank's day, and those steps of the refund that nobody has recorded yet."""
    line = told.line
    on = effective_day(None, line.booked_on, refund.since)
    steps = _paid(refund, told, on) if line.amount_minor < 0 else _back(states, refund, told, on)
    return [added_to(refund, told), *steps]


def added_to(refund: Refund, told: Told) -> NewFact:
    """The movement as the refund's, on the bank's day."""
    line = told.line
    added = RefundMovementAdded(part_id=told.part_id, amount_minor=line.amount_minor, currency=line.currency)
    return of_refund(refund, added, line.booked_on)


def paid_after_all(refund: Refund, told: Told, on: date) -> list[NewFact]:
    """The steps of a refund that a person recorded as failed, and the bank paid."""
    resume, *rest = not_failed(refund, told.part_id, on, settled=True)
    return [resume, of_refund(refund, RefundSettled(bank_ref=told.bank_ref), on), *rest]


def _paid(refund: Refund, told: Told, on: date) -> list[NewFact]:
    steps: list[NewFact] = []
    asked = refund.requested
    if refund.status == "approved":
        sent = RefundSent(
            refund_id=asked.refund_id,
            amount_minor=asked.amount_minor,
            currency=asked.currency,
            rail="bank_transfer",
            # As far as we know, nobody sent it under another id.
            end_to_end_id=order_id(asked.refund_id),
        )
        steps.append(of_refund(refund, sent, on))
    paid = refund.paid_minor - told.line.amount_minor
    if refund.status in ("approved", "sent") and paid == asked.amount_minor:
        steps.append(of_refund(refund, RefundSettled(bank_ref=told.bank_ref), on))
    return steps


def _back(states: States, refund: Refund, told: Told, on: date) -> list[NewFact]:
    # What a person has recorded as returned is not returned again by the line that brings it.
    news = refund.brought_back_minor + told.line.amount_minor - refund.returned_minor
    if refund.status not in ("sent", "settled") or news <= 0:
        return []
    back = of_refund(refund, returned(refund, told.return_reason, news, told.part_id), on)
    return [back, *given_back(states, refund, on, news)]


# Registration

NOUN: Final = Noun(
    "refund_movement",
    rules={BookRefundMovement: book},
    duties={BookRefundMovement: ("finance", "bank-day")},
)

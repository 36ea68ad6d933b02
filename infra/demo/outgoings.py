"""Money that leaves the account or comes back: refunds, charges, suppliers, salaries, tax, a mistake by the bank."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Final, Literal, NamedTuple

from infra.demo.bills import Bill
from infra.demo.corrections import GOODWILL_MINOR, Credit, creditable_by_line, goodwill
from infra.demo.fictions import id_of, randomness
from infra.demo.payments import MISBOOKED_MINOR, Payment
from infra.demo.period import Period
from ledger.domain.terms import bank_days

Outcome = Literal["waiting", "rejected", "approved", "sent", "settled", "failed", "returned"]

_REFUNDED_PER_MILLE: Final = 400
_CREDITED_LATER_PER_MILLE: Final = 3
_FEWEST_REFUNDS: Final = 6
_ASKED_AFTER: Final = 2
_REVERSED_ON: Final = 7
_DEDUCTED_ON: Final = 3
_TAX_ON_DAY: Final = 12
_PAY_ON_DAY: Final = 25


class Refund(NamedTuple):
    """Customer credit paid back, with the day of each step; null if the step did not happen in the month."""

    refund_id: str
    account_id: str
    amount_minor: int
    reason_code: str
    requested_on: date
    decided_on: date | None
    sent_on: date | None
    booked_on: date | None
    back_on: date | None
    outcome: Outcome

    @property
    def end_to_end_id(self) -> str:
        """The end-to-end id on the bank's line."""
        return f"refund-{self.refund_id}"


# What is not on the statement account, but on the account that the bankgiro pays.
OF_BANKGIRO: Final = frozenset({"deduction", "bankgiro_charge"})


class Movement(NamedTuple):
    """One bank movement that is not the payment of a debt.

    Its amount is positive if the movement raises the account's balance, and negative if it lowers the balance.
    `by` is the payment provider of a payout.
    """

    booked_on: date
    amount_minor: int
    what: str
    end_to_end_id: str | None = None
    by: str | None = None


def credits_after_payment(seed: int, period: Period, bills: Sequence[Bill], paid: Sequence[Payment]) -> list[Credit]:
    """Goodwill credit notes on invoices paid in full some days before; the money becomes customer credit."""
    by_id = {bill.invoice_id: bill for bill in bills}
    early = [one for one in paid if one.habit == "on_time" and one.booked_on <= period.bank_days[-12]]
    own = [by_id[one.items[0].invoice_id] for one in early if one.amount_minor == one.items[0].amount_minor]
    apt = [bill for bill in own if creditable_by_line(bill)]
    days = {one.items[0].invoice_id: one.booked_on for one in early}
    count = min(max(len(bills) * _CREDITED_LATER_PER_MILLE // 1000, 2), len(apt))
    chosen = randomness(seed, "credits-after").sample(apt, count)
    return [
        goodwill(seed, bill, bank_days.after(period.known_on(days[bill.invoice_id]), 2), "DISPUTE_UPHELD")
        for bill in chosen
    ]


def refunds(seed: int, period: Period, paid: Sequence[Payment], credits: Sequence[Credit]) -> tuple[Refund, ...]:
    """Refunds of some overpayments; the first ones show each way in which a refund can end."""
    owing: list[tuple[date, str, int, str]] = []
    for one in paid:
        if one.habit in ("overpaid", "paid_twice"):
            item = one.items[0]
            excess = one.amount_minor - item.amount_minor if one.habit == "overpaid" else one.amount_minor
            owing.append((one.booked_on, item.account_id, excess, "OVERPAID"))
    owing += [(credit.on, credit.taken[0][0].account_id, GOODWILL_MINOR, credit.reason_code) for credit in credits]
    owing = sorted(one for one in owing if bank_days.after(one[0], _ASKED_AFTER) <= period.last)
    chance = randomness(seed, "refunds")
    chosen = owing[:_FEWEST_REFUNDS]
    chosen += [one for one in owing[_FEWEST_REFUNDS:] if chance.randrange(1000) < _REFUNDED_PER_MILLE]
    return tuple(_refund(seed, period, index, *one) for index, one in enumerate(chosen))


def _refund(seed: int, period: Period, index: int, on: date, account_id: str, amount: int, reason: str) -> Refund:
    ends: Mapping[int, Outcome] = {0: "rejected", 1: "failed", 2: "returned", 3: "waiting", 4: "approved"}
    end = ends.get(index, "settled")
    requested = bank_days.after(period.known_on(on), _ASKED_AFTER)
    decided = bank_days.after(requested)
    sent = bank_days.after(decided)
    booked = bank_days.after(sent)
    back = bank_days.after(booked, 2)
    id = id_of(seed, "refund", index)
    steps: dict[Outcome, tuple[date | None, date | None, date | None, date | None]] = {
        "waiting": (None, None, None, None),
        "rejected": (decided, None, None, None),
        "approved": (decided, None, None, None),
        "sent": (decided, sent, None, None),
        "settled": (decided, sent, booked, None),
        "failed": (decided, sent, None, back),
        "returned": (decided, sent, booked, back),
    }
    while end == "settled" and booked > period.bank_days[-1]:
        end = "sent" if sent <= period.last else "approved" if decided <= period.last else "waiting"
    return Refund(id, account_id, amount, reason, requested, *steps[end], end)


def movements(period: Period, refunded: Sequence[Refund]) -> tuple[Movement, ...]:
    """All movements of the month that are not payments of debts, by day."""
    made = [*_of_refunds(refunded), *_of_house(period), *_of_bank(period)]
    return tuple(sorted(made, key=lambda movement: movement.booked_on))


def _of_refunds(refunded: Sequence[Refund]) -> Iterator[Movement]:
    for one in refunded:
        if one.booked_on is not None:
            yield Movement(one.booked_on, -one.amount_minor, "refund", one.end_to_end_id)
        if one.outcome == "returned" and one.back_on is not None:
            yield Movement(one.back_on, one.amount_minor, "returned_refund", one.end_to_end_id)


def _of_house(period: Period) -> Iterator[Movement]:
    for index, day in enumerate(period.bank_days[2::5]):
        yield Movement(day, -(18_450_00 + index * 1_275_50), "supplier")
    tax_on = period.first.replace(day=_TAX_ON_DAY)
    yield Movement(bank_days.on_or_after(tax_on), -243_118_00, "tax")
    yield Movement(bank_days.on_or_before(period.first.replace(day=_PAY_ON_DAY)), -1_204_377_00, "pay")


def _of_bank(period: Period) -> Iterator[Movement]:
    yield Movement(period.bank_days[_REVERSED_ON], -MISBOOKED_MINOR, "reversal")
    yield Movement(period.bank_days[_DEDUCTED_ON], -150_00, "deduction")
    yield Movement(period.bank_days[-1], -385_00, "charge")
    yield Movement(period.bank_days[-1], -145_00, "bankgiro_charge")

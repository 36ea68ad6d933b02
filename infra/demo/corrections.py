"""Corrections by the office: credit notes, and old debts written off by two people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Final, Literal, NamedTuple

from infra.demo.bills import Bill, Owed
from infra.demo.fictions import id_of, randomness
from infra.demo.period import Period
from infra.demo.prices import VISITS
from ledger.domain.receivables.credit_lines import LineToCredit
from ledger.domain.terms import bank_days

GOODWILL_MINOR: Final = 50_00
_CANCELLED_PER_MILLE: Final = 6
_REDUCED_PER_MILLE: Final = 4
_WRITTEN_OFF_PER_MILLE: Final = 60
_CREDITED: Final = frozenset({"patient", "guardian", "region"})
_SOON: Final = timedelta(days=2)
_LAST_WEEK: Final = timedelta(days=7)
_TO_BE_PAID_LATER: Final = timedelta(days=14)


class Credit(NamedTuple):
    """A credit note booked on `accounting_on`: for a whole invoice or, with `lines`, for part of the first item."""

    credit_note_id: str
    on: date
    accounting_on: date
    invoice_id: str
    lines: tuple[LineToCredit, ...]
    reason_code: str
    taken: tuple[tuple[Owed, int], ...]


class WriteOff(NamedTuple):
    """A request to write off a whole old debt; on the next bank day, another person decides about it."""

    write_off_id: str
    owed: Owed
    requested_on: date
    decided_on: date
    outcome: Literal["approved", "rejected", "reversed"]
    reversed_on: date | None = None


class Corrections(NamedTuple):
    """Corrections that are decided before any payment, and therefore reduce what payers pay."""

    credits: tuple[Credit, ...]
    write_offs: tuple[WriteOff, ...]

    @property
    def cancelled(self) -> frozenset[str]:
        """Invoices credited in full; nobody pays them."""
        return frozenset(credit.invoice_id for credit in self.credits if not credit.lines)

    @property
    def reduced(self) -> dict[str, int]:
        """Items credited in part before payment, and the amounts."""
        return {owed.item_id: amount for one in self.credits if one.lines for owed, amount in one.taken}

    @property
    def given_up(self) -> frozenset[str]:
        """Items whose write-off was requested; nobody pays them."""
        return frozenset(one.owed.item_id for one in self.write_offs)


def corrections(seed: int, period: Period, bills: Sequence[Bill]) -> Corrections:
    """Invoices cancelled or reduced soon after issue, and old debts given up."""
    rng = randomness(seed, "corrections")
    own = [bill for bill in bills if not bill.brought and {owed.payer for owed in bill.owed} <= _CREDITED]
    some = rng.sample(own, max(len(own) * _CANCELLED_PER_MILLE // 1000, 4))
    days = [period.clipped(bank_days.on_or_after(max(bill.issued_on, period.first) + _SOON)) for bill in some]
    credits = [_in_full(seed, bill, day) for bill, day in zip(some, days, strict=True) if bill.recorded_on <= day]
    taken = {credit.invoice_id for credit in credits}
    # These credit notes are decided on the month's last day; if that day is not a bank day, they are booked on the next
    # bank day.
    late = [bill for bill in own if bill.issued_on > period.last - _LAST_WEEK and bill.invoice_id not in taken]
    credits += [_in_full(seed, bill, period.last) for bill in rng.sample(late, min(2, len(late)))]
    reducible = [bill for bill in own if _reducible(bill, period) and bill.invoice_id not in taken]
    fewer = max(len(own) * _REDUCED_PER_MILLE // 1000, 3)
    for bill in rng.sample(reducible, min(fewer, len(reducible))):
        credits.append(goodwill(seed, bill, rng.choice(period.bank_days[1:5]), "SERVICE"))
    debts = [bill.owed[0] for bill in bills if bill.brought][2:]
    given_up = rng.sample(debts, max(len(debts) * _WRITTEN_OFF_PER_MILLE // 1000, 4))
    return Corrections(tuple(credits), tuple(_write_offs(seed, period, given_up)))


def goodwill(seed: int, bill: Bill, on: date, reason_code: str) -> Credit:
    """A credit note for part of the price of the visit; it reduces the patient's item."""
    owed = bill.owed[0]
    return Credit(
        id_of(seed, "credit", bill.invoice_id), on, on, bill.invoice_id,
        (LineToCredit(1, GOODWILL_MINOR),), reason_code, ((owed, GOODWILL_MINOR),),
    )  # fmt: skip


def creditable_by_line(bill: Bill) -> bool:
    """Whether the fixed goodwill amount can be credited: it is below the visit's price and the patient's share."""
    owed = bill.owed[0]
    return bill.lines[0].service_code in VISITS and owed.payer != "region" and owed.amount_minor > GOODWILL_MINOR


def _reducible(bill: Bill, period: Period) -> bool:
    waits = bill.due_on >= period.first + _TO_BE_PAID_LATER
    return waits and bill.issued_on < period.first and period.within(bill.due_on) and creditable_by_line(bill)


def _in_full(seed: int, bill: Bill, on: date) -> Credit:
    return Credit(
        id_of(seed, "credit", bill.invoice_id), on, bank_days.on_or_after(on), bill.invoice_id, (), "BILLED_TWICE",
        tuple((owed, owed.amount_minor) for owed in bill.owed),
    )  # fmt: skip


def _write_offs(seed: int, period: Period, given_up: Iterable[Owed]) -> Iterable[WriteOff]:
    for index, owed in enumerate(given_up):
        requested_on = period.bank_days[1 + index % 10]
        decided_on = bank_days.after(requested_on)
        id = id_of(seed, "write-off", owed.invoice_id)
        if index == 0:
            yield WriteOff(id, owed, requested_on, decided_on, "rejected")
        elif index == 1:
            reversed_on = bank_days.after(decided_on, 3)
            yield WriteOff(id, owed, requested_on, decided_on, "reversed", reversed_on)
        else:
            yield WriteOff(id, owed, requested_on, decided_on, "approved")

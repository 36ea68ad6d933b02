"""Payments by patients, guardians and employers in the month: on time, late, too large, or unreadable."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Final, Literal, NamedTuple

from infra.demo.bills import Bill, Owed
from infra.demo.corrections import Corrections
from infra.demo.fictions import randomness
from infra.demo.habits import Habits
from infra.demo.period import Period
from ledger.domain.references import ocr
from ledger.domain.terms import bank_days

# Where a payment comes in: on one of our bank accounts, or at the provider of card payments, or at a payer that remits.
# A direct debit is collected to the bankgiro.
Way = Literal["statement", "bankgiro", "direct_debit", "swish", "card", "remittance"]
# What the payer writes: the reference in its own field, the reference inside a text, a text with another number, or
# neither reference nor number.
Form = Literal["structured", "text", "loose", "none"]

_PEOPLE: Final = frozenset({"patient", "guardian"})
_TO_ACCOUNT_PER_MILLE: Final = 350
_EARLY_PER_MILLE: Final = 200
_IN_TEXT_PER_MILLE: Final = 40
_REST_FOLLOWS_PER_MILLE: Final = 400
_OLD_DEBT_PAID_PER_MILLE: Final = 200
_EMPLOYER_PAYS_PER_MILLE: Final = 950
_DAYS_BEFORE_DUE: Final = (0, 0, 0, 0, 1, 1, 2, 2, 3, 4, 5, 6)
_TOO_MUCH: Final = (10_00, 50_00, 100_00, 250_00)
_CREDIT_NOTE_DEDUCTED: Final = 100_00

# Bank days of the month, counted from zero, on which the bank does something unusual.
TWINS_ON: Final = 8
MISBOOKED_ON: Final = 5
MISBOOKED_MINOR: Final = 1_234_00
FOREIGN_CHARGE_MINOR: Final = 30_00
_CUSTOMER_NUMBER_ON: Final = 4
_CUSTOMER_NUMBER: Final = "90017"
_IN_PAIRS_FROM: Final = 4
_FROM_ABROAD_AFTER: Final = 2


class Quoted(NamedTuple):
    """A reference as the payer gives it, and the amount stated for it (null if the payer states no amount)."""

    reference: str
    amount_minor: int | None = None


class Payment(NamedTuple):
    """One incoming payment, with what only the generator knows about it."""

    booked_on: date
    way: Way
    amount_minor: int
    habit: str
    items: tuple[Owed, ...] = ()
    quoted: tuple[Quoted, ...] = ()
    form: Form = "structured"
    charge_minor: int = 0


def payments(
    seed: int, period: Period, habits: Habits, bills: Sequence[Bill], corrected: Corrections
) -> tuple[Payment, ...]:
    """All single incoming payments of the month, ordered by day; payments in batches are not among them."""
    paying = _Paying(seed, period, habits, corrected)
    brought = [bill.owed[0] for bill in bills if bill.brought]
    issued = [owed for bill in bills if not bill.brought for owed in bill.owed]
    lead = [owed for owed in issued if owed.issued_on < period.first]
    recent = [owed for owed in issued if owed.issued_on >= period.first]
    made = [
        *paying.by_people(lead),
        *paying.by_people(recent),
        *paying.of_old_debts(brought),
        *paying.by_employers(issued),
        *paying.of_nobody(),
    ]
    made.sort(key=lambda payment: payment.booked_on)
    return tuple(_with_one_from_abroad(made, period))


class _Paying:
    """The payers of one month; random numbers are drawn in a fixed order."""

    def __init__(self, seed: int, period: Period, habits: Habits, corrected: Corrections) -> None:
        self._rng = randomness(seed, "payments")
        self._period, self._habits = period, habits
        self._cancelled, self._reduced, self._given_up = corrected.cancelled, corrected.reduced, corrected.given_up
        self._paired = 0

    def by_people(self, owed: Iterable[Owed]) -> Iterator[Payment]:
        """Payments by patients and guardians for the invoices of one month."""
        own = [one for one in owed if one.payer in _PEOPLE and one.invoice_id not in self._cancelled]
        reduced = [one for one in own if one.item_id in self._reduced]
        free = [one for one in own if one.item_id not in self._reduced]
        for one in reduced:
            amount = one.amount_minor - self._reduced[one.item_id]
            yield self._payment(one, self._near_due(one), "on_time", amount)
        dealt = list(zip(free, self._habits.deal(len(free), self._rng), strict=True))
        in_pairs = [one for one, habit in dealt if habit == "two_references"]
        partners = self._partners(in_pairs, [one for one, habit in dealt if habit == "on_time"])
        for one, other in zip(in_pairs, partners, strict=False):
            yield from self._of_two(one, other)
        taken = {one.item_id for one in partners}
        for one, habit in dealt:
            if habit not in ("two_references", "unpaid") and one.item_id not in taken:
                yield from self._as_is_habit(one, habit)

    def of_old_debts(self, owed: Sequence[Owed]) -> Iterator[Payment]:
        """Yield payments for some old debts; one quotes a customer number, one states half the amount."""
        booked_on, quoted = self._period.bank_days[_CUSTOMER_NUMBER_ON], (Quoted(ocr(_CUSTOMER_NUMBER)),)
        both = tuple(owed[:2])
        yield Payment(booked_on, "statement", both[0].amount_minor, "customer_number", both, quoted)
        half = next(one for one in owed[2:] if one.item_id not in self._given_up)
        less = (Quoted(half.reference, half.amount_minor // 2),)
        yield Payment(booked_on, "statement", half.amount_minor, "states_less", (half,), less)
        for one in owed[2:]:
            free = one is not half and one.item_id not in self._given_up
            if free and self._chance(_OLD_DEBT_PAID_PER_MILLE):
                yield self._payment(one, self._rng.choice(self._period.bank_days), "late")

    def by_employers(self, owed: Iterable[Owed]) -> Iterator[Payment]:
        """Yield the payments of employers, who pay on the due date."""
        for one in owed:
            if one.payer == "employer" and self._period.within(one.due_on) and self._chance(_EMPLOYER_PAYS_PER_MILLE):
                yield self._payment(one, bank_days.on_or_before(one.due_on), "employer")._replace(way="bankgiro")

    def of_nobody(self) -> Iterator[Payment]:
        """Yield two payments that look the same in the bank's file, and one that the bank booked by mistake."""
        for _ in range(2):
            yield Payment(self._period.bank_days[TWINS_ON], "statement", 250_00, "twin", form="none")
        yield Payment(self._period.bank_days[MISBOOKED_ON], "statement", MISBOOKED_MINOR, "misbooked", form="none")

    def _as_is_habit(self, one: Owed, habit: str) -> Iterator[Payment]:
        day = self._late(one) if habit == "late" else self._in_time(one)
        if day is None:
            return
        match habit:
            case "on_time" | "late":
                yield self._payment(one, day, habit)
            case "overpaid":
                yield self._payment(one, day, habit, one.amount_minor + self._rng.choice(_TOO_MUCH))
            case "paid_twice":
                again = bank_days.after(day, self._rng.randrange(1, 6))
                yield self._payment(one, day, "on_time")
                yield self._payment(one, again if self._period.within(again) else day, habit)
            case "partial":
                yield from self._in_parts(one, day)
            case "wrong_check_digit":
                yield self._payment(one, day, habit, reference=self._one_digit_off(one.reference))
            case "unknown_reference":
                unknown = ocr(f"9{self._rng.randrange(10**7):07}1")
                yield self._payment(one, day, habit, reference=unknown)
            case "without_reference":
                form: Form = "loose" if self._chance(500) else "none"
                yield self._payment(one, day, habit)._replace(quoted=(), form=form)
            case _:
                raise AssertionError(f"unknown habit {habit}")

    def _in_parts(self, one: Owed, day: date) -> Iterator[Payment]:
        part = one.amount_minor * self._rng.randrange(30, 71) // 100 // 10_00 * 10_00 or 10_00
        yield self._payment(one, day, "partial", part)
        follows = bank_days.after(day, self._rng.randrange(3, 9))
        if self._chance(_REST_FOLLOWS_PER_MILLE) and self._period.within(follows):
            yield self._payment(one, follows, "rest", one.amount_minor - part)

    def _partners(self, in_pairs: Sequence[Owed], others: Sequence[Owed]) -> list[Owed]:
        """Return, for each item, a second item for the same payment; if possible, both items belong to one account."""
        by_account: dict[str, list[Owed]] = {}
        for other in others:
            by_account.setdefault(other.account_id, []).append(other)
        own: list[Owed | None] = []
        for one in in_pairs:
            same = by_account.get(one.account_id)
            own.append(same.pop() if same else None)
        taken = {other.item_id for other in own if other}
        free = (other for other in others if other.item_id not in taken)
        found = (other or next(free, None) for other in own)
        return [other for other in found if other]

    def _of_two(self, one: Owed, other: Owed) -> Iterator[Payment]:
        """Yield one payment for two invoices: with both amounts, without amounts, or with a credit note deducted."""
        index, self._paired = self._paired, self._paired + 1
        start = self._period.bank_days[_IN_PAIRS_FROM]
        booked_on = bank_days.on_or_after(max(start, one.issued_on, other.issued_on))
        if not self._period.within(booked_on):
            return
        quoted = tuple(Quoted(owed.reference, owed.amount_minor) for owed in (one, other))
        amount = one.amount_minor + other.amount_minor
        if index % 3 == 0 and amount > _CREDIT_NOTE_DEDUCTED:
            deducted = ocr(f"8{self._rng.randrange(10**6):06}")
            quoted = (*quoted, Quoted(deducted, -_CREDIT_NOTE_DEDUCTED))
            amount -= _CREDIT_NOTE_DEDUCTED
        elif index % 3 == 1:
            quoted = tuple(Quoted(each.reference) for each in quoted)
        way: Way = "statement" if index % 3 == 2 else "bankgiro"
        yield Payment(booked_on, way, amount, "two_references", (one, other), quoted)

    def _payment(
        self, one: Owed, day: date, habit: str, amount: int | None = None, reference: str | None = None
    ) -> Payment:
        way: Way = "statement" if self._chance(_TO_ACCOUNT_PER_MILLE) else "bankgiro"
        form: Form = "text" if reference is None and self._chance(_IN_TEXT_PER_MILLE) else "structured"
        quoted = (Quoted(reference or one.reference),)
        return Payment(day, way, one.amount_minor if amount is None else amount, habit, (one,), quoted, form)

    def _in_time(self, one: Owed) -> date | None:
        """Return a payment's day: early for some, near the due date for most; null if it is outside the month."""
        if self._chance(_EARLY_PER_MILLE):
            soon = one.issued_on + timedelta(days=self._rng.randrange(3, 13))
            if self._period.within(soon):
                soon = bank_days.on_or_after(soon)
                return soon if self._period.within(soon) else None
        return self._near_due(one) if one.due_on <= self._period.last else None

    def _near_due(self, one: Owed) -> date:
        day = one.due_on - timedelta(days=self._rng.choice(_DAYS_BEFORE_DUE))
        return bank_days.on_or_before(self._period.clipped(day))

    def _late(self, one: Owed) -> date | None:
        day = one.due_on + timedelta(days=self._rng.randrange(1, 26))
        if not self._period.within(day):
            return None
        day = bank_days.on_or_after(day)
        return day if self._period.within(day) else None

    def _one_digit_off(self, reference: str) -> str:
        index = self._rng.randrange(len(reference))
        digit = str((int(reference[index]) + self._rng.randrange(1, 10)) % 10)
        return reference[:index] + digit + reference[index + 1 :]

    def _chance(self, per_mille: int) -> bool:
        return self._rng.randrange(1000) < per_mille


def _with_one_from_abroad(made: Iterable[Payment], period: Period) -> Iterator[Payment]:
    """Change one payment so that it arrives in another currency and the bank keeps a charge."""
    waiting = True
    for payment in made:
        apt = (payment.way, payment.habit, payment.form) == ("statement", "on_time", "structured")
        if waiting and apt and payment.booked_on >= period.bank_days[_FROM_ABROAD_AFTER]:
            waiting = False
            yield payment._replace(charge_minor=FOREIGN_CHARGE_MINOR)
        else:
            yield payment

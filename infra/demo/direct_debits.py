"""Direct debits of the month: payments that we collect, one that the payer's account cannot pay, one taken back."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, timedelta
from functools import cached_property
from typing import Final, Literal, NamedTuple

from infra.demo.accounts import GIRO_ACCOUNT
from infra.demo.bills import Bill, Owed
from infra.demo.corrections import Corrections
from infra.demo.fictions import randomness
from infra.demo.payments import Payment, Quoted
from infra.demo.period import Period
from infra.demo.staff import CLERK
from infra.demo.submissions import submission
from ledger import Submission
from ledger.domain.cash.mandate import RequestMandate
from ledger.domain.terms import bank_days

# Bank days of the month, counted from zero, on which we collect; each order is written on the bank day before.
COLLECTED_ON: Final = (4, 9, 14)
# How many bank days later one payment of the first of these days is taken back.
_TAKEN_BACK_AFTER: Final = 2
_PER_MILLE: Final = 300
_FEWEST: Final = 3
# What is not paid of the days before is collected too.
_WEEK: Final = timedelta(days=7)
_PEOPLE: Final = frozenset({"patient", "guardian"})
_FIRST_NUMBER: Final = 51_001

Outcome = Literal["paid", "rejected", "taken_back"]


class Debit(NamedTuple):
    """A direct debit of an item, with the number of its mandate and the day on which it is due."""

    owed: Owed
    mandate: str
    due_on: date
    outcome: Outcome

    @property
    def payment(self) -> Payment:
        """The payment that comes in, also if it is taken back."""
        quoted = (Quoted(self.owed.reference),)
        return Payment(self.due_on, "direct_debit", self.owed.amount_minor, "on_time", (self.owed,), quoted)


def collected(seed: int, period: Period, day: date, apt: Sequence[Payment]) -> list[Payment]:
    """Those of a day's payments that we collect: some of those by people that are due on the day itself."""
    if day not in {period.bank_days[index] for index in COLLECTED_ON}:
        return []
    due = [one for one in apt if one.items[0].due_on == day and one.items[0].payer in _PEOPLE]
    count = min(max(len(due) * _PER_MILLE // 1000, _FEWEST), len(due))
    return randomness(seed, "direct-debits", day).sample(due, count)


class DirectDebits:
    """All direct debits of the month, and the mandates for them."""

    def __init__(
        self,
        seed: int,
        period: Period,
        payments: Iterable[Payment],
        bills: Sequence[Bill],
        corrected: Corrections,
        apart: Collection[str],
    ) -> None:
        """Take the payments that we collect; what fails is for none of the invoices `apart`."""
        self._seed, self._period = seed, period
        self._payments = tuple(payments)
        unchanged = (
            one
            for bill in bills
            if not bill.brought and bill.invoice_id not in {*corrected.cancelled, *apart}
            for one in bill.owed
        )
        aside = {*corrected.reduced, *corrected.given_up}
        self._owed = [one for one in unchanged if one.payer in _PEOPLE and one.item_id not in aside]

    @property
    def taken_back_on(self) -> date:
        """The day on which the payer's bank takes a payment back."""
        return self._period.bank_days[COLLECTED_ON[0] + _TAKEN_BACK_AFTER]

    @cached_property
    def debits(self) -> tuple[Debit, ...]:
        """The direct debits, by day."""
        first = self._period.bank_days[COLLECTED_ON[0]]
        came = [(one.items[0], one.booked_on, "paid") for one in self._payments if one.way == "direct_debit"]
        failing = zip(self._unpaid(first), ("taken_back", "rejected"), strict=False)
        came += [(owed, first, outcome) for owed, outcome in failing]
        accounts = sorted({owed.account_id for owed, _, _ in came})
        numbers = {id: str(number) for number, id in enumerate(accounts, _FIRST_NUMBER)}
        made = (Debit(owed, numbers[owed.account_id], on, outcome) for owed, on, outcome in came)  # type: ignore[arg-type]
        return tuple(sorted(made, key=lambda one: (one.due_on, one.owed.item_id)))

    @property
    def taken_back(self) -> Debit:
        """The direct debit that is paid and then taken back."""
        return next(one for one in self.debits if one.outcome == "taken_back")

    @property
    def mandates(self) -> tuple[str, ...]:
        """The numbers of all mandates."""
        return tuple(sorted({one.mandate for one in self.debits}))

    def due_on(self, day: date) -> list[Debit]:
        """The direct debits that are due on a day."""
        return [one for one in self.debits if one.due_on == day]

    def ordered_on(self, day: date) -> list[Debit]:
        """The direct debits that are ordered in the evening of a day, because they are due on the next bank day."""
        return self.due_on(bank_days.after(day)) if day in self._period.bank_days else []

    def sums_of(self, day: date) -> Iterator[int]:
        """What the bank of the bankgiro books of direct debits on a day: their sum, and what is taken back."""
        paid = sum(one.payment.amount_minor for one in self.due_on(day) if one.outcome != "rejected")
        yield from (paid,) if paid else ()
        if day == self.taken_back_on:
            yield -self.taken_back.payment.amount_minor

    def submissions_of(self, day: date) -> Iterator[Submission]:
        """The mandates that payers give on a day, each with the invoice of its first direct debit."""
        given: dict[str, Owed] = {}
        for one in self.debits:
            given[one.mandate] = min(given.get(one.mandate, one.owed), one.owed, key=lambda owed: owed.issued_on)
        for number, owed in given.items():
            if owed.issued_on == day:
                request = RequestMandate(
                    mandate_id=number, account_id=owed.account_id, scheme="autogiro", bank_account=GIRO_ACCOUNT.number
                )
                yield submission(self._seed, request, "mandate", number, day, by=CLERK)

    def _unpaid(self, due_on: date) -> list[Owed]:
        """Items that nobody pays until one of them is taken back: first those that are paid later in the month."""
        days: dict[str, list[date]] = {}
        for one in self._payments:
            for item in one.items:
                days.setdefault(item.item_id, []).append(one.booked_on)
        until = self.taken_back_on
        left = [
            one
            for one in self._owed
            if due_on - _WEEK < one.due_on <= due_on and all(on > until for on in days.get(one.item_id, ()))
        ]
        return sorted(left, key=lambda one: (one.item_id not in days, -one.due_on.toordinal(), one.item_id))

"""The bank of the account that gets Swish payments: each day a report of them, each week a camt.053 with their sums."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from infra.demo import fictions
from infra.demo.accounts import SWISH_ACCOUNT, SWISH_NUMBER
from infra.demo.bills import CURRENCY
from infra.demo.payments import Payment
from infra.demo.period import Period
from reconciliation.statements.camt.writer import CamtEntry, CamtStatement, write_camt053
from reconciliation.statements.swish.writer import SwishPayment, write_swish

File = tuple[str, bytes]

_CODE: Final = ("PMNT", "RCDT", "DMCT")
# Some payers' app filled in our reference as the order; the others typed it.
_ORDERED_PER_MILLE: Final = 500


class SwishBank:
    """All Swish payments of the month, and the files about the account that gets them."""

    def __init__(self, seed: int, period: Period, payments: Iterable[Payment]) -> None:
        self._seed, self._period = seed, period
        self._payments: dict[date, list[Payment]] = {day: [] for day in period.bank_days}
        for payment in payments:
            self._payments[payment.booked_on].append(payment)

    def files_of(self, day: date) -> Iterator[File]:
        """The files of a bank day; a statement comes before the report of its last day."""
        if day in self._period.stated_on:
            yield f"camt053-swish-account-{day}.xml", self._statement(day)
        if self._payments[day]:
            yield f"swish-{day}.csv", write_swish(day, list(self._report(day)))

    def _report(self, day: date) -> Iterator[SwishPayment]:
        rng = fictions.randomness(self._seed, "swish", day)
        for index, payment in enumerate(self._payments[day], 1):
            reference, ordered = payment.quoted[0].reference, rng.randrange(1000) < _ORDERED_PER_MILLE
            yield SwishPayment(
                payment.amount_minor, day, day, SWISH_ACCOUNT.number, SWISH_NUMBER, f"{day:%Y%m%d}{index:08}",
                phone=f"4670174{rng.randrange(10_000):04}", name=fictions.person(rng),
                message="" if ordered else reference, order=reference if ordered else "",
            )  # fmt: skip

    def _statement(self, day: date) -> bytes:
        """Return the camt.053 of the week: one amount for the Swish payments of each day."""
        number, week = self._period.stated_week(day)
        before = sum(one.amount_minor for on, paid in self._payments.items() if on < week[0] for one in paid)
        sums = {on: sum(one.amount_minor for one in self._payments[on]) for on in week}
        id, created_at = f"W{day:%Y%m%d}", f"{day}T20:00:00"
        statement = CamtStatement(
            f"{id}-1", SWISH_ACCOUNT.number, CURRENCY, number, created_at, week[0], day,
            [CamtEntry(sum_, on, on, f"{on:%y%m%d}SW", text="Swish", code=_CODE) for on, sum_ in sums.items() if sum_],
            SWISH_ACCOUNT.opening_minor + before,
        )  # fmt: skip
        return write_camt053(id, created_at, [statement])

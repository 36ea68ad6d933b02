"""The clearing house of the direct debits: it answers the mandates, and reports what it collected and took back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Final

from infra.demo.accounts import BANKGIRO, DEPOSIT_ACCOUNT
from infra.demo.direct_debits import Debit, DirectDebits
from infra.demo.fictions import randomness
from infra.demo.period import Period
from reconciliation.statements.autogiro.writer import (
    AutogiroMandate,
    AutogiroPayment,
    AutogiroSection,
    write_autogiro,
    write_autogiro_mandates,
)

File = tuple[str, bytes]

_AT: Final = time(19, 50)
# What the clearing house says of a payment: it was made; the account lacks money; it was taken back.
_MADE, _NO_MONEY, _TAKEN_BACK = "0", "1", "2"


class ClearingHouse:
    """The files about the direct debits of the month."""

    def __init__(self, seed: int, period: Period, debits: DirectDebits) -> None:
        self._seed, self._period, self._debits = seed, period, debits

    def files_of(self, day: date) -> Iterator[File]:
        """The files of a bank day."""
        at = datetime.combine(day, _AT)
        if day == self._period.bank_days[0]:
            yield f"autogiro-mandates-{day}.txt", write_autogiro_mandates(at, BANKGIRO.number, self._mandates(day))
        if sections := list(self._sections(day)):
            yield f"autogiro-bankgiro-{day}.txt", write_autogiro(at, BANKGIRO.number, sections)

    def _mandates(self, day: date) -> list[AutogiroMandate]:
        rng = randomness(self._seed, "debited-accounts")
        return [AutogiroMandate(one, f"9990{rng.randrange(10**8):08}", day) for one in self._debits.mandates]

    def _sections(self, day: date) -> Iterator[AutogiroSection]:
        serial = self._period.bank_days.index(day) + 1
        if due := self._debits.due_on(day):
            paid = [_payment(one, _NO_MONEY if one.outcome == "rejected" else _MADE) for one in due]
            yield AutogiroSection(DEPOSIT_ACCOUNT, day, serial, paid)
        if day == self._debits.taken_back_on:
            back = _payment(self._debits.taken_back, _TAKEN_BACK)
            yield AutogiroSection(DEPOSIT_ACCOUNT, day, serial, [back], code="17")


def _payment(one: Debit, answer: str) -> AutogiroPayment:
    return AutogiroPayment(one.payment.amount_minor, one.mandate, one.owed.reference, one.due_on, answer)

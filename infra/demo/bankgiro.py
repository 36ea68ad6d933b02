"""Two bankgiro banks: one sends BgMax until mid-month; after that, the other sends camt.054, proven by camt.053."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from random import Random
from typing import Final

from infra.demo import fictions
from infra.demo.accounts import DEPOSIT_ACCOUNT, NEW_BANKGIRO, OLD_BANKGIRO
from infra.demo.bills import CURRENCY
from infra.demo.camt_parts import detail_of, entry_of, text_of
from infra.demo.outgoings import Movement
from infra.demo.payments import Payment
from infra.demo.period import Period
from reconciliation.statements.bgmax_writer import BgMaxPayment, BgMaxReference, BgMaxSection, write_bgmax
from reconciliation.statements.camt_writer import CamtEntry, CamtStatement, write_camt053, write_camt054

File = tuple[str, bytes]

_FRIDAY: Final = 4
_CLEARED_AT: Final = time(16, 20)
_FIRST_DEPOSIT_PERCENT: Final = 70
_SINGLE_PER_MILLE: Final = 40
_NAMED_PER_MILLE: Final = 600
# Reference codes of BgMax, column 56: no reference, checked, not checked, and wrong according to the check.
_NO_REFERENCE, _CHECKED, _UNCHECKED, _WRONG = 0, 2, 3, 5


class BankgiroBank:
    """All payments to the two bankgiros, and the files that contain them."""

    def __init__(self, seed: int, period: Period, payments: Iterable[Payment], deductions: Iterable[Movement]) -> None:
        self._seed, self._period = seed, period
        self._payments: dict[date, list[Payment]] = {day: [] for day in period.bank_days}
        for payment in payments:
            self._payments[payment.booked_on].append(payment)
        self._deductions = tuple(deductions)

    def files_of(self, day: date) -> Iterator[File]:
        """The files of a bank day."""
        if not self._payments[day]:
            return
        if day < self._period.bankgiro_moves_on:
            yield f"bgmax-old-bankgiro-{day}.txt", self._bgmax(day)
            return
        id, created_at = f"N{day:%Y%m%d}", f"{day}T17:45:00"
        notified = CamtStatement(
            f"{id}-1", NEW_BANKGIRO.number, CURRENCY, self._sequence(day), created_at, day, day,
            self._notified(day), scheme="BGNR",
        )  # fmt: skip
        yield f"camt054-new-bankgiro-{day}.xml", write_camt054(id, created_at, [notified])
        if day in self._proven_on:
            yield f"camt053-new-bankgiro-{day}.xml", self._proof(day)

    def _bgmax(self, day: date) -> bytes:
        rng = fictions.randomness(self._seed, "bgmax", day)
        payments = [_giro_payment(one, serial, rng) for serial, one in enumerate(self._payments[day], 1)]
        for deduction in (one for one in self._deductions if one.booked_on == day):
            reference = payments[0].reference
            payments.append(BgMaxPayment(deduction.amount_minor, reference, _CHECKED, 1, len(payments) + 1))
        cut = max(len(payments) * _FIRST_DEPOSIT_PERCENT // 100, 1)
        sequence = self._sequence(day)
        sections = [
            BgMaxSection(OLD_BANKGIRO.number, DEPOSIT_ACCOUNT, day, sequence * 2 + part, chosen, deposit_type="D")
            for part, chosen in enumerate((payments[:cut], payments[cut:]))
            if chosen
        ]
        return write_bgmax(datetime.combine(day, _CLEARED_AT), sections)

    def _notified(self, day: date) -> list[CamtEntry]:
        """Return one entry that combines most payments of the day, and a separate entry for each of the others."""
        rng = fictions.randomness(self._seed, "camt054", day)
        ref = f"{day:%y%m%d}BG"
        single = [rng.randrange(1000) < _SINGLE_PER_MILLE for _ in self._payments[day]]
        numbered = list(enumerate(self._payments[day], 1))
        together = [pair for pair, alone in zip(numbered, single, strict=True) if not alone]
        details = [
            detail_of(
                one, counterparty=fictions.person(rng), amount_minor=one.amount_minor,
                bank_ref=f"{ref}{serial:06}", text=text_of(one, rng),
            )
            for serial, one in together
        ]  # fmt: skip
        total = sum(one.amount_minor for _, one in together)
        entries = (
            [CamtEntry(total, day, day, f"{ref}DEPOSIT", details, code=("PMNT", "RCDT", "DMCT"))] if details else []
        )
        alone = [pair for pair, apart in zip(numbered, single, strict=True) if apart]
        return entries + [entry_of(one, f"{ref}{serial:06}", rng) for serial, one in alone]

    def _proof(self, day: date) -> bytes:
        """Return the camt.053 with the week's balances and amounts, but without what each amount was paid for."""
        days = self._days_moved
        earlier = [proven for proven in self._proven_on if proven < day]
        week = [one for one in days if (not earlier or one > earlier[-1]) and one <= day]
        before = sum(payment.amount_minor for one in days if one < week[0] for payment in self._payments[one])
        entries = [
            CamtEntry(entry.amount_minor, one, one, entry.bank_ref, text="Bankgiroinsättning", code=entry.code)
            for one in week
            for entry in self._notified(one)
        ]
        id, created_at = f"P{day:%Y%m%d}", f"{day}T20:00:00"
        statement = CamtStatement(
            f"{id}-1", NEW_BANKGIRO.number, CURRENCY, self._sequence(day), created_at, week[0], day, entries,
            NEW_BANKGIRO.opening_minor + before, scheme="BGNR",
        )  # fmt: skip
        return write_camt053(id, created_at, [statement])

    @property
    def _days_moved(self) -> Sequence[date]:
        return [day for day in self._period.bank_days if day >= self._period.bankgiro_moves_on]

    @property
    def _proven_on(self) -> Sequence[date]:
        days = self._days_moved
        return [day for day in days if day.weekday() == _FRIDAY or day == days[-1]]

    def _sequence(self, day: date) -> int:
        return self._period.bank_days.index(day) + 1


def _giro_payment(payment: Payment, serial: int, rng: Random) -> BgMaxPayment:
    """A TK20 record with the records that belong to it."""
    reference, code = "", _NO_REFERENCE
    further: list[BgMaxReference] = []
    information: list[str] = []
    text = text_of(payment, rng)
    if payment.habit == "two_references":
        further = [BgMaxReference(one.reference, one.amount_minor or 0) for one in payment.quoted]
    elif payment.form == "structured":
        reference = payment.quoted[0].reference
        code = _WRONG if payment.habit == "wrong_check_digit" else _CHECKED
    elif payment.form == "loose":
        reference, code = text or "", _UNCHECKED
    elif text:
        information = [text]
    named = rng.randrange(1000) < _NAMED_PER_MILLE
    name = fictions.person(rng, latin_only=True)
    return BgMaxPayment(
        payment.amount_minor, reference, code, serial=serial, further=further, information=information,
        name=name if named else "", address="Provgatan 1" if named else "", postcode="999 99" if named else "",
        town="Påhittköping" if named else "",
    )  # fmt: skip

"""The bank of the bankgiro: BgMax at first, then camt.054 too, then only that; each week, the account's camt.053."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from random import Random
from typing import Final, NamedTuple

from infra.demo import fictions
from infra.demo.accounts import BANKGIRO, DEPOSIT_ACCOUNT, GIRO_ACCOUNT
from infra.demo.bills import CURRENCY
from infra.demo.camt_parts import detail_of, entry_of, text_of
from infra.demo.direct_debits import DirectDebits
from infra.demo.outgoings import Movement
from infra.demo.payments import Payment
from infra.demo.period import Period
from reconciliation.statements.bgmax.writer import BgMaxPayment, BgMaxReference, BgMaxSection, write_bgmax
from reconciliation.statements.camt.writer import CamtEntry, CamtStatement, write_camt053, write_camt054

File = tuple[str, bytes]

_CLEARED_AT: Final = time(16, 20)
_FIRST_DEPOSIT_PERCENT: Final = 70
_NEW_WAY_PER_MILLE: Final = 40
_NAMED_PER_MILLE: Final = 600
_DEPOSIT: Final = ("PMNT", "RCDT", "DMCT")
_CHARGE: Final = ("ACMT", "MDOP", "CHRG")
# What we collected, and what the bank took back of it.
_COLLECTED: Final = ("PMNT", "IDDT", "PMDD")
_TAKEN_BACK: Final = ("PMNT", "IDDT", "UPDD")
# Reference codes of BgMax, column 56: no reference, checked, not checked, and wrong according to the check.
_NO_REFERENCE, _CHECKED, _UNCHECKED, _WRONG = 0, 2, 3, 5


class _Paid(NamedTuple):
    """A payment, with what all files say of it: its number on that day, its payer's name and text.

    If it came by the new way, it is an entry of its own in camt.054, and BgMax does not have it.
    """

    payment: Payment
    serial: int
    name: str
    text: str | None
    by_new_way: bool


class BankgiroBank:
    """All payments to the bankgiro, and the files about the account that it pays."""

    def __init__(
        self, seed: int, period: Period, payments: Iterable[Payment], moved: Iterable[Movement], debits: DirectDebits
    ) -> None:
        self._seed, self._period, self._debits = seed, period, debits
        self._payments: dict[date, list[Payment]] = {day: [] for day in period.bank_days}
        for payment in payments:
            self._payments[payment.booked_on].append(payment)
        moved = tuple(moved)
        self._deductions = tuple(one for one in moved if one.what == "deduction")
        self._charges = tuple(one for one in moved if one.what != "deduction")

    def files_of(self, day: date) -> Iterator[File]:
        """The files of a bank day; a statement comes before the details of its last day."""
        if day in self._period.stated_on:
            yield f"camt053-bankgiro-account-{day}.xml", self._statement(day)
        if not self._payments[day]:
            return
        if day <= self._period.bgmax_until:
            yield f"bgmax-bankgiro-{day}.txt", write_bgmax(datetime.combine(day, _CLEARED_AT), self._sections(day))
        if day >= self._period.notified_from:
            id, created_at = f"N{day:%Y%m%d}", f"{day}T17:45:00"
            notified = CamtStatement(
                f"{id}-1", BANKGIRO.number, CURRENCY, self._sequence(day), created_at, day, day,
                self._notified(day), scheme="BGNR",
            )  # fmt: skip
            yield f"camt054-bankgiro-{day}.xml", write_camt054(id, created_at, [notified])

    def _paid(self, day: date) -> list[_Paid]:
        """The payments of a day; every call returns the same."""
        rng, payments = fictions.randomness(self._seed, "bankgiro", day), self._payments[day]
        in_bgmax, notified = day <= self._period.bgmax_until, day >= self._period.notified_from
        few = max(len(payments) * _NEW_WAY_PER_MILLE // 1000, 1) if notified and len(payments) > 1 else 0
        new = set(rng.sample(range(len(payments)), few))
        return [
            _Paid(payment, index + 1, fictions.person(rng, latin_only=in_bgmax), text_of(payment, rng), index in new)
            for index, payment in enumerate(payments)
        ]

    def _sections(self, day: date) -> list[BgMaxSection]:
        """The day's deposits as BgMax shows them."""
        rng = fictions.randomness(self._seed, "bgmax", day)
        payments = [_giro_payment(one, rng) for one in self._paid(day) if not one.by_new_way]
        for deduction in (one for one in self._deductions if one.booked_on == day):
            reference = payments[0].reference
            # It stands in the larger deposit, which it must not bring below zero.
            payments.insert(1, BgMaxPayment(deduction.amount_minor, reference, _CHECKED, 1, len(payments) + 1))
        cut = max(len(payments) * _FIRST_DEPOSIT_PERCENT // 100, 1)
        sequence = self._sequence(day)
        return [
            BgMaxSection(BANKGIRO.number, DEPOSIT_ACCOUNT, day, sequence * 2 + part, chosen, deposit_type="D")
            for part, chosen in enumerate((payments[:cut], payments[cut:]))
            if chosen
        ]

    def _notified(self, day: date) -> list[CamtEntry]:
        """Return one entry that combines most payments of the day, and a separate entry for each of the others."""
        rng = fictions.randomness(self._seed, "camt054", day)
        ref, paid = f"{day:%y%m%d}BG", self._paid(day)
        together = [one for one in paid if not one.by_new_way]
        details = [
            detail_of(
                one.payment, counterparty=one.name, amount_minor=one.payment.amount_minor,
                bank_ref=f"{ref}{one.serial:06}", text=one.text,
            )
            for one in together
        ]  # fmt: skip
        total = sum(one.payment.amount_minor for one in together)
        entries = [CamtEntry(total, day, day, f"{ref}DEPOSIT", details, code=_DEPOSIT)] if details else []
        return entries + [entry_of(one.payment, f"{ref}{one.serial:06}", rng) for one in paid if one.by_new_way]

    def _lumps(self, day: date) -> list[CamtEntry]:
        """What the account's statement says of a day: amounts without payers, and what the bank takes for itself."""
        if not self._payments[day]:
            booked: list[tuple[int, str | None]] = []
        elif day >= self._period.notified_from:
            booked = [(entry.amount_minor, entry.bank_ref) for entry in self._notified(day)]
        else:
            sums = [sum(one.amount_minor for one in section.payments) for section in self._sections(day)]
            booked = [(amount, f"{day:%y%m%d}BG{number}") for number, amount in enumerate(sums, 1)]
        charges = [one for one in self._charges if one.booked_on == day]
        return [
            *(CamtEntry(amount, day, day, ref, text="Bankgiroinsättning", code=_DEPOSIT) for amount, ref in booked),
            *(CamtEntry(one.amount_minor, day, day, f"{day:%y%m%d}FEE", code=_CHARGE) for one in charges),
            *(_of_debits(amount, day) for amount in self._debits.sums_of(day)),
        ]

    def _statement(self, day: date) -> bytes:
        """Return the camt.053 with the week's balances and amounts, but without what each amount was paid for."""
        number, week = self._period.stated_week(day)
        before = sum(one.amount_minor for one in (*self._deductions, *self._charges) if one.booked_on < week[0])
        before += sum(one.amount_minor for on, paid in self._payments.items() if on < week[0] for one in paid)
        before += sum(amount for on in self._period.bank_days if on < week[0] for amount in self._debits.sums_of(on))
        id, created_at = f"P{day:%Y%m%d}", f"{day}T20:00:00"
        statement = CamtStatement(
            f"{id}-1", GIRO_ACCOUNT.number, CURRENCY, number, created_at, week[0], day,
            [entry for one in week for entry in self._lumps(one)], GIRO_ACCOUNT.opening_minor + before,
        )  # fmt: skip
        return write_camt053(id, created_at, [statement])

    def _sequence(self, day: date) -> int:
        return self._period.bank_days.index(day) + 1


def _of_debits(amount_minor: int, day: date) -> CamtEntry:
    """The sum of a day's direct debits, or of those that are taken back."""
    mark, code = ("AG", _COLLECTED) if amount_minor > 0 else ("AGR", _TAKEN_BACK)
    return CamtEntry(amount_minor, day, day, f"{day:%y%m%d}{mark}", text="Autogiro", code=code)


def _giro_payment(one: _Paid, rng: Random) -> BgMaxPayment:
    """A TK20 record with the records that belong to it."""
    reference, code = "", _NO_REFERENCE
    further: list[BgMaxReference] = []
    information: list[str] = []
    payment, text = one.payment, one.text
    if payment.habit == "two_references":
        further = [BgMaxReference(quoted.reference, quoted.amount_minor or 0) for quoted in payment.quoted]
    elif payment.form == "structured":
        reference = payment.quoted[0].reference
        code = _WRONG if payment.habit == "wrong_check_digit" else _CHECKED
    elif payment.form == "loose":
        reference, code = text or "", _UNCHECKED
    elif text:
        information = [text]
    named = rng.randrange(1000) < _NAMED_PER_MILLE
    return BgMaxPayment(
        payment.amount_minor, reference, code, serial=one.serial, further=further, information=information,
        name=one.name if named else "", address="Provgatan 1" if named else "", postcode="999 99" if named else "",
        town="Påhittköping" if named else "",
    )  # fmt: skip

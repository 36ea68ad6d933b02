"""Reads one row of Adyen's report: an entry of a batch, with what a payer paid, what Adyen took, and what is left."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, tzinfo
from typing import Final, NamedTuple

from ledger.domain.money import decimals_of
from reconciliation.statements.adyen.types import kind_of
from reconciliation.statements.delimited import Columns, Row
from reconciliation.statements.findings import Findings
from reconciliation.statements.problems import refuse, warning
from reconciliation.statements.references import Reference
from reconciliation.statements.settlements import refer, taken
from reconciliation.statements.shape import Line
from reconciliation.statements.values import NO_AMOUNT, to_day, to_minor
from reconciliation.statements.zones import OFFSETS, in_zone

NEEDED: Final = (
    "Merchant Account", "Psp Reference", "Type", "Modification Reference", "Net Currency", "Net Debit (NC)",
    "Net Credit (NC)", "Batch Number",
)  # fmt: skip
_FEES: Final = ("Commission (NC)", "Markup (NC)", "Scheme Fees (NC)", "Interchange (NC)")
_READ: Final = (
    *NEEDED, "Merchant Reference", "Modification Merchant Reference", "Gross Currency", "Gross Debit (GC)",
    "Gross Credit (GC)", "Booking Date", "Booking Date TimeZone", "Creation Date", "TimeZone", "Dispute Reason Code",
)  # fmt: skip
# How an id of Adyen's payout stands in the bank's line and in the report: TX635094301XT.
_PAYOUT: Final = re.compile(r"\bTX[0-9A-Z]+XT\b")
# Fees may be more precise than the currency: they are summed in ten-thousandths of its minor unit.
_FINER: Final = 4


class Entry(NamedTuple):
    """A row: which batch of which merchant account it belongs to, and its line."""

    merchant: str
    batch: str
    line: Line


class _Money(NamedTuple):
    """What an entry is worth in the currency of the settlement: gross, what was taken, and what a payer paid."""

    gross_minor: int
    charges_minor: int
    paid_minor: int | None
    net_minor: int


class Entries:
    """Reads the rows of one file, whose header says where everything stands."""

    def __init__(self, columns: Columns, zone: tzinfo | None, findings: Findings) -> None:
        self._pick, self._pick_fees = columns.picker(_READ), columns.picker(_FEES)
        self._states_fees = any(name in columns for name in _FEES)
        self._zone, self._findings = zone, findings
        self._unknown_zones: set[str] = set()

    def read(self, row: Row) -> Entry | None:
        """The entry of a row; None if its money cannot be read.

        Problems: currency_unknown, amount_unreadable, amount_too_precise, amounts_contradict, date_unreadable,
        kind_unknown, zone_unknown.
        """
        (
            merchant, payment, type, modification, currency, debit, credit, batch, reference, ours, gross_currency,
            gross_debit, gross_credit, booked, booked_zone, created, created_zone, reason,
        ) = self._pick(row.cells)  # fmt: skip
        currency, gross_currency = currency.upper(), gross_currency.upper() or currency.upper()
        paid = (gross_debit, gross_credit, gross_currency)
        money = self._money(currency, (debit, credit), paid, self._pick_fees(row.cells), row.raw_position)
        if money is None:
            return None
        line = Line(0, 0, 0, currency=currency, raw_position=row.raw_position, bank_code=type or None)
        line.booked_on = self._day(line, booked, booked_zone) if booked else self._day(line, created, created_zone)
        known = kind_of(type, money.net_minor)
        if known is None:
            told = "the entry's Type is not one that Adyen documents: find out what it is"
            self._findings.doubt(line, "kind_unknown", told)
        taken(line, known or "other", money.gross_minor, money.charges_minor)
        if gross_currency != currency and money.paid_minor is not None:
            line.instructed_minor, line.instructed_currency = abs(money.paid_minor), gross_currency
        line.return_reason = reason or None
        if payment:
            line.bank_ref, line.payment_ref = modification or payment, payment
            line.end_to_end_id = None if ours in ("", "<auto>") else ours
            refer(line, [reference], "")
        else:
            line.text = modification or None
            found = _PAYOUT.search(modification)
            line.bank_ref = found[0] if found else None
            line.refer([Reference(found[0], "text")] if found else [])
        return Entry(merchant, batch, line)

    def _money(
        self, currency: str, net: Sequence[str], paid: Sequence[str], fees: Sequence[str], position: str
    ) -> _Money | None:
        """What an entry is worth, if gross, fees and net agree as far as they are in one currency."""
        decimals = decimals_of(currency)
        if decimals is None:
            self._refuse("currency_unknown", "ISO 4217 does not list Net Currency: ask Adyen about it", position)
            return None
        left = self._signed(net, decimals, "Net", position)
        if left is None:
            if not any(net):
                told = "neither Net Debit (NC) nor Net Credit (NC) has an amount: fetch the report again"
                self._refuse("amount_unreadable", told, position)
            return None
        *gross, gross_currency = paid
        paid_decimals = decimals_of(gross_currency)
        gross_minor = None if paid_decimals is None else self._signed(gross, paid_decimals, "Gross", position)
        stated = self._fees(fees, decimals, position)
        finer = 10**_FINER
        if gross_minor is None or gross_currency != currency:
            charges = (abs(stated) + finer // 2) // finer * (-1 if stated < 0 else 1)
            return _Money(left + charges, charges, gross_minor, left)
        if self._states_fees and abs((gross_minor - left) * finer - stated) >= finer:
            told = "gross less fees is not net, so the row was changed or damaged: fetch the report again"
            self._refuse("amounts_contradict", told, position)
        return _Money(gross_minor, gross_minor - left, gross_minor, left)

    def _signed(self, written: Sequence[str], decimals: int, name: str, position: str) -> int | None:
        """Credit less debit; None if neither is stated, or one cannot be read."""
        if not any(written):
            return None
        found = []
        for text in written:
            minor, exact = to_minor(text, decimals) if text else (0, True)
            if minor is None:
                self._refuse("amount_unreadable", f"{name} Debit or Credit {NO_AMOUNT}: fetch it again", position)
                return None
            if not exact:
                told = f"{name} Debit or Credit has more than {decimals} decimals: fetch the report again"
                self._refuse("amount_too_precise", told, position)
            found.append(minor)
        return found[1] - found[0]

    def _fees(self, written: Sequence[str], decimals: int, position: str) -> int:
        total = 0
        for name, text in zip(_FEES, written, strict=True):
            if text:
                minor, exact = to_minor(text, decimals + _FINER)
                if minor is None or not exact:
                    self._refuse("amount_unreadable", f"{name} {NO_AMOUNT}: fetch the report again", position)
                total += minor or 0
        return total

    def _day(self, line: Line, written: str, zone: str) -> date | None:
        if not written:
            return None
        if zone.upper() not in OFFSETS and zone not in self._unknown_zones:
            self._unknown_zones.add(zone)
            told = "TimeZone has no abbreviation, or one of several zones, so days are as Adyen writes them"
            self._findings.add(warning("zone_unknown", told, line.raw_position or "file"))
        day = to_day(in_zone(written, zone), self._zone)
        if day is None:
            self._findings.doubt(
                line, "date_unreadable", "the entry's date is no date (YYYY-MM-DD HH:MM:SS): fetch the report again"
            )
        return day

    def _refuse(self, code: str, told: str, position: str) -> None:
        self._findings.add(refuse(code, told, position))

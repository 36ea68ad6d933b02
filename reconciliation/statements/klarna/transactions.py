"""Reads the second block of Klarna's settlement report: its transactions, each with the fees of its capture."""

from __future__ import annotations

from collections import Counter
from datetime import date, tzinfo
from typing import Final

from reconciliation.statements.delimited import Columns, Row
from reconciliation.statements.findings import Findings
from reconciliation.statements.kinds import Kind
from reconciliation.statements.klarna.columns import DETAILED, EFFECTS, LOWERING, TYPES, WITHOUT_TRANSACTIONS
from reconciliation.statements.klarna.summary import Summary
from reconciliation.statements.problems import doubt, refuse
from reconciliation.statements.settlements import refer
from reconciliation.statements.shape import Line, Total
from reconciliation.statements.values import to_day, to_minor

_PICKED: Final = (
    "type", "detailed_type", "capture_id", "refund_id", "order_id", "short_order_id", "merchant_reference1",
    "merchant_reference2", "merchant_capture_reference", "merchant_refund_reference", "capture_date", "sale_date",
    "amount", "currency_code", "posting_currency", "vat_amount", "tax_amount", "payment_reference",
)  # fmt: skip
_AGAIN: Final = "fetch the report again, as Klarna made it"


class Transactions:
    """The transactions of one settlement that is being read: the details of its first line."""

    def __init__(self, summary: Summary, signed: bool, zone: tzinfo | None, findings: Findings) -> None:
        self._signed = signed
        self._summary, self._zone, self._findings = summary, zone, findings
        self._found: Counter[str] = Counter()
        self._last: Line | None = None
        self._details = 0
        self._with_tax = False

    def head(self, columns: Columns) -> None:
        """Take in the names of the block's columns."""
        self._pick = columns.picker(_PICKED)
        self._with_tax = "vat_amount" in columns or "tax_amount" in columns

    def see(self, row: Row) -> Line | None:
        """The detail that a row is, or None if it is a fee of the capture in the row before it, which has it now.

        Problems: amount_unreadable, amount_too_precise, amounts_contradict, currency_differs, payout_contradicts,
        date_unreadable, kind_unknown.
        """
        (
            written, detailed, capture, refund, order, short_order, first, second, our_capture, our_refund, captured,
            sold, amount_text, currency, posted_in, vat, tax, payout,
        ) = map(str.strip, self._pick(row.cells))  # fmt: skip
        named = written.upper()
        kind, total = TYPES.get(named, ("other", "unknown"))
        sign = 1 if self._signed or named not in LOWERING else -1
        amount = self._amount("amount", amount_text, row)
        amount = None if amount is None else amount * sign
        tax_minor = -sign * (self._amount("vat_amount", vat or tax, row) or 0) if vat or tax else 0
        self._found[total] += amount or 0
        self._found["vat"] += tax_minor
        self._belongs(row, currency or posted_in, payout)
        fee = -(amount or 0)
        if kind == "fee" and tax_minor and not 0 <= (tax_minor if fee >= 0 else -tax_minor) <= abs(fee):
            told = f"the tax must be a part of the fee in its row, in the same direction: {_AGAIN}"
            self._findings.add(refuse("amounts_contradict", told, row.raw_position, self._summary.number, 1))
        if kind == "fee" and capture and self._last is not None and self._last.bank_ref == capture:
            self._charge(self._last, -(amount or 0), tax_minor)
            return None
        line = self._detail(row.raw_position, amount, DETAILED.get(detailed.upper(), kind))
        if tax_minor:
            line.charges_minor = tax_minor if self._summary.tax_is_beside else None
            line.charges_tax_minor = tax_minor
        line.booked_on = self._day(captured or sold, row)
        line.bank_code = f"{named}-{detailed.upper()}" if detailed else named
        # Only captures and refunds have an id of their own; what they have in common is the order.
        line.bank_ref = refund or (capture if kind == "payment" else "") or None
        line.payment_ref = order or short_order or capture or None
        line.end_to_end_id = (our_capture or None) if kind == "payment" else our_refund or our_capture or None
        refer(line, (first, second), "")
        if named not in TYPES:
            told = "the report has a type of transaction that is not in Klarna's manual; find out what it is"
            self._findings.add(doubt("kind_unknown", told, row.raw_position, self._summary.number, 1))
        self._last = line
        return line

    def rest(self) -> list[Line]:
        """The details that only the totals state: debt paid or added to, fees given back, tax without a column."""
        summary, details = self._summary, []
        for name, kind in WITHOUT_TRANSACTIONS.items():
            amount = summary.totals.get(name, 0) * EFFECTS[name]
            # Balances show the debt, and the fees that were given back may be among the corrections.
            shown = summary.has_balances if kind == "carried_over" else amount == self._found["correction"]
            if amount and not shown:
                details.append(self._detail(summary.raw_position, amount, kind))
        if summary.tax_is_beside and not self._with_tax and not self._found["tax"]:
            details.append(self._detail(summary.raw_position, -summary.totals["tax"], "fee_tax"))
            self._found["tax"] -= summary.totals["tax"]
        for detail in details:
            detail.booked_on = summary.paid_on
        return details

    def totals(self) -> list[Total]:
        """Each total of the first block beside the sum of the transactions that it counts."""
        totals, counted = self._summary.totals, {total for _, total in TYPES.values()}
        found = {name: self._found[name] * EFFECTS[name] for name in EFFECTS}
        found["tax"] += self._found["vat"] if self._summary.tax_is_beside else 0
        rows = []
        for name in EFFECTS:
            if name not in totals or name not in counted:
                continue
            declared = totals[name] - (totals.get("commission_reversal", 0) if name == "commission" else 0)
            rows.append(Total(self._summary.number, f"total_{name}", declared, found[name], self._summary.raw_position))
        return rows

    def _detail(self, raw_position: str, amount: int | None, kind: Kind) -> Line:
        self._details += 1
        return Line(
            self._summary.number,
            1,
            self._details,
            amount_minor=amount,
            currency=self._summary.currency,
            status="booked",
            raw_position=raw_position,
            amount_exact=amount is not None,
            kind=kind,
        )

    def _charge(self, line: Line, charged: int, tax_minor: int) -> None:
        line.charges_minor = (line.charges_minor or 0) + charged + (tax_minor if self._summary.tax_is_beside else 0)
        if tax_minor:
            line.charges_tax_minor = (line.charges_tax_minor or 0) + tax_minor

    def _belongs(self, row: Row, currency: str, payout: str) -> None:
        summary = self._summary
        if currency and currency.upper() != summary.currency:
            told = f"the transaction is not in the currency of its settlement: {_AGAIN}"
            self._findings.add(refuse("currency_differs", told, row.raw_position, summary.number, 1))
        if payout and summary.reference and payout != summary.reference:
            told = f"the transaction is of another payout than its settlement: {_AGAIN}"
            self._findings.add(refuse("payout_contradicts", told, row.raw_position, summary.number, 1))

    def _amount(self, name: str, text: str, row: Row) -> int | None:
        minor, exact = to_minor(text, self._summary.decimals)
        if minor is None or not exact:
            code = "amount_unreadable" if minor is None else "amount_too_precise"
            told = (
                f"{name} must be a number with a decimal point, no more decimals than its currency, and at most 10^15 "
                f"minor units: {_AGAIN}"
            )
            self._findings.add(refuse(code, told, row.raw_position, self._summary.number, 1))
        return minor

    def _day(self, text: str, row: Row) -> date | None:
        day = to_day(text.replace(" ", "T", 1), self._zone) if text else None
        if text and day is None:
            told = f"the transaction's date must be YYYY-MM-DD, with or without a time: {_AGAIN}"
            self._findings.add(refuse("date_unreadable", told, row.raw_position, self._summary.number, 1))
        return day

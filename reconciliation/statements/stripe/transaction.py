"""Reads one row of Stripe's reports: a transaction of the balance."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, tzinfo
from typing import Final

from ledger.domain.money import decimals_of
from reconciliation.statements.delimited import Columns, Row
from reconciliation.statements.findings import Findings
from reconciliation.statements.problems import refuse
from reconciliation.statements.references import Reference
from reconciliation.statements.settlements import refer, taken
from reconciliation.statements.shape import Line
from reconciliation.statements.stripe.categories import kind_of
from reconciliation.statements.values import NO_AMOUNT, to_day, to_minor

NEEDED: Final = ("balance_transaction_id", "reporting_category", "currency", "gross", "fee", "net")
_READ: Final = (
    *NEEDED, "created_utc", "created", "available_on_utc", "available_on", "source_id", "charge_id",
    "payment_intent_id", "description", "customer_name", "customer_facing_amount", "customer_facing_currency",
    "dispute_reason", "trace_id",
)  # fmt: skip
# Of what we wrote beside a payment, what names our own documents; anything else may be about a person.
_OURS: Final = re.compile(
    r"invoice_number|order_id|payment_metadata\[[^\]]*(?:invoice|order|reference|ocr|faktur|request)[^\]]*\]"
)
_OUR_REFUND: Final = re.compile(r"refund_metadata\[(?:refund|refund_id|end_to_end_id|reference)\]")
_LIVE: Final = ("livemode", "live_mode")


class Transactions:
    """Reads the rows of one file, whose header says where everything stands."""

    def __init__(self, columns: Columns, zone: tzinfo | None, findings: Findings) -> None:
        self._pick = columns.picker(_READ)
        self._ours = [place for place, name in enumerate(columns.names) if _OURS.fullmatch(name)]
        self._our_refund = [place for place, name in enumerate(columns.names) if _OUR_REFUND.fullmatch(name)]
        self._live = [place for place, name in enumerate(columns.names) if name in _LIVE]
        self._zone, self._findings = zone, findings

    def read(self, row: Row) -> Line | None:
        """The row of a transaction without its place in the statement; None if its money cannot be read.

        Problems: currency_unknown, amount_unreadable, amount_too_precise, amounts_contradict, date_unreadable,
        kind_unknown, test_file.
        """
        (
            number, category, currency, gross, fee, net, created_utc, created, available_utc, available, source,
            charge, intent, description, name, facing, facing_currency, reason, trace,
        ) = self._pick(row.cells)  # fmt: skip
        currency, position = currency.upper(), row.raw_position
        amounts = self._amounts(currency, (gross, fee, net), position)
        if amounts is None:
            return None
        if any(row.cells[place].lower() in ("false", "f", "0", "no", "test") for place in self._live):
            self._refuse(
                "test_file",
                "the transaction was made in test mode, which moves no money: fetch the report in live mode",
                position,
            )
        line = Line(0, 0, 0, currency=currency, raw_position=position, bank_code=category or None)
        line.booked_on = self._day(line, "created", created_utc, created)
        line.value_on = self._day(line, "available_on", available_utc, available)
        known = kind_of(category, amounts[0])
        if known is None:
            told = "reporting_category is not one that Stripe documents: find out what the transaction is"
            self._findings.doubt(line, "kind_unknown", told)
        taken(line, known or "other", *amounts)
        line.bank_ref = (source if line.kind == "payout" else number) or number or None
        of_source = line.kind in ("payment", "payout_returned")
        line.payment_ref = charge or (source if of_source else "") or intent or None
        line.counterparty, line.text, line.return_reason = name or None, description or None, reason or None
        line.end_to_end_id = next((row.cells[place] for place in self._our_refund if row.cells[place]), None)
        if line.kind in ("payment", "chargeback"):
            # Whoever records a payment when it is captured may know only this id of it.
            line.end_to_end_id = intent or None
        self._instructed(line, facing, facing_currency.upper())
        if line.kind in ("payout", "payout_returned"):
            line.refer([Reference(trace, "text")] if trace else [])
        else:
            refer(line, [row.cells[place] for place in self._ours], description)
        return line

    def _amounts(self, currency: str, written: Sequence[str], position: str) -> tuple[int, int] | None:
        """Gross and fee, if net is what they leave."""
        decimals = decimals_of(currency)
        if decimals is None:
            self._refuse("currency_unknown", "ISO 4217 does not list the currency: ask Stripe about it", position)
            return None
        found = []
        for name, text in zip(("gross", "fee", "net"), written, strict=True):
            minor, exact = to_minor(text, decimals)
            if minor is None:
                self._refuse("amount_unreadable", f"{name} {NO_AMOUNT}: fetch the report again", position)
                return None
            if not exact:
                told = f"{name} has more decimals than {currency} ({decimals}): fetch the report again"
                self._refuse("amount_too_precise", told, position)
            found.append(minor)
        gross, fee, net = found
        if gross - fee != net:
            told = "gross less fee is not net, so the row was changed or damaged: fetch the report again"
            self._refuse("amounts_contradict", told, position)
        return gross, fee

    def _day(self, line: Line, name: str, utc: str, local: str) -> date | None:
        """The day of an instant in UTC, in our zone; the day as written of a time in the report's zone."""
        written = f"{utc.replace(' ', 'T', 1)}Z" if utc else local.replace(" ", "T", 1)
        if not written:
            return None
        day = to_day(written, self._zone)
        if day is None:
            self._findings.doubt(
                line, "date_unreadable", f"{name} is no date (YYYY-MM-DD HH:MM:SS): fetch the report again"
            )
        return day

    def _instructed(self, line: Line, written: str, currency: str) -> None:
        """What the payer paid, if it was in another currency."""
        if not written or currency == line.currency:
            return
        decimals = decimals_of(currency)
        minor, exact = (None, False) if decimals is None else to_minor(written, decimals)
        if minor is None or not exact:
            told = (
                "customer_facing_amount cannot be read, so what the payer paid is unknown: look at the payment in "
                "Stripe's dashboard"
            )
            self._findings.doubt(line, "amount_unreadable", told)
            return
        line.instructed_minor, line.instructed_currency = abs(minor), currency

    def _refuse(self, code: str, told: str, position: str) -> None:
        self._findings.add(refuse(code, told, position))

"""Reads one movement of TITO: its record (T10 or T80) and those that say more of it (T11 or T81)."""

from __future__ import annotations

from ledger.domain.money import decimals_of
from reconciliation.statements.fixed_width import Record
from reconciliation.statements.problems import Problem
from reconciliation.statements.quoting import Field, quote
from reconciliation.statements.references import classify
from reconciliation.statements.shape import Line
from reconciliation.statements.tito.records import (
    CORRECTIONS,
    COUNT,
    DECIMALS,
    INSTRUCTED,
    MESSAGE,
    PART,
    REJECTED,
    SEPA,
)
from reconciliation.statements.values import from_implied


class Movement:
    """A movement, or what specifies the one before it; `level` 0 is the movement itself."""

    def __init__(self, record: Record, statement_no: int, currency: str | None, problems: list[Problem]) -> None:
        self._problems, self._said = problems, record.text("said")
        self._messages: list[str] = []
        self._creditor_reference, self._written = "", record.text("reference")
        level = record.text("level")
        self.level = int(level) if level.isascii() and level.isdigit() else 0
        self.code = record.code
        amount = record.signed("amount", "sign", "-", "+", problems)
        kind = record.text("type")
        minor, exact = (
            (None, False) if amount is None else from_implied(amount, DECIMALS, decimals_of(currency) or DECIMALS)
        )
        self.line = Line(
            statement_no,
            0,
            0,
            booked_on=record.day("booked_on", problems),
            value_on=record.day("value_on", problems),
            amount_minor=minor,
            currency=currency,
            status="info" if kind == REJECTED or record.code == "T80" else "booked",
            counterparty=record.text("name") or None,
            bank_ref=record.text("archive") or None,
            reversal=kind in CORRECTIONS,
            bank_code=record.text("code") or None,
            raw_position=record.raw_position,
            amount_exact=exact,
        )
        # The account that is named is the payee's: of a credit, our own.
        if minor is not None and minor < 0:
            self._payees_account(record.text("account"))

    def more(self, record: Record) -> None:
        """Take in a record that says more of the movement."""
        kind = record.text("kind")
        if kind in MESSAGE:
            message = record.line[record.layout.records[record.code]["message"]]
            parts = (message[start : start + PART].strip() for start in range(0, len(message), PART))
            self._messages += [part for part in parts if part]
        elif kind == COUNT:
            self.line.declared_details = record.number("count", self._problems)
        elif kind == INSTRUCTED:
            amount = record.number("instructed", self._problems)
            currency = record.text("instructed_currency")
            decimals = decimals_of(currency)
            if amount is not None and decimals is not None:
                self.line.instructed_minor, _ = from_implied(amount, DECIMALS, decimals)
                self.line.instructed_currency = currency
        elif kind == SEPA:
            self._sepa(record)

    def finished(self) -> Line:
        """The row, made after all records of the movement were read."""
        line, fields = self.line, []
        if self._written.strip("0"):
            fields.append(Field(self._written, classify(self._written, "SCOR", "FI")))
        # A creditor reference often is the national one in another form.
        national = self._creditor_reference[4:].lstrip("0")
        if self._creditor_reference and national != self._written.lstrip("0"):
            fields.append(Field(self._creditor_reference, classify(self._creditor_reference, "SCOR", "FI")))
        quote(line, fields, self._messages, "FI")
        line.text = " ".join(self._messages) or self._said or None
        return line

    def _sepa(self, record: Record) -> None:
        line = self.line
        self._creditor_reference = record.text("creditor_reference")
        line.end_to_end_id = record.text("payers_id") or None
        if line.amount_minor is not None and line.amount_minor < 0:
            line.counterparty = record.text("payee") or line.counterparty
            self._payees_account(record.text("iban"))
        else:
            line.counterparty = record.text("payer") or line.counterparty

    def _payees_account(self, written: str) -> None:
        if written.strip("0"):
            self.line.counterparty_account = written

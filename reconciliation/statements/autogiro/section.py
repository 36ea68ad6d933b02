"""Reads one section of a payment specification: a deposit, a withdrawal or refunds, with their payments."""

from __future__ import annotations

from collections import Counter

from reconciliation.statements.autogiro.start import CURRENCY, Start, refer
from reconciliation.statements.fixed_width import Record
from reconciliation.statements.reading import Reading
from reconciliation.statements.shape import Line

# The records of the money that Bankgirot paid in or took, each with that of the payments that it consists of.
MEMBERS = {"15": "82", "16": "32", "17": "77"}
# A payment that was made; the other codes say why it was not, or not yet.
_MADE = ("", "0")


class Section:
    """A deposit (TK15, +), a withdrawal (TK16, -) or refunds (TK17, -) that are being read, as one statement.

    The payments that were made are the details of its line. Those that were stopped are lines of their own after it,
    with the status `info` and the reason.
    """

    def __init__(self, record: Record, start: Start, reading: Reading, earlier: Counter[str]) -> None:
        problems = reading.problems
        self.code, self._start, self._reading = record.code, start, reading
        self.made = 0
        statement = start.statement(reading.next_statement())
        account, paid, serial = record.text("account").lstrip("0"), record.text("paid_on"), record.text("serial")
        identity = f"{account}-{start.bankgiro}-{record.code}-{paid}-{serial}"
        # Refunds of several payment days have the same serial number.
        earlier[identity] += 1
        statement.statement_id = identity if earlier[identity] == 1 else f"{identity}-{earlier[identity]}"
        statement.sequence, statement.deposited_to = serial or None, account or None
        amount, self._sign = record.number("amount", problems), 1 if record.code == "15" else -1
        day = record.day("paid_on", problems)
        if day is None:
            reading.refuse(
                "date_unreadable", f"{record.name}: the payment date must be YYYYMMDD: fetch the file again", record
            )
        statement.from_on = statement.to_on = day
        statement.currency = record.text("currency").upper() or CURRENCY
        self._statement = statement
        self._lines = [
            Line(
                statement.statement_no,
                1,
                0,
                booked_on=day,
                amount_minor=None if amount is None else self._sign * amount,
                currency=statement.currency,
                status="booked",
                bank_ref=statement.statement_id,
                bank_code=record.code,
                declared_details=record.number("count", problems),
                raw_position=record.raw_position,
                amount_exact=amount is not None,
            )
        ]
        self._stopped: list[Line] = []

    def see(self, record: Record) -> None:
        """Read a payment (TK82), a payout (TK32) or a refund (TK77)."""
        if record.code != MEMBERS[self.code]:
            self._reading.misplaced(record, f"does not belong to a TK{self.code} record")
            return
        self._start.check(record, self._reading)
        problems, deposit = self._reading.problems, self._lines[0]
        answer, amount = record.text("answer"), record.number("amount", problems)
        made = record.code == "77" or answer in _MADE
        line = Line(
            deposit.statement_no,
            1 if made else 2 + len(self._stopped),
            len(self._lines) if made else 0,
            booked_on=deposit.booked_on if made else None,
            value_on=None if made else record.day("day", problems),
            amount_minor=None if amount is None else self._sign * amount,
            currency=deposit.currency,
            status="booked" if made else "info",
            # The number that we gave the payer, by which Bankgirot knows the mandate.
            counterparty_account=record.text("payer").lstrip("0") or None,
            return_reason=answer if record.code == "77" or not made else None,
            bank_code=f"{record.code}-{answer or '0'}",
            raw_position=record.raw_position,
            amount_exact=amount is not None,
        )
        if made:
            record.day("day", problems)
            self.made += 1
        refer(line, record.text("reference"))
        (self._lines if made else self._stopped).append(line)

    def close(self) -> None:
        """Finish the section's statement."""
        deposit = self._lines[0]
        if not deposit.amount_minor and not deposit.declared_details and not self.made:
            # All payments of the day were stopped, so the bank booked nothing.
            deposit.status = "info"
        self._reading.add([*self._lines, *self._stopped])
        self._reading.close(self._statement)

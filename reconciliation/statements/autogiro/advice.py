"""Reads one section of an Autogiro file that moves no money: mandates, rejections, amendments, orders."""

from __future__ import annotations

from collections import Counter

from reconciliation.statements.autogiro.start import CURRENCY, Start, refer
from reconciliation.statements.fixed_width import Record
from reconciliation.statements.reading import Reading
from reconciliation.statements.shape import Line

# In an order, a payment may be due at once.
_AT_ONCE = "GENAST"
# Money that we pay out.
_PAYOUT = "32"


class Advice:
    """A section that is being read, as one statement: each record is a line with the status `info`.

    The line of a mandate has the number of its payer as our own id, the payer's account, Bankgirot's day as the day of
    booking, and the day from which the mandate may be used as the value date. The line of a payment has the payer's
    number in place of an account, as in the payment specification.
    """

    def __init__(self, start: Start, reading: Reading) -> None:
        self._start, self._reading = start, reading
        self._statement = start.statement(reading.next_statement())
        self._lines = 0
        self._found: Counter[str] = Counter()

    def see(self, record: Record) -> None:
        """Read a record between the start record and the end record."""
        self._lines += 1
        fields = record.layout.records[record.code]
        if "bankgiro" in fields:
            self._start.check(record, self._reading)
        line = Line(
            self._statement.statement_no,
            self._lines,
            0,
            currency=CURRENCY,
            status="info",
            bank_code="-".join([record.code, *(record.text(name) for name in ("about", "answer") if name in fields)]),
            raw_position=record.raw_position,
        )
        line.bank_code = str(line.bank_code).rstrip("-")
        payer = record.text("payer").lstrip("0") or None
        if "amount" in fields:
            line.counterparty_account = payer
            self._payment(record, line)
        else:
            line.end_to_end_id = payer
            if "account" in fields:
                line.counterparty_account = record.text("account").lstrip("0") or None
            self._mandate(record, line)
        if "answer" in fields:
            line.return_reason = record.text("answer") or None
        self._reading.add([line])

    def close(self, end: Record | None) -> None:
        """Finish the statement, and compare what the end record states."""
        if end is not None:
            for name in end.layout.records["09"]:
                declared = end.number(name, self._reading.problems)
                self._reading.total(name, declared, self._found[name], end, advice=True)
        self._reading.close(self._statement)

    def _mandate(self, record: Record, line: Line) -> None:
        problems, fields = self._reading.problems, record.layout.records[record.code]
        line.booked_on = record.day("day", problems) if "day" in fields else None
        from_on = record.day("active_from", problems, "YYMMDD") if "active_from" in fields else None
        line.value_on = max((day for day in (line.booked_on, from_on) if day is not None), default=None)
        self._found["mandates"] += 1

    def _payment(self, record: Record, line: Line) -> None:
        problems, fields = self._reading.problems, record.layout.records[record.code]
        kind = record.text("type") if "type" in fields else record.code
        amount = record.stated("amount", problems)
        payout = kind == _PAYOUT
        line.amount_minor = -amount if amount is not None and payout else amount
        self._found.update({"payouts" if payout else "payments": 1, _summed(payout): amount or 0})
        if record.text("day") != _AT_ONCE:
            line.value_on = record.day("day", problems)
        if "new_day" in fields:
            line.value_on = record.day("new_day", problems) or line.value_on
        refer(line, record.text("reference"))


def _summed(payout: bool) -> str:
    return "payout_amount" if payout else "payment_amount"

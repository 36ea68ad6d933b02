"""Reads one assignment of OCR giro or AvtaleGiro: the payments to one account, or what became of its mandates."""

from __future__ import annotations

from reconciliation.statements.domestic_accounts import account_of
from reconciliation.statements.fixed_width import Record
from reconciliation.statements.ocr_giro.counted import Counted
from reconciliation.statements.ocr_giro.records import AGREEMENTS, OCR_GIRO
from reconciliation.statements.quoting import Field, quote
from reconciliation.statements.reading import Reading
from reconciliation.statements.references import classify
from reconciliation.statements.shape import Line, Statement

# Transactions with which a payment by card is taken back, with a KID or with a text.
_REVERSALS = frozenset({"18", "20"})


class Assignment:
    """An assignment that is being read: record type 20 opens it, and 88 closes it.

    A transaction of OCR giro is money that Nets paid into the account. A transaction of AvtaleGiro is a claim, and a
    mandate is one that a payer gave, changed or ended: both move no money and have the status `info`.
    """

    def __init__(self, opening: Record, reading: Reading) -> None:
        self._reading, self._opening = reading, opening
        self.service, self._type = opening.text("service"), opening.text("type")
        account, kind = account_of(opening.text("account"), "NO")
        self._statement = Statement(
            reading.next_statement(),
            f"{'OCR giro' if self.service == OCR_GIRO else 'AvtaleGiro'} {self._type}",
            account,
            kind,
            "NOK",
            statement_id=f"{opening.text('agreement')}-{opening.text('assignment')}",
        )
        self.counted = Counted(records=1)
        self._line: Line | None = None
        self._number, self._kid = "", ""
        self._texts: list[str] = []

    def see(self, record: Record) -> None:
        """Read a record between the first and the last one of the assignment."""
        self.counted.records += 1
        if record.code == "30":
            self._begin(record)
            self._payment(record)
        elif record.code == "70":
            self._begin(record)
            self._mandate(record)
        elif self._line is None or record.text("number") != self._number:
            self._reading.misplaced(record, "does not belong to the transaction before it")
        elif record.code == "31":
            self._second(record, self._line)
        elif text := record.text("text"):
            self._texts.append(text)

    def close(self, end: Record | None) -> None:
        """Finish the statement; `end` is record type 88, or None if it is missing."""
        self._finish()
        statement, problems = self._statement, self._reading.problems
        if end is None:
            self._reading.refuse(
                "end_record_missing",
                "the assignment has no last record (record type 88), so a part of it may be missing: fetch the file "
                "again",
                self._opening,
            )
        else:
            self.counted.records += 1
            days = [end.day(name, problems) for name in ("day_1", "day_2", "day_3")]
            if self.service == OCR_GIRO:
                statement.created_on, statement.from_on, statement.to_on = days
            elif self._type != AGREEMENTS:
                statement.from_on, statement.to_on, _ = days
            statement.declared_count = self.counted.check(end, self._reading, advice=self.service != OCR_GIRO)
            statement.declared_sum_minor = end.number("amount", problems)
        self._reading.close(statement)

    def _begin(self, record: Record) -> None:
        self._finish()
        self.counted.transactions += 1
        self._number, self._texts = record.text("number"), []
        self._kid = record.text("kid")
        self._line = Line(
            self._statement.statement_no,
            self.counted.transactions,
            0,
            currency="NOK",
            status="booked" if self.service == OCR_GIRO else "info",
            raw_position=record.raw_position,
        )

    def _payment(self, record: Record) -> None:
        line, problems = self._line, self._reading.problems
        assert line is not None
        day = record.day("day", problems)
        kind = record.text("type")
        line.bank_code = f"30-{kind}"
        if self.service == OCR_GIRO:
            line.booked_on = day
            line.amount_minor = record.signed("amount", "sign", "-", "0", problems)
            line.reversal = kind in _REVERSALS
            line.bank_ref = f"{self._statement.statement_id}-{record.text('day')}-{self._number}"
        else:
            line.value_on, line.amount_minor = day, record.number("amount", problems)
        line.amount_exact = line.amount_minor is not None
        self.counted.include(line.amount_minor or 0)

    def _mandate(self, record: Record) -> None:
        assert self._line is not None
        self._line.bank_code = f"70-{record.text('change')}-{record.text('notified')}"

    def _second(self, record: Record, line: Line) -> None:
        if self.service == OCR_GIRO:
            # The day is not kept; one that is no day shows that the columns are shifted.
            record.day("paid_on", self._reading.problems)
            payers_account = record.text("payers_account")
            line.counterparty_account = payers_account if payers_account.strip("0") else None
        else:
            line.counterparty = record.text("payer") or None
            self._texts += [text] if (text := record.text("text")) else []

    def _finish(self) -> None:
        if self._line is not None:
            self._line.text = " ".join(self._texts) or None
            fields = [Field(self._kid, classify(self._kid, None, "NO"))] if self._kid else []
            quote(self._line, fields, self._texts, "NO")
            self._reading.add([self._line])
            self._line = None

"""Reads one batch of KTL: the payments with reference to one account or several, and what was taken back."""

from __future__ import annotations

from collections import Counter

from reconciliation.statements.domestic_accounts import account_of
from reconciliation.statements.fixed_width import Record
from reconciliation.statements.ktl.records import CORRECTION, EURO
from reconciliation.statements.quoting import Field, quote
from reconciliation.statements.reading import Reading
from reconciliation.statements.references import classify
from reconciliation.statements.shape import Line, Statement

# What of a payment the end record counts, and the sum that it states of that.
_SUMS = {"payments": "amount", "corrections": "corrected", "failed": "failed_amount"}
# A direct debit that succeeded has no answer, or 0.
_DONE = ("", "0")


class Batch:
    """A batch that is being read: record type 0 opens it, and 9 closes it.

    Payments in a row to one account are a statement. The bank states totals only for the whole batch: if it has several
    accounts, the totals of the batch prove them all.
    """

    def __init__(self, opening: Record, reading: Reading) -> None:
        self._reading, self._opening = reading, opening
        self._created_on = opening.day("created_on", reading.problems)
        self._id = "-".join(opening.text(field) for field in ("service", "created_on", "created_at"))
        self._account: str | None = None
        self._statements: list[Statement] = []
        self._found: Counter[str] = Counter()
        self._lines = 0

    def see(self, record: Record) -> None:
        """Read a payment (record type 3) or a direct debit (5)."""
        if record.text("account") != self._account:
            self._account = record.text("account")
            self._statements.append(self._statement(self._account, record.text("archive")))
            self._lines = 0
        self._lines += 1
        statement = self._statements[-1]
        line = self._line(record, statement)
        kind = "failed" if line.status == "info" else "corrections" if line.reversal else "payments"
        amount = abs(line.amount_minor or 0)
        self._found.update({kind: 1, _SUMS[kind]: amount})
        if kind != "failed":
            self._count(statement, line.reversal, amount)
        self._reading.add([line])

    def close(self, end: Record | None) -> None:
        """Finish the statements; `end` is record type 9, or None if it is missing."""
        if end is None:
            self._reading.refuse(
                "end_record_missing",
                "the batch has no last record (record type 9), so a part of it may be missing: fetch the file again",
                self._opening,
            )
        else:
            self._check(end)
        for statement in self._statements:
            if end is None:
                statement.declared_count = statement.declared_credit_minor = statement.declared_debit_minor = None
            self._reading.close(statement)

    def _statement(self, written: str, first: str) -> Statement:
        """The statement of an account; the id of its first payment tells it from others that were made then."""
        account, kind = account_of(written, "FI")
        return Statement(
            self._reading.next_statement(),
            "KTL",
            account or None,
            kind,
            "EUR",
            statement_id=f"{self._id}-{first}",
            created_on=self._created_on,
            declared_count=0,
            declared_credit_minor=0,
            declared_debit_minor=0,
        )

    def _line(self, record: Record, statement: Statement) -> Line:
        problems = self._reading.problems
        amount, corrected = record.number("amount", problems), record.text("correction") == CORRECTION
        # The day is not kept; one that is no day shows that the columns are shifted.
        record.day("paid_on", problems)
        if record.text("currency") != EURO:
            self._reading.refuse(
                "currency_unknown", "the sign of the currency is not 1 (euro): ask the bank for the file again", record
            )
        line = Line(
            statement.statement_no,
            self._lines,
            0,
            booked_on=record.day("booked_on", problems),
            amount_minor=-amount if amount is not None and corrected else amount,
            currency="EUR",
            status="booked" if record.code == "3" or record.text("answer") in _DONE else "info",
            counterparty=record.text("payer") or None,
            bank_ref=record.text("archive") or None,
            reversal=corrected,
            bank_code="-".join(record.text(field) or "0" for field in ("channel", "answer")),
            raw_position=record.raw_position,
            amount_exact=amount is not None,
        )
        line.bank_code = f"{record.code}-{line.bank_code}"
        if line.status == "info":
            line.return_reason = record.text("answer")
        written = record.text("reference")
        quote(line, [Field(written, classify(written, "SCOR", "FI"))] if written.strip("0") else [], [], "FI")
        return line

    def _count(self, statement: Statement, reversal: bool, amount: int) -> None:
        """Count what belongs to one account; of a single one, the bank's own totals take the place of these."""
        statement.declared_count = (statement.declared_count or 0) + 1
        if reversal:
            statement.declared_debit_minor = (statement.declared_debit_minor or 0) + amount
        else:
            statement.declared_credit_minor = (statement.declared_credit_minor or 0) + amount

    def _check(self, end: Record) -> None:
        problems = self._reading.problems
        stated = {name: end.number(name, problems) for pair in list(_SUMS.items())[:2] for name in pair}
        # Only a file with direct debits says how many of them failed.
        stated |= {name: end.stated(name, problems) for name in ("failed", "failed_amount")}
        for name, declared in stated.items():
            self._reading.total(name, declared, self._found[name], end)
        if len(self._statements) == 1:
            statement, counts = self._statements[0], (stated["payments"], stated["corrections"])
            statement.declared_count = None if None in counts else sum(filter(None, counts))
            statement.declared_credit_minor = stated["amount"]
            statement.declared_debit_minor = stated["corrected"]

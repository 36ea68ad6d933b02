"""Reads one statement of CODA: its movements with their details, between the old and the new balance."""

from __future__ import annotations

from datetime import date

from ledger.domain.bank.account_number import Kind
from ledger.domain.money import decimals_of
from reconciliation.statements.coda.movement import Movement
from reconciliation.statements.coda.records import CREDIT, DEBIT, DECIMALS, OF_DETAIL, OF_PAYMENT, WHOLE
from reconciliation.statements.domestic_accounts import account_of
from reconciliation.statements.fixed_width import Record
from reconciliation.statements.reading import Reading
from reconciliation.statements.shape import Line, Statement
from reconciliation.statements.values import from_implied


class OpenStatement:
    """A statement that is being read: record type 1 opens it, and 8 closes it."""

    def __init__(self, opening: Record, created_on: date | None, reading: Reading) -> None:
        problems = reading.problems
        self._reading, self._opening = reading, opening
        self._structure = opening.text("structure")
        account, kind, self.currency = self._account(opening)
        self._statement = Statement(
            reading.next_statement(),
            "CODA 2",
            account,
            kind,
            self.currency,
            sequence=opening.text("number") or None,
            created_on=created_on,
            opening_minor=self._balance(opening),
        )
        opening.day("day", problems)
        self._movement: Movement | None = None
        self._lines: list[Line] = []  # the movement and its details
        self._whole: Movement | None = None
        self._structured = False
        self._count = 0
        self.debits, self.credits = 0, 0

    def see(self, record: Record) -> None:
        """Read a record between the two balances."""
        article, movement = record.text("article"), self._movement
        if record.code == "2" and article == "1":
            self._finish()
            self._movement = Movement(record, self._statement.statement_no, self.currency, self._reading.problems)
            self._structured = False
        elif movement is None or record.text("sequence") != movement.sequence or article not in ("1", "2", "3"):
            self._reading.misplaced(record, "does not belong to the movement before it")
        elif record.code == "2":
            movement.more(record)
        else:
            # The second and third article go on with what the first one began.
            self._structured = record.text("structured") == "1" if article == "1" else self._structured
            movement.inform(record, structured=self._structured)

    def close(self, end: Record | None) -> None:
        """Finish the statement; `end` is record type 8, or None if it is missing."""
        self._finish()
        self._flush()
        statement = self._statement
        if end is None:
            self._reading.refuse(
                "end_record_missing",
                "the statement has no new balance (record type 8), so a part of it may be missing: fetch it again",
                self._opening,
            )
        else:
            statement.closing_minor = self._balance(end)
            statement.closed_on = statement.to_on = end.day("day", self._reading.problems)
            account, _, currency = self._account(end)
            if (account, currency) != (statement.account, statement.currency):
                self._reading.refuse(
                    "account_contradicts",
                    "the old and the new balance of the statement are of different accounts: fetch the file again",
                    end,
                )
        statement.statement_id = f"{statement.sequence}-{statement.closed_on}"
        self._reading.close(statement)

    def _finish(self) -> None:
        """Add the movement or detail that was read last to the lines."""
        movement, self._movement = self._movement, None
        if movement is None:
            return
        if movement.detail == WHOLE:
            self._flush()
            self._whole = movement
            self._count += 1
            self._lines = [movement.finished(None)]
            amount = movement.line.amount_minor or 0
            self.credits += max(amount, 0)
            self.debits -= min(amount, 0)
        elif self._whole is None or movement.sequence != self._whole.sequence:
            self._reading.refuse(
                "record_out_of_place",
                "a record of type 2 details another movement than the one before it: fetch the file again",
                str(movement.line.raw_position),
            )
        elif movement.kind != OF_DETAIL:
            line = movement.finished(self._lines[0] if movement.kind == OF_PAYMENT else None)
            # Banks repeat the id of the movement in its details.
            if line.bank_ref == self._lines[0].bank_ref and line.bank_ref:
                line.bank_ref = f"{line.bank_ref}-{movement.detail}"
            self._lines.append(line)

    def _flush(self) -> None:
        for number, line in enumerate(self._lines):
            line.line_no, line.detail_no = self._count, number
        self._reading.add(self._lines)
        self._lines = []

    def _account(self, record: Record) -> tuple[str | None, Kind, str | None]:
        """The account's number, its kind and its currency: `structure` says how they are written."""
        written = record.line[record.layout.records[record.code]["account"]]
        number = written.split(" ")[0]
        if self._structure == "0":
            account, kind = account_of(number, "BE")
            return account or None, kind, written[13:16].strip() or None
        ibans: Kind = "iban" if self._structure in ("2", "3") else "bban"
        return number or None, ibans, written[34:37].strip() or None

    def _balance(self, record: Record) -> int | None:
        amount = record.signed("balance", "sign", DEBIT, CREDIT, self._reading.problems)
        decimals = decimals_of(self.currency)
        return None if amount is None else from_implied(amount, DECIMALS, 2 if decimals is None else decimals)[0]

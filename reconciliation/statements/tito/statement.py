"""Reads one statement of TITO: its movements with what specifies them, its balances and its totals."""

from __future__ import annotations

from datetime import date

from ledger.domain.money import decimals_of
from reconciliation.statements.domestic_accounts import account_of
from reconciliation.statements.fixed_width import Record
from reconciliation.statements.problems import doubt
from reconciliation.statements.reading import Reading
from reconciliation.statements.shape import Line, Statement
from reconciliation.statements.tito.movement import Movement
from reconciliation.statements.tito.records import DECIMALS
from reconciliation.statements.values import from_implied

# The periods of cumulated figures that cover a day, and the statement.
_DAY, _STATEMENT = "1", "2"


class OpenStatement:
    """A statement that is being read: T00 opens it, and the next T00 or the end of the file closes it."""

    def __init__(self, opening: Record, reading: Reading) -> None:
        problems = reading.problems
        self._reading, self._opening = reading, opening
        self._currency = opening.text("currency") or None
        from_on, to_on = opening.day("from_on", problems), opening.day("to_on", problems)
        iban = opening.text("iban").partition(" ")[0]
        account, kind = (iban, "iban") if iban.startswith("FI") else account_of(opening.text("account"), "FI")
        number = opening.text("number")
        created_on = opening.day("created_on", problems)
        self._statement = Statement(
            reading.next_statement(),
            f"TITO {opening.text('version')}",
            account or None,
            kind,
            self._currency,
            statement_id="-".join([number, *(str(day) for day in (from_on, to_on) if day)]),
            sequence=number or None,
            created_at=_clock(created_on, opening.text("created_at")),
            created_on=created_on,
            from_on=from_on,
            to_on=to_on,
            opening_minor=self._amount(opening.signed("old_balance", "sign", "-", "+", problems)),
        )
        self._movement: Movement | None = None
        self._lines: list[Line] = []  # the movement and what specifies it
        self._levels: list[int] = []
        self._count, self._records = 0, 0
        self._stated_records = opening.stated("records", problems)
        self._days: dict[date, list[Record]] = {}
        self._whole: list[Record] = []
        self._countable = True

    def see(self, record: Record) -> None:
        """Read a record of the statement after its first one."""
        movement = self._movement
        if record.code in ("T10", "T80"):
            self._finish()
            self._records += record.code == "T10"
            self._movement = Movement(record, self._statement.statement_no, self._currency, self._reading.problems)
        elif record.code in ("T11", "T81"):
            if movement is None or movement.code[1] != record.code[1]:
                self._reading.misplaced(record, "does not belong to the movement before it")
            else:
                movement.more(record)
        elif record.code == "T40":
            self._balance(record)
        elif record.code == "T50":
            self._cumulated(record)

    def close(self) -> None:
        """Finish the statement."""
        self._finish()
        self._flush()
        statement = self._statement
        if statement.closing_minor is None:
            self._reading.refuse(
                "end_record_missing",
                "the statement has no closing balance (T40), so a part of it may be missing: fetch the file again",
                self._opening,
            )
        elif statement.closed_on and statement.to_on and statement.closed_on < statement.to_on:
            self._reading.problems.append(
                doubt(
                    "file_truncated",
                    "the last balance (T40) is of a day before the statement's last day: check that the account had no "
                    "movement after it, because otherwise the end of the file is missing",
                    self._opening.raw_position,
                    statement.statement_no,
                )
            )
        if self._stated_records:
            # Some banks count what specifies a movement, and others do not.
            found = self._count if self._stated_records == self._count else self._records
            self._reading.total("records", self._stated_records, found, self._opening)
        self._declare()
        self._reading.close(statement)

    def _finish(self) -> None:
        """Add the movement that was read last to the lines; what it specifies must stand before it."""
        movement = self._movement
        if movement is None:
            return
        self._movement = None
        line = movement.finished()
        if movement.level == 0:
            self._flush()
            self._count += 1
            line.line_no = self._count
            if line.reversal or (line.declared_details or 0) > 1:
                self._countable = False
        elif not self._lines:
            self._reading.refuse(
                "record_out_of_place",
                "a T10 record specifies a movement, but no movement comes before it: fetch the file again",
                str(line.raw_position),
            )
            return
        elif movement.level > self._levels[-1] > 0:
            # It divides the record before it, which would be counted twice.
            self._lines.pop()
            self._levels.pop()
        self._lines.append(line)
        self._levels.append(movement.level)

    def _flush(self) -> None:
        for number, line in enumerate(self._lines):
            line.line_no, line.detail_no = self._lines[0].line_no, number
            line.status = self._lines[0].status
        self._reading.add(self._lines)
        self._lines, self._levels = [], []

    def _balance(self, record: Record) -> None:
        self._finish()
        problems, statement = self._reading.problems, self._statement
        statement.closed_on = record.day("day", problems)
        statement.closing_minor = self._amount(record.signed("balance", "sign", "-", "+", problems))

    def _cumulated(self, record: Record) -> None:
        self._finish()
        day = record.day("day", self._reading.problems)
        if record.text("period") == _STATEMENT:
            self._whole.append(record)
        elif record.text("period") == _DAY and day is not None:
            self._days.setdefault(day, []).append(record)

    def _declare(self) -> None:
        """Set the totals that the bank states of the statement.

        They are those of the statement, or those of its day if it has only one. Nothing says in which of them a
        correction counts, or whether a collected payment counts as one, so then they are not used: the balances prove
        the statement all the same.
        """
        statement, problems = self._statement, self._reading.problems
        one_day = statement.from_on is not None and statement.from_on == statement.to_on
        records = self._whole or (self._days.get(statement.from_on, []) if one_day and statement.from_on else [])
        if len(records) != 1 or not self._countable:
            return
        (record,) = records
        counts = [record.number(name, problems) for name in ("credits", "debits")]
        statement.declared_count = None if None in counts else sum(filter(None, counts))
        amounts = [self._amount(record.number(name, problems)) for name in ("credit_amount", "debit_amount")]
        statement.declared_credit_minor, statement.declared_debit_minor = amounts

    def _amount(self, number: int | None) -> int | None:
        decimals = decimals_of(self._currency)
        return None if number is None else from_implied(number, DECIMALS, DECIMALS if decimals is None else decimals)[0]


def _clock(day: date | None, clock: str) -> str | None:
    """The day and the time of day at which the bank made the statement."""
    timed = len(clock) == 4 and clock.isascii() and clock.isdigit()
    return f"{day}T{clock[:2]}:{clock[2:]}" if day and timed else None

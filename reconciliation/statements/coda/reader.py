"""CODA, the coded statement of account of Belgian banks: fixed records of 128 characters in ISO-8859-1.

A file has one part or several (record types 0 to 9), each with the statements of an account (1 to 8). The end record of
a part states its number of records and the sums of its debits and credits. Source: Febelfin, Coded statement of account
(CODA), version 2.
"""

from __future__ import annotations

import re
from datetime import date

from ledger.domain.money import decimals_of
from reconciliation.statements.coda.records import DECIMALS, LAYOUT
from reconciliation.statements.coda.statement import OpenStatement
from reconciliation.statements.file_edges import start_of
from reconciliation.statements.fixed_width import Record, read_records
from reconciliation.statements.problems import Problem, warning
from reconciliation.statements.reading import Reading
from reconciliation.statements.shape import Parsed, Profile
from reconciliation.statements.traits import Traits
from reconciliation.statements.values import from_implied

_START = re.compile(rb"00000[0-9]{6}[0-9 ]{3}05")
# Another part follows.
_MORE = "1"


def recognise(head: bytes) -> str | None:
    """Recognise a CODA file by its header record."""
    return "coda" if _START.match(start_of(head)) else None


def read(data: bytes, profile: Profile) -> Parsed:
    """Read a file record by record; a record with shifted columns is reported and never parsed."""
    return read_records(data, LAYOUT, _Parts)


class _Parts:
    """The state of reading: the open part and the open statement."""

    def __init__(self, problems: list[Problem]) -> None:
        self._reading = Reading(problems)
        self._statement: OpenStatement | None = None
        self._started, self._awaited = False, True
        self._created_on: date | None = None
        self._currency: str | None = None
        self._records, self._messages, self._debits, self._credits = 0, 0, 0, 0

    def see(self, record: Record) -> None:
        """Take in the next record of the file."""
        if record.code not in LAYOUT.records:
            self._reading.unknown(record)
        elif record.code == "0":
            self._start(record)
        elif not self._started:
            self._reading.misplaced(record, "is outside a part (0 to 9)")
        elif record.code == "9":
            self._end(record)
        else:
            self._records += 1
            self._within(record)

    def parsed(self, encoding: str) -> Parsed:
        """Finish what is still open, and return the result."""
        self._close(None)
        if self._started or self._awaited:
            self._reading.unended("trailer record (type 9) that says that nothing follows")
        return self._reading.parsed("coda", "CODA 2", encoding)

    def _start(self, record: Record) -> None:
        self._close(None)
        if self._started:
            self._reading.misplaced(record, "begins a part before the one before it has ended")
        self._started, self._records, self._messages, self._debits, self._credits = True, 0, 0, 0, 0
        self._created_on = record.day("created_on", self._reading.problems)
        if record.text("version") != "2" or record.text("separate").strip("0"):
            self._reading.refuse(
                "layout_unknown",
                "only CODA version 2 is known, and only files with all movements of an account: ask the bank for those",
                record,
            )
        if record.text("duplicate") == "D":
            self._reading.problems.append(
                warning(
                    "copy_of_statement",
                    "the bank marks the file as a duplicate; lines booked before are not booked again",
                    record.raw_position,
                )
            )

    def _within(self, record: Record) -> None:
        if record.code == "1":
            self._close(None)
            self._statement = OpenStatement(record, self._created_on, self._reading)
            self._currency = self._statement.currency
        elif record.code == "4":
            self._messages += 1
        elif self._statement is None:
            self._reading.misplaced(record, "is outside a statement (1 to 8)")
        elif record.code == "8":
            self._close(record)
        else:
            self._statement.see(record)

    def _close(self, end: Record | None) -> None:
        if self._statement is not None:
            self._statement.close(end)
            self._debits += self._statement.debits
            self._credits += self._statement.credits
            self._statement = None

    def _end(self, record: Record) -> None:
        self._close(None)
        self._started, self._awaited = False, record.text("more") == _MORE
        problems, decimals = self._reading.problems, decimals_of(self._currency)
        stated = record.number("records", problems)
        # Some banks count the messages (type 4), and others do not.
        found = self._records if stated == self._records else self._records - self._messages
        self._reading.total("records", stated, found, record)
        for name, summed in (("debits", self._debits), ("credits", self._credits)):
            amount = record.number(name, problems)
            minor = None if amount is None else from_implied(amount, DECIMALS, 2 if decimals is None else decimals)[0]
            self._reading.total(name, minor, summed, record)


TRAITS = (
    Traits(
        "coda",
        "Statement of an account",
        "Febelfin, Coded statement of account (CODA), version 2",
        "balances",
        country="Belgium",
    ),
)

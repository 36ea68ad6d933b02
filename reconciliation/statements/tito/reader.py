"""TITO, the machine-readable statement of a Finnish bank: records that state their own length, in ISO-8859-1.

A file has one statement or several, which begin with T00. The closing balance is in the last T40. Older banks wrote
letters like Ä as brackets, in the Finnish variant of ISO 646; such letters stay as they are written. Source:
Finanssiala (Finance Finland), Konekielinen tiliote, service and record description.
"""

from __future__ import annotations

import re

from reconciliation.statements.file_edges import start_of
from reconciliation.statements.fixed_width import Record, read_records
from reconciliation.statements.problems import Problem
from reconciliation.statements.reading import Reading
from reconciliation.statements.shape import Parsed, Profile
from reconciliation.statements.tito.records import LAYOUT
from reconciliation.statements.tito.statement import OpenStatement
from reconciliation.statements.traits import Traits

_START = re.compile(rb"T00[0-9]{6}")


def recognise(head: bytes) -> str | None:
    """Recognise a TITO file by its first record."""
    return "tito" if _START.match(start_of(head)) else None


def read(data: bytes, profile: Profile) -> Parsed:
    """Read a file record by record; a record with shifted columns is reported and never parsed."""
    return read_records(data, LAYOUT, _Statements)


class _Statements:
    """The state of reading: the open statement."""

    def __init__(self, problems: list[Problem]) -> None:
        self._reading = Reading(problems)
        self._statement: OpenStatement | None = None

    def see(self, record: Record) -> None:
        """Take in the next record of the file."""
        if record.code not in LAYOUT.records:
            self._reading.unknown(record)
        elif record.code == "T00":
            self._close()
            self._statement = OpenStatement(record, self._reading)
        elif self._statement is None:
            self._reading.misplaced(record, "is outside a statement, which T00 opens")
        else:
            self._statement.see(record)

    def parsed(self, encoding: str) -> Parsed:
        """Finish the last statement, and return the result."""
        self._close()
        return self._reading.parsed("tito", "TITO", encoding)

    def _close(self) -> None:
        if self._statement is not None:
            self._statement.close()
            self._statement = None


TRAITS = (
    Traits(
        "tito",
        "Statement of an account",
        "Finanssiala, Konekielinen tiliote",
        "balances",
        country="Finland",
    ),
)

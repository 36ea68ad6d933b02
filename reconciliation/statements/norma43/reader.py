"""Norma 43, the account statement of Spanish banks: fixed records of 80 characters in ISO-8859-1.

An account (11 to 33) is read as a statement, and each of its movements (22, with the texts in 23 and the original
amount in 24) as a line. The last record (88) counts all records before it. Nothing in a movement is an id that the bank
gives only once, so lines have none. Source: Asociación Española de Banca, Cuaderno 43, June 2012.
"""

from __future__ import annotations

import re
from typing import Final

from reconciliation.statements.file_edges import start_of
from reconciliation.statements.fixed_width import Record, read_records
from reconciliation.statements.norma43.account import Account
from reconciliation.statements.norma43.records import LAYOUT
from reconciliation.statements.problems import Problem, refuse, warning
from reconciliation.statements.rows import Rows
from reconciliation.statements.shape import LINES, STATEMENTS, TOTALS, Parsed, Profile, Total
from reconciliation.statements.traits import Traits

# A header: the account's 18 digits, two dates, the side and amount of a balance, and a currency.
_HEADER: Final = re.compile(rb"11[0-9]{18}[0-9]{12}[0-9 ][0-9]{14}[0-9]{3}")


def recognise(head: bytes) -> str | None:
    """Recognise a Norma 43 file by its first header (11)."""
    return "norma43" if _HEADER.match(start_of(head)) else None


def read(data: bytes, profile: Profile) -> Parsed:
    """Read a Norma 43 file record by record; a record with shifted columns is reported and never parsed."""
    return read_records(data, LAYOUT, _Reading)


class _Reading:
    """The state of reading: the open account, and the rows of what was read."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        self._statements, self._lines, self._totals = Rows(STATEMENTS), Rows(LINES), Rows(TOTALS)
        self._account: Account | None = None
        self._accounts = self._records = 0
        self._ended = False

    def see(self, record: Record) -> None:
        """Take in the next record of the file."""
        if self._ended:
            self._refuse(
                "record_after_end",
                "records follow the end record (88), so two files may have been joined: fetch each file separately",
                record,
            )
        elif record.code == "88":
            self._end(record)
            return
        elif record.code not in LAYOUT.records:
            self._refuse("record_type_undefined", "Norma 43 has no records of this type: fetch the file again", record)
        elif record.code == "11":
            self._close(None)
            self._accounts += 1
            self._account = Account(self._accounts, record, self._lines, self.problems)
        elif self._account is None:
            self._refuse(
                "record_out_of_place",
                f"a {record.name} record is outside an account (11 to 33): fetch the file again",
                record,
            )
        elif record.code == "33":
            self._close(record)
        else:
            self._account.see(record)
        self._records += 1

    def parsed(self, encoding: str) -> Parsed:
        """Finish an account that is still open, and return the result."""
        self._close(None)
        if not self._ended:
            self.problems.append(
                refuse(
                    "end_record_missing",
                    "the file has no end record (88), so its end may be missing: fetch the file again",
                    "end of file",
                )
            )
        tables = (self._statements.table(), self._lines.kept(), self._totals.table())
        return Parsed("norma43", "Norma 43", encoding, *tables, tuple(self.problems))

    def _close(self, end: Record | None) -> None:
        if self._account is None:
            return
        statement, totals = self._account.close(end)
        self._statements.add([statement])
        self._totals.add(totals)
        self._account = None

    def _end(self, record: Record) -> None:
        self._close(None)
        self._ended = True
        declared, found = record.number("records", self.problems), self._records
        self._totals.add([Total(None, "records", declared, found, record.raw_position)])
        if declared is not None and declared != found:
            self.problems.append(
                warning(
                    "control_count_differs",
                    f"the end record (88) states {declared} records, but the file has {found}: fetch the file again",
                    record.raw_position,
                )
            )

    def _refuse(self, code: str, message: str, record: Record) -> None:
        self.problems.append(refuse(code, message, record.raw_position, self._accounts or None))


TRAITS = (
    Traits(
        "norma43",
        "Account statement",
        "Asociación Española de Banca, Cuaderno 43, Información normalizada de cuenta corriente, June 2012",
        "balances",
        country="Spain",
    ),
)

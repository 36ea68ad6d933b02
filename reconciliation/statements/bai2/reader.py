"""BAI2, the balance and transaction report of banks in North America: records of fields between commas.

A record ends with a slash, and not with its line: several records may be on one line, and a record goes on in
continuations (88). Only a text may end with the line instead. An account (03 to 49) is read as a statement, and each
movement (16) as a line; codes of balances and of sums (03) are never lines. A report of a day that has not ended is of
a format of its own, because its movements come again. Source: BAI, Cash Management Balance Reporting Specifications,
Version 2, Technical Reference Manual, October 2005.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from reconciliation.statements.bai2.account import Account, Group, compared, stated
from reconciliation.statements.bai2.records import Record, records
from reconciliation.statements.file_edges import start_of
from reconciliation.statements.plain_text import PlainText
from reconciliation.statements.problems import Problem, refuse, warning
from reconciliation.statements.rows import Rows
from reconciliation.statements.shape import LINES, STATEMENTS, TOTALS, Parsed, Profile
from reconciliation.statements.traits import Traits
from reconciliation.statements.values import short_day

# A header: the sender, the receiver, and the day on which the file was made.
_HEADER: Final = re.compile(rb"01,[^,/\n]*,[^,/\n]*,[0-9]{6},")
_TIME: Final = re.compile("(?:[01][0-9]|2[0-3])[0-5][0-9]")
_VERSION: Final = "2"
_DELETION, _CORRECTION, _TEST = "2", "3", "4"
# As-of-date modifiers of reports that are not final.
_INTERIM: Final = frozenset({"1", "3"})
_PLACES: Final = {
    **dict.fromkeys(("16", "49"), "account (03 to 49)"),
    **dict.fromkeys(("03", "98"), "group (02 to 98)"),
    **dict.fromkeys(("02", "99"), "file (01 to 99)"),
}


def recognise(head: bytes) -> str | None:
    """Recognise a BAI2 file by its header (01)."""
    return "bai2" if _HEADER.match(start_of(head)) else None


def read(data: bytes, profile: Profile) -> Parsed:
    """Read a BAI2 file record by record."""
    plain = PlainText(data, "cp1252")
    reading = _Reading(plain.problems)
    for record in records(plain.lines(), plain.problems):
        reading.see(record)
    return reading.parsed(plain.encoding)


class _Reading:
    """The state of reading: the open group and account, and what the trailers count and sum."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        self._statements, self._lines, self._totals = Rows(STATEMENTS), Rows(LINES), Rows(TOTALS)
        self._account: Account | None = None
        self._group: Group | None = None
        self._created_at: str | None = None
        self._created_on: date | None = None
        self._accounts = self._groups = self._records = 0
        # Of the open group: its first account and record, and the sum of its accounts' control totals.
        self._before = self._started = self._sum = 0
        self._file_sum = 0
        self._header: Record | None = None
        self._ended = self._interim = False
        self._seen: Mapping[str, Callable[[Record], None]] = {
            "01": self._start,
            "02": self._open_group,
            "03": self._open_account,
            "49": self._close,
            "98": self._close_group,
            "99": self._end,
        }

    def see(self, record: Record) -> None:
        """Take in the next record of the file, with its continuations."""
        self._records += record.written
        code = record.code
        if self._ended:
            told = "records follow the end record (99), so two files may have been joined: fetch each file separately"
            self._refuse("record_after_end", told, record)
        elif code == "16" and self._account is not None:
            self._account.see(record)
        elif code in self._seen and (code == "01" or self._around(code) is not None):
            self._seen[code](record)
        else:
            told = f"a {code} record is outside its {_PLACES.get(code, 'record')}: fetch the file again"
            self._refuse("record_out_of_place", told, record)

    def parsed(self, encoding: str) -> Parsed:
        """Finish an account that is still open, and return the result."""
        self._close(None)
        if not self._ended:
            told = "the file has no end record (99), so its end may be missing: fetch the file again"
            self.problems.append(refuse("end_record_missing", told, "end of file"))
        tables = (self._statements.table(), self._lines.kept(), self._totals.table())
        known = "bai2.interim" if self._interim else "bai2"
        return Parsed(known, "BAI2", encoding, *tables, tuple(self.problems))

    def _around(self, code: str) -> object | None:
        """What must be open around a record of a type, if it is."""
        if code == "49":
            return self._account
        return self._group if code in ("03", "98") else self._header

    def _start(self, record: Record) -> None:
        if self._header is not None:
            told = "there is a second header (01), so two files may have been joined: fetch each file separately"
            self._refuse("record_out_of_place", told, record)
            return
        self._header = record
        _, _, day, time, _, _, _, version = record.fields.several(8)
        self._created_on = short_day(day)
        if self._created_on is not None:
            # The end of a day is written 2400 or 9999.
            clock = f"T{time[:2]}:{time[2:]}" if _TIME.fullmatch(time) else ""
            self._created_at = f"{self._created_on.isoformat()}{clock}"
        if version != _VERSION:
            self._refuse("layout_unknown", "only version 2 is known: ask the bank which file it sent", record)

    def _open_group(self, record: Record) -> None:
        self._close(None)
        if self._group is not None:
            self._refuse("end_record_missing", "the group before has no trailer (98): fetch the file again", record)
        _, _, status, day, _, currency, modifier = record.fields.several(7)
        as_of = short_day(day)
        if as_of is None:
            self._refuse("date_unreadable", "the day of a group (02) must be YYMMDD: fetch the file again", record)
        self._status(status, record)
        self._interim = self._interim or modifier in _INTERIM
        self._group = Group(as_of, currency.upper(), self._created_at, self._created_on)
        self._groups += 1
        self._before, self._started, self._sum = self._accounts, self._records - record.written, 0

    def _status(self, status: str, record: Record) -> None:
        if status == _TEST:
            told = (
                "the group (02) is marked as a test, and test files are never booked: load the bank's file of "
                "production"
            )
            self._refuse("test_file", told, record)
        elif status == _DELETION:
            told = "the group (02) takes back what the bank reported before: compare it with the files loaded before"
            self._refuse("statement_deleted", told, record)
        elif status == _CORRECTION:
            told = (
                "the group (02) corrects what the bank reported before, so its movements may be loaded already: "
                "compare it with the files loaded before"
            )
            self.problems.append(warning("statement_corrected", told, record.raw_position))

    def _open_account(self, record: Record) -> None:
        assert self._group is not None
        self._close(None)
        self._accounts += 1
        self._account = Account(self._accounts, self._group, record, self._lines, self.problems)

    def _close(self, trailer: Record | None) -> None:
        if self._account is None:
            return
        statement, totals, control = self._account.close(trailer)
        self._statements.add([statement])
        self._totals.add(totals)
        self._sum += control
        self._account = None

    def _close_group(self, record: Record) -> None:
        self._close(None)
        found = (
            ("group control total", self._sum),
            ("accounts", self._accounts - self._before),
            ("group records", self._records - self._started),
        )
        self._file_sum += self._compare(found, record) or 0
        self._group = None

    def _end(self, record: Record) -> None:
        self._close(None)
        if self._group is not None:
            self._refuse("end_record_missing", "the last group has no trailer (98): fetch the file again", record)
        self._ended = True
        self._compare(
            (("file control total", self._file_sum), ("groups", self._groups), ("file records", self._records)), record
        )

    def _compare(self, found: tuple[tuple[str, int], ...], trailer: Record) -> int | None:
        """Compare the figures of a trailer with those that were found, and return the first, the control total."""
        fields = trailer.fields
        declared = [(name, stated(fields.next, name, trailer, self.problems), figure) for name, figure in found]
        self._totals.add([compared(None, *one, trailer, self.problems) for one in declared])
        return declared[0][1]

    def _refuse(self, code: str, message: str, record: Record) -> None:
        self.problems.append(refuse(code, message, record.raw_position, self._accounts or None))


_SOURCE: Final = (
    "BAI, Cash Management Balance Reporting Specifications, Version 2, Technical Reference Manual, October 2005"
)
TRAITS = (
    Traits("bai2", "Balance and transaction report", _SOURCE, "totals", country="North America"),
    Traits(
        "bai2.interim",
        "Balance and transaction report of a day that has not ended",
        _SOURCE,
        "totals",
        intraday=True,
        country="North America",
    ),
)

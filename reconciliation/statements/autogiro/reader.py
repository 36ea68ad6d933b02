"""Autogiro, the direct debits of Bankgirot in Sweden: fixed records of 80 characters in ISO-8859-1.

The payment specification says which payments the bank paid into the account as one deposit, and which were stopped.
Only its deposits, withdrawals and refunds are money. Files about mandates, rejections and amendments, and the orders
that we send, are read as advice, and are never booked. Source: Bankgirot, Bg Autogiro, Technical Manual, July 2016.
"""

from __future__ import annotations

from collections import Counter
from itertools import tee

from reconciliation.statements.autogiro.advice import Advice
from reconciliation.statements.autogiro.kinds_of_files import START, FileKind, kind_of_file
from reconciliation.statements.autogiro.records import NEW, SPECIFICATION, layout
from reconciliation.statements.autogiro.section import MEMBERS, Section
from reconciliation.statements.autogiro.start import Start
from reconciliation.statements.file_edges import start_of
from reconciliation.statements.fixed_width import Record, decode, records
from reconciliation.statements.problems import Problem
from reconciliation.statements.reading import Reading
from reconciliation.statements.shape import Parsed, Profile
from reconciliation.statements.traits import Traits

# The totals of TK09, each with the type of record that it counts; of payments, those that were made.
_COUNTED = {
    "deposits": "15",
    "payments": "82",
    "withdrawals": "16",
    "payouts": "32",
    "refundings": "17",
    "refunds": "77",
}


def recognise(head: bytes) -> str | None:
    """Recognise a file of Autogiro by its start record."""
    return "autogiro" if START.match(start_of(head)) else None


def read(data: bytes, profile: Profile) -> Parsed:
    """Read a file record by record; a record with shifted columns is reported and never parsed."""
    decoded, encoding, problems = decode(data, layout(NEW, SPECIFICATION))
    lines, ahead = tee(decoded)
    kind = kind_of_file(next(filter(str.strip, ahead), "").lstrip().rstrip("\r\n"))
    # Else all lines would be kept for whoever looks ahead.
    del ahead
    if kind is None:
        reading = Reading(problems)
        reading.refuse(
            "layout_unknown",
            "the start record (TK01) names no known kind of Autogiro file. The old payment specification states no "
            "deposit, so nothing in it can be proven: ask the bank for the new layout (BET. SPEC & STOPP TK)",
            "record 1",
        )
        return reading.parsed("autogiro", None, encoding)
    sections = _Sections(kind, problems)
    for record in records(lines, kind.layout, problems):
        sections.see(record)
    return sections.parsed(encoding)


class _Sections:
    """The state of reading: the start record that holds, and the open section."""

    def __init__(self, kind: FileKind, problems: list[Problem]) -> None:
        self._kind, self._reading = kind, Reading(problems)
        self._start: Start | None = None
        self._message: str | None = None
        self._section: Section | None = None
        self._advice: Advice | None = None
        self._found: Counter[str] = Counter()
        self._identities: Counter[str] = Counter()

    def see(self, record: Record) -> None:
        """Take in the next record of the file."""
        if record.code not in self._kind.layout.records:
            self._reading.unknown(record)
        elif record.code == "01":
            self._begin(record)
        elif self._start is None:
            self._reading.misplaced(record, "is outside a section, which begins with TK01")
        elif record.code == "09":
            self._end(record)
        elif self._advice is not None:
            self._advice.see(record)
        elif record.code in MEMBERS:
            self._close()
            self._section = Section(record, self._start, self._reading, self._identities)
            self._found[record.code] += 1
        elif self._section is None:
            self._reading.misplaced(record, "comes before the first deposit (TK15, TK16 or TK17)")
        else:
            self._section.see(record)

    def parsed(self, encoding: str) -> Parsed:
        """Finish what is still open, and return the result."""
        self._finish(None)
        if self._start is not None and self._kind.ends:
            self._reading.unended("end record (TK09)")
        known = "autogiro.advice" if self._kind.advises else "autogiro"
        return self._reading.parsed(known, self._message, encoding)

    def _begin(self, record: Record) -> None:
        self._finish(None)
        if self._start is not None and self._kind.ends:
            self._reading.misplaced(record, "begins a section before the one before it has ended (TK09)")
        self._start = Start.read(record)
        self._message = self._message or self._start.message
        self._found.clear()
        if self._kind.advises:
            self._advice = Advice(self._start, self._reading)

    def _end(self, record: Record) -> None:
        self._finish(record)
        self._start = None
        if not self._kind.advises:
            for name, code in _COUNTED.items():
                self._reading.total(name, record.number(name, self._reading.problems), self._found[code], record)

    def _finish(self, end: Record | None) -> None:
        self._close()
        if self._advice is not None:
            self._advice.close(end)
            self._advice = None

    def _close(self) -> None:
        if self._section is not None:
            self._section.close()
            self._found[MEMBERS[self._section.code]] += self._section.made
            self._section = None


_MANUAL = "Bankgirot, Bg Autogiro, Technical Manual, July 2016"
TRAITS = (
    Traits(
        "autogiro",
        "Payments of direct debits, by deposit",
        _MANUAL,
        "deposits",
        country="Sweden",
        answers_debits=True,
        collected=True,
    ),
    Traits(
        "autogiro.advice",
        "Mandates and orders of direct debits",
        _MANUAL,
        None,
        holds="advice",
        country="Sweden",
        answers_debits=True,
    ),
)

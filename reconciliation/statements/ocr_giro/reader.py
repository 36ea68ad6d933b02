"""OCR giro and AvtaleGiro, the files of Nets in Norway: fixed records of 80 characters in ISO-8859-1.

A transmission (record types 10 to 89) has assignments (20 to 88), and each of them is read as a statement. The
payments of OCR giro are its movements. Mandates and claims of AvtaleGiro may be in the same file; they move no money. A
file with nothing else is of the format `avtalegiro`. Source: Nets, OCR giro, system specification, and AvtaleGiro,
system specification.
"""

from __future__ import annotations

from reconciliation.statements.file_edges import start_of
from reconciliation.statements.fixed_width import Record, read_records
from reconciliation.statements.ocr_giro.assignment import Assignment
from reconciliation.statements.ocr_giro.counted import Counted
from reconciliation.statements.ocr_giro.records import AVTALEGIRO, LAYOUT, OCR_GIRO
from reconciliation.statements.problems import Problem
from reconciliation.statements.reading import Reading
from reconciliation.statements.shape import Parsed, Profile
from reconciliation.statements.traits import Traits


def recognise(head: bytes) -> str | None:
    """Recognise a file of Nets by its start record."""
    return "ocrgiro" if start_of(head).startswith(b"NY000010") else None


def read(data: bytes, profile: Profile) -> Parsed:
    """Read a file record by record; a record with shifted columns is reported and never parsed."""
    return read_records(data, LAYOUT, _Transmission)


class _Transmission:
    """The state of reading: the open assignment, and what was counted in those that are closed."""

    def __init__(self, problems: list[Problem]) -> None:
        self._reading = Reading(problems)
        self._counted = Counted()
        self._assignment: Assignment | None = None
        self._services: set[str] = set()
        self._ended = False

    def see(self, record: Record) -> None:
        """Take in the next record of the file."""
        if self._ended:
            self._reading.refuse(
                "record_after_end",
                "records follow the end record (89), so two files may have been joined: fetch each file separately",
                record,
            )
        elif record.line[:2] != "NY":
            self._reading.misplaced(record, "does not begin with NY")
        elif record.code not in LAYOUT.records:
            self._reading.unknown(record)
        elif record.code == "10":
            self._counted.records += 1
            if self._counted.records > 1:
                self._reading.misplaced(record, "is within the transmission of another one")
        elif record.code == "20":
            self._open(record)
        elif record.code == "89":
            self._end(record)
        elif self._assignment is None:
            self._reading.misplaced(record, "is outside an assignment (20 to 88)")
        elif record.code == "88":
            self._close(record)
        else:
            self._assignment.see(record)

    def parsed(self, encoding: str) -> Parsed:
        """Finish an assignment that is still open, and return the result."""
        self._close(None)
        if not self._ended:
            self._reading.unended("end record (89)")
        known = "avtalegiro" if self._services == {AVTALEGIRO} else "ocrgiro"
        return self._reading.parsed(known, "OCR giro", encoding)

    def _open(self, record: Record) -> None:
        self._close(None)
        if record.text("service") not in (OCR_GIRO, AVTALEGIRO):
            self._reading.refuse(
                "layout_unknown",
                "the assignment is of another service than OCR giro and AvtaleGiro: ask the bank which file it sent",
                record,
            )
        self._assignment = Assignment(record, self._reading)
        self._services.add(self._assignment.service)

    def _close(self, end: Record | None) -> None:
        if self._assignment is not None:
            self._assignment.close(end)
            self._counted.add(self._assignment.counted)
            self._assignment = None

    def _end(self, record: Record) -> None:
        self._close(None)
        self._ended = True
        self._counted.records += 1
        self._counted.check(record, self._reading, advice=self._services == {AVTALEGIRO})


TRAITS = (
    Traits(
        "ocrgiro",
        "Payments with KID, by assignment",
        "Nets, OCR giro, system specification",
        "totals",
        "in",
        country="Norway",
    ),
    Traits(
        "avtalegiro",
        "Mandates and claims of AvtaleGiro",
        "Nets, AvtaleGiro, system specification",
        None,
        "in",
        holds="advice",
        country="Norway",
    ),
)

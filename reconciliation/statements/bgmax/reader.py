"""BgMax, the payments file of Bankgirot: fixed records of 80 characters in ISO-8859-1.

A section (TK05 to TK15) is read as a statement. The section's deposit (TK15) is the only line, and its payments (TK20,
+) and deductions (TK21, -) are the details; a deduction belongs to its payer, not to the payment before it. TK22 and
TK23 are further references of the payment with their sender and serial number. Source: Bankgirot, Bankgiro
Inbetalningar, Teknisk manual, November 2019 and October 2023. The last BgMax file comes on 27 November 2026. From 8
September 2026 on, the files are incomplete.
"""

from __future__ import annotations

from collections import Counter

from reconciliation.statements.bgmax.records import LAYOUT
from reconciliation.statements.bgmax.section import Section
from reconciliation.statements.file_edges import start_of
from reconciliation.statements.fixed_width import Record, read_records
from reconciliation.statements.problems import Problem, refuse, warning
from reconciliation.statements.rows import Rows
from reconciliation.statements.shape import LINES, STATEMENTS, TOTALS, Parsed, Profile, Total
from reconciliation.statements.traits import Traits
from reconciliation.statements.values import to_day

# The counts in TK70, in order, each with the record types that it counts.
_COUNTED = (("payments", ("20",)), ("deductions", ("21",)), ("extra_references", ("22", "23")), ("deposits", ("15",)))


def recognise(head: bytes) -> str | None:
    """Recognise a BgMax file by its start record."""
    return "bgmax" if start_of(head).startswith(b"01BGMAX") else None


def read(data: bytes, profile: Profile) -> Parsed:
    """Read a BgMax file record by record; a record with shifted columns is reported and never parsed."""
    return read_records(data, LAYOUT, _Reading)


class _Reading:
    """The state of reading: the open section, and the rows of finished ones."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        self._statements, self._lines, self._totals = Rows(STATEMENTS), Rows(LINES), Rows(TOTALS)
        self._found: Counter[str] = Counter()
        self._section: Section | None = None
        self._sections = 0
        self._message: str | None = None
        self._created_at: str | None = None
        self._ended: Record | None = None

    def see(self, record: Record) -> None:
        """Take in the next record of the file."""
        self._found[record.code] += 1
        if self._ended:
            self._refuse(
                "record_after_end",
                "records follow the end record (TK70), so two files may have been joined: fetch each file separately",
                record,
            )
        elif record.code not in LAYOUT.records:
            self.problems.append(
                warning("record_unknown", "a record type that is not in the manual was ignored", record.raw_position)
            )
        elif record.code == "01":
            self._start(record)
        elif record.code == "05":
            self._open(record)
        elif record.code == "70":
            self._end(record)
        elif self._section is None:
            self._refuse(
                "record_out_of_place",
                f"a {record.name} record is outside a section (TK05 to TK15): fetch the file again",
                record,
            )
        elif record.code == "15":
            self._close(record)
        else:
            self._section.see(record)

    def parsed(self, encoding: str) -> Parsed:
        """Finish a section that is still open, and return the result."""
        if self._section:
            self._close(None)
        if not self._ended:
            self.problems.append(
                refuse(
                    "end_record_missing",
                    "the file has no end record (TK70), so its end may be missing: fetch the file again",
                    "end of file",
                )
            )
        return Parsed(
            "bgmax",
            self._message,
            encoding,
            self._statements.table(),
            self._lines.kept(),
            self._totals.table(),
            tuple(self.problems),
        )

    def _start(self, record: Record) -> None:
        if self._message is not None:
            self._refuse(
                "record_out_of_place",
                "there is a second start record (TK01), so two files may have been joined: fetch each file separately",
                record,
            )
            return
        version = record.text("version")
        self._message = f"BGMAX {version}"
        if record.text("layout") != "BGMAX" or version != "01":
            self._refuse(
                "layout_unknown", "only the layout BGMAX version 01 is known: ask the bank which file it sent", record
            )
        if record.text("production").upper() != "P":
            self._refuse(
                "test_file",
                "the start record is not marked P (production), so this is a test file, and test files are "
                "never booked: load the file of production",
                record,
            )
        stamp = record.text("created")
        day = f"{stamp[:4]}-{stamp[4:6]}-{stamp[6:8]}"
        if len(stamp) == 20 and stamp.isascii() and stamp.isdigit() and to_day(day, None):
            self._created_at = f"{day}T{stamp[8:10]}:{stamp[10:12]}:{stamp[12:14]}.{stamp[14:]}"

    def _open(self, record: Record) -> None:
        if self._message is None:
            self._message = ""
            self._refuse(
                "start_record_missing", "the file does not begin with a start record (TK01): fetch it again", record
            )
        if self._section:
            self._close(None)
        self._sections += 1
        self._section = Section(self._sections, self._message or None, self._created_at, record, self.problems)

    def _close(self, deposit: Record | None) -> None:
        assert self._section is not None
        statement, lines = self._section.close(deposit)
        self._statements.add([statement])
        self._lines.add(lines)
        self._section = None

    def _end(self, record: Record) -> None:
        if self._section:
            self._close(None)
        self._ended = record
        for name, codes in _COUNTED:
            declared, found = record.number(name, self.problems), sum(self._found[code] for code in codes)
            self._totals.add([Total(None, name, declared, found, record.raw_position)])
            if declared is not None and declared != found:
                self.problems.append(
                    warning(
                        "control_count_differs",
                        f"TK70 states {declared} {name}, but the file has {found}: fetch the file again, unless the "
                        "totals are proven in another way",
                        record.raw_position,
                    )
                )

    def _refuse(self, code: str, message: str, record: Record) -> None:
        self.problems.append(refuse(code, message, record.raw_position, self._sections or None))


TRAITS = (
    Traits(
        "bgmax",
        "Payments to a bankgiro, by deposit",
        "Bankgirot, Bankgiro Inbetalningar, Teknisk manual, November 2019, and the changes of October 2023",
        "deposits",
        "in",
        country="Sweden",
        collected=False,
    ),
)

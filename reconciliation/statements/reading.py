"""What a reader of fixed-width records gathers while it reads a file: rows of the tables, totals and problems."""

from __future__ import annotations

from collections.abc import Iterable

from reconciliation.statements.fixed_width import Record
from reconciliation.statements.problems import Problem, refuse, warning
from reconciliation.statements.rows import Rows
from reconciliation.statements.shape import LINES, STATEMENTS, TOTALS, Line, Parsed, Statement, Total


class Reading:
    """The tables of a file that is being read, and its problems."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        self.statements = 0
        self._statements, self._lines, self._totals = Rows(STATEMENTS), Rows(LINES), Rows(TOTALS)

    def next_statement(self) -> int:
        """The number of the statement that begins now."""
        self.statements += 1
        return self.statements

    def add(self, lines: Iterable[Line]) -> None:
        """Keep lines of the statement that is being read."""
        self._lines.add(lines)

    def close(self, statement: Statement) -> None:
        """Keep a statement, once everything of it was read."""
        self._statements.add([statement])

    def total(self, name: str, declared: int | None, found: int, record: Record, *, advice: bool = False) -> None:
        """Keep a control total beside what was found. The gate compares them, but it never judges advice."""
        self._totals.add([Total(self.statements or None, name, declared, found, record.raw_position)])
        if declared is not None and declared != found:
            report = refuse if advice else warning
            self.problems.append(
                report(
                    "control_count_differs",
                    f"a {record.name} record states {declared} as {name}, but the file has {found}: fetch it again",
                    record.raw_position,
                )
            )

    def refuse(self, code: str, message: str, where: Record | str) -> None:
        """Report a reason not to trust the file."""
        position = where if isinstance(where, str) else where.raw_position
        self.problems.append(refuse(code, message, position, self.statements or None))

    def misplaced(self, record: Record, expected: str) -> None:
        """Report a record where it must not be; `expected` says where it belongs."""
        self.refuse("record_out_of_place", f"a {record.name} record {expected}: fetch the file again", record)

    def unknown(self, record: Record) -> None:
        """Report a record of a type that is not in the manual, which is passed over."""
        self.problems.append(
            warning("record_unknown", "a record type that is not in the manual was ignored", record.raw_position)
        )

    def unended(self, expected: str) -> None:
        """Report that the end of the file is missing; `expected` is the record that must be there."""
        self.refuse(
            "end_record_missing",
            f"the file has no {expected} at its end, so its end may be missing: fetch the file again",
            "end of file",
        )

    def parsed(self, known: str, message: str | None, encoding: str) -> Parsed:
        """The result of reading."""
        tables = (self._statements.table(), self._lines.kept(), self._totals.table())
        return Parsed(known, message, encoding, *tables, tuple(self.problems))

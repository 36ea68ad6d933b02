"""The figures that a mapped table states beside its transactions, and the sums with which they are compared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from ledger.domain.bank.file_mapping_facts import Figure, FileMapping, StatedFigure
from ledger.domain.grammar import MOST_MINOR
from reconciliation.statements.delimited import Row, name_of
from reconciliation.statements.findings import Findings
from reconciliation.statements.mapped.cells import Cells, place
from reconciliation.statements.problems import refuse
from reconciliation.statements.shape import Total

# Figures that are sums or numbers of the rows; the others are balances and payouts.
SUMS: Final[tuple[Figure, ...]] = ("total", "credits", "debits", "fees", "count")


class Stated(NamedTuple):
    """A figure as it is stated, and where."""

    value: int
    raw_position: str


class Figures:
    """Takes the rows that state figures out of a table."""

    def __init__(self, mapping: FileMapping, cells: Cells, findings: Findings) -> None:
        self._mapping, self._cells, self._findings = mapping, cells, findings
        self._by_label: dict[str, list[StatedFigure]] = {}
        for one in mapping.figures:
            self._by_label.setdefault(name_of(one.label), []).append(one)
        self._places = {name_of(name): index for index, name in enumerate(mapping.header)}
        self._stated: dict[Figure, Stated] = {}

    def without(self, table: Iterable[Row]) -> Iterator[Row]:
        """The rows that state no figure; problem: figure_repeated."""
        for row in table:
            first = next((number for number, cell in enumerate(row.cells) if cell.strip()), 0)
            stating = self._by_label.get(name_of(row.cells[first]), ())
            for one in stating:
                self._take(one, row, first)
            if not stating:
                yield row

    def missing(self) -> None:
        """Report the figures that the mapping promises and the file lacks; problem: figure_missing."""
        for one in self._mapping.figures:
            if one.figure not in self._stated:
                told = (
                    f"no row begins with {one.label} and states the figure {one.figure}, so the end of the file may be "
                    "missing: fetch it again, or request the next version of the mapping if the sender omits it now"
                )
                self._findings.add(refuse("figure_missing", told, "file"))

    def get(self, figure: Figure) -> Stated | None:
        """A figure, if the file states it."""
        return self._stated.get(figure)

    def totals(self, found: Mapping[str, int]) -> Iterator[Total]:
        """The sums and numbers that are stated, beside those that were found; problem: amount_unreadable."""
        for figure in SUMS:
            stated = self._stated.get(figure)
            if stated is None:
                continue
            if abs(found[figure]) > MOST_MINOR:
                told = "the sum of the rows is larger than books can have: fetch the file again"
                self._findings.add(refuse("amount_unreadable", told, stated.raw_position))
                continue
            yield Total(None, figure, stated.value, found[figure], stated.raw_position)

    def _take(self, one: StatedFigure, row: Row, first: int) -> None:
        at = self._places[name_of(one.column)] if one.column is not None else None
        if at is None or len(row.cells) != len(self._mapping.header):
            at = next((number for number in range(first + 1, len(row.cells)) if row.cells[number].strip()), None)
        column = one.column or one.label
        value = None
        if at is not None:
            value = self._read(one.figure, row.cells[at], column, row.raw_position)
        if value is None:
            return
        if one.figure in self._stated:
            told = f"the figure {one.figure} is stated twice, so it is not clear which one counts: fetch the file again"
            self._findings.add(refuse("figure_repeated", told, place(row.raw_position, column)))
            return
        self._stated[one.figure] = Stated(value, row.raw_position)

    def _read(self, figure: Figure, text: str, column: str, raw_position: str) -> int | None:
        if figure != "count":
            return self._cells.amount(text, column, raw_position)
        written = text.strip()
        if written.isascii() and written.isdigit() and len(written) <= len(str(MOST_MINOR)):
            return int(written)
        self._cells.wrong("amount_unreadable", "the number of rows must be digits only", column, raw_position)
        return None

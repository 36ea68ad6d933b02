"""Finds the header of a mapped table, whatever the table is written in: rows of delimited cells, or a workbook."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, pairwise
from typing import Final, NamedTuple, Protocol

from ledger.domain.bank.file_mapping_facts import FileMapping
from reconciliation.statements.delimited import LONGEST_CELL, Dialect, Row, name_of, rows
from reconciliation.statements.file_edges import codec_of, encoding_of
from reconciliation.statements.findings import Findings

# How many rows down a header may be, and how much of a file is looked at for it.
DEEPEST: Final = 30
_HEAD: Final = 1 << 18
_DELIMITERS: Final = ("\t", ";", ",", "|")
# A text is a table if two rows near its beginning have the same number of cells, and at least so many.
_LEAST_CELLS: Final = 2


class Found(NamedTuple):
    """Where a mapping's header is: how many rows that are not blank are above it, and the delimiter if it has one."""

    above: int
    delimiter: str


class Table(Protocol):
    """A table in one of the ways in which tables are written."""

    def heads(self, mapping: FileMapping) -> Iterator[tuple[str, Iterable[Sequence[str]]]]:
        """The first rows that are not blank, for each delimiter with which they may be parted."""

    def rows(self, mapping: FileMapping, found: Found, findings: Findings) -> tuple[str, Iterator[Row]]:
        """The encoding of the table, and all its rows that are not blank, also those above the header."""


def find(table: Table, mapping: FileMapping) -> Found | None:
    """Where the header of a mapping is in a table, below all its marks; none if the table is not of the mapping."""
    wanted = [*map(name_of, mapping.header)]
    for delimiter, head in table.heads(mapping):
        above: list[str] = []
        for number, cells in enumerate(head):
            if [*map(name_of, cells)] == wanted:
                return Found(number, delimiter) if _marked(above, mapping.marks) else None
            above += map(name_of, cells)
    return None


def missing(table: Table, mapping: FileMapping) -> list[str] | None:
    """The columns of a mapping that the most similar row of a table lacks; none if no row is similar to its header."""
    wanted = {name_of(name): name for name in mapping.header if name}
    most: set[str] = set()
    for _, head in table.heads(mapping):
        for cells in head:
            most = max(most, wanted.keys() & set(map(name_of, cells)), key=len)
    if len(most) * 2 < len(wanted):
        return None
    return [name for key, name in wanted.items() if key not in most]


class DelimitedTable:
    """A table of delimited cells (CSV)."""

    def __init__(self, data: bytes) -> None:
        # Its last row may end with tabs, which are empty cells.
        self._data = data if encoding_of(data) not in (None, "utf-8") else data.rstrip(b"\x00\x1a")

    def heads(self, mapping: FileMapping) -> Iterator[tuple[str, Iterable[Sequence[str]]]]:
        """The first rows, for each delimiter."""
        text = _text(self._data[:_HEAD], mapping.encoding)
        for delimiter in _DELIMITERS:
            yield delimiter, _first_rows(text, delimiter)

    def rows(self, mapping: FileMapping, found: Found, findings: Findings) -> tuple[str, Iterator[Row]]:
        """The encoding of the table, and its rows."""
        return rows(self._data, Dialect(found.delimiter, mapping.encoding, expected=True), findings)

    @property
    def seems_to_be_one(self) -> bool:
        """Whether content that no reader knows may be such a table."""
        head = self._data[:_HEAD]
        if encoding_of(head) is None and b"\x00" in head:
            return False
        return any(_has_columns(_first_rows(_text(head, "cp1252"), delimiter)) for delimiter in _DELIMITERS)


def _text(head: bytes, encoding: str) -> str:
    codec = codec_of(head)
    if codec is not None:
        return codecs.getincrementaldecoder(codec)("replace").decode(head)
    try:
        # A character that the end of the head has cut is left out.
        return codecs.getincrementaldecoder("utf-8")("strict").decode(head)
    except UnicodeDecodeError:
        return head.decode(encoding, errors="replace")


def _first_rows(text: str, delimiter: str) -> Iterator[Sequence[str]]:
    """The first rows that are not blank; what cannot be parted ends them."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        yield from islice(filter(any, reader), DEEPEST)
    except csv.Error:
        return


def _has_columns(found: Iterable[Sequence[str]]) -> bool:
    widths = [len(cells) for cells in found if max(map(len, cells)) <= LONGEST_CELL]
    return any(one == two >= _LEAST_CELLS for one, two in pairwise(widths))


def _marked(above: Sequence[str], marks: Sequence[str]) -> bool:
    return all(any(name_of(mark) in cell for cell in above) for mark in marks)

"""Finds the header of a mapped table, and so its delimiter, its rows, and what stands above it."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from ledger.domain.bank.file_mapping_facts import FileMapping
from reconciliation.statements.delimited import LONGEST_CELL, Dialect, Row, name_of, rows
from reconciliation.statements.file_edges import encoding_of
from reconciliation.statements.findings import Findings

# How far down a header may be, and how much of a file is looked at for it.
_DEEPEST: Final = 30
_HEAD: Final = 1 << 18
_DELIMITERS: Final = ("\t", ";", ",", "|")
# A text is a table if two rows near its beginning have the same number of cells, and at least so many.
_LEAST_CELLS: Final = 2


class Found(NamedTuple):
    """Where a mapping's header is: how many rows are above it, and the delimiter."""

    above: int
    delimiter: str


def looks_like_table(data: bytes) -> bool:
    """Whether content that no reader knows may be a table of delimited cells."""
    head = data[:_HEAD]
    if encoding_of(head) is None and b"\x00" in head:
        return False
    return any(_has_columns(_first_rows(_text(head, "cp1252"), delimiter)) for delimiter in _DELIMITERS)


def find(data: bytes, mapping: FileMapping) -> Found | None:
    """Where the header of a mapping is in a table, below all its marks; none if the table is not of the mapping."""
    text = _text(data[:_HEAD], mapping.encoding)
    wanted = [*map(name_of, mapping.header)]
    for delimiter in _DELIMITERS:
        above: list[str] = []
        for number, cells in enumerate(_first_rows(text, delimiter)):
            if [*map(name_of, cells)] == wanted:
                return Found(number, delimiter) if _marked(above, mapping.marks) else None
            above += map(name_of, cells)
    return None


def missing(data: bytes, mapping: FileMapping) -> list[str] | None:
    """The columns of a mapping that the most similar row of a table lacks; none if no row is similar to its header."""
    text = _text(data[:_HEAD], mapping.encoding)
    wanted = {name_of(name): name for name in mapping.header if name}
    most: set[str] = set()
    for delimiter in _DELIMITERS:
        for cells in _first_rows(text, delimiter):
            most = max(most, wanted.keys() & set(map(name_of, cells)), key=len)
    if len(most) * 2 < len(wanted):
        return None
    return [name for key, name in wanted.items() if key not in most]


def read_rows(data: bytes, mapping: FileMapping, found: Found, findings: Findings) -> tuple[str, Iterator[Row]]:
    """The encoding of a table, and all its rows, also those above the header."""
    dialect = Dialect(found.delimiter, mapping.encoding, expected=True)
    return rows(data, dialect, findings)


def _text(head: bytes, encoding: str) -> str:
    marked = encoding_of(head)
    if marked is not None:
        codec = "utf-8-sig" if marked == "utf-8" else marked.removesuffix("-le").removesuffix("-be")
        return codecs.getincrementaldecoder(codec)("replace").decode(head)
    try:
        # A character that the end of the head has cut is left out.
        return codecs.getincrementaldecoder("utf-8")("strict").decode(head)
    except UnicodeDecodeError:
        return head.decode(encoding, errors="replace")


def _first_rows(text: str, delimiter: str) -> Iterator[Sequence[str]]:
    """The first rows that are not blank; what cannot be parted ends them."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    given = 0
    try:
        for cells in reader:
            if any(cells):
                given += 1
                yield cells
            if given == _DEEPEST:
                return
    except csv.Error:
        return


def _has_columns(found: Iterator[Sequence[str]]) -> bool:
    widths = [len(cells) for cells in found if max(map(len, cells)) <= LONGEST_CELL]
    return any(one == two >= _LEAST_CELLS for one, two in pairwise(widths))


def _marked(above: Sequence[str], marks: Sequence[str]) -> bool:
    return all(any(name_of(mark) in cell for cell in above) for mark in marks)

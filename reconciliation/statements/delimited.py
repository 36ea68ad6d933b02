"""Files of delimited cells (CSV): reads their rows one by one, and the cells of a row by the names in a header.

Quoting follows RFC 4180. Which delimiter a file has, its own header shows. No cell is calculated: a text that begins
like a formula remains a text.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Final, NamedTuple, TextIO

from reconciliation.statements.file_edges import codec_of, decodes
from reconciliation.statements.findings import Findings
from reconciliation.statements.problems import Problem, refuse, warning

# No cell of a genuine file is longer; a quotation mark that is never closed makes one.
LONGEST_CELL: Final = 32_767
MOST_COLUMNS: Final = 1_000
_QUOTED: Final = re.compile(r'"[^"]*"')
_LATER: Final = "fetch the file again, as the provider made it"


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a format writes its rows: the delimiters that it may have, and its encoding if it is not in UTF-8.

    `expected` says that files in that encoding are as they should be.
    """

    # Of delimiters that are equally frequent in the header, the first counts: a name may have a comma, but no tab.
    delimiters: str = "\t;,"
    encoding: str = "cp1252"
    expected: bool = False


class Row(NamedTuple):
    """The cells of one row, and the line of the file on which it begins; a quoted cell may have line breaks."""

    line: int
    cells: list[str]

    @property
    def raw_position(self) -> str:
        """Where the row is in the file."""
        return place(self.line)


# What a reader takes for the header of a file whose first row cannot be parted.
NO_ROW: Final = Row(1, [])


def place(line: int) -> str:
    """The position in the file of a row that begins on a line."""
    return f"line {line}"


def name_of(cell: str) -> str:
    """A column's name without what programs change in it: case, surrounding blanks, and how many blanks are inside."""
    return " ".join(cell.split()).casefold()


class Columns:
    """The columns of a table, by the names in its header, in whatever order they are."""

    def __init__(self, cells: Sequence[str]) -> None:
        self.names = tuple(map(name_of, cells))
        self.width = len(self.names)
        self._places = {name: index for index, name in reversed([*enumerate(self.names)])}

    def __contains__(self, name: str) -> bool:
        return name_of(name) in self._places

    def missing(self, names: Iterable[str]) -> list[str]:
        """The names for which there is no column."""
        return [name for name in names if name not in self]

    def repeated(self) -> list[str]:
        """The names that several columns have."""
        return sorted({name for name in self.names if name and self.names.count(name) > 1})

    def picker(self, names: Sequence[str]) -> Callable[[Sequence[str]], tuple[str, ...]]:
        """A function that picks the cells with these names (two or more) from a row that `fitted` yields.

        A column that the table lacks has an empty cell, which is the last one of such a row.
        """
        picked: Callable[[Sequence[str]], tuple[str, ...]] = itemgetter(
            *(self._places.get(name_of(name), self.width) for name in names)
        )
        return picked


def first_row(head: bytes, dialect: Dialect) -> list[str]:
    """The cells of a file's first row that is not blank, given its first bytes; no cells if there is no such row."""
    text = head.decode(codec_of(head) or "utf-8-sig", errors="replace")
    for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text, dialect)):
        if any(row):
            return row
    return []


def delimiter_of(text: str, dialect: Dialect) -> str:
    """The delimiter that parts the first line that is not blank into the most cells; those in quotes do not count."""
    line = next((line for line in text.splitlines() if line.strip()), "")
    return max(dialect.delimiters, key=_QUOTED.sub("", line).count)


def rows(data: bytes, dialect: Dialect, findings: Findings) -> tuple[str, Iterator[Row]]:
    """The encoding in which a file is read, and its rows without blank ones; what cannot be parted ends the reading.

    Problems: encoding_wrong, encoding_changed, characters_damaged, quoting_broken, file_truncated, cell_too_long,
    columns_too_many.
    """
    codec, shown = _encoding(data, dialect, findings)
    text = io.TextIOWrapper(io.BytesIO(data), encoding=codec, errors="replace", newline="")
    delimiter = delimiter_of(data[: 1 << 16].decode(codec, errors="replace"), dialect)
    return shown, _parted(text, delimiter, findings)


def fitted(table: Iterable[Row], columns: Columns, findings: Findings) -> Iterator[Row]:
    """Rows with a cell for each column of the header, and one empty cell more.

    A row of another width is reported (row_width_differs) and left out, even if only empty cells are too many: an
    unquoted delimiter may have shifted the cells before them. So is the header, if it comes again (header_repeated).
    """
    width = columns.width
    for row in table:
        cells = row.cells
        if cells[0] and name_of(cells[0]) == columns.names[0] and tuple(map(name_of, cells)) == columns.names:
            told = "the header comes again, so several files were joined here: load each of them by itself"
            findings.add(refuse("header_repeated", told, row.raw_position))
            continue
        if len(cells) != width:
            findings.add(
                refuse(
                    "row_width_differs",
                    f"the row has {len(cells)} cells, but the header has {width}: {_LATER}",
                    row.raw_position,
                )
            )
            continue
        cells.append("")
        yield row


def lacks(columns: Columns, needed: Iterable[str], raw_position: str, findings: Findings) -> bool:
    """Report the needed columns that a header lacks, and the names that it has twice; whether there are any."""
    missing, repeated = columns.missing(needed), columns.repeated()
    if missing:
        told = f"the header lacks {', '.join(missing)}: ask for the report with these columns"
        findings.add(refuse("column_missing", told, raw_position))
    if repeated:
        told = f"several columns are called {', '.join(repeated[:5])}: ask for the report with each column once"
        findings.add(refuse("column_repeated", told, raw_position))
    return bool(missing or repeated)


def write_rows(table: Iterable[Sequence[str]], delimiter: str = ",", newline: str = "\r\n") -> str:
    """Write rows, with quotation marks where a cell needs them."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator=newline).writerows(table)
    return text.getvalue()


def _parted(text: TextIO, delimiter: str, findings: Findings) -> Iterator[Row]:
    reader = csv.reader(text, delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            begins, line = line, reader.line_num + 1
            if not any(cells):
                continue
            if len(cells) > MOST_COLUMNS:
                told = f"the row has more than {MOST_COLUMNS} cells: {_LATER}"
                findings.add(refuse("columns_too_many", told, place(begins)))
                return
            if max(map(len, cells)) > LONGEST_CELL:
                findings.add(_too_long(begins))
                return
            yield Row(begins, cells)
    except csv.Error as broken:
        if "field limit" in str(broken):
            findings.add(_too_long(line))
        elif "end of data" in str(broken):
            told = f"the file ends inside a cell in quotation marks, so its end is missing: {_LATER}"
            findings.add(refuse("file_truncated", told, place(line)))
        else:
            told = f"the quotation marks do not fit together, so the cells cannot be told apart: {_LATER}"
            findings.add(refuse("quoting_broken", told, place(line)))


def _too_long(line: int) -> Problem:
    told = f"a cell has more than {LONGEST_CELL} characters, so a quotation mark may be missing: {_LATER}"
    return refuse("cell_too_long", told, place(line))


def _encoding(data: bytes, dialect: Dialect, findings: Findings) -> tuple[str, str]:
    """Python's name for a file's encoding, and the name for people: by its mark, else UTF-8, else the format's own."""
    marked = codec_of(data)
    codec = marked or "utf-8"
    if decodes(data, codec):
        return codec, codec.removesuffix("-sig").upper()
    if marked:
        told = f"the file's mark says {marked.removesuffix('-sig').upper()}, but some bytes are not in it: {_LATER}"
        findings.add(refuse("encoding_wrong", told, "file"))
        return codec, marked.removesuffix("-sig").upper()
    if dialect.encoding == "utf-8":
        told = f"some bytes are not in UTF-8: {_LATER}, or read it in the encoding in which the sender writes"
        findings.add(refuse("encoding_wrong", told, "file"))
        return codec, "UTF-8"
    if not dialect.expected:
        told = f"the file is in {dialect.encoding} instead of UTF-8: another program may have written it"
        findings.add(warning("encoding_changed", told, "file"))
    if not decodes(data, dialect.encoding):
        told = f"some characters are neither in UTF-8 nor in {dialect.encoding}, so texts are damaged: {_LATER}"
        findings.add(warning("characters_damaged", told, "file"))
    return dialect.encoding, dialect.encoding

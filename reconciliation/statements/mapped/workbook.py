"""A sheet of a workbook (XLSX) as a table: each cell becomes the text that the mapping would expect in a CSV file.

Numbers keep the digits that spreadsheet programs keep, which are 15; a longer number has lost its end. No formula is
calculated: its last result counts, with a warning. Source: ECMA-376, part 1, SpreadsheetML.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Context, Decimal, InvalidOperation
from functools import cached_property
from itertools import islice
from typing import Final

from lxml import etree

from ledger.domain.bank.file_mapping_facts import FileMapping
from reconciliation.statements.delimited import LONGEST_CELL, MOST_COLUMNS, Row
from reconciliation.statements.findings import Findings
from reconciliation.statements.mapped.package import Package, Unreadable
from reconciliation.statements.mapped.table import DEEPEST, Found
from reconciliation.statements.problems import refuse, warning

_DIGITS: Final = Context(prec=15)
_LONGEST_NUMBER: Final = 64
_MOST_STRINGS: Final = 128 * 1024 * 1024
# The formats of days that every program knows by their number, and the letters of a day in a format of its own.
_DAY_FORMATS: Final = frozenset((14, 15, 16, 17, 22, *range(27, 32), 34, 35, 36, *range(50, 59)))
_NO_LETTERS: Final = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.')
_DAY_LETTERS: Final = re.compile("[yd]", re.IGNORECASE)
# Days before March 1900 have two numbers, because a spreadsheet program once believed in a 29 February 1900.
_FIRST_SERIAL, _LAST_SERIAL = 61, 2_958_465
_SINCE_1900, _SINCE_1904 = date(1899, 12, 30), date(1904, 1, 1)
_ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
_CELL: Final = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_AGAIN: Final = "ask for the file again, as the sender's program makes it"


class SheetRow(Row):
    """A row of a sheet; `line` is its number there."""

    __slots__ = ()

    @property
    def raw_position(self) -> str:
        """Where the row is in the sheet."""
        return f"row {self.line}"


class Workbook:
    """The sheet of a workbook that a mapping names, or its only one; raises Unreadable.

    Hidden sheets are not looked at. Hidden rows are read like others, with a warning: nothing of a file is left out.
    """

    def __init__(self, data: bytes) -> None:
        self._package = Package(data)
        self._hidden = self._calculated = 0
        # Most rows of a table have one of few days.
        self._days: dict[str, str] = {}
        if any(name.startswith("xl/externalLinks/") for name in self._package.names()):
            raise Unreadable("workbook_linked", f"the workbook has values of other workbooks: {_AGAIN}")

    def heads(self, mapping: FileMapping) -> Iterator[tuple[str, Iterable[Sequence[str]]]]:
        """The first rows of the sheet."""
        self._days.clear()
        yield "", (row.cells for row in islice(self._rows(mapping, None), DEEPEST))

    def rows(self, mapping: FileMapping, found: Found, findings: Findings) -> tuple[str, Iterator[Row]]:
        """All rows of the sheet; problems also: cells_merged, rows_hidden, cells_calculated."""
        return "XLSX", self._told(mapping, found, findings)

    def _told(self, mapping: FileMapping, found: Found, findings: Findings) -> Iterator[Row]:
        merged: list[str] = []
        header = 0
        self._hidden = self._calculated = 0
        self._days.clear()
        try:
            for number, row in enumerate(self._rows(mapping, merged)):
                header = row.line if number == found.above else header
                yield row
        except Unreadable as trouble:
            findings.add(trouble.problem)
            return
        for ref in merged:
            last = _CELL.fullmatch(ref.rpartition(":")[2])
            if last is None or int(last[2]) >= header:
                told = f"cells of the table are merged, so it is not clear to which row they belong: {_AGAIN}"
                findings.add(refuse("cells_merged", told, f"cells {ref[:20]}"))
        if self._hidden:
            findings.add(warning("rows_hidden", f"{self._hidden} hidden rows were read like the others", "file"))
        if self._calculated:
            told = f"{self._calculated} cells are calculated in the workbook, and their last results were read"
            findings.add(warning("cells_calculated", told, "file"))

    def _rows(self, mapping: FileMapping, merged: list[str] | None) -> Iterator[SheetRow]:
        """The rows that are not blank, each as wide as the header; `merged` takes the ranges of merged cells."""
        cells: list[str] = []
        line, hidden = 0, False
        for event, element in self._package.elements(self._sheet(mapping), "row", "c", "mergeCell", starts=True):
            name = _name(element)
            if event == "start":
                if name == "row":
                    line, cells = int(_digits(element.get("r")) or line + 1), []
                    hidden = element.get("hidden") in ("1", "true")
                continue
            if name == "c":
                self._take(element, cells, mapping, line)
            elif name == "mergeCell" and merged is not None:
                merged.append(element.get("ref", ""))
            elif name == "row" and any(cells):
                self._hidden += hidden
                yield SheetRow(line, cells + [""] * (len(mapping.header) - len(cells)))
            element.clear()
            if name == "row":
                while element.getprevious() is not None:
                    del element.getparent()[0]  # type: ignore[union-attr]

    def _take(self, element: etree._Element, cells: list[str], mapping: FileMapping, line: int) -> None:
        """Put a cell at its place in its row."""
        at = _CELL.fullmatch(element.get("r", ""))
        place = _column(at[1]) if at is not None else len(cells)
        text = self._text(element, mapping)
        if not text:
            return
        if place >= MOST_COLUMNS or place < len(cells):
            told = f"the row has more than {MOST_COLUMNS} cells, or a cell twice: {_AGAIN}"
            raise Unreadable("columns_too_many", told, f"row {line}")
        if len(text) > LONGEST_CELL:
            told = f"a cell has more than {LONGEST_CELL} characters: {_AGAIN}"
            raise Unreadable("cell_too_long", told, f"row {line}")
        cells.extend([""] * (place - len(cells)))
        cells.append(text)

    def _text(self, element: etree._Element, mapping: FileMapping) -> str:
        kind = element.get("t", "n")
        value = ""
        for part in element:
            match _name(part):
                case "v":
                    value = part.text or ""
                case "f":
                    self._calculated += 1
                case "is" if kind == "inlineStr":
                    value = _words(part)
        if kind == "inlineStr":
            return value
        if kind == "s":
            number = int(_digits(value) or -1)
            if not 0 <= number < len(self._strings):
                raise Unreadable("workbook_damaged", f"a cell has a text that is missing: {_AGAIN}")
            return self._strings[number]
        if kind == "b":
            return "TRUE" if value == "1" else "FALSE"
        if kind == "d" or (kind == "n" and self._is_day(element.get("s"))):
            if value not in self._days:
                self._days[value] = self._day(value, mapping)
            return self._days[value]
        return _unescaped(value) if kind in ("str", "e") else _number(value, mapping)

    def _day(self, value: str, mapping: FileMapping) -> str:
        """A day in the form in which the mapping expects days; its time is left out."""
        try:
            day = date.fromisoformat(value[:10])
        except ValueError:
            whole = value.partition(".")[0]
            serial = int(_digits(whole) or 0)
            if not _FIRST_SERIAL <= serial <= _LAST_SERIAL:
                return value
            day = (_SINCE_1904 if self._since_1904 else _SINCE_1900) + timedelta(days=serial)
        form = mapping.day_format.replace("YYYY", f"{day:%Y}").replace("YY", f"{day:%y}")
        return form.replace("MM", f"{day:%m}").replace("DD", f"{day:%d}")

    def _is_day(self, style: str | None) -> bool:
        return int(_digits(style) or -1) in self._day_styles

    def _sheet(self, mapping: FileMapping) -> str:
        """The part of the sheet that is read."""
        visible = [
            (element.get("name"), next((value for key, value in element.items() if str(key).endswith("}id")), ""))
            for _, element in self._package.elements("xl/workbook.xml", "sheet")
            if element.get("state", "visible") == "visible"
        ]
        fitting = [id for name, id in visible if mapping.sheet in (None, name)]
        if len(fitting) != 1:
            told = f"the workbook has {len(visible)} visible sheets, and {len(fitting)} of them may be meant"
            advice = "ask for one sheet, or request the next version of the mapping with the name of the sheet (sheet)"
            raise Unreadable("sheet_unclear", f"{told}: {advice}")
        for _, element in self._package.elements("xl/_rels/workbook.xml.rels", "Relationship"):
            if element.get("Id") == fitting[0]:
                target = element.get("Target", "")
                return target[1:] if target.startswith("/") else f"xl/{target}"
        raise Unreadable("workbook_damaged", f"the sheet of the workbook is missing: {_AGAIN}")

    @cached_property
    def _strings(self) -> list[str]:
        found = []
        for _, element in self._package.elements("xl/sharedStrings.xml", "si", largest=_MOST_STRINGS):
            found.append(_words(element))
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]  # type: ignore[union-attr]
        return found

    @cached_property
    def _day_styles(self) -> frozenset[int]:
        """The styles of cells that show a day."""
        own: dict[str, bool] = {}
        styles: list[str] = []
        for _, element in self._package.elements("xl/styles.xml", "numFmt", "cellXfs"):
            if _name(element) == "numFmt":
                code = _NO_LETTERS.sub("", element.get("formatCode", ""))
                own[element.get("numFmtId", "")] = _DAY_LETTERS.search(code) is not None
            else:
                styles = [one.get("numFmtId", "0") for one in element]
        return frozenset(
            number for number, id in enumerate(styles) if own.get(id, int(_digits(id) or 0) in _DAY_FORMATS)
        )

    @cached_property
    def _since_1904(self) -> bool:
        found = (element for _, element in self._package.elements("xl/workbook.xml", "workbookPr"))
        return any(one.get("date1904") in ("1", "true") for one in found)


def _number(value: str, mapping: FileMapping) -> str:
    """A number with the decimals that the program keeps, as the mapping writes it; a longer one as a power of ten."""
    try:
        number = Decimal(value) if 0 < len(value) <= _LONGEST_NUMBER else None
    except InvalidOperation:
        number = None
    if number is None or not number.is_finite():
        return value
    if abs(number.adjusted()) >= _DIGITS.prec and number:
        return f"{number:E}"
    text = f"{_DIGITS.plus(number):f}"
    whole, _, decimals = text.partition(".")
    decimals = decimals.rstrip("0")
    return f"{whole}{mapping.decimal}{decimals}" if decimals else whole


def _name(element: etree._Element) -> str:
    """The name of an element, in whichever of the two namespaces of workbooks it is."""
    return str(element.tag).rpartition("}")[2]


def _words(element: etree._Element) -> str:
    """The text of a cell, without what says how it is pronounced."""
    parts = [*element.findall("{*}t"), *element.findall("{*}r/{*}t")]
    return _unescaped("".join(part.text or "" for part in parts))


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def _digits(text: str | None) -> str | None:
    return text if text and text.isascii() and text.isdigit() and len(text) <= _DIGITS.prec else None


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1

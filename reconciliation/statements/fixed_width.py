"""Files of fixed-width records: reads the lines of a file as records, and the fields of a record by their columns.

Manuals count columns from 1; here they are slices, which count from 0.
"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final, Literal, Protocol

from reconciliation.statements.file_edges import decodes
from reconciliation.statements.problems import Problem, refuse, warning
from reconciliation.statements.shape import Parsed
from reconciliation.statements.values import to_day

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
# ISO-8859-1 has no letters in this range. A character in this range comes from another code page (cp1252, cp850,
# MacRoman).
_NO_LETTER: Final = re.compile(r"[\x80-\x9f]")
# How a format writes a day: year (Y), month (M) and day (D) in digits.
DayForm = Literal["YYYYMMDD", "YYMMDD", "DDMMYY"]


@dataclass(frozen=True, slots=True)
class Layout:
    """How a format writes its records: what people call them, their width, their encoding, where their type stands,
    and the columns of each type's fields.
    """

    name: str  # what comes before the type where people speak of a record: TK20
    width: int
    encoding: str
    code: slice
    records: Mapping[str, Mapping[str, slice]]
    days: DayForm = "YYYYMMDD"
    fill: str = " "  # what stands in columns that no field uses
    length: slice | None = None  # where a record states its own length, if it does; the width is then the largest one


@dataclass(frozen=True, slots=True)
class Record:
    """One record, padded to full width, and its position in the file."""

    layout: Layout
    code: str
    line: str
    raw_position: str

    @property
    def name(self) -> str:
        """What people call a record of this type."""
        return f"{self.layout.name}{self.code}"

    def text(self, field: str) -> str:
        """A field without surrounding blanks."""
        return self.line[self.layout.records[self.code][field]].strip()

    def number(self, field: str, problems: list[Problem]) -> int | None:
        """A field of digits, padded with zeros; anything else is reported, and the result is None."""
        digits = self.line[self.layout.records[self.code][field]]
        if digits.isascii() and digits.isdigit():
            return int(digits)
        problems.append(
            refuse(
                "record_unreadable",
                f"field {field} of a {self.name} record must have {len(digits)} digits: fetch the file again",
                self.raw_position,
            )
        )
        return None

    def stated(self, field: str, problems: list[Problem]) -> int | None:
        """A field of digits that may be blank; None if it is."""
        return self.number(field, problems) if self.text(field) else None

    def signed(self, field: str, sign: str, minus: str, plus: str, problems: list[Problem]) -> int | None:
        """A field of digits with the sign that stands in another field; another sign is reported, and is None."""
        amount, written = self.number(field, problems), self.line[self.layout.records[self.code][sign]]
        if written in (minus, plus):
            return -amount if amount is not None and written == minus else amount
        problems.append(
            refuse(
                "record_unreadable",
                f"field {sign} of a {self.name} record must be {minus!r} or {plus!r}: fetch the file again",
                self.raw_position,
            )
        )
        return None

    def day(self, field: str, problems: list[Problem], form: DayForm | None = None) -> date | None:
        """A day in the format's form, or in another one that the field has.

        None if the field is blank or zeros, and if it is no day, which is reported.
        """
        form = form or self.layout.days
        digits = self.text(field)
        if not digits.strip("0"):
            return None
        day = _day(digits, form)
        if day is None:
            problems.append(
                refuse(
                    "date_unreadable",
                    f"field {field} of a {self.name} record must be a day as {form}: fetch the file again",
                    self.raw_position,
                )
            )
        return day


@lru_cache(maxsize=4096)
def _day(digits: str, form: DayForm) -> date | None:
    """The day that these digits mean; a year of two digits is one of this century, which all these formats outlived."""
    if len(digits) != len(form):
        return None
    year, month, day = ("".join(d for d, place in zip(digits, form, strict=True) if place == unit) for unit in "YMD")
    return to_day(f"{year if len(year) == 4 else f'20{year}'}-{month}-{day}", None)


def decode(data: bytes, layout: Layout) -> tuple[Iterator[str], str, list[Problem]]:
    """The lines of a file in the format's encoding, or in UTF-8; UTF-8 is reported: it means a re-encoded file.

    Each line is decoded when it is asked for, so that a large file is never in memory twice.
    """
    marked, data = data.startswith(codecs.BOM_UTF8), data.removeprefix(codecs.BOM_UTF8)
    if data.isascii() and not marked:
        return _lines(data, "ascii"), layout.encoding, []
    problems = []
    if decodes(data, "utf-8"):
        codec, encoding = "utf-8", "UTF-8"
        problems = [
            warning(
                "encoding_changed",
                f"the file is in UTF-8 instead of {layout.encoding}: it was re-encoded on its way, so names may be "
                "damaged",
                "file",
            )
        ]
    else:
        codec = encoding = layout.encoding
    if any(_NO_LETTER.search(line) for line in _lines(data, codec)):
        problems.append(
            warning(
                "characters_damaged",
                f"some characters are not letters in {layout.encoding}, so names and texts were damaged before the "
                "file arrived here",
                "file",
            )
        )
    return _lines(data, codec), encoding, problems


def _lines(data: bytes, codec: str) -> Iterator[str]:
    """The lines of a file; every encoding of these formats writes a line end as ASCII does, and only a line end."""
    # Not splitlines(), which would also split at a damaged character such as NEL.
    return (line.decode(codec) for line in io.BytesIO(data))


def records(lines: Iterable[str], layout: Layout, problems: list[Problem]) -> Iterator[Record]:
    """Yield the records of a file; a line that cannot be parsed by columns is reported and left out."""
    for number, written in enumerate(lines, 1):
        line, raw_position = written.rstrip("\r\n").rstrip(" "), f"record {number}"
        if not line:
            continue
        if _CONTROL.search(line):
            problems.append(
                refuse(
                    "record_holds_control_character",
                    "a TAB or another control character shifted the columns of the record, so somebody edited the "
                    "file: fetch it again",
                    raw_position,
                )
            )
        elif len(line) > (width := _width(line, layout)):
            problems.append(
                refuse(
                    "record_too_long",
                    f"the record has {len(line)} characters instead of {width}: fetch the file again",
                    raw_position,
                )
            )
        else:
            yield Record(layout, line[layout.code], line.ljust(layout.width), raw_position)


def read_records(data: bytes, layout: Layout, begin: Callable[[list[Problem]], _Reading]) -> Parsed:
    """Read a file record by record, with the state that `begin` makes; a line that is no record is never parsed."""
    lines, encoding, problems = decode(data, layout)
    reading = begin(problems)
    for record in records(lines, layout, problems):
        reading.see(record)
    return reading.parsed(encoding)


class _Reading(Protocol):
    """The state of reading a format's records."""

    def see(self, record: Record) -> None:
        """Take in the next record of the file."""

    def parsed(self, encoding: str) -> Parsed:
        """Finish what is still open, and return the result."""


def _width(line: str, layout: Layout) -> int:
    """The width of a record: that which it states, in a format whose records state it."""
    stated = line[layout.length] if layout.length else ""
    return min(int(stated), layout.width) if stated.isascii() and stated.isdigit() else layout.width


def write_record(layout: Layout, code: str, /, **fields: str) -> str:
    """Write a record of full width; a value that is longer than its field raises ValueError."""
    text: str = f"{'':{layout.code.start}}{code}".ljust(layout.width, layout.fill)
    for name, value in fields.items():
        columns = layout.records[code][name]
        width = columns.stop - columns.start
        if len(value) > width:
            raise ValueError(f"{layout.name}{code}: {name} is longer than {width} characters")
        text = text[: columns.start] + value.ljust(width) + text[columns.stop :]
    return text

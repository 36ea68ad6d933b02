"""The records of BgMax: reads the lines of a file as records, and the fields of a record by their columns.

Source of the columns: Bankgirot, Bankgiro Inbetalningar, Teknisk manual, November 2019, chapter 3. The manual counts
columns from 1; here they are slices, which count from 0.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from reconciliation.statements.problems import Problem, refuse, warning

WIDTH = 80
ENCODING = "ISO-8859-1"

_PAYMENT = {
    "sender": slice(2, 12),
    "reference": slice(12, 37),
    "amount": slice(37, 55),
    "reference_code": slice(55, 56),
    "channel": slice(56, 57),
    "serial": slice(57, 69),
    "image": slice(69, 70),
}

RECORDS: Mapping[str, Mapping[str, slice]] = MappingProxyType(
    {
        "01": {"layout": slice(2, 22), "version": slice(22, 24), "created": slice(24, 44), "production": slice(44, 45)},
        "05": {"bankgiro": slice(2, 12), "plusgiro": slice(12, 22), "currency": slice(22, 25)},
        "20": _PAYMENT,
        "21": {**_PAYMENT, "deduction": slice(70, 71)},
        "22": _PAYMENT,
        "23": _PAYMENT,
        "25": {"information": slice(2, 52)},
        "26": {"name": slice(2, 37), "extra_name": slice(37, 72)},
        "27": {"address": slice(2, 37), "postcode": slice(37, 46)},
        "28": {"town": slice(2, 37), "country": slice(37, 72), "country_code": slice(72, 74)},
        "29": {"organisation": slice(2, 14)},
        "15": {
            "account": slice(2, 37),
            "paid_on": slice(37, 45),
            "serial": slice(45, 50),
            "amount": slice(50, 68),
            "currency": slice(68, 71),
            "count": slice(71, 79),
            "type": slice(79, 80),
        },
        "70": {
            "payments": slice(2, 10),
            "deductions": slice(10, 18),
            "extra_references": slice(18, 26),
            "deposits": slice(26, 34),
        },
    }
)

_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
# ISO-8859-1 has no letters in this range. A character in this range comes from another code page (cp1252, cp850,
# MacRoman).
_NO_LETTER = re.compile(r"[\x80-\x9f]")


@dataclass(frozen=True, slots=True)
class Record:
    """One record, padded to full width, and its position in the file."""

    code: str
    line: str
    raw_position: str

    def text(self, field: str) -> str:
        """A field without surrounding blanks."""
        return self.line[RECORDS[self.code][field]].strip()

    def number(self, field: str, problems: list[Problem]) -> int | None:
        """A field of digits, which the manual pads with zeros; anything else is reported, and the result is None."""
        digits = self.line[RECORDS[self.code][field]]
        if digits.isascii() and digits.isdigit():
            return int(digits)
        problems.append(
            refuse(
                "record_unreadable",
                f"field {field} of a TK{self.code} record must have {len(digits)} digits: fetch the file again",
                self.raw_position,
            )
        )
        return None


def decode(data: bytes) -> tuple[str, str, list[Problem]]:
    """Decode a file in the manual's encoding, or in UTF-8; UTF-8 is reported, because it means a re-encoded file."""
    marked, data = data.startswith(codecs.BOM_UTF8), data.removeprefix(codecs.BOM_UTF8)
    if data.isascii() and not marked:
        return data.decode("ascii"), ENCODING, []
    try:
        text, encoding = data.decode("utf-8"), "UTF-8"
        problems = [
            warning(
                "encoding_changed",
                f"the file is in UTF-8 instead of {ENCODING}: it was re-encoded on its way, so names may be damaged",
                "file",
            )
        ]
    except UnicodeDecodeError:
        text, encoding, problems = data.decode(ENCODING), ENCODING, []
    if _NO_LETTER.search(text):
        problems.append(
            warning(
                "characters_damaged",
                f"some characters are not letters in {ENCODING}, so names and texts were damaged before the file "
                "arrived here",
                "file",
            )
        )
    return text, encoding, problems


def records(text: str, problems: list[Problem]) -> Iterator[Record]:
    """Yield the records of a file; a line that cannot be parsed by columns is reported and left out."""
    # Not splitlines(), which would also split at a damaged character such as NEL.
    for number, match in enumerate(_LINE.finditer(text), 1):
        line, raw_position = match[0].rstrip("\r\n").rstrip(" "), f"record {number}"
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
        elif len(line) > WIDTH:
            problems.append(
                refuse(
                    "record_too_long",
                    f"the record has {len(line)} characters instead of {WIDTH}: fetch the file again",
                    raw_position,
                )
            )
        else:
            yield Record(line[:2], line.ljust(WIDTH), raw_position)

"""The records of BAI2: where they end, how they are continued, and what the codes of movements mean.

Source: BAI, Cash Management Balance Reporting Specifications, Version 2, Technical Reference Manual, October 2005.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from reconciliation.statements.problems import Problem, refuse
from reconciliation.statements.values import to_minor

CONTINUATION: Final = "88"
_DAYS_DIGITS: Final = 2
_STARTS: Final = re.compile(r"(?:01|02|03|16|49|88|98|99),")
# Several records may be on one line, with or without blanks between them. A text may have a slash and digits too, so
# what follows a slash must look like a whole record; a wrong guess would make the count of records wrong.
_WITHIN: Final = re.compile(
    r"/\s*(?=16,[0-9]{3},[0-9]*,[0-9VSDZ]?,|88,|03,[^,/]*,[A-Z]{0,3},|(?:49|98|99),[+-]?[0-9]*,[0-9,]*/"
    r"|02,[^,/]*,[^,/]*,[0-9]?,[0-9]{6},|01,)"
)
# Codes of totals of several movements. Source: the manual's list of uniform type codes.
_SUMMARY_CODES: Final = """
    100 101 102 105 106 107 109 110 120 130 131 140 146 150 159 160 162 163 167 168 169 170 178 180 182 185 186 188
    190 200 205 207 210 215 230 231 239 245 250 251 256 260 270 271 280 285 294 302 303 304 305 307 309 310 315 316
    318 319 320 321 324 325 326 327 328 329 330 332 336 338 340 341 343 350 352 355 356 360 361 370 385 389 390 400
    401 402 403 405 406 410 412 416 420 430 446 450 459 463 465 467 470 471 478 480 482 486 490 500 505 507 510 515
    530 532 534 536 537 539 550 551 556 560 570 580 583 584 585 586 587 588 590 594 596 601 602 610 611 612 613 614
    615 617 618 621 623 625 626 628 630 632 640 646 650 655 665 670 685 689 690 720 760 827 828 829
"""
_SUMMARIES: Final = frozenset(_SUMMARY_CODES.split())
# Payments on a loan; its other codes are of balances.
_LOAN_CREDITS: Final = frozenset({"706", "708", *map(str, range(721, 729))})
# The first code of each range, with the sign of its movements; 0 means that they are balances.
_RANGES: Final = (("960", -1), ("920", 1), ("900", 0), ("700", None), ("400", -1), ("100", 1), ("000", 0))


@dataclass(slots=True)
class Record:
    """A record with its continuations: what each of them says after its code, and how many there are."""

    code: str
    parts: list[str]
    raw_position: str
    ended: bool  # whether its last part ends with a slash
    written: int = 1  # the number of records that the trailers count for it

    @property
    def fields(self) -> Fields:
        """The fields after the record's code."""
        return Fields(self.parts)


class Fields:
    """The fields of a record, which may go on in its continuations; a field that is not given is empty."""

    def __init__(self, parts: list[str]) -> None:
        self._waiting = parts[::-1]
        self._rest: str | None = None

    @property
    def more(self) -> bool:
        """Whether there are further fields."""
        return self._rest is not None or bool(self._waiting)

    def next(self) -> str:
        """The next field."""
        if self._rest is None:
            if not self._waiting:
                return ""
            self._rest = self._waiting.pop()
        field, comma, rest = self._rest.partition(",")
        self._rest = rest if comma else None
        return field.strip()

    def several(self, number: int) -> list[str]:
        """The next fields."""
        return [self.next() for _ in range(number)]

    def pass_funds(self) -> tuple[str, str]:
        """Pass over when the money is available: the type of that, and the day of a value date."""
        kind = self.next().upper()
        if kind == "V":
            return kind, self.several(2)[0]
        if kind == "S":
            self.several(3)
        elif kind == "D":
            days = self.next()
            for _ in range(int(days) if days.isdecimal() and len(days) <= _DAYS_DIGITS else 0):
                self.several(2)
        return kind, ""

    def text(self) -> str:
        """All that is left: a text, which may have commas."""
        left = [] if self._rest is None else [self._rest]
        return " ".join(" ".join([*left, *self._waiting[::-1]]).split())


def records(lines: Iterable[str], problems: list[Problem]) -> Iterator[Record]:
    """Yield the records of a file, each with its continuations (88)."""
    record: Record | None = None
    for number, written in enumerate(lines, 1):
        line = written.strip()
        # Splitting takes away the slash of each record but the last.
        *whole, last = _WITHIN.split(line) if line else ("",)
        for piece in (*(f"{one}/" for one in whole), last) if line else ():
            found = _piece(piece, number, record, problems)
            if found is not record and record is not None:
                yield record
            record = found
    if record is not None:
        yield record


def _piece(piece: str, line: int, record: Record | None, problems: list[Problem]) -> Record | None:
    """The record that a piece of a line begins, or that it continues."""
    ended = piece.endswith("/")
    piece = piece.removesuffix("/")
    if _STARTS.match(piece):
        code, said = piece[:2], piece[3:]
        if code != CONTINUATION or record is None:
            return Record(code, [said], f"line {line}", ended)
        record.parts.append(said)
        record.written += 1
    elif record is None or record.ended:
        told = "the line does not begin with the type of a record: fetch the file again"
        problems.append(refuse("record_type_undefined", told, f"line {line}"))
        return record
    else:
        # A text goes on in the next line.
        record.parts.append(piece)
    record.ended = ended
    return record


def is_total(code: str) -> bool:
    """Whether a code is that of a balance, or of a sum of several movements, which is never a movement itself."""
    return code in _SUMMARIES or sign_of(code) == 0


def sign_of(code: str) -> int | None:
    """1 for the code of a credit, -1 for that of a debit, 0 for that of a balance, None if nothing says which it is."""
    if code in _LOAN_CREDITS:
        return 1
    return next(sign for first, sign in _RANGES if code >= first)


def minor(text: str) -> int | None:
    """An amount in minor units, as all amounts of BAI2 are; None if it is not a whole number."""
    return None if "." in text else to_minor(text, 0)[0]

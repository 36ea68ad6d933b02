"""Reads the cells of a mapped table: amounts and days as the sender writes them, without guessing."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import Final

from ledger.domain.bank.file_mapping_facts import FileMapping
from ledger.domain.money import decimals_of
from reconciliation.statements.findings import Findings
from reconciliation.statements.problems import refuse
from reconciliation.statements.values import to_day, to_minor

# Blanks that programs put between thousands: that of the keyboard, and those that never break a line.
_BLANKS: Final = "[ \u00a0\u202f]"
_MINUS: Final = str.maketrans("\u2212\u2013", "--")
# A spreadsheet program has written a long number as a power of ten, so its last digits are lost.
_POWER: Final = re.compile(r"[0-9](?:[.,][0-9]+)?E\+[0-9]+", re.IGNORECASE)
_PARTS: Final = {
    "YYYY": r"(?P<y>[0-9]{4})",
    "YY": r"(?P<y>[0-9]{2})",
    "MM": r"(?P<m>[0-9]{2})",
    "DD": r"(?P<d>[0-9]{2})",
}


class Cells:
    """Reads cells as one mapping says; what cannot be read is reported by row and column, never by its value."""

    def __init__(self, mapping: FileMapping, findings: Findings) -> None:
        self._mapping, self._findings = mapping, findings
        self._decimals = decimals_of(mapping.currency) or 0
        thousands = _BLANKS if mapping.thousands == " " else re.escape(mapping.thousands)
        whole = rf"[0-9]{{1,3}}(?:{thousands}[0-9]{{3}})+|[0-9]+" if mapping.thousands else "[0-9]+"
        self._number = re.compile(rf"([+-]?)({whole})?(?:{re.escape(mapping.decimal)}([0-9]*))?(-?)")
        self._day = _day_reader(mapping.day_format)

    def amount(self, text: str, column: str, raw_position: str) -> int | None:
        """The minor units of an amount; an empty cell is none, and so is one that is reported.

        A minus may stand behind the number, and brackets mean below zero. Problems: amount_unreadable,
        amount_too_precise.
        """
        written = text.strip().translate(_MINUS)
        if not written:
            return None
        bracketed = written.startswith("(") and written.endswith(")")
        found = self._number.fullmatch(written[1:-1] if bracketed else written)
        if found is None or not (found[2] or found[3]) or bool(found[1]) + bool(found[4]) + bracketed > 1:
            told = f"the amount must be a number with {self._expected()}"
            self.wrong("amount_unreadable", told, column, raw_position)
            return None
        whole, decimals = re.sub("[^0-9]", "", found[2] or ""), found[3] or ""
        if len(decimals) > self._decimals:
            told = f"the amount has more decimals than {self._mapping.currency}; it must have {self._expected()}"
            self.wrong("amount_too_precise", told, column, raw_position)
            return None
        minor, _ = to_minor(f"{whole}.{decimals}" if decimals else whole, self._decimals)
        if minor is None:
            self.wrong("amount_unreadable", "the amount is larger than books can have", column, raw_position)
            return None
        return -minor if bracketed or found[4] or found[1] == "-" else minor

    def day(self, text: str, column: str, raw_position: str) -> date | None:
        """The day of a cell, which a time may follow; an empty cell is none. Problem: date_unreadable."""
        if not (written := text.strip()):
            return None
        day = self._day(written)
        if day is None:
            told = f"the day must be written as {self._mapping.day_format}"
            self.wrong("date_unreadable", told, column, raw_position)
        return day

    def id(self, text: str, column: str, raw_position: str) -> str | None:
        """What identifies something; an empty cell is none. Problem: number_rounded."""
        written = text.strip()
        if _POWER.fullmatch(written):
            told = (
                "a spreadsheet program has rounded a long number here; ask for the file as the sender's program made it"
            )
            self._findings.add(refuse("number_rounded", told, place(raw_position, column)))
        return written or None

    def wrong(self, code: str, told: str, column: str, raw_position: str) -> None:
        """Report a cell that is not as the mapping says."""
        self._findings.add(refuse(code, f"{told}: {_OTHERWISE}", place(raw_position, column)))

    def _expected(self) -> str:
        thousands = {"": "nothing", " ": "a blank"}.get(self._mapping.thousands, self._mapping.thousands)
        return f"{self._mapping.decimal} before its decimals and {thousands} between thousands"


def place(raw_position: str, column: str) -> str:
    """Where a cell is in the file."""
    return f"{raw_position}, column {column}"


@lru_cache(maxsize=64)
def _day_reader(written: str) -> Callable[[str], date | None]:
    form = re.escape(written)
    for name, group in _PARTS.items():
        form = form.replace(name, group, 1) if name in form else form
    pattern = re.compile(rf"{form}(?:[T ][0-9]{{2}}[:.][0-9]{{2}}.*)?", re.ASCII)

    @lru_cache(maxsize=4096)
    def read(text: str) -> date | None:
        found = pattern.fullmatch(text)
        if found is None:
            return None
        year = found["y"] if len(found["y"]) > 2 else f"20{found['y']}"
        return to_day(f"{year}-{found['m']}-{found['d']}", None)

    return read


_OTHERWISE: Final = (
    "fetch the file again, or request the next version of the mapping if the sender has changed the file; a row that "
    "is a sum is one of its figures"
)

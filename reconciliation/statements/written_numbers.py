"""Finds numbers in a payer's words that are no reference of ours: mistyped references, and numbers of invoices.

Such a number proves nothing; a person is shown what it may mean.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from reconciliation.statements.free_text import SHORTEST, is_personal
from reconciliation.statements.references import is_rf, kind_of

_LONGEST: Final = 25
_DIGITS: Final = re.compile(r"[0-9]+")
_CREDITOR: Final = re.compile(
    r"(?<!\w)RF ?[0-9]{2}(?:[A-Z0-9]{1,21}|(?: (?=[A-Z]*[0-9])[A-Z0-9]{1,4}){1,6})(?!\w)", re.ASCII
)
_NUMBER: Final = re.compile(r"(?<![0-9])[1-9][0-9]{0,17}(?![0-9])")
# A number that does not stand alone is a part of a word, an amount, a date, a time or a telephone number.
_PART_BEFORE: Final = re.compile(r"(?:[^\W_]|[0-9][.:/\-])$")
_PART_AFTER: Final = re.compile(r"[^\W_]|[.:/\-][0-9]|,[0-9]{1,3}(?![0-9])")
_DECIMALS: Final = re.compile(r"[0-9],$")
_INVOICE: Final = re.compile(
    r"(?<![^\W_])(?:FAKT|INV|RÄKN)\w*\W*(?:(?:NR|NO|NUMMER|NUMBER)\W*)?"
    r"(?:[0-9]+\W*(?:OCH|AND|SAMT|[&+,;])\W*)*$"
)
_OTHER_BEFORE: Final = re.compile(
    r"(?:KR|SEK|EUR|BELOPP|SUMMA|TEL|TELEFON|MOBIL)\W*$|(?<![0-9])(?:0[0-9]*|[0-9]{1,3}) $"
)
_OTHER_AFTER: Final = re.compile(r" ?(?:KR|SEK|EUR|€|:-|,-)| [0-9]{1,3}(?![0-9])")
# How far before a number the word that says what it is may stand.
_NEAR: Final = 60
# Shorter numbers, and those that may be years, are an invoice's only if a word says so.
_SHORTEST_ALONE: Final = 4
_YEAR: Final = re.compile(r"(?:19|20|21)[0-9]{2}")


def mistyped(text: str) -> Iterator[tuple[str, str]]:
    """The numbers in a text that have the length and form of a reference but no right check digit, with their kind.

    A personal number, a birth date or a mobile number is none of them.
    """
    upper = text.upper()
    creditor = list(_CREDITOR.finditer(upper))
    for one in creditor:
        reference = "".join(one[0].split())
        if not is_rf(reference):
            yield reference, "rf"
    for run in _DIGITS.finditer(upper):
        within = any(one.start() <= run.start() < one.end() for one in creditor)
        fits = SHORTEST <= len(run[0]) <= _LONGEST and kind_of(run[0], None) is None
        if fits and not within and not is_personal(run[0], [text]):
            yield run[0], "ocr"


def invoice_numbers(text: str) -> Iterator[tuple[int, bool]]:
    """The numbers in a text that may be an invoice's, and whether a word before the number says so."""
    upper = text.upper()
    for run in _NUMBER.finditer(upper):
        before, after = upper[max(run.start() - _NEAR, 0) : run.start()], upper[run.end() :]
        short = len(run[0]) < _SHORTEST_ALONE
        if _PART_BEFORE.search(before) or _PART_AFTER.match(after) or (short and _DECIMALS.search(before)):
            continue
        if _INVOICE.search(before):
            yield int(run[0]), True
        elif not (short or _YEAR.fullmatch(run[0]) or _OTHER_BEFORE.search(before) or _OTHER_AFTER.match(after)):
            yield int(run[0]), False

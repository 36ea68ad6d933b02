"""Reads SIE 4 files strictly: whatever the standard does not allow is refused with its line and what was expected.

Unknown records and further fields are ignored, as the standard asks. Added and struck lines of vouchers (#RTRANS,
#BTRANS) are left out, because each added line is followed by an equal #TRANS.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final, NamedTuple

from ledger.domain.days import FIRST_DAY, LAST_DAY, day_of
from reconciliation.general_ledger.sie import ENCODING, SieVoucher, Transaction
from reconciliation.general_ledger.sie_writer import amount

# No record of a real file is longer; a longer line is not SIE.
LONGEST: Final = 16_384
_FIELD: Final = re.compile(r'[ \t]*(?:"((?:\\.|[^"\\])*)"(?=[ \t{}]|$)|(\{[^{}]*\})|([^ \t"{}]+))')
_AMOUNT: Final = re.compile(r"-?\d{1,18}(\.\d{1,2})?")
_CONTROL: Final = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_LABEL: Final = re.compile(r"#[A-Z]+")


class SieMalformed(Exception):
    """Raised for a file that breaks the standard: the line, and what was expected."""

    def __init__(self, line: int, expected: str) -> None:
        super().__init__(f"line {line}: {expected}")
        self.line = line
        self.expected = expected


class SieFile(NamedTuple):
    """A general ledger's file. Balances are by account, of the present year; a debit is above zero."""

    company: str
    currency: str
    years: dict[int, tuple[date, date]]
    generated_on: date
    through_on: date | None
    accounts: dict[str, str]
    opening: dict[str, int]
    closing: dict[str, int]
    result: dict[str, int]
    periods: Counter[tuple[str, str]]
    vouchers: list[SieVoucher]


class Record(NamedTuple):
    """A record: its line, its label and its fields; an object list is one field."""

    line: int
    label: str
    fields: tuple[str, ...]

    def field(self, at: int, expected: str) -> str:
        """The field at this index; refuses its absence."""
        if at >= len(self.fields):
            raise SieMalformed(self.line, f"{self.label} lacks {expected}")
        return self.fields[at]

    def day(self, at: int) -> date:
        """A day in the form YYYYMMDD."""
        text = self.field(at, "a day")
        try:
            if len(text) != len("YYYYMMDD"):
                raise ValueError(text)
            return day_of(f"{text[:4]}-{text[4:6]}-{text[6:]}")
        except ValueError:
            possible = f"from {FIRST_DAY} to {LAST_DAY}"
            raise SieMalformed(self.line, f"{self.label}: expected a day {possible}, in the form YYYYMMDD") from None

    def number(self, at: int, expected: str) -> str:
        """A number of digits, such as that of an account."""
        text = self.field(at, expected)
        if not text.isascii() or not text.isdigit():
            raise SieMalformed(self.line, f"{self.label}: expected {expected} in digits")
        return text

    def amount(self, at: int) -> int:
        """An amount in minor units."""
        text = self.field(at, "an amount")
        if not _AMOUNT.fullmatch(text):
            raise SieMalformed(
                self.line, f"{self.label}: expected an amount with a point and at most two decimals, such as -1250.50"
            )
        whole, _, cents = text.lstrip("-").partition(".")
        minor = int(whole) * 100 + int(cents.ljust(2, "0") or "0")
        return -minor if text.startswith("-") else minor


def read(content: bytes) -> SieFile:
    """Read a file of type 4; raises SieMalformed."""
    records = list(_records(content))
    _require_head(records)
    by_label: dict[str, list[Record]] = {}
    for one in records:
        by_label.setdefault(one.label, []).append(one)
    for label in ("#GEN", "#FNAMN", "#RAR"):
        if label not in by_label:
            raise SieMalformed(records[-1].line, f"expected a record {label}")
    return SieFile(
        company=by_label["#FNAMN"][0].field(0, "the company's name"),
        currency=by_label["#VALUTA"][0].field(0, "a currency") if "#VALUTA" in by_label else "SEK",
        years={_year(one): (one.day(1), one.day(2)) for one in by_label["#RAR"]},
        generated_on=by_label["#GEN"][0].day(0),
        through_on=by_label["#OMFATTN"][0].day(0) if "#OMFATTN" in by_label else None,
        accounts={one.number(0, "an account"): one.field(1, "a name") for one in by_label.get("#KONTO", ())},
        opening=_balances(by_label.get("#IB", ())),
        closing=_balances(by_label.get("#UB", ())),
        result=_balances(by_label.get("#RES", ())),
        periods=_periods(by_label.get("#PSALDO", ())),
        vouchers=list(_vouchers(records)),
    )


def _require_head(records: Sequence[Record]) -> None:
    if not records or records[0].label != "#FLAGGA":
        raise SieMalformed(1, "expected the record #FLAGGA first; this is no SIE file")
    said = {one.label: one for one in reversed(records)}
    form = said.get("#FORMAT")
    if form is None or form.fields[:1] != ("PC8",):
        raise SieMalformed(form.line if form else 1, "expected #FORMAT PC8, which is codepage 437")
    kind = said.get("#SIETYP")
    if kind is None or kind.fields[:1] != ("4",):
        raise SieMalformed(kind.line if kind else 1, "expected #SIETYP 4, a file with balances and vouchers")
    checked = [one for one in records if one.label == "#KSUMMA"]
    if checked and (not checked[-1].fields or len(checked) == 1):
        raise SieMalformed(records[-1].line, "expected #KSUMMA with a sum at the end; the file was cut off")


def _records(content: bytes) -> Iterator[Record]:
    """The records of a file, and the braces around the lines of vouchers, each alone on its line."""
    if content.startswith(b"\xef\xbb\xbf"):
        raise SieMalformed(1, "expected codepage 437 (PC8); the file is UTF-8")
    bad = _CONTROL.search(content)
    if bad is not None:
        raise SieMalformed(content.count(b"\n", 0, bad.start()) + 1, "expected text; there is a control character")
    for number, raw in enumerate(content.split(b"\n"), 1):
        if len(raw) > LONGEST:
            raise SieMalformed(number, f"expected at most {LONGEST} characters in a line")
        if not raw.isascii() and _is_utf8(raw):
            raise SieMalformed(number, "expected codepage 437 (PC8); the line is UTF-8")
        text = raw.decode(ENCODING).strip(" \t\r")
        if text in ("{", "}"):
            yield Record(number, text, ())
        elif text:
            yield _record(number, text)


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _record(number: int, text: str) -> Record:
    label = _LABEL.match(text)
    if label is None:
        raise SieMalformed(number, "expected a record that begins with # and a label in capitals")
    fields, at = [], label.end()
    while at < len(text) and text[at:].strip():
        found = _FIELD.match(text, at)
        if found is None:
            raise SieMalformed(number, "expected fields in matching quotation marks, and object lists in braces")
        quoted, objects, plain = found.groups()
        fields.append(quoted.replace('\\"', '"') if quoted is not None else objects or plain)
        at = found.end()
    return Record(number, label.group(), tuple(fields))


def _year(one: Record) -> int:
    text = one.field(0, "a year")
    if not re.fullmatch(r"0|-[1-9]\d?", text):
        raise SieMalformed(one.line, f"{one.label}: expected a year as 0, -1, -2 and so on")
    return int(text)


def _balances(records: Sequence[Record]) -> dict[str, int]:
    return {one.number(1, "an account"): one.amount(2) for one in records if _year(one) == 0}


def _periods(records: Sequence[Record]) -> Counter[tuple[str, str]]:
    """The changes of accounts in months, such as ("1510", "202610"), without those of single objects."""
    found: Counter[tuple[str, str]] = Counter()
    for one in records:
        listed = len(one.fields) > 3 and one.fields[3].startswith("{")
        whole = not listed or not one.fields[3].strip("{} \t")
        at = 4 if listed else 3
        if _year(one) == 0 and whole:
            found[one.number(2, "an account"), one.number(1, "a month")] += one.amount(at)
    return found


def _vouchers(records: Sequence[Record]) -> Iterator[SieVoucher]:
    head: Record | None = None
    lines: list[Transaction] | None = None
    for one in records:
        if one.label == "#VER":
            _require(one, head is None, "expected } before the next voucher")
            head = one
        elif one.label == "{":
            _require(one, head is not None and lines is None, "expected { only after #VER")
            lines = []
        elif one.label == "}":
            _require(one, head is not None and lines is not None, "expected } only after the lines of a voucher")
            assert head is not None
            yield _voucher(head, tuple(lines or ()))
            head, lines = None, None
        elif one.label == "#TRANS":
            _require(one, lines is not None, "expected #TRANS only between the braces of a voucher")
            assert lines is not None
            lines.append(_transaction(one))
        elif not one.label.endswith("TRANS"):
            _require(one, head is None, "expected only #TRANS between the braces of a voucher")
    if head is not None:
        raise SieMalformed(head.line, "expected { and } with the voucher's lines; the file was cut off")


def _voucher(head: Record, lines: tuple[Transaction, ...]) -> SieVoucher:
    total = sum(one.amount_minor for one in lines)
    if total:
        raise SieMalformed(head.line, f"expected a voucher that sums to zero; it sums to {amount(total)}")
    text = head.fields[3] if len(head.fields) > 3 else ""
    return SieVoucher(head.field(0, "a series"), head.field(1, "a number"), head.day(2), text, lines, line=head.line)


def _transaction(one: Record) -> Transaction:
    has_objects = len(one.fields) > 1 and one.fields[1].startswith("{")
    at = 2 if has_objects else 1
    return Transaction(one.number(0, "an account"), one.amount(at))


def _require(one: Record, holds: bool, expected: str) -> None:
    if not holds:
        raise SieMalformed(one.line, expected)

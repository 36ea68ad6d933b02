"""A reader of SIE 4 of its own, written by the rules of the standard and by nothing of ours, as a general ledger reads.

It reads byte by byte, as section 5 of edition 4B says, and checks for each type of file which records it must have and
which it must not (the table of section 6).
"""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

# Section 6: records that must be there, and those that must not, by type of file.
NEEDED = {"4I": {"FLAGGA", "PROGRAM", "FORMAT", "GEN", "SIETYP", "FNAMN"}}
NEEDED["4E"] = NEEDED["4I"] | {"RAR", "KONTO"}
FORBIDDEN = {"4I": {"BKOD", "OMFATTN", "IB", "UB", "OIB", "OUB", "RES", "PSALDO", "PBUDGET"}, "4E": set[str]()}
# 5.12: the order of the groups of records.
GROUPS = (
    {"FLAGGA"},
    {"PROGRAM", "FORMAT", "GEN", "SIETYP", "PROSA", "FTYP", "FNR", "ORGNR", "ADRESS", "FNAMN", "RAR", "TAXAR"}
    | {"OMFATTN", "KPTYP", "VALUTA", "BKOD"},
    {"KONTO", "KTYP", "ENHET", "SRU", "DIM", "UNDERDIM", "OBJEKT"},
    {"IB", "UB", "OIB", "OUB", "RES", "PSALDO", "PBUDGET", "VER"},
)


class Voucher(NamedTuple):
    """A voucher: its series, number and day, and the lines, each with account, objects and amount."""

    series: str
    number: str
    day: str
    text: str
    lines: list[tuple[str, list[str], Decimal]]


class Plain(NamedTuple):
    """What a file says: each record's fields by label, and the vouchers."""

    records: dict[str, list[list[str]]]
    vouchers: list[Voucher]

    def sums(self) -> dict[str, Decimal]:
        """The change of each account by the vouchers."""
        found: dict[str, Decimal] = {}
        for voucher in self.vouchers:
            for account, _, amount in voucher.lines:
                found[account] = found.get(account, Decimal()) + amount
        return {account: amount for account, amount in found.items() if amount}

    def balances(self, label: str) -> dict[str, Decimal]:
        """The balances of the present year that this kind of record has."""
        return {fields[1]: money(fields[2]) for fields in self.records.get(label, []) if fields[0] == "0"}


def read_plainly(content: bytes, kind: str) -> Plain:
    """Read a file as another program does; fails with an AssertionError where it breaks the standard."""
    plain = Plain({}, [])
    group, open_voucher = 0, False
    for raw in content.split(b"\n"):
        line = raw.rstrip(b"\r")
        assert all(byte >= 32 and byte != 127 for byte in line), f"control character in {line!r}"
        words = split(line.decode("cp437").strip())
        if not words:
            continue
        if words == ["{"]:
            assert plain.vouchers, "a brace before any voucher"
            open_voucher = True
        elif words == ["}"]:
            assert open_voucher, "a voucher that is closed but not open"
            voucher = plain.vouchers[-1]
            assert sum(amount for *_, amount in voucher.lines) == 0, f"voucher {voucher.number} is off balance"
            open_voucher = False
        elif words[0] == "#TRANS":
            assert open_voucher, "a line outside of a voucher"
            objects = split(words[2][1:-1]) if words[2].startswith("{") else []
            assert len(objects) % 2 == 0, "objects without a dimension"
            plain.vouchers[-1].lines.append((account(words[1]), objects, money(words[3])))
        else:
            assert not open_voucher, f"{words[0]} within a voucher"
            label = words[0].removeprefix("#")
            at = next(number for number, labels in enumerate(GROUPS) if label in labels)
            assert at >= group, f"{label} after a later group"
            group = at
            plain.records.setdefault(label, []).append(words[1:])
            if label == "VER":
                plain.vouchers.append(Voucher(words[1], words[2], day(words[3]), words[4], []))
    assert set(plain.records) >= NEEDED[kind]
    assert not set(plain.records) & FORBIDDEN[kind]
    assert plain.records["FORMAT"] == [["PC8"]]
    assert plain.records["SIETYP"] == [["4"]]
    declared = {fields[0] for fields in plain.records.get("KONTO", [])}
    assert {one for voucher in plain.vouchers for one, *_ in voucher.lines} <= declared
    return plain


def split(text: str) -> list[str]:
    """The fields of a line: between blanks, in quotation marks, or in braces (5.7)."""
    words: list[str] = []
    at = 0
    while at < len(text):
        if text[at] in " \t":
            at += 1
        elif text[at] == '"':
            word, at = "", at + 1
            while text[at] != '"':
                at += text[at] == "\\"
                word, at = word + text[at], at + 1
            words.append(word)
            at += 1
        elif text[at] == "{" and "}" in text[at:]:
            end = text.index("}", at)
            words.append(text[at : end + 1])
            at = end + 1
        else:
            end = min((text.find(sign, at) for sign in " \t" if sign in text[at:]), default=len(text))
            words.append(text[at:end])
            at = end
    return words


def account(text: str) -> str:
    """An account's number has digits only."""
    assert text.isdigit(), text
    return text


def day(text: str) -> str:
    """A day is written YYYYMMDD (5.10)."""
    assert len(text) == 8, text
    assert text.isdigit(), text
    return text


def money(text: str) -> Decimal:
    """An amount has a point and at most two decimals, and no plus sign (5.9)."""
    whole, _, cents = text.removeprefix("-").partition(".")
    assert whole.isdigit(), text
    assert len(cents) <= 2, text
    assert cents.isdigit() or not cents, text
    return Decimal(text)

"""Reads the information about a movement (`:86:`), which each bank writes in its own dialect.

There are three: numbered subfields (`166?00…?20…`, in Germany and its neighbours), words between slashes (`/EREF/…`, in
the Netherlands), and free text. The first two are broken at a fixed width, even inside words, so they are joined
without a blank. Source of the first: Deutsche Kreditwirtschaft, DFÜ-Abkommen, Anlage 3, MT940, field 86.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Final

from reconciliation.statements.mt940.statement_line import given

# A code of three digits, and the character that begins each subfield: banks use several.
_NUMBERED: Final = re.compile(r"\s*([0-9]{3})?([?>^<~|@])(?=[0-9]{2})")
_WORDS: Final = re.compile(
    r"/(EREF|PREF|IREF|MARF|CSID|RTRN|ORDP|BENM|CNTP|NAME|ADDR|IBAN|BIC|REMI|USTD|STRD|ISDT|PURP|TRCD|TRTP|SVCL|INIT"
    r"|ULTD|ULTC|ULTB|EXCH|CHGS|OCMT|NRTX|CREF|CDTRREFTP|CDTRREF)(?=/)"
)
_KEYS: Final = re.compile(
    r"(EREF|KREF|MREF|CRED|DEBT|COAM|OAMT|SVWZ|ABWA|ABWE|PURP|MDAT|SQTP|ORCR|ORMR|DDAT|IBAN|BIC ?)\+"
)
# Words of a payer are broken at these widths, by the dialect: a shorter piece ended with a blank, which was cut off.
_SUBFIELD: Final = 27
_FIELD_LINE: Final = 65
# Subfields that are no words of the payer: posting text, number of the journal, the other party, and codes.
_NAMED: Final = frozenset({"00", "10", *map(str, range(30, 39))})
# Direct debits and transfers that were returned. Source: the same, list of business transaction codes.
_RETURNED: Final = frozenset({"009", "108", "109", "159", "181", "184"})
# ISO 20022's code for a reason that is given in words.
_IN_WORDS: Final = "NARR"
_REASON: Final = re.compile(r"[A-Z]{2}[A-Z0-9]{2}|9[0-9]{2}")


@dataclass(slots=True)
class Information:
    """What the bank says about a movement; `pieces` are the payer's words as they were broken, `text` in one line."""

    pieces: list[str] = field(default_factory=list)
    text: str | None = None
    structured: str | None = None
    end_to_end_id: str | None = None
    own_reference: str | None = None
    counterparty: str | None = None
    counterparty_account: str | None = None
    code: str | None = None
    return_reason: str | None = None


def read_information(lines: Sequence[str]) -> Information:
    """What the lines of a movement's information say, in whichever dialect they are."""
    whole = "".join(lines)
    numbered = _NUMBERED.match(whole)
    if numbered:
        return _numbered(numbered[1], whole[numbered.end(2) - 1 :], numbered[2])
    if _WORDS.match(whole.lstrip()):
        return _between_slashes(lines)
    return _keyed(list(lines), _FIELD_LINE)


def _numbered(code: str | None, subfields: str, mark: str) -> Information:
    parts: dict[str, list[str]] = {}
    words = []
    _, *found = re.split(re.escape(mark) + "([0-9]{2})", subfields)
    for number, content in zip(found[::2], found[1::2], strict=True):
        if number not in _NAMED:
            words.append(content)
        parts.setdefault(number, []).append(content)
    said = _keyed(words, _SUBFIELD)
    said.code = code
    names = [(piece, len(piece) >= _SUBFIELD) for number in ("32", "33") for piece in parts.get(number, ())]
    said.counterparty = _plain("".join(_with_blanks(names))) or said.counterparty
    account = "".join(parts.get("38", ())) or "".join(parts.get("31", ()))
    said.counterparty_account = _plain(account.replace(" ", "")) or said.counterparty_account
    said.text = said.text or _plain("".join(parts.get("00", ())))
    if code in _RETURNED:
        reason = "".join(parts.get("34", ())).strip()
        said.return_reason = reason if _REASON.fullmatch(reason) else _IN_WORDS
    return said


def _keyed(pieces: list[str], width: int) -> Information:
    """Words with keys among them (`EREF+…`): ids are taken out, and the rest is what the payer says."""
    said = Information()
    words: list[tuple[str, bool]] = []
    for key, found in _divided(pieces, _KEYS, width):
        value = "".join(piece for piece, _ in found).strip()
        if key in (None, "SVWZ"):
            words += found
        elif key == "EREF":
            said.end_to_end_id = given(value)
        elif key == "KREF":
            said.own_reference = given(value)
        elif key == "IBAN":
            said.counterparty_account = value.replace(" ", "") or None
        elif key == "ABWA":
            said.counterparty = _plain(value)
    return _saying(said, words)


def _between_slashes(lines: Sequence[str]) -> Information:
    said, remitted = Information(), False
    words: list[tuple[str, bool]] = []
    for key, found in _divided(lines, _WORDS, _FIELD_LINE):
        value = "".join(piece for piece, _ in found).strip("/ ")
        remitted = remitted or key in ("REMI", "USTD", "STRD", "CDTRREF")
        if key in ("REMI", "USTD") and value:
            words += _within_slashes(found)
        elif key in ("STRD", "CDTRREF"):
            said.structured = _plain(value.rpartition("/")[2]) or said.structured
        elif key == "EREF":
            said.end_to_end_id = given(value)
        elif key == "PREF":
            said.own_reference = given(value)
        elif key == "NAME":
            said.counterparty = said.counterparty or _plain(value)
        elif key == "IBAN":
            said.counterparty_account = value.replace(" ", "") or None
        elif key == "CNTP":
            account, _, named = value.partition("/")
            said.counterparty_account = account.replace(" ", "") or None
            said.counterparty = _plain(named.partition("/")[2].partition("/")[0])
        elif key == "RTRN":
            said.return_reason = value if _REASON.fullmatch(value) else _IN_WORDS
    if not remitted:
        words = [(line, len(line) >= _FIELD_LINE) for line in lines]
    return _saying(said, words)


def _divided(
    pieces: Sequence[str], keys: re.Pattern[str], width: int
) -> Iterator[tuple[str | None, list[tuple[str, bool]]]]:
    """Divide a text by keys, which may be broken themselves: each key, and its text in the pieces in which it came.

    With each piece comes whether it fills its width, so that the next one goes on without a blank.
    """
    whole = "".join(pieces)
    ends = list(accumulate(map(len, pieces)))
    full = [len(piece) >= width for piece in pieces]
    key, begins = None, 0
    for match in [*keys.finditer(whole), None]:
        stop = match.start() if match else len(whole)
        if stop > begins:
            yield key, list(_cut(whole, begins, stop, ends, full))
        elif key is not None:
            yield key, []
        if match:
            key, begins = match[1].strip(), match.end()


def _cut(whole: str, begins: int, stop: int, ends: Sequence[int], full: Sequence[bool]) -> Iterator[tuple[str, bool]]:
    piece = bisect_right(ends, begins)
    while begins < stop:
        end = min(ends[piece], stop)
        yield whole[begins:end], full[piece] and end < stop
        begins, piece = end, piece + 1


def _within_slashes(found: Sequence[tuple[str, bool]]) -> Iterator[tuple[str, bool]]:
    """The pieces without the slashes around their text, which may be broken as the text itself."""
    whole = "".join(piece for piece, _ in found)
    begins, end = len(whole) - len(whole.lstrip("/ ")), len(whole.rstrip("/ "))
    at = 0
    for piece, full in found:
        bare = piece[max(0, begins - at) : max(0, end - at)]
        at += len(piece)
        if bare:
            yield bare, full


def _saying(said: Information, words: Sequence[tuple[str, bool]]) -> Information:
    said.pieces = _with_blanks(words)
    said.text = _plain("".join(said.pieces))
    return said


def _with_blanks(words: Sequence[tuple[str, bool]]) -> list[str]:
    """The pieces; one that does not fill its width ended with a blank, which was cut off."""
    return [piece if full else piece + " " for piece, full in words]


def _plain(text: str) -> str | None:
    return " ".join(text.split()) or None

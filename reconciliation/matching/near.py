"""References one slip of the hand away: one digit mistyped, or two neighbouring digits swapped."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from stdnum.ch import esr

from reconciliation.statements.references import is_rf, is_viite

_CHECKS: Final[dict[str, Callable[[str], bool]]] = {
    "rf": is_rf,
    "viite": is_viite,
    "qrr": lambda reference: bool(esr.is_valid(reference)),
}
# A doubled digit's share of the Luhn sum, and which digit has that share. Source: ISO/IEC 7812-1, annex B.
_DOUBLED: Final = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)
_UNDOUBLED: Final = tuple(_DOUBLED.index(share) for share in range(10))
_PLAIN: Final = tuple(range(10))
# Shorter ones are near to everything.
_SHORTEST: Final = 5


def near_references(reference: str | None, kind: str | None) -> dict[str, str]:
    """References one slip away whose check digit holds, and which slip: suggestions, no evidence."""
    if reference is None or len(reference) < _SHORTEST:
        return {}
    if kind == "ocr":
        return _near_ocr(reference)
    if kind not in _CHECKS:
        return {}
    holds = _CHECKS[kind]
    near = {meant: "one_digit_off" for meant in _one_digit(reference) if holds(meant)}
    return near | {meant: "two_digits_swapped" for meant in _swapped(reference) if holds(meant)}


def _near_ocr(reference: str) -> dict[str, str]:
    """At each place, the one digit and the one swap that make the Luhn sum a multiple of ten.

    Worked out instead of tried, which took fifty times longer: a file may hold thousands of wrong references.
    """
    share_of = [_DOUBLED if (len(reference) - place) % 2 == 0 else _PLAIN for place in range(len(reference))]
    digits = [int(digit) for digit in reference]
    off = sum(share[digit] for share, digit in zip(share_of, digits, strict=True)) % 10
    near: dict[str, str] = {}
    for place, (share, digit) in enumerate(zip(share_of, digits, strict=True)):
        wanted = (share[digit] - off) % 10
        meant = wanted if share is _PLAIN else _UNDOUBLED[wanted]
        if meant != digit:
            near[f"{reference[:place]}{meant}{reference[place + 1 :]}"] = "one_digit_off"
    for place in range(len(digits) - 1):
        left, right = digits[place], digits[place + 1]
        share, next_share = share_of[place], share_of[place + 1]
        change = share[right] - share[left] + next_share[left] - next_share[right]
        if left != right and (off + change) % 10 == 0:
            near[f"{reference[:place]}{right}{left}{reference[place + 2 :]}"] = "two_digits_swapped"
    return near


def _one_digit(reference: str) -> Iterator[str]:
    for place in range(len(reference)):
        if reference[place].isdigit():
            for digit in "0123456789":
                if digit != reference[place]:
                    yield f"{reference[:place]}{digit}{reference[place + 1 :]}"


def _swapped(reference: str) -> Iterator[str]:
    for place in range(len(reference) - 1):
        left, right = reference[place], reference[place + 1]
        if left != right and left.isdigit() and right.isdigit():
            yield f"{reference[:place]}{right}{left}{reference[place + 2 :]}"

"""Finds references that differ by one typing mistake: one wrong digit, or two neighbouring digits swapped."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from stdnum.ch import esr

from reconciliation.statements.references import is_kid, is_ogm, is_rf, is_viite

_CHECKS: Final[dict[str, Callable[[str], bool]]] = {
    "rf": is_rf,
    "viite": is_viite,
    "kid": is_kid,
    "ogm": is_ogm,
    "qrr": lambda reference: bool(esr.is_valid(reference)),
}
# What a doubled digit adds to the Luhn sum, and which digit must be doubled to add a given number. Source: ISO/IEC
# 7812-1, annex B.
_DOUBLED: Final = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)
_UNDOUBLED: Final = tuple(_DOUBLED.index(share) for share in range(10))
_PLAIN: Final = tuple(range(10))
# A shorter reference would be similar to too many others.
_SHORTEST: Final = 5


def near_references(reference: str | None, kind: str | None) -> dict[str, str]:
    """References with a correct check digit that are one mistake away from the given one, with the kind of mistake.

    A reference found in this way proves nothing.
    """
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
    """References that are one wrong digit or one swap away and whose Luhn sum is a multiple of ten.

    They are computed from the given reference's Luhn sum, because trying out every possible digit and swap took fifty
    times as long, and a file may have thousands of wrong references.
    """
    share_of = [_DOUBLED if (len(reference) - index) % 2 == 0 else _PLAIN for index in range(len(reference))]
    digits = [int(digit) for digit in reference]
    off = sum(share[digit] for share, digit in zip(share_of, digits, strict=True)) % 10
    near: dict[str, str] = {}
    for index, (share, digit) in enumerate(zip(share_of, digits, strict=True)):
        wanted = (share[digit] - off) % 10
        meant = wanted if share is _PLAIN else _UNDOUBLED[wanted]
        if meant != digit:
            near[f"{reference[:index]}{meant}{reference[index + 1 :]}"] = "one_digit_off"
    for index in range(len(digits) - 1):
        left, right = digits[index], digits[index + 1]
        share, next_share = share_of[index], share_of[index + 1]
        change = share[right] - share[left] + next_share[left] - next_share[right]
        if left != right and (off + change) % 10 == 0:
            near[f"{reference[:index]}{right}{left}{reference[index + 2 :]}"] = "two_digits_swapped"
    return near


def _one_digit(reference: str) -> Iterator[str]:
    for index in range(len(reference)):
        if reference[index].isdigit():
            for digit in "0123456789":
                if digit != reference[index]:
                    yield f"{reference[:index]}{digit}{reference[index + 1 :]}"


def _swapped(reference: str) -> Iterator[str]:
    for index in range(len(reference) - 1):
        left, right = reference[index], reference[index + 1]
        if left != right and left.isdigit() and right.isdigit():
            yield f"{reference[:index]}{right}{left}{reference[index + 2 :]}"

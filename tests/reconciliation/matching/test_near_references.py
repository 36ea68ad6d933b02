"""Near references: one digit mistyped or two neighbours swapped, worked out or tried."""

from __future__ import annotations

import random

import pytest
from stdnum.ch import esr

from ledger.domain.references import creditor_reference, ocr
from reconciliation.matching.near_references import near_references
from reconciliation.statements.references import is_ocr, is_rf, is_viite, viite_from


def slips_of(reference: str) -> dict[str, str]:
    """Every slip, tried one by one."""
    slips = {
        reference[:place] + digit + reference[place + 1 :]: "one_digit_off"
        for place in range(len(reference))
        for digit in "0123456789"
    }
    for place in range(len(reference) - 1):
        slips[reference[:place] + reference[place + 1] + reference[place] + reference[place + 2 :]] = (
            "two_digits_swapped"
        )
    slips.pop(reference)
    return slips


@pytest.mark.parametrize("length", [5, 6, 9, 10, 25])
def test_what_is_worked_out_is_what_trying_finds(length: int) -> None:
    rng = random.Random(length)
    for _ in range(100):
        reference = "".join(rng.choices("0123456789", k=length))
        tried = {meant: why for meant, why in slips_of(reference).items() if is_ocr(meant)}
        assert near_references(reference, "ocr") == tried


def test_what_was_meant_is_among_them() -> None:
    meant = ocr("1001")
    mistyped = meant[:2] + str((int(meant[2]) + 5) % 10) + meant[3:]
    assert near_references(mistyped, "ocr")[meant] == "one_digit_off"
    swapped = meant[1] + meant[0] + meant[2:]
    assert near_references(swapped, "ocr")[meant] == "two_digits_swapped"


def test_a_swap_that_the_check_digit_does_not_see_is_among_them() -> None:
    # Luhn's one blind spot: 09 and 90.
    reference = ocr("10905")
    unseen = reference.replace("09", "90", 1)
    assert is_ocr(unseen)
    assert near_references(unseen, "ocr") == {reference: "two_digits_swapped"} | {
        meant: "two_digits_swapped" for meant in slips_of(unseen) if is_ocr(meant)
    }


@pytest.mark.parametrize(
    ("reference", "kind", "place"),
    [(creditor_reference("1001234"), "rf", 7), (viite_from("123456"), "viite", 3), ("21" + "0" * 24 + "2", "qrr", 1)],
)
def test_other_kinds_are_near_by_their_own_check_digit(reference: str, kind: str, place: int) -> None:
    holds = {"rf": is_rf, "viite": is_viite, "qrr": esr.is_valid}[kind]
    reference = reference[:-1] + esr.calc_check_digit(reference[:-1]) if kind == "qrr" else reference
    assert holds(reference)
    mistyped = reference[:place] + str((int(reference[place]) + 3) % 10) + reference[place + 1 :]
    near = near_references(mistyped, kind)
    assert near[reference] == "one_digit_off"
    assert all(holds(meant) for meant in near)


@pytest.mark.parametrize(("reference", "kind"), [(None, None), ("1234", "ocr"), ("HELLO", "text"), ("12345", None)])
def test_what_is_short_or_free_text_is_near_to_nothing(reference: str | None, kind: str | None) -> None:
    assert near_references(reference, kind) == {}

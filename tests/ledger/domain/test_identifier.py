"""What may name a thing, and that one place says so."""

from __future__ import annotations

import pytest

from ledger.domain.identifier import (
    entity_code,
    has_personal_number,
    is_code,
    is_id,
    is_written_as_personal,
    may_name_a_person,
    personal_digits,
)
from tests.house.source import modules


@pytest.mark.parametrize("text", ["a", "7", "inv-2026.1_b", "A" * 64])
def test_an_id_may_be(text: str) -> None:
    assert is_id(text)


@pytest.mark.parametrize("text", ["", "-a", ".a", "a b", "a\n", "å", "a" * 65, "a:1", "a@1"])
def test_an_id_may_not_be(text: str) -> None:
    assert not is_id(text)


@pytest.mark.parametrize("code", ["X", "AC04", "paid_twice", "SE-EXEMPT", "1101", "visit.2"])
def test_a_code_may_be(code: str) -> None:
    assert is_code(code)


@pytest.mark.parametrize(
    "code", ["", " ", "Eva Ek", "a\nb", "å", "X" * 65, "19800101-1234", "8003200016", "0701234567"]
)
def test_a_code_may_not_be(code: str) -> None:
    assert not is_code(code)


@pytest.mark.parametrize("code", ["", "Clinic", "1clinic", "clinic-north", "clinic\n", 'clinic"', "c" * 32])
def test_an_entity_code_may_not_be(code: str) -> None:
    with pytest.raises(ValueError, match="is not an entity code; give a lower-case letter, then"):
        entity_code(code)


def test_an_entity_code_is_given_back_as_it_is() -> None:
    assert entity_code("clinic_north2") == "clinic_north2"


# Text, whether a person's number is in it, and whether it may be one.
PERSONAL = {
    "8803200016": (True, True),
    "880320-0016": (True, True),
    "198803200016": (True, True),
    # A coordination number: day of birth + 60.
    "8803800013": (True, True),
    # A wrong check digit, as mistyped in a reference field.
    "8803200017": (False, True),
    # No such month, no such day.
    "8813200014": (False, False),
    "8803320013": (False, False),
    "0701234567": (False, True),
    "0046701234567": (False, True),
    "081234567": (False, False),
    "٨٨٠٣٢٠٠٠١٦": (False, False),
}


@pytest.mark.parametrize("text", PERSONAL)
def test_a_persons_number_is_told_from_others(text: str) -> None:
    assert (has_personal_number(text), may_name_a_person(text)) == PERSONAL[text]


# What people write, and the digits in it that may be a person's.
WRITTEN = {
    "Betalning 19800101-1234": {"198001011234"},
    "800101+9994 och 19500107": {"8001019994", "19500107"},
    "77 1980 01 01 9994": {"198001019994"},
    "1980-01-01": {"19800101"},
    "0000198001019994": {"198001019994"},
    "800161-9994": {"8001619994"},
    "070-123 45 67": {"0701234567"},
    "+46 (0)70 123 45 67": {"460701234567"},
    # References, amounts, other numbers; the end of a reference is no day of birth.
    "OCR 12345674": set(),
    "101268": set(),
    "19800184": set(),
    "198001012": set(),
    "12 345,50 kr den 45 1": set(),
    "٨٨٠٣٢٠-٠٠١٦": set(),
}


@pytest.mark.parametrize("text", WRITTEN)
def test_what_may_be_a_persons_number_is_found_in_a_text(text: str) -> None:
    assert personal_digits(text) == WRITTEN[text]


def test_a_whole_text_may_be_a_persons_number() -> None:
    assert [text for text in WRITTEN if is_written_as_personal(text)] == [
        "1980-01-01",
        "0000198001019994",
        "800161-9994",
        "070-123 45 67",
        "+46 (0)70 123 45 67",
    ]
    assert all(is_written_as_personal(text) for text in PERSONAL if may_name_a_person(text))


def test_the_forms_of_ids_and_codes_stand_in_one_place() -> None:
    forms = ("{0,63}", "[a-z][a-z0-9_]")
    found = [module.name for module in modules() if any(form in module.text for form in forms)]
    assert found == ["ledger.domain.identifier"]


@pytest.mark.parametrize(
    ("text", "has"),
    [
        ("Eva Ek 880320-0016", True),
        ("8803200016", True),
        ("for 198803200016, twice", True),
        ("880320-0017", False),
        ("letter of 2024-07-12 about 18803200016", False),
        ("", False),
    ],
)
def test_a_text_has_a_personal_number(text: str, has: bool) -> None:
    assert has_personal_number(text) == has

"""What may name a thing, and that one place says so."""

from __future__ import annotations

import pytest

from ledger.domain.identifier import entity_code, is_id, is_personal_number, may_name_a_person
from tests.house.source import modules


@pytest.mark.parametrize("text", ["a", "7", "inv-2026.1_b", "A" * 64])
def test_an_id_may_be(text: str) -> None:
    assert is_id(text)


@pytest.mark.parametrize("text", ["", "-a", ".a", "a b", "a\n", "å", "a" * 65, "a:1", "a@1"])
def test_an_id_may_not_be(text: str) -> None:
    assert not is_id(text)


@pytest.mark.parametrize("code", ["", "Clinic", "1clinic", "clinic-north", "clinic\n", 'clinic"', "c" * 32])
def test_an_entity_code_may_not_be(code: str) -> None:
    with pytest.raises(ValueError, match="is not an entity code; give a lower-case letter, then"):
        entity_code(code)


def test_an_entity_code_is_given_back_as_it_is() -> None:
    assert entity_code("clinic_north2") == "clinic_north2"


# Text, whether it is a person's number, and whether it may be one.
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
    assert (is_personal_number(text), may_name_a_person(text)) == PERSONAL[text]


def test_the_forms_of_ids_and_codes_stand_in_one_place() -> None:
    forms = ("{0,63}", "[a-z][a-z0-9_]")
    found = [module.name for module in modules() if any(form in module.text for form in forms)]
    assert found == ["ledger.domain.identifier"]

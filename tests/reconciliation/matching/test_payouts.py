"""How payouts are named, and what a text says of the id of one."""

from __future__ import annotations

import pytest

from reconciliation.matching.payouts import long_ids, payout_id, quoted, quotes_alike, without_person


def test_an_id_that_may_be_a_persons_is_in_no_fact_and_in_no_name():
    assert without_person("pi_1") == "pi_1"
    assert without_person("19121212-1212") is None
    assert payout_id("cards", "po_1") == "cards.po_1"
    assert "1212" not in payout_id("cards", "19121212-1212")
    assert payout_id("cards", "TX 1 batch/41") == payout_id("cards", "TX 1 batch/41") != payout_id("cards", "TX 1")


def test_an_id_that_is_a_part_of_another_quoted_one_is_not_quoted():
    ids = long_ids(["EFT000500", "eft-0005001", "E-1", None])
    assert ids == ("EFT000500", "EFT0005001")
    assert quoted(["PAY EFT 0005001"], ids) == {"EFT0005001"}
    assert quoted(["PAY EFT000500 AND EFT0005001"], ids) == {"EFT0005001"}
    assert quoted(["PAY EFT000500"], ids) == {"EFT000500"}
    assert quoted(["PAY E-1"], ids) == set()


@pytest.mark.parametrize("text", ["EFT0005001", "TRN*1*eft0005001*1", "EFT 0005 001", "x (EFT-0005\n001)"])
def test_an_id_is_quoted_however_the_bank_divides_it(text: str):
    assert quoted([text], long_ids(["EFT0005001"])) == {"EFT0005001"}
    assert quoted([text], long_ids(["EFT-0005/001"])) == {"EFT0005001"}


@pytest.mark.parametrize("text", ["EFT00050012", "XEFT0005001", "9 EFT000500 12", "XEFT 0005001"])
def test_an_id_within_another_word_is_not_quoted(text: str):
    assert quoted([text], long_ids(["EFT0005001"])) == set()


@pytest.mark.parametrize(
    ("text", "alike"),
    [
        ("TRN*1*EFT0005002*1999", True),
        ("eft0005009", True),
        ("EFT0005001", False),
        ("EFT00050012", False),
        ("ABC0005002", False),
        ("EFT9995002", False),
        ("EFTO005002", False),
    ],
)
def test_another_number_of_the_kind_has_the_same_length_letters_and_beginning(text: str, alike: bool):
    assert quotes_alike([text], "EFT0005001") is alike


def test_a_short_id_has_no_kind():
    assert not quotes_alike(["E-2 E2"], "E-1")

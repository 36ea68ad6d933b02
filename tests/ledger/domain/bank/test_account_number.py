"""One account has one number however it is written, and two accounts never have the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.bank.account_number import Kind, account_number, is_right

# What is written of an account, by its one form.
WRITTEN = {
    "SE4550000000058398257466": [
        "SE4550000000058398257466",
        "SE45 5000 0000 0583 9825 7466",
        "se45 5000\u00a00000\u20090583 9825 7466",
        "IBAN SE45-5000-0000-0583-9825-7466",
        "iban: SE45.5000.0000.0583.9825.7466\n",
    ],
    "GB29NWBK60161331926819": ["gb29 nwbk 6016 1331 9268 19"],
    "BG80BNBG96611020345678": ["bg80 bnbg 9661 1020 3456 78"],
    "6112345678901": ["6112-345 678 901", "6112 345678901", "6112\u2013345\u00a0678\u00a0901", "6112345678901"],
    "832791234567891": ["8327-9, 123 456 789-1", "8327-9 123.456.789-1", "832791234567891"],
    "1234567": ["123-4567", "1234567", "BG 123-4567", "bankgiro: 1234567", "bg1234567", "\uff11\uff12\uff13-4567"],
    "50501055": ["5050-1055", "50501055", "5050 1055", "5050\u20111055"],
    "123456-7": ["12 34 56-7", "123456-7", "PG 12 34 56-7", "pg1234567", "Plusgiro: 1234567"],
    "9-0": ["9-0"],
    "0000055550": ["0000 0555 50", "0000055550"],
    "acct_1AbC": ["acct_1AbC", " acct_1 AbC "],
    "ACME-EU.1": ["ACME-EU.1"],
    "19-2000145399/0800": ["19-2000145399 / 0800"],
    # Not an IBAN, because its check digits are wrong: only blanks are removed.
    "SE46-5000": ["SE46 -5000"],
    "": ["", "  "],
}  # fmt: skip


def test_one_account_has_one_number_however_it_is_written():
    for number, ways in WRITTEN.items():
        assert {account_number(written) for written in ways} == {number}
        assert account_number(number) == number


def test_the_kind_that_a_file_states_decides_where_the_digits_do_not():
    assert account_number("1234567", "plusgiro") == account_number("000001234567", "plusgiro") == "123456-7"
    assert account_number("0001234567", "bankgiro") == account_number("12 34 56-7", "bankgiro") == "1234567"
    assert account_number("1234567", "bban") == account_number("1234567") == "1234567"
    assert account_number("12-7", "bban") == "127"


@given(st.integers(10, 99_999_999), st.integers(10, 99_999_999))
def test_a_bankgiro_and_a_plusgiro_are_never_the_same_account(one: int, other: int):
    bankgiros = {account_number(str(one), "bankgiro"), account_number(f"{one:010}", "bankgiro")}
    plusgiros = {account_number(str(other), "plusgiro"), account_number(f"{str(other)[:-1]}-{str(other)[-1]}")}
    assert (len(bankgiros), len(plusgiros)) == (1, 1)
    assert not bankgiros & plusgiros


@given(st.text("0123456789", min_size=9, max_size=20), st.text("0123456789", min_size=9, max_size=20))
def test_domestic_numbers_are_the_same_account_only_if_their_digits_are(one: str, other: str):
    grouped = " ".join((one[:4] + "-", one[4:7], one[7:]))
    assert account_number(grouped) == one
    assert (account_number(grouped) == account_number(other)) == (one == other)


@given(st.text("0123456789 -.,SEBGPIAN:", max_size=40))
def test_the_number_of_a_number_is_itself(written: str):
    assert account_number(account_number(written)) == account_number(written)


@given(st.text(max_size=40))
def test_any_text_has_a_number(written: str):
    assert not any(character.isspace() for character in account_number(written))


@pytest.mark.parametrize(
    ("number", "kind", "right"),
    [
        ("SE4550000000058398257466", "iban", True),
        ("SE4550000000058398257467", "iban", False),
        ("SE4550000000058398257467", "bban", False),
        ("DE89370400440532013000", "bban", True),
        ("5050109", "bankgiro", True),
        ("5050108", "bankgiro", False),
        ("50501055", "bankgiro", True),
        ("505010557", "bankgiro", False),
        ("123456-6", "plusgiro", True),
        ("123456-7", "plusgiro", False),
        ("6112345678901", "bban", True),
        ("acct_1Q", "merchant", True),
    ],
)
def test_a_number_that_somebody_types_is_right_for_its_kind(number: str, kind: Kind, right: bool):
    assert is_right(number, kind) == right

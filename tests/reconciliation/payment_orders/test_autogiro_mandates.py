"""The mandate file of Autogiro is written as the one beside this test, which was made by hand, and is read back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from reconciliation.payment_orders.autogiro_mandates import MandateOrder, NewMandate, write_mandates, wrong_with
from reconciliation.statements import read

WRITTEN = Path(__file__).with_name("mandates.ag").read_bytes()
PERSON = NewMandate("101", "3300-1212121212", "19121212-1212")
ORDER = MandateOrder(
    date(2026, 10, 12),
    "9912346",
    "471117",
    [PERSON, NewMandate("102", "8901-6, 3232323232", "556036-0793"), NewMandate("9912346", "BG 991-2346", None)],
    ["103"],
)


def test_the_file_is_written_as_the_one_made_by_hand():
    assert write_mandates(ORDER) == WRITTEN


def test_the_reader_finds_what_was_written():
    parsed = read(WRITTEN)
    lines = parsed.lines.select(["bank_code", "end_to_end_id", "counterparty_account", "status"]).to_pylist()
    assert (parsed.format, parsed.problems) == ("autogiro.advice", ())
    assert [tuple(one.values()) for one in lines] == [
        ("04", "101", "3300001212121212", "info"),
        ("04", "102", "8901003232323232", "info"),
        ("04", "9912346", None, "info"),
        ("03", "103", None, "info"),
    ]


@pytest.mark.parametrize(
    ("account", "identity", "wrong"),
    [
        ("33001212121212", "191212121212", []),
        # Nobody can say whether the fifth digit is of the clearing number.
        ("890132323232", "191212121212", ["payer_account_not_swedish"]),
        ("3300-1212121212123", "191212121212", ["payer_account_not_swedish"]),
        ("SE4550000000058398257466", "191212121212", ["payer_account_not_swedish"]),
        ("PG 28 65 43-4", "191212121212", ["payer_account_not_swedish"]),
        ("BG 991-2346", "191212121212", ["payer_bankgiro_not_number"]),
        ("3300-1212121212", None, ["payer_identity_not_swedish"]),
        # Without its century, a personal number does not say which of two persons it is.
        ("3300-1212121212", "121212-1212", ["payer_identity_not_swedish"]),
        ("3300-1212121212", "191212121213", ["payer_identity_not_swedish"]),
        ("3300-1212121212", "556036-0794", ["payer_identity_not_swedish"]),
        ("SE4550000000058398257466", None, ["payer_account_not_swedish", "payer_identity_not_swedish"]),
    ],
)
def test_what_the_file_cannot_have_is_said(account: str, identity: str | None, wrong: list[str]):
    assert wrong_with(NewMandate("101", account, identity)) == wrong


def test_an_empty_file_or_a_wrong_mandate_is_never_written():
    for order in (replace(ORDER, new=[], ended=[]), replace(ORDER, new=[NewMandate("101", "1", None)])):
        with pytest.raises(ValueError, match="cannot be written"):
            write_mandates(order)


def test_nothing_that_prints_a_mandate_shows_whose_account_it_is():
    assert repr(PERSON) == "NewMandate('101')"

"""Numbers in a payer's words: which may be a mistyped reference, and which an invoice's number."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciliation.statements.written_numbers import invoice_numbers, mistyped


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Faktura 1001", [1001]),
        ("fakturanr:1003.", [1003]),
        ("Inv. 1001 kr 250", [1001]),
        ("räkning nr 1001", [1001]),
        ("(1001)", [1001]),
        ("#1001", [1001]),
        ("1001 och 1002", [1001, 1002]),
        ("1001,1002;1003 + 1004", [1001, 1002, 1003, 1004]),
        ("faktura 1001, 2026-10-12", [1001]),
        ("Faktura 1001 2 av 3", [1001]),
        # Short numbers and years only behind a word that says so.
        ("faktura 12 och 2026", [12, 2026]),
        ("kund 12", []),
        ("oktober 2026", []),
        ("faktura 1001 oktober 2026", [1001]),
        # Days, times, amounts and telephone numbers.
        ("2026-10-12 kl 12.30", []),
        ("12/10/2026", []),
        ("1200 kr", []),
        ("SEK 1200", []),
        ("1200:-", []),
        ("1200,00 1 200,50", []),
        ("faktura 1200,50", []),
        ("tel 0701234567, 070-123 45 67", []),
        # Parts of words and of longer numbers.
        ("A1001 1001B 10011001100110011001", []),
        ("0", []),
        ("", []),
    ],
)
def test_an_invoices_number_stands_alone_and_is_nothing_else(text: str, found: list[int]) -> None:
    assert [number for number, _ in invoice_numbers(text)] == found


def test_a_word_says_which_number_is_an_invoices() -> None:
    assert list(invoice_numbers("kund 4711, faktura 1001 och 1002")) == [(4711, False), (1001, True), (1002, True)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ref 1234575, tack", [("1234575", "ocr")]),
        ("1234574 och 123456", [("123456", "ocr")]),
        ("RF35123ABCX", [("RF35123ABCX", "rf")]),
        ("rf36 123a bcz 1 tack", [("RF36123A", "rf")]),
        ("RF35123ABCZ", []),
        # Too short, and what looks like a person's number or a day.
        ("1235", []),
        ("850312-2386, 8503122386, 20261012, 0701234567", []),
    ],
)
def test_a_number_with_the_form_of_a_reference_may_be_mistyped(text: str, found: list[tuple[str, str]]) -> None:
    assert list(mistyped(text)) == found


@given(st.text(max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    assert all(0 < number < 10**18 for number, _ in invoice_numbers(text))
    assert all(kind in ("ocr", "rf") for _, kind in mistyped(text))


@pytest.mark.parametrize(
    "text", ["FAKT" * 2000, "FAKT 1,,,,;;;;" * 700, "1 och " * 2000, "RF12 1234 " * 1000, "1" * 9000]
)
def test_no_text_takes_long(text: str) -> None:
    began = time.process_time()
    list(invoice_numbers(text)), list(mistyped(text))
    assert time.process_time() - began < 2

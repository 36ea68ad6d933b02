"""Candidates: what an unmatched receipt might be for, the likeliest first, few of them, and how many there are."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, cast

import polars as pl
import pytest

from ledger.domain.references import creditor_reference, ocr
from reconciliation.matching.candidates import MOST, WHY, Named, candidates, numbered, slips
from reconciliation.matching.exact_match import match
from reconciliation.matching.identity import keyed
from reconciliation.steps.matched import matched, suggested
from tests.reconciliation.matching.written_files import (
    BankFile,
    Issued,
    Store,
    items_of,
    numbered_items,
    quoted,
    quoted_beside,
    requests_of,
    several,
    wrote,
)

OCR, OTHER = ocr("1001"), ocr("1002")
WRONG = OCR[:-1] + str((int(OCR[-1]) + 1) % 10)


def found(file: BankFile, *items: Issued, most: int = MOST) -> pl.DataFrame:
    """Candidates as a bank day finds them: it asks the store, and takes what it gets."""
    store = Store(items, most)
    receipts = keyed(file.entries()).filter(pl.col("amount_minor") > 0)
    return suggested(cast(Any, store), matched(cast(Any, store), receipts))


def listed(file: BankFile, *items: Issued) -> list[tuple[Any, ...]]:
    return found(file, *items).select("item_id", "why", "of").rows()


def test_items_of_the_same_reference_are_candidates() -> None:
    items = (Issued("i1.1", OCR, 100_00), Issued("i2.1", OCR, 200_00))
    assert listed(BankFile().line(250_00, quoted(OCR)), *items) == [
        ("i1.1", "same_reference", 2),
        ("i2.1", "same_reference", 2),
    ]


def test_an_item_one_slip_away_is_a_candidate_and_never_a_match() -> None:
    swapped = OCR[1] + OCR[0] + OCR[2:]
    item = Issued("i1.1", OCR, 100_00)
    assert listed(BankFile().line(250_00, quoted(WRONG)), item) == [("i1.1", "one_digit_off", 1)]
    assert listed(BankFile().line(250_00, quoted(swapped)), item) == [("i1.1", "two_digits_swapped", 1)]


def test_a_right_check_digit_on_an_unknown_reference_may_still_be_a_slip() -> None:
    reference = ocr("10905")
    unseen = reference.replace("09", "90", 1)
    item = Issued("i1.1", reference, 100_00)
    assert listed(BankFile().line(250_00, quoted(unseen)), item) == [("i1.1", "two_digits_swapped", 1)]


def test_a_creditor_reference_one_slip_away_is_a_candidate() -> None:
    reference = creditor_reference("1001234")
    mistyped = reference[:-1] + str((int(reference[-1]) + 1) % 10)
    item = Issued("i1.1", reference, 100_00)
    assert listed(BankFile().line(250_00, quoted(mistyped)), item) == [("i1.1", "one_digit_off", 1)]


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (wrote(f"ref {WRONG}, tack"), "one_digit_off"),
        (wrote(f"{OCR[1]}{OCR[0]}{OCR[2:]}"), "two_digits_swapped"),
        (quoted_beside(ocr("999999"), f"ref {WRONG}"), "one_digit_off"),
        (quoted(f"KUND 12 FAKTURA {WRONG}"), "one_digit_off"),
        (several(WRONG, ocr("999999")), "one_digit_off"),
        (several(ocr("999999"), WRONG), "one_digit_off"),
        (quoted(f"{ocr('999999')} {WRONG}"), "one_digit_off"),
    ],
)
def test_wherever_a_payer_mistypes_a_reference_its_item_is_a_candidate(said: dict[str, Any], why: str) -> None:
    item = Issued("i1.1", OCR, 100_00)
    assert listed(BankFile().line(250_00, said), item) == [("i1.1", why, 1)]


def test_a_creditor_reference_that_is_mistyped_in_a_text_is_a_candidate() -> None:
    reference = creditor_reference("100123")
    mistyped = reference[:-1] + str((int(reference[-1]) + 1) % 10)
    for written in (mistyped, f"{mistyped[:4]} {mistyped[4:8]} {mistyped[8:]} tack"):
        item = Issued("i1.1", reference, 100_00)
        assert listed(BankFile().line(250_00, wrote(f"avser {written}")), item) == [("i1.1", "one_digit_off", 1)]


def test_our_reference_is_mistyped_on_a_finnish_account_too() -> None:
    said = quoted(WRONG, "FI")
    assert listed(BankFile().line(250_00, said), Issued("i1.1", OCR, 100_00)) == [("i1.1", "one_digit_off", 1)]


@pytest.mark.parametrize(
    "said",
    [
        wrote("Faktura 1001"),
        wrote("fakturor 999 och 1001"),
        quoted("1001"),
        quoted("0001001"),
        quoted("Faktura 1001"),
        several("999", "1001"),
        quoted_beside(ocr("999999"), "faktura 1001"),
    ],
)
def test_an_open_item_whose_invoice_is_named_by_its_number_is_a_candidate(said: dict[str, Any]) -> None:
    item = Issued("i1.1", ocr("777777"), 100_00, number=1001)
    file = BankFile().line(250_00, said)
    assert listed(file, item, Issued("i2.1", "2", 100_00, number=1002)) == [("i1.1", "same_number", 1)]
    assert listed(file, item.paid()) == []
    assert listed(file, replace(item, currency="EUR")) == []


def test_a_number_that_is_the_amount_is_no_invoices_unless_a_word_says_so() -> None:
    item = Issued("i1.1", ocr("777777"), 100_00, number=1001)
    assert listed(BankFile().line(1001_00, wrote("1001")), item) == []
    assert listed(BankFile().line(1002_00, wrote("1001")), item) == [("i1.1", "same_number", 1)]
    assert listed(BankFile().line(1001_00, wrote("faktura 1001")), item) == [("i1.1", "same_number", 1)]


def test_a_number_says_more_than_an_amount_and_a_reference_says_more_than_a_number() -> None:
    items = (
        Issued("i1.1", ocr("777777"), 250_00, number=1001),
        Issued("i2.1", OCR, 9_00, number=1002),
        Issued("i3.1", ocr("777778"), 250_00, number=1003),
    )
    assert listed(BankFile().line(250_00, wrote(f"{WRONG}, faktura 1001 och 1002")), *items) == [
        ("i2.1", "one_digit_off", 3),
        ("i1.1", "same_number", 3),
        ("i3.1", "same_amount", 3),
    ]


def test_all_references_that_the_payer_gave_are_looked_up() -> None:
    items = (Issued("i1.1", OCR, 100_00), Issued("i2.1", OTHER, 200_00), Issued("i3.1", ocr("1003"), 1))
    assert [row[0] for row in listed(BankFile().line(300_00, several(OCR, OTHER)), *items)] == ["i1.1", "i2.1"]


def test_what_has_no_check_digit_is_looked_up_as_it_stands() -> None:
    said = quoted("FAKTURA 63600")
    assert listed(BankFile().line(9_00, said), Issued("i1.1", "FAKTURA 63600", 5_00)) == [("i1.1", "same_reference", 1)]


def test_leading_zeros_do_not_hide_a_candidate() -> None:
    items = (Issued("i1.1", OCR, 100_00), Issued("i2.1", OCR, 100_00))
    assert [row[0] for row in listed(BankFile().line(9_00, quoted(f"000{OCR}")), *items)] == ["i1.1", "i2.1"]


def test_open_items_of_the_same_amount_and_currency_are_candidates() -> None:
    items = (
        Issued("i1.1", "1", 250_00),
        Issued("i2.1", "2", 250_01),
        Issued("i3.1", "3", 250_00, "EUR"),
        Issued("i4.1", "4", 250_00).paid(),
    )
    assert listed(BankFile().line(250_00), *items) == [("i1.1", "same_amount", 1)]


def test_the_same_amount_in_another_currency_is_no_candidate_for_either() -> None:
    file = BankFile().statement(currency="SEK").line(250_00).statement(currency="EUR").line(250_00)
    items = (Issued("i1.1", "1", 250_00), Issued("i2.1", "2", 250_00, "EUR"))
    assert sorted(listed(file, *items)) == [("i1.1", "same_amount", 1), ("i2.1", "same_amount", 1)]


def test_the_better_reason_comes_first_and_an_item_only_once() -> None:
    items = (Issued("i1.1", "1", 250_00), Issued("i2.1", OCR, 250_00), Issued("i3.1", OCR, 5_00))
    assert listed(BankFile().line(250_00, quoted(WRONG)), *items) == [
        ("i2.1", "one_digit_off", 3),
        ("i3.1", "one_digit_off", 3),
        ("i1.1", "same_amount", 3),
    ]


def test_open_items_come_before_closed_ones() -> None:
    items = (Issued("i1.1", OCR, 250_00).paid(), Issued("i2.1", OCR, 250_00), Issued("i3.1", "3", 99_00))
    assert [row[0] for row in listed(BankFile().line(99_00, quoted(OCR)), *items)] == ["i2.1", "i3.1", "i1.1"]


def test_five_items_of_one_price_are_listed_the_oldest_due_first() -> None:
    items = [Issued(f"i{place:03}.1", str(place), 250_00, due_on=date(2024, 7, 3)) for place in range(MOST)]
    items[3] = Issued("i003.1", "3", 250_00, due_on=date(2024, 1, 1))
    rows = found(BankFile().line(250_00), *items)
    assert rows["item_id"].to_list() == ["i003.1", "i000.1", "i001.1", "i002.1", "i004.1"]
    assert (set(rows["of"]), set(rows["count"])) == ({MOST}, {1})


def test_more_items_of_one_price_are_one_candidate_with_their_count() -> None:
    items = [Issued(f"i{place:03}.1", str(place), 250_00) for place in range(214)]
    mistyped = Issued("j.1", OCR, 5_00)
    rows = found(BankFile().line(250_00, quoted(WRONG)), *items, mistyped)
    assert rows.select("item_id", "count", "open_minor", "due_on", "why", "of").rows() == [
        ("j.1", 1, 5_00, mistyped.due_on, "one_digit_off", 215),
        (None, 214, 250_00, None, "same_amount", 215),
    ]


def test_thousands_of_items_of_one_price_do_not_multiply() -> None:
    file = BankFile()
    for _ in range(300):
        file.line(250_00)
    items = [Issued(f"i{place:04}.1", str(place), 250_00) for place in range(1000)]
    assert found(file, *items).height == 300
    # Nor when a store gives more than it was asked for.
    unmatched = match(keyed(file.entries()), requests_of([])).filter(pl.col("reason").is_not_null())
    everything = items_of(items, of=1000)
    by_reference = Named(slips(unmatched), requests_of([]))
    by_number = Named(numbered(unmatched), numbered_items([]))
    rows = candidates(unmatched, by_reference, by_number, everything)
    assert rows.height == 300
    assert set(rows["of"]) == set(rows["count"]) == {1000}


@pytest.mark.parametrize("line", [{"return_reason": "AC04"}, {"reversal": True}])
def test_a_payment_of_ours_that_came_back_is_for_no_item(line: dict[str, Any]) -> None:
    assert listed(BankFile().line(250_00, **line), Issued("i1.1", "1", 250_00)) == []


def test_a_matched_receipt_has_no_candidates() -> None:
    receipts = keyed(BankFile().line(250_00, quoted(OCR)).entries())
    assert slips(match(receipts, requests_of([Issued("i1.1", OCR, 1)]))).is_empty()


def test_candidates_depend_on_no_order() -> None:
    rng = random.Random(5)
    numbers = [ocr(str(number)) for number in range(500, 530)]
    items = [
        Issued(f"i{n}.1", rng.choice(numbers), rng.choice([0, 100_00, 250_00]), due_on=date(2024, 7, rng.randint(1, 9)))
        for n in range(80)
    ]
    file = BankFile()
    for number in numbers:
        slip = number[:-1] + str((int(number[-1]) + rng.randint(0, 2)) % 10)
        file.line(rng.choice([100_00, 250_00]), quoted(slip))
    answer = found(file, *items)
    assert answer.height > 100
    for _ in range(20):
        assert found(file, *rng.sample(items, len(items))).equals(answer)


def test_listed_and_counted_is_what_going_through_all_items_finds() -> None:
    rng = random.Random(6)
    numbers = [ocr(str(number)) for number in range(100, 140)]
    for _ in range(20):
        items = [
            Issued(f"i{place}.1", rng.choice(numbers), rng.choice([0, 1_00, 2_00]), rng.choice(["SEK", "EUR"]),
                   due_on=date(2024, 7, 1) + timedelta(rng.randrange(9)))
            for place in range(30)
        ]  # fmt: skip
        amount, given = rng.choice([1_00, 2_00]), rng.sample(numbers, 2)
        file = BankFile().line(amount, several(*given))
        priced = {item.item_id for item in items if (item.open_minor, item.currency) == (amount, "SEK")}
        referred = {item.item_id for item in items if item.reference in given}
        rows = found(file, *items, most=99)
        if rows.is_empty():
            continue
        assert set(rows["item_id"].drop_nulls()) <= referred | priced
        assert set(rows["of"]) == {len(referred | priced)}
        of_price = len(priced - referred) if len(priced) <= MOST else 1
        assert rows.height == min(MOST, len(referred) + of_price)


def test_every_reason_can_be_told() -> None:
    by_reference = {"same_reference", "one_digit_off", "two_digits_swapped"}
    assert set(WHY) == by_reference | {"same_number", "same_amount"}
    empty: pl.DataFrame = found(BankFile().statement())
    assert empty.columns == ["key", "item_id", "count", "open_minor", "due_on", "why", "of"]


def test_without_an_unmatched_receipt_there_is_no_candidate_in_the_same_columns() -> None:
    item = Issued("i1.1", OCR, 250_00)
    none, some = (found(BankFile().line(250_00, quoted(one)), item) for one in (OCR, WRONG))
    assert (none.height, some.height) == (0, 1)
    assert none.schema == some.schema

"""Exact matching: who owns a reference, and why a receipt is matched by nothing less."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from ledger.domain.references import creditor_reference, ocr
from reconciliation.matching.exact_match import REASONS, asked, match
from reconciliation.matching.identity import keyed
from reconciliation.statements.references import viite_from
from tests.reconciliation.matching.written_files import (
    BankFile,
    Issued,
    quoted,
    quoted_beside,
    requests_of,
    several,
    several_beside,
    wrote,
)

OCR, OTHER = ocr("1001"), ocr("1002")
ITEM = Issued("i1.1", OCR, 250_00)


def matched(file: BankFile, *items: Issued) -> pl.DataFrame:
    receipts = keyed(file.entries()).filter(pl.col("amount_minor") > 0)
    return match(receipts, requests_of(items))


def reasons(file: BankFile, *items: Issued) -> list[str | None]:
    return matched(file, *items)["reason"].to_list()


def one_line(said: dict[str, Any], **line: Any) -> BankFile:
    return BankFile().line(250_00, said, **line)


def test_a_valid_reference_of_one_item_matches() -> None:
    rows = matched(one_line(quoted(OCR)), ITEM, Issued("i2.1", OTHER, 250_00))
    assert rows.select("reason", "request_id", "item_id", "open_minor").rows() == [(None, "i1.1", "i1.1", 250_00)]


@pytest.mark.parametrize("amount", [1, 249_99, 250_01, 9_000_00])
def test_the_amount_decides_nothing(amount: int) -> None:
    assert reasons(BankFile().line(amount, quoted(OCR)), ITEM) == [None]


def test_a_closed_item_still_owns_its_reference() -> None:
    assert reasons(one_line(quoted(OCR)), ITEM.paid()) == [None]
    assert reasons(one_line(quoted(OCR)), ITEM.paid(), Issued("i2.1", OCR, 250_00)) == ["reference_of_several_requests"]


def test_two_payers_of_an_invoice_are_asked_by_two_requests() -> None:
    assert reasons(one_line(quoted(OCR)), ITEM, replace(ITEM, item_id="i1.2")) == ["reference_of_several_requests"]


def test_the_same_item_named_twice_is_one() -> None:
    assert reasons(one_line(quoted(OCR)), ITEM, ITEM) == [None]


@pytest.mark.parametrize(
    ("reference", "country"), [(creditor_reference("1001"), "SE"), (viite_from("12345"), "FI"), (OCR, "SE")]
)
def test_every_kind_with_a_check_digit_matches(reference: str, country: str) -> None:
    assert reasons(one_line(quoted(reference, country)), Issued("i1.1", reference, 250_00)) == [None]


@pytest.mark.parametrize("written", [f"000{OCR}", f" {OCR[:3]} {OCR[3:]} ", f"{OCR[:2]}  {OCR[2:]}"])
def test_spaces_and_leading_zeros_are_no_part_of_a_reference(written: str) -> None:
    file = one_line(quoted(written))
    receipts = keyed(file.entries())
    assert OCR in asked(receipts)
    assert reasons(file, ITEM) == [None]


def test_zeros_after_the_check_digits_of_a_creditor_reference_are_no_part_of_it() -> None:
    reference = creditor_reference("1001")
    assert reasons(one_line(quoted(f"{reference[:4]}000{reference[4:]}")), Issued("i1.1", reference, 1)) == [None]


def test_a_reference_that_is_one_items_with_its_zeros_and_anothers_without_is_of_several() -> None:
    items = (ITEM, Issued("i2.1", f"0{OCR}", 250_00))
    assert reasons(one_line(quoted(f"0{OCR}")), *items) == ["reference_of_several_requests"]
    # Without zeros it is only what the one was issued with, whatever others in the file ask for.
    assert reasons(one_line(quoted(OCR)), *items) == [None]


def test_the_one_right_number_in_a_free_text_matches() -> None:
    assert reasons(one_line(wrote(f"Faktura {OCR} tack")), ITEM) == [None]


@pytest.mark.parametrize(
    ("said", "line", "reason"),
    [
        ({}, {}, "no_reference"),
        ({"counterparty": "P", "text": "hej"}, {}, "no_reference"),
        (quoted("FAKTURA 63600"), {}, "reference_without_check_digit"),
        ({"reference": OCR}, {}, "reference_without_check_digit"),
        ({"reference": OCR, "reference_kind": "text"}, {}, "reference_without_check_digit"),
        (quoted(OCR[:-1] + str((int(OCR[-1]) + 1) % 10)), {}, "check_digit_wrong"),
        (quoted(ocr("9999")), {}, "reference_unknown"),
        (several(OCR, OTHER), {}, "several_references"),
        (several(OCR, "FAKTURA 63600"), {}, "several_references"),
        (wrote(f"{OCR} och {OTHER}"), {}, "several_references"),
        ({**quoted(OCR), "return_reason": "AC06"}, {}, "returned_payment"),
        (quoted(OCR), {"reversal": True}, "returned_payment"),
        ({**quoted(OCR), "reference_amount_minor": 249_99}, {}, "payer_states_less"),
        ({**quoted(OCR), "reference_amount_minor": -50_00}, {}, "payer_states_less"),
        ({**quoted(OCR), "currency": "EUR"}, {"currency": "EUR"}, "currency_differs"),
    ],
)
def test_anything_less_matches_nothing_and_says_why(said: dict[str, Any], line: dict[str, Any], reason: str) -> None:
    rows = matched(one_line(said, **line), ITEM, Issued("i2.1", OTHER, 250_00))
    assert rows["reason"].to_list() == [reason]
    assert reason in REASONS
    assert rows.select("request_id", "item_id", "open_minor").row(0) == (None,) * 3


def test_the_same_reference_given_twice_is_one() -> None:
    assert reasons(one_line(several(OCR, f"00{OCR}", OCR)), ITEM) == [None]
    assert reasons(one_line(wrote(f"{OCR}, OCR 00{OCR}")), ITEM) == [None]
    assert reasons(one_line(wrote(f"00{OCR} 000{OCR}")), ITEM) == [None]


def test_a_text_that_quotes_another_request_than_the_field_contradicts_it() -> None:
    other = Issued("i2.1", OTHER, 250_00)
    for text in (OTHER, f"{OCR} och {OTHER}", f"{OTHER} {OTHER}"):
        assert reasons(one_line(quoted_beside(OCR, text)), ITEM, other) == ["several_references"]
        assert reasons(one_line(quoted_beside(OCR, text)), ITEM, other.paid()) == ["several_references"]
    assert reasons(one_line(quoted_beside(OCR, f"00{OCR}, {OCR}")), ITEM, other) == [None]


def test_numbers_of_a_text_that_are_nobodys_reference_contradict_no_field() -> None:
    for text in (OTHER, f"OCR {OTHER}", creditor_reference("77"), "8001019994", "tack"):
        assert reasons(one_line(quoted_beside(OCR, text)), ITEM) == [None]


def test_a_mistake_in_the_field_is_said_although_the_text_quotes_a_request() -> None:
    wrong = OCR[:-1] + str((int(OCR[-1]) + 1) % 10)
    assert reasons(one_line(quoted_beside(wrong, OCR)), ITEM) == ["check_digit_wrong"]
    assert reasons(one_line(quoted_beside(ocr("9999"), OCR)), ITEM) == ["reference_unknown"]


def test_a_text_may_name_the_requests_among_which_the_payer_divides_and_no_other_one() -> None:
    items = (ITEM, Issued("i2.1", OTHER, 250_00), Issued("i3.1", ocr("1003"), 250_00))
    shares = ((OCR, 100_00), (OTHER, 150_00))
    assert reasons(one_line(several_beside(f"{OTHER} {OCR}", *shares)), *items) == [None]
    assert reasons(one_line(several_beside(f"{ocr('1003')} {OCR}", *shares)), *items) == ["several_references"]


@pytest.mark.parametrize("field", [f"{OCR} 8503122387", f"8503122387 {OCR}", f"{OCR[:3]} {OCR[3:]}"])
def test_our_reference_is_found_among_the_words_of_a_field(field: str) -> None:
    rows = matched(one_line(quoted(field)), ITEM)
    assert rows.select("reason", "reference", "item_id").rows() == [(None, OCR, "i1.1")]


def test_what_a_payer_states_for_a_field_with_words_counts() -> None:
    said = quoted(f"{OCR} 8503122387", pays=249_99)
    assert reasons(one_line(said), ITEM) == ["payer_states_less"]


def test_our_reference_matches_on_a_finnish_account() -> None:
    for said in (quoted(OCR, "FI"), quoted(OCR.zfill(20), "FI"), wrote(f"viite {OCR}", country="FI")):
        assert reasons(one_line(said), ITEM) == [None]


def test_what_the_payer_says_of_the_amount_only_counts_when_it_leaves_money_over() -> None:
    assert reasons(one_line({**quoted(OCR), "reference_amount_minor": 250_00}), ITEM) == [None]
    assert reasons(one_line({**quoted(OCR), "reference_amount_minor": 300_00}), ITEM) == [None]


def test_a_batch_without_amounts_matches_nothing() -> None:
    assert reasons(BankFile().line(500_00, quoted(OCR), quoted(OTHER)), ITEM) == ["details_without_amounts"]


def test_members_that_contradict_their_line_match_nothing() -> None:
    member = {"amount_minor": 250_00, **quoted(OCR)}
    assert reasons(BankFile().line(250_00, member, member), ITEM) == ["details_contradict_line"]


def test_only_a_fee_that_the_bank_states_does_not_keep_a_payment_from_its_item() -> None:
    member = {"amount_minor": 250_00, **quoted(OCR)}
    assert reasons(BankFile().line(240_00, member, charges_minor=10_00), ITEM) == [None]
    for said in ({}, {"charges_minor": 9_99}):
        assert reasons(BankFile().line(240_00, member, **said), ITEM) == ["details_contradict_line"]


def test_receipts_without_items_are_all_answered() -> None:
    assert reasons(one_line(quoted(OCR)).line(5_00)) == ["reference_unknown", "no_reference"]
    assert matched(BankFile().statement(), ITEM).is_empty()


def test_only_references_that_prove_themselves_are_asked_for() -> None:
    file = one_line(quoted(OCR)).line(1_00, quoted("63600A")).line(2_00, quoted("12345")).line(3_00)
    assert asked(keyed(file.entries())) == [OCR]


def test_the_answer_depends_on_no_order_and_on_no_other_receipt() -> None:
    rng = random.Random(27)
    numbers = [ocr(str(number)) for number in range(500, 560)]
    items = [Issued(f"i{place}.1", rng.choice(numbers), 100_00) for place in range(60)]
    file = BankFile()
    for _ in range(60):
        file.line(100_00, quoted(rng.choice(numbers)))
    receipts = keyed(file.entries())
    answer = dict(match(receipts, requests_of(items)).select("key", "item_id").rows())
    assert {None} < set(answer.values())
    for _ in range(20):
        shuffled = rng.sample(items, len(items))
        order = receipts.sample(fraction=1, shuffle=True, seed=rng.randrange(1000))
        assert dict(match(order, requests_of(shuffled)).select("key", "item_id").rows()) == answer
        half = order.head(30)
        of_half = [item for item in items if item.reference in asked(half)]
        again = dict(match(half, requests_of(of_half)).select("key", "item_id").rows())
        assert again == {key: answer[key] for key in again}


def test_a_receipt_alone_has_the_row_that_it_has_beside_all_others() -> None:
    """Steps that have nothing to do for one kind of payment are left out, and must change no row and no type."""
    items = (ITEM, Issued("i2.1", OTHER, 250_00))
    file = BankFile()
    for said in (
        *(quoted(OCR), quoted("12345"), wrote(f"{OCR} 8503122387"), wrote(f"{OCR} {OTHER}"), wrote("OCR 12345674")),
        *(several_beside("tack", (OCR, 100_00), (OTHER, 150_00)), several(OCR, OTHER), quoted_beside(OCR, OTHER), {}),
    ):
        file.line(250_00, said)
    receipts, requests = keyed(file.entries()), requests_of(items)
    together = match(receipts, requests)
    assert together["reason"].n_unique() > 3
    assert together["parts"].null_count() < together.height
    alone = [match(receipts[row], requests) for row in range(receipts.height)]
    assert {tuple(one.schema.items()) for one in alone} == {tuple(together.schema.items())}
    assert pl.concat(alone).sort("key").equals(together.sort("key"))
    assert match(receipts.clear(), requests).schema == together.schema

"""What a bank refused for a reason that forbids it is not collected again without a person's word."""

from __future__ import annotations

from typing import Final

import pytest
from msgspec.structs import replace

from ledger.domain.cash.collection_answer import FailCollection, ReturnCollection, SettleCollection
from ledger.domain.cash.collection_facts import CollectionOrdered
from ledger.domain.cash.mandate import AmendMandate, CancelMandate, Mandate
from ledger.domain.cash.mandate_facts import Scheme
from ledger.domain.cash.recall import RecallReceipt
from ledger.domain.cash.refusal_reasons import RULES, meaning_of
from ledger.domain.receivables.item import Item
from ledger.domain.refusals import Refused
from tests.kit.book import DAY, Book
from tests.kit.care import allocate, declare_bank_account, invoice, item_id, open_clinic, receipt
from tests.kit.debits import accept_mandate, order_collection, request_mandate
from tests.ledger.domain.cash.test_recall import debit

ORDERED: Final = (invoice("i1"), declare_bank_account("b1"), request_mandate(), accept_mandate(), order_collection())
AGAIN: Final = order_collection("d2")
WORD: Final = replace(AGAIN, again="PAYER_AGREED")


def failed(reason: str) -> Book:
    return open_clinic().given(*ORDERED, FailCollection(collection_id="d1", reason_code=reason))


def taken_back(reason: str) -> Book:
    return open_clinic().given(
        *ORDERED,
        receipt("r", 250_00),
        allocate("r", "i1"),
        SettleCollection(collection_id="d1", receipt_id="r"),
        debit(250_00),
        RecallReceipt(receipt_id="r", part_id="m", reason_code=reason),
        ReturnCollection(collection_id="d1", receipt_id="r", reason_code=reason),
    )


@pytest.mark.parametrize("reason", ["AG-82-1", "AG-82-12", "NO_COVER", "OFFICE.9"])
def test_what_lacked_money_or_a_person_ended_is_collected_again(reason: str) -> None:
    failed(reason).given(AGAIN)


@pytest.mark.parametrize("reason", ["AG-82-24", "AG-82-99", "AG-01"])
def test_what_the_payer_must_be_asked_about_waits_for_a_word(reason: str) -> None:
    book = failed(reason)
    book.when(AGAIN).refused("item_refused")
    book.given(WORD)
    (second,) = [one.fact for one in book.log if isinstance(one.fact, CollectionOrdered)][1:]
    assert second.again == "PAYER_AGREED"


@pytest.mark.parametrize("reason", ["AG-82-2", "AG-82-01", "AG-82-03", "AG-03-02", "AG-11"])
def test_a_mandate_that_the_bank_does_not_have_collects_nothing(reason: str) -> None:
    book = failed(reason).given(invoice("i2"))
    book.when(AGAIN).refused("mandate_held")
    other = order_collection("d3", "i2.1")
    book.when(other).refused("mandate_held")
    book.given(WORD, other)


def test_another_account_or_another_mandate_frees_what_was_refused() -> None:
    failed("AG-82-2").given(AmendMandate(mandate_id="101", reason_code="NEW_BANK"), AGAIN)
    book = failed("AG-82-2").given(CancelMandate(mandate_id="101", ended_by="payer", reason_code="ENDED"))
    book.given(request_mandate("102"), accept_mandate("102"), replace(AGAIN, mandate_id="102"))


@pytest.mark.parametrize(("reason", "code"), [("AG-77-02", "mandate_held"), ("AG-77-03", "item_refused")])
def test_what_was_taken_back_waits_for_a_word(reason: str, code: str) -> None:
    book = taken_back(reason)
    book.when(AGAIN).refused(code)
    book.given(WORD)


def test_what_was_taken_back_without_a_known_reason_waits_for_a_word() -> None:
    taken_back("RECALLED_BY_BANK").when(AGAIN).refused("item_refused")
    taken_back("AG-82-1").given(AGAIN)


@pytest.mark.parametrize("reason", ["AG-77-02", "AG-77-03"])
def test_who_is_told_of_a_reason_reads_that_its_meaning_is_not_confirmed(reason: str) -> None:
    with pytest.raises(Refused, match=f"reason {reason}, its meaning not confirmed"):
        taken_back(reason).do(AGAIN)


def test_a_word_is_kept_only_where_it_was_needed() -> None:
    book = failed("AG-82-1").given(WORD)
    assert [one.fact.again for one in book.log if isinstance(one.fact, CollectionOrdered)] == [None, None]


def test_a_mandate_that_has_ended_is_not_held() -> None:
    book = open_clinic().given(*ORDERED, CancelMandate(mandate_id="101", ended_by="payer", reason_code="AG-46-02"))
    book.given(FailCollection(collection_id="d1", reason_code="AG-82-2"))
    mandate = book.states["mandate-101"]
    assert isinstance(mandate, Mandate)
    assert (mandate.status, mandate.held_for) == ("cancelled", None)


def test_a_payment_that_comes_back_late_leaves_the_next_direct_debit_under_way() -> None:
    book = taken_back("AG-82-1").given(AGAIN)
    item = book.states[f"item-{item_id('i1')}"]
    assert isinstance(item, Item)
    assert item.collected_by == "d2"
    book = open_clinic().given(*ORDERED, receipt("r", 250_00), SettleCollection(collection_id="d1", receipt_id="r"))
    book.given(AGAIN, debit(250_00), RecallReceipt(receipt_id="r", part_id="m", reason_code="MD06"))
    book.given(ReturnCollection(collection_id="d1", receipt_id="r", reason_code="MD06"))
    item = book.states[f"item-{item_id('i1')}"]
    assert isinstance(item, Item)
    assert (item.collected_by, item.refused_for) == ("d2", "MD06")


@pytest.mark.parametrize(
    ("scheme", "reason", "back", "meaning"),
    [
        ("sepa_core", "AM04", False, "again"),
        ("sepa_core", "AM04", True, "again"),
        ("sepa_core", "AC04", False, "mandate"),
        ("sepa_b2b", "MD01", True, "mandate"),
        ("sepa_core", "MD06", True, "payer"),
        ("sepa_core", "MS03", False, "payer"),
        ("sepa_core", "RJCT", False, "payer"),
        ("sepa_core", "ZZ99", False, "payer"),
        ("sepa_core", "BY_HAND", False, "again"),
        ("sepa_core", "BY_HAND", True, "payer"),
        ("autogiro", "AG-82-9", False, "again"),
    ],
)
def test_each_code_has_one_of_three_meanings(scheme: Scheme, reason: str, back: bool, meaning: str) -> None:
    assert meaning_of(scheme, reason, DAY, taken_back=back) == meaning


def test_every_scheme_has_codes_with_their_source_each_in_its_form() -> None:
    for rule in RULES:
        assert rule.source
        assert all(rule.form.fullmatch(one) for one in rule.codes)
    assert {scheme for one in RULES for scheme in one.schemes} == {"autogiro", "sepa_core", "sepa_b2b"}

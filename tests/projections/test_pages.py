"""Whole months folded: the same in any pages, the sub-ledger beside the general ledger, and no fact forgotten."""

from __future__ import annotations

import pytest

from ledger.domain.bank.file_mapping import RejectFileMapping, RequestFileMapping
from ledger.domain.bank.line_rule import RejectLineRule
from ledger.domain.catalogue import CATALOGUE
from ledger.domain.chart_of_accounts import control_roles
from projections.read_models.account_balances import ACCOUNT_BALANCES, AccountBalance, settle
from projections.read_models.activity import ACTIVITY
from projections.read_models.gl_postings import GL_POSTINGS
from projections.read_models.model import Row
from projections.read_models.page import Before, fold, lines
from projections.read_models.registry import KEYED, KEYED_OF, MODELS
from tests.kit.book import by
from tests.kit.care import allocate, approve_refund, declare_bank_account, open_clinic, request_refund
from tests.kit.every_debit import DEBITS
from tests.kit.mappings import COLLECTOR
from tests.kit.office.draws import ACCOUNTS
from tests.kit.providers import declare_provider_account
from tests.ledger.domain.bank.test_line_rule import requesting
from tests.ledger.domain.bank.test_withdrawal import WITHDRAW, declared
from tests.ledger.domain.cash.test_recall import SEND, debit, paid, recall
from tests.projections.months import month

NONE_YET: Before = {model.table: {} for model in KEYED}


@pytest.mark.parametrize("seed", range(5))
def test_the_sub_ledger_and_the_general_ledger_count_the_same_by_role(seed: int):
    log = month(seed, 350)
    page = fold(log.recorded, NONE_YET, CATALOGUE)
    sums: dict[str, dict[tuple[str, str], int]] = {"activity": {}, "gl_postings": {}}
    for model in (ACTIVITY, GL_POSTINGS):
        for one in lines(model, log.recorded, page, CATALOGUE):
            key = (one.role, one.currency)
            sums[model.table][key] = sums[model.table].get(key, 0) + one.amount_minor
    controlled = {key for key in sums["gl_postings"] if key[0] in control_roles()}
    assert {role for role, _ in controlled} == {"ar_patient", "ar_payer", "unallocated", "customer_credit"}
    assert {key: sums["activity"][key] for key in controlled} == {key: sums["gl_postings"][key] for key in controlled}
    assert sum(sums["gl_postings"].values()) == 0


@pytest.mark.parametrize("seed", range(5))
def test_every_item_is_what_its_amounts_say(seed: int):
    page = fold(month(seed, 350).recorded, NONE_YET, CATALOGUE)
    items = page.rows["items"].values()
    assert len(items) > 15
    for one in items:
        assert (
            one.original_minor
            == one.paid_minor + one.credited_minor + one.written_off_minor + one.rounded_off_minor + one.open_minor
        )
        assert one.open_minor >= 0


@pytest.mark.parametrize("size", [1, 2, 7, 100])
def test_a_fold_in_pages_is_the_fold_in_one(size: int):
    log = month(3, 200)
    whole = fold(log.recorded, NONE_YET, CATALOGUE)
    before: dict[str, dict[tuple[object, ...], Row]] = {model.table: {} for model in KEYED}
    balances: dict[tuple[object, ...], AccountBalance] = {}
    payers = dict.fromkeys(ACCOUNTS, "patient")
    for start in range(0, len(log.recorded), size):
        page = fold(log.recorded[start : start + size], before, CATALOGUE)
        for table, rows in page.rows.items():
            before[table] |= rows
        balances |= {(one.account_id, one.currency): one for one in settle(page.moved, balances, payers)}
    assert {table: rows for table, rows in before.items() if rows} == whole.rows
    assert balances == {(one.account_id, one.currency): one for one in settle(whole.moved, {}, payers)}


# What changes a balance or a row.
SHOWN = {*CATALOGUE.changing, *(fact for fact, models in KEYED_OF.items() if models)}


def test_of_a_noun_that_tables_show_every_fact_is_shown_or_left_out_on_purpose():
    # A reminder not sent changes no row; it is a line. What is credited of an invoice is read from its items. What is
    # left of a write-off, and what a payment left and was closed, is its item's.
    left_out = {"ReminderSuppressed", "InvoiceCredited", "LossRecovered", "RecoveryReversed"}
    left_out |= {"DifferenceClosed", "DifferenceReopened"}
    # What a credit note's excess became later is in its items and their payers' credit.
    left_out |= {"CreditExcessMoved"}
    # The tax that follows an item is read from its postings.
    left_out |= {"TaxRelieved", "TaxFellDue", "UnpaidTaxDue"}
    # Which items a direct debit is to bring is in the collection.
    left_out |= {"ItemCollected", "ItemCollectionEnded"}
    # Which payer was erased is in the erasure.
    left_out |= {"PayerErased"}
    # What a refund reserves is in the refund.
    left_out |= {"RefundReserved", "RefundReservationEnded"}
    shown = [set(noun.fact_classes) for noun in CATALOGUE.nouns.values() if SHOWN & set(noun.fact_classes)]
    assert {fact.__name__ for fact_classes in shown for fact in fact_classes - SHOWN} == left_out


def test_a_month_at_random_has_every_fact_that_tables_show():
    seen = {type(one.fact) for seed in range(10) for one in month(seed, 500).recorded}
    # It takes a refund that has left the bank, and then a recall of the payment that it came from.
    paid_out = allocate("r", rest_to="p1"), request_refund("f", 250_00), approve_refund("f"), SEND
    book = paid(250_00, *paid_out, debit(250_00), recall())
    # It takes a bank account of which nothing was ever loaded, the bank's answers to a direct debit, and a mapping and
    # a rule that another person rejects.
    debited = open_clinic().given(declare_bank_account("b1"), *DEBITS)
    asked = RequestFileMapping(mapping_id="collector", file_mapping=COLLECTOR)
    reject = by("bo", RejectFileMapping(mapping_id="collector", version=1, reason_code="TOO_WIDE"))
    too_wide = by("bo", RejectLineRule(rule_id="tax", version=1, reason_code="TOO_WIDE"))
    rules = open_clinic().given(declare_bank_account("b1"), by("anna", requesting()), too_wide)
    books = (
        book,
        rules,
        declared().given(WITHDRAW),
        debited,
        open_clinic().given(declare_provider_account(), asked, reject),
    )
    seen |= {type(new.fact) for one in books for new in one.log}
    assert not {fact.__name__ for fact in SHOWN - seen}


def test_tables_have_names_of_their_own():
    assert len({model.table for model in MODELS}) == len(MODELS)
    assert ACCOUNT_BALANCES in MODELS

"""Double entry: each fact that moves money posts legs that sum to zero, on roles the chart knows."""

from __future__ import annotations

import pytest

from ledger.domain.catalogue import FACTS
from ledger.domain.chart import ROLES
from ledger.domain.credit_note import CreditNoteIssued
from ledger.domain.invoice_parts import CreditedLine, CreditedShare, ar_role_of
from ledger.domain.postings import Leg, legs
from tests.museum.examples import EXAMPLES

POSTED = {
    "AllocationReversed",
    "BalanceWrittenOff",
    "BankMovementClassified",
    "CreditNoteIssued",
    "CustomerCreditApplied",
    "InvoiceIssued",
    "ReceiptAllocated",
    "ReceiptRecorded",
    "RefundApproved",
    "RefundFailed",
    "RefundSent",
    "WriteOffReversed",
}
# These tell one side of what another fact has posted, or of a promise that moves nothing yet.
COUNTERPARTS = {
    "AllocationApplied",
    "AllocationWithdrawn",
    "CustomerCreditCreated",
    "CustomerCreditRefunded",
    "CustomerCreditRestored",
    "CustomerCreditWithdrawn",
    "InvoiceCredited",
    "RefundRequested",
    "ReminderSent",
    "WriteOffRequested",
}


@pytest.mark.parametrize("name", sorted(FACTS))
def test_the_legs_of_a_fact_sum_to_zero(name: str) -> None:
    posted = legs(EXAMPLES[name])
    assert bool(posted) == (name in POSTED)
    for currency in {leg.currency for leg in posted}:
        assert sum(leg.amount_minor for leg in posted if leg.currency == currency) == 0
    assert all(leg.amount_minor and leg.role in ROLES for leg in posted)


@pytest.mark.parametrize("name", sorted(FACTS))
def test_every_fact_with_an_amount_posts_or_is_known_to_be_a_counterpart(name: str) -> None:
    fields = FACTS[name].__struct_fields__
    assert any(field.endswith("_minor") for field in fields) == (name in POSTED | COUNTERPARTS)
    assert not POSTED & COUNTERPARTS


def test_patients_and_guardians_are_one_control_account_and_other_payers_the_other() -> None:
    assert [ar_role_of(payer) for payer in ("patient", "guardian")] == ["ar_patient"] * 2
    assert [ar_role_of(payer) for payer in ("region", "insurer", "employer")] == ["ar_payer"] * 3


def test_a_credit_note_posts_what_was_open_to_the_item_and_what_was_paid_to_customer_credit() -> None:
    note = CreditNoteIssued(
        credit_note_id="c",
        series="cre",
        number=1,
        invoice_id="i1",
        currency="SEK",
        mode="full",
        lines=(CreditedLine(1, 80_30, 20_08),),
        rounding_minor=-38,
        shares=(
            CreditedShare(1, "p1", "ar_patient", 10_00, 30_00),
            CreditedShare(2, "r1", "ar_payer", 60_00, 0),
        ),
        reason_code="SERVICE",
    )
    assert legs(note) == (
        Leg("revenue", 80_30, "SEK"),
        Leg("vat_output", 20_08, "SEK"),
        Leg("rounding", -38, "SEK"),
        Leg("ar_patient", -10_00, "SEK"),
        Leg("ar_payer", -60_00, "SEK"),
        Leg("customer_credit", -30_00, "SEK"),
    )

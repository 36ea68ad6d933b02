"""No rule decides about a receipt about which people decided, or of which money went elsewhere."""

from __future__ import annotations

import pytest

from ledger.domain.cash.allocation import ItemToPay
from ledger.domain.cash.identification import IdentifyReceipt
from ledger.domain.cash.receipt_reclassification import ReclassifyReceipt
from ledger.domain.fact import Command
from tests.kit.care import allocate, invoice, open_clinic, receipt, reverse

BY_RULE = allocate("r", request_id="i1.1", allocation_id="by-rule", rule="reference_of_one_request")
ELSEWHERE = ReclassifyReceipt(receipt_id="r", role="bank_details", reason_code="NOT_OURS", amount_minor=1_00)


@pytest.mark.parametrize(
    "decisions",
    [
        (allocate("r", "i1"), reverse("r")),
        (allocate("r", "i1"), reverse("r", "mistake")),
        (allocate("r", ItemToPay("i1.1", 1_00)),),
        (allocate("r", request_id="i1.1", rule="reference_of_one_request"), reverse("r")),
        (IdentifyReceipt(receipt_id="r", account_id="p2"),),
        (ELSEWHERE,),
    ],
)
def test_what_people_decided_stays(decisions: tuple[Command, ...]):
    book = open_clinic().given(invoice("i1"), receipt("r", 100_00), *decisions)
    book.when(BY_RULE).refused("receipt_decided_by_hand")


@pytest.mark.parametrize("named", [(), (IdentifyReceipt(receipt_id="r", account_id="p1"),)])
def test_a_rule_decides_where_nobody_did_or_the_payer_is_the_same(named: tuple[Command, ...]):
    book = open_clinic().given(invoice("i1"), receipt("r", 100_00), *named).given(BY_RULE)
    assert "by-rule" in book.states["receipt-r"].allocations  # type: ignore[union-attr]

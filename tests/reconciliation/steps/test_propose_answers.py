"""What a bank's answer means for a refund: a rejection makes it fail, and what does not fit is for a person."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.domain.cash.refund_movement import BankView
from reconciliation.steps.propose_answers import _identity, _obstacle, _obstacle_to, _reason

SENT = BankView("rf01", 200_00, "SEK", "sent", 0, 0)


def row(status: str = "RJCT", **said: Any) -> dict[str, Any]:
    nothing = dict.fromkeys(("return_reason", "bank_ref", "instructed_minor", "instructed_currency"))
    return {"end_to_end_id": "rf01", "bank_code": status, "raw_position": "line 1", **nothing, **said}


@pytest.mark.parametrize(
    ("answer", "views", "code"),
    [
        (row(), (SENT,), None),
        (row(), (SENT._replace(status="settled"),), None),
        (row(), (SENT._replace(status="failed"),), None),
        (row(), (SENT._replace(status="settled", paid_minor=200_00),), "rejected_and_paid"),
        (row(), (SENT._replace(status="approved"),), "rejected_not_sent"),
        (row(), (SENT._replace(status="returned"),), "rejected_not_sent"),
        (row("ACSC"), (SENT,), None),
        (row("ACSC"), (SENT._replace(status="approved"),), None),
        (row("ACSC"), (SENT._replace(status="cancelled"),), "accepted_not_approved"),
        (row("ACSP"), (SENT._replace(status="failed"),), "accepted_and_failed"),
        (row("ACCP"), (), "answer_unknown"),
        (row(), (SENT, SENT._replace(refund_id="rf02")), "answer_ambiguous"),
        (row(instructed_minor=200_00, instructed_currency="SEK"), (SENT,), None),
        (row(instructed_minor=199_00, instructed_currency="SEK"), (SENT,), "answer_amount_differs"),
        (row(instructed_minor=200_00, instructed_currency="EUR"), (SENT,), "answer_amount_differs"),
        (row(end_to_end_id=None), (), "order_rejected"),
        (row("ACCP", end_to_end_id=None), (), None),
    ],
)
def test_an_answer_that_does_not_fit_is_for_a_person(
    answer: dict[str, Any], views: tuple[BankView, ...], code: str | None
):
    assert _obstacle(answer, views) == code


@pytest.mark.parametrize(
    ("status", "of_debit", "code"),
    [
        ("ACSP", "ordered", None),
        ("ACSP", "failed", "debit_accepted_and_failed"),
        ("ACSP", "settled", None),
        ("RJCT", "ordered", None),
        ("RJCT", "failed", None),
        ("RJCT", "returned", "debit_rejected_and_paid"),
    ],
)
def test_an_answer_to_a_direct_debit_that_does_not_fit_is_for_a_person(status: str, of_debit: str, code: str | None):
    assert _obstacle_to(row(status), {"status": of_debit}) == code


def test_a_reason_in_words_is_no_code():
    assert _reason(row(return_reason="AC04")) == "AC04"
    assert _reason(row(return_reason="Eva Ek moved")) == "RJCT"
    assert _reason(row("CANC")) == "CANC"


def test_the_same_answer_in_another_file_is_the_same():
    assert _identity(row(raw_position="line 9")) == _identity(row())
    assert len({_identity(row()), _identity(row("ACSC")), _identity(row(return_reason="AC04"))}) == 3

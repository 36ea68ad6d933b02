"""What a bank answered is counted by what became of it, and said in words."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.domain.cash.collection_answer import FailCollection, ReturnCollection
from ledger.domain.cash.mandate import AcceptMandate, RequestMandate
from reconciliation.steps import answered, propose_mandates


def test_what_is_recorded_of_answers_is_counted_and_said():
    commands = [
        AcceptMandate(mandate_id="101"),
        AcceptMandate(mandate_id="102"),
        ReturnCollection(collection_id="d1", receipt_id="r1", reason_code="MD06"),
        RequestMandate(mandate_id="103", account_id="p1", scheme="autogiro", bank_account="b1"),
    ]
    found = answered.recorded(commands)
    assert found == {"mandates_accepted": 2, "collections_returned": 1}
    assert answered.in_words(found) == ["2 mandates accepted", "1 direct debit taken back"]
    assert answered.in_words(answered.recorded([FailCollection(collection_id="d1", reason_code="AC04")])) == [
        "1 direct debit not collected"
    ]


@pytest.mark.parametrize(
    ("code", "reason", "word"),
    [
        ("73-04-32", "32", "mandates_accepted"),
        ("73-42-23", "23", "mandates_rejected"),
        ("73-46-02", "02", "mandates_ended"),
        ("73-03-33", "33", "mandates_ended"),
        ("73-03-10", "10", "unclear"),
        ("82-02", "02", "payments_rejected"),
        ("03-03", "03", "payments_rejected"),
        ("23-12", "12", "payments_changed"),
        ("32-02", "02", "unclear"),
    ],
)
def test_each_line_of_bankgirots_advice_says_one_thing(code: str, reason: str, word: str):
    row: dict[str, Any] = {"bank_code": code, "return_reason": reason}
    assert propose_mandates.told(row) == word
    assert word in answered.WORDS

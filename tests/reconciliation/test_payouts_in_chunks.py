"""Which lines of a bank's file are payouts is the same in whatever chunks they fall."""

from __future__ import annotations

import pytest

from ledger.domain.bank.line import BankLine
from ledger.domain.cash.payout import BookPayoutMovement
from reconciliation.statements.camt.writer import CamtEntry
from tests.kit.clinic import DAY, Clinic, statement
from tests.kit.providers import declare_provider_account

SENT = BookPayoutMovement(
    part_id="m1",
    line=BankLine(
        bank_account="cards", amount_minor=-294_50, currency="SEK", booked_on=DAY, line_key="m1", held_by="card"
    ),
    payout_id="cards.po_1",
    provider_account="cards",
    payout_ref="po_1AbC9",
    side="sent",
    rule="payout_by_file",
)
ONE = CamtEntry(294_50, DAY, DAY, "B77", text="STRIPE PAYOUT")
OTHER = CamtEntry(294_50, DAY, DAY, "B78", text="STRIPE PAYOUT")
BACK = CamtEntry(-294_50, DAY, DAY, "B77", reversal=True, text="REVERSAL")
QUOTING = CamtEntry(294_50, DAY, DAY, "B79", text="po_1AbC9")


@pytest.mark.parametrize("chunk", [1, 2, 2000])
@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        # The line takes back what stands after it, for recalls are booked first.
        ([ONE, BACK], {294_50: ["cards.po_1"], -294_50: ["cards.po_1"]}),
        ([QUOTING, ONE], {294_50: ["cards", "cards.po_1"]}),
        # Nothing tells which of the two it is.
        ([ONE, OTHER], {294_50: ["cards", "cards"]}),
        ([ONE], {294_50: ["cards.po_1"]}),
    ],
    ids=["taken back", "quoted", "two", "one"],
)
def test_a_line_is_the_same_payout_in_whatever_chunk(
    clinic: Clinic, lines: list[CamtEntry], expected: dict[int, list[str]], chunk: int
):
    clinic.do(declare_provider_account(senders=("STRIPE",)), SENT)
    clinic.load(statement(lines), chunk=chunk)
    found: dict[int, list[str]] = {}
    for fact in clinic.facts("MovementClassified"):
        if fact.line.bank_account != "cards":
            # The id of a payout of its own is that of the line.
            known = fact.document == "payout-cards.po_1"
            found.setdefault(fact.line.amount_minor, []).append("cards.po_1" if known else str(fact.counter_account))
    assert {amount: sorted(ids) for amount, ids in found.items()} == expected

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


BOTH = CamtEntry(199_43, DAY, DAY, "B80", text="STRIPE po_1XyZ9 po_2XyZ9")
COLUMNS = (
    "balance_transaction_id,created_utc,available_on_utc,currency,gross,fee,net,reporting_category,source_id,"
    "description,automatic_payout_id,automatic_payout_effective_at_utc,charge_id,payment_intent_id"
)
TIMES = f"{DAY} 08:00:00,{DAY} 00:00:00,sek"
FILE = "\n".join(
    (
        COLUMNS,
        f"txn_1,{TIMES},307.12,0.00,307.12,charge,ch_1,first,po_1XyZ9,{DAY} 00:00:00,ch_1,pi_1",
        f"txn_2,{TIMES},-307.12,0.00,-307.12,payout,po_1XyZ9,STRIPE PAYOUT,po_1XyZ9,{DAY} 00:00:00,,",
        f"txn_3,{TIMES},-107.69,0.00,-107.69,fee,fee_1,,po_2XyZ9,{DAY} 00:00:00,,",
        f"txn_4,{TIMES},107.69,0.00,107.69,payout,po_2XyZ9,STRIPE PAYOUT,po_2XyZ9,{DAY} 00:00:00,,",
    )
).encode()


@pytest.mark.parametrize("chunk", [1, 2, 2000])
@pytest.mark.parametrize("line_first", [True, False])
def test_one_line_pays_several_payouts_in_whatever_chunks_and_order(clinic: Clinic, chunk: int, line_first: bool):
    clinic.do(declare_provider_account(senders=("STRIPE",)))
    files = [statement([BOTH]), FILE]
    for file in files if line_first else reversed(files):
        clinic.load(file, chunk=chunk)
    known = clinic.books.store.settlements.payouts(DAY)
    assert [(one["sent_minor"], one["arrived_minor"]) for one in known] == [(199_43, 199_43)]
    assert [(one["payout_ref"], one["more_refs"]) for one in known] == [("po_1XyZ9", ["po_2XyZ9"])]

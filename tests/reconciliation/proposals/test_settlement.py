"""What a settlement says besides its money: charges with their tax apart, and which transactions were settled."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, Final

import polars as pl

from ledger.domain.bank.movement import ClassifyMovement
from ledger.domain.bank.settlement import SettleTransactions
from reconciliation.proposals import settlement
from reconciliation.proposals.proposal import Setting

DAY, NEXT = date(2026, 9, 10), date(2026, 9, 11)
SETTING: Final = Setting("ab" * 32, "job:bank-day", datetime(2026, 9, 11, 8, tzinfo=UTC), "bank-day")


UNSAID: Final = {"charges_tax_minor": pl.Int64, "receipt_id": pl.String}


def row(key: str, charges_minor: int, settled_on: date = DAY, **said: Any) -> dict[str, Any]:
    plain = {"account": "cards", "held_by": "card", "currency": "SEK", "settlement": "po_1", "statement_no": 1}
    plain |= {"raw_position": f"line {key}", "kind": "payment", "amount_minor": 300_00, "charges_tax_minor": None}
    plain |= {"of_kind": "payment", "instructed_minor": None, "instructed_currency": None}
    plain |= {"bank_id_key": "id-1", "end_to_end_key": "asked-1", "transactions": 1, "charged_for_key": None}
    plain |= {"booked_on": DAY, "movement_key": key, "decision": "book", "receipt_id": None}
    return {"key": key, "charges_minor": charges_minor, "settled_on": settled_on} | plain | said


def frame(*rows: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema_overrides=UNSAID)


def test_charges_are_one_amount_of_a_settlement_with_the_tax_apart():
    made = [*settlement.charges(frame(row("a", 5_50, charges_tax_minor=1_10), row("b", 4_00)), SETTING, 0)]
    booked = [one.command for one in made if isinstance(one.command, ClassifyMovement)]
    assert [(one.role, one.line.amount_minor) for one in booked] == [
        ("provider_fees", -8_40),
        ("provider_fee_tax", -1_10),
    ]
    assert {one.line.bank_account for one in booked} == {"cards"}


def test_each_day_and_each_chunk_has_charges_and_a_settlement_of_its_own():
    rows = frame(row("a", 5_50), row("b", 4_00, NEXT))
    of_chunks = [
        [*settlement.charges(rows, SETTING, chunk), *settlement.settled(rows, SETTING, chunk)] for chunk in (0, 1)
    ]
    keys = [one.envelope.key for made in of_chunks for one in made]
    assert len(keys) == 8
    assert len(set(keys)) == 8


def test_what_was_paid_in_another_currency_is_kept_with_its_transaction():
    (made,) = settlement.settled(
        frame(row("a", 50, of_kind="refund", instructed_minor=27_00, instructed_currency="EUR")), SETTING, 0
    )
    assert isinstance(made.command, SettleTransactions)
    (one,) = made.command.settled
    assert (one.kind, one.paid_minor, one.paid_currency) == ("refund", 27_00, "EUR")


def test_two_accounts_of_a_settlement_have_settlements_of_their_own():
    made = [*settlement.settled(frame(row("a", 0), row("b", 0, account="cards-eur")), SETTING, 0)]
    assert len({one.envelope.key for one in made}) == 2


def test_a_captured_payment_is_settled_as_the_receipt_that_it_is():
    rows = frame(row("a", 5_50, decision="captured", receipt_id="r1"), row("b", 4_00))
    (made,) = settlement.settled(rows, SETTING, 0)
    assert isinstance(made.command, SettleTransactions)
    assert [(one.money_id, one.charges_minor) for one in made.command.settled] == [("r1", 5_50), ("20260910-b", 4_00)]
    # Nothing else of the book says both ids of what a person had recorded under one of them.
    assert [(one.id_key, one.asked_key) for one in made.command.settled] == [("id-1", "asked-1"), (None, None)]
    assert (made.command.settlement_id, made.command.settlement_ref) == ("cards.po_1", "po_1")

"""The line of a file as the ledger books it: as a movement, or as a payment with what its payer quotes."""

from __future__ import annotations

from typing import Any, NamedTuple

from ledger.domain.bank.line import BankLine
from ledger.domain.cash.receipt_facts import Payment
from reconciliation.matching.entries import Entry
from reconciliation.matching.payouts import without_person
from reconciliation.matching.rails import rail_of


class Answer(NamedTuple):
    """What a proposal adds to an entry: its ids and, for a receipt, the matched request or why none matched."""

    money_id: str
    movement_id: str
    key: str
    bank_id_key: str | None
    end_to_end_key: str | None
    reason: str | None
    request_id: str
    item_id: str
    open_minor: int
    parts: list[Any] | None


def line_of(entry: Entry, answer: Answer, sha256: str) -> BankLine:
    """The entry as a movement, or a part of one."""
    return BankLine(
        bank_account=entry.account,
        amount_minor=entry.amount_minor,
        currency=entry.currency,
        booked_on=entry.booked_on,
        value_on=entry.value_on,
        movement_id=answer.movement_id,
        movement_minor=entry.line_minor,
        line_key=answer.key,
        file=sha256,
        statement_no=entry.statement_no,
        raw_position=entry.raw_position,
        bank_id_key=answer.bank_id_key,
        end_to_end_key=answer.end_to_end_key,
        in_detail=entry.in_detail,
        held_by=entry.held_by,
        payment_ref=without_person(entry.payment_ref),
    )


def payment_of(entry: Entry, answer: Answer, sha256: str, *, quoted: bool) -> Payment:
    """The entry as a payment; what the payer quotes is kept if it is `quoted`."""
    # Written out, because it is made for each payment of a file.
    return Payment(
        rail=entry.held_by or rail_of(entry.bank_code, entry.account_kind),
        bank_account=entry.account,
        amount_minor=entry.amount_minor,
        currency=entry.currency,
        booked_on=entry.booked_on,
        value_on=entry.value_on,
        reference=entry.reference if quoted else None,
        reference_kind=entry.reference_kind if quoted else None,
        reference_valid=entry.reference_valid if quoted else None,
        movement_id=answer.movement_id,
        movement_minor=entry.line_minor,
        line_key=answer.key,
        file=sha256,
        statement_no=entry.statement_no,
        raw_position=entry.raw_position,
        bank_id_key=answer.bank_id_key,
        end_to_end_key=answer.end_to_end_key,
        in_detail=entry.in_detail,
        held_by=entry.held_by,
        payment_ref=without_person(entry.payment_ref),
    )

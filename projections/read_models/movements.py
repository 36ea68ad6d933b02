"""Bank movements, or parts of them, that are not receipts, and the account role on which each is booked."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Final

import msgspec

from ledger.domain.bank.movement_facts import (
    MovementClassified,
    MovementCleared,
    MovementPartBegun,
    MovementReclassified,
    MovementSplit,
    MovementUncleared,
)
from projections.read_models.model import Index, Keyed, Row, Rows, only

if TYPE_CHECKING:
    from ledger import Recorded


class Movement(Row, frozen=True):
    """A classified movement, or a part of one; the amount is positive if it raises the bank account's balance."""

    part_id: Annotated[
        str,
        "Id of the part, and also of the part's stream. A part is all or some of a movement, but never a receipt.",
    ]
    movement_id: Annotated[
        str | None, "Bank movement to which this part belongs. The movement's receipts have the same `movement_id`."
    ]
    movement_minor: Annotated[
        int | None, "Amount of the whole bank movement, minor units: the sum of its receipts and parts."
    ]
    bank_account: Annotated[str, "Bank account of the movement."]
    amount_minor: Annotated[
        int,
        "Amount without what was split off, minor units: positive if it raises the bank account's balance, negative if "
        "it lowers it.",
    ]
    currency: Annotated[str, "ISO 4217 code of the amount."]
    booked_on: Annotated[date, "Booking day at the bank."]
    value_on: Annotated[date | None, "Value day at the bank."]
    role: Annotated[str, "Account role on the other side of the posting, opposite the bank account."]
    rule: Annotated[str, "Rule that classified the movement when it was booked, or manual if a person did."]
    tax_code: Annotated[str | None, "Tax code with which it is booked on the role; null for none."]
    cleared_minor: Annotated[int, "How much of the amount took receipts back, minor units, signed as the amount."]
    by_hand: Annotated[bool, "Whether a person said that it had not taken a receipt back, so no rule says so again."]
    document: Annotated[
        str | None,
        "Stream of the refund that the movement paid or brought back, of its payout, of the receipt that it became, or "
        "of the settlement whose payments, recorded at capture, it is the sum of.",
    ]
    counter_account: Annotated[
        str | None, "Account of ours on the other side: at the payment provider, or that of a transfer of ours."
    ]
    reason_code: Annotated[str | None, "Reason of the last person who said what the movement was."]
    split_from: Annotated[str | None, "Part from which a person split this part off; null for what a file contains."]
    split_minor: Annotated[int, "How much of the part was split off, minor units, signed as the amount."]
    line_key: Annotated[str | None, "Identity of the bank's line, or of a detail of the line."]
    file: Annotated[str | None, "Hash of the file that contains the line."]
    raw_position: Annotated[str | None, "Where in the file the line is."]
    statement_no: Annotated[int | None, "Number of the statement within the file, from 1."]
    bank_id_key: Annotated[str | None, "Hash of the account and of the movement's id at the bank."]
    end_to_end_key: Annotated[str | None, "Hash of the account and of the end-to-end id."]
    in_detail: Annotated[bool, "Whether the file only shows payments in detail, and statements book the money itself."]
    held_by: Annotated[str | None, "Rail of the payment provider that holds the money; null if a bank has it."]
    payment_ref: Annotated[str | None, "The payment provider's id of the payment; null if a bank has the money."]
    recorded_at_position: Annotated[int, "Position in the journal at which the movement was recorded."]


def evolve(rows: Rows, recorded: Recorded) -> tuple[Movement, ...]:
    """The movement with one more fact applied."""
    fact = recorded.fact
    match fact:
        case MovementClassified():
            begun = _begun(fact, recorded, fact.document, None)
            return (msgspec.structs.replace(begun, counter_account=fact.counter_account),)
        case MovementCleared():
            movement = only(rows, recorded)
            return (msgspec.structs.replace(movement, cleared_minor=movement.cleared_minor + fact.amount_minor),)
        case MovementUncleared():
            movement = only(rows, recorded)
            left = movement.cleared_minor - fact.amount_minor
            return (msgspec.structs.replace(movement, cleared_minor=left, by_hand=True),)
        case MovementPartBegun():
            return (_begun(fact, recorded, None, fact.split_from),)
        case MovementSplit():
            whole = only(rows, recorded)
            split = whole.split_minor + fact.amount_minor
            left = whole.amount_minor - fact.amount_minor
            return (msgspec.structs.replace(whole, amount_minor=left, split_minor=split),)
        case MovementReclassified():
            moved = {"role": fact.role, "document": fact.document, "reason_code": fact.reason_code}
            moved |= {"tax_code": fact.tax_code, "counter_account": fact.counter_account}
            return (msgspec.structs.replace(only(rows, recorded), **moved),)
        case _:
            raise AssertionError(f"unknown fact {type(fact).__name__}")


def _begun(
    fact: MovementClassified | MovementPartBegun, recorded: Recorded, document: str | None, split_from: str | None
) -> Movement:
    line = fact.line
    return Movement(
        part_id=fact.part_id,
        movement_id=line.movement_id,
        movement_minor=line.movement_minor,
        bank_account=line.bank_account,
        amount_minor=line.amount_minor,
        currency=line.currency,
        booked_on=line.booked_on,
        value_on=line.value_on,
        role=fact.role,
        rule=fact.rule,
        tax_code=fact.tax_code,
        cleared_minor=0,
        by_hand=False,
        document=document,
        counter_account=None,
        reason_code=None,
        split_from=split_from,
        split_minor=0,
        line_key=line.line_key,
        file=line.file,
        raw_position=line.raw_position,
        statement_no=line.statement_no,
        bank_id_key=line.bank_id_key,
        end_to_end_key=line.end_to_end_key,
        in_detail=line.in_detail,
        held_by=line.held_by,
        payment_ref=line.payment_ref,
        recorded_at_position=recorded.position,
    )


MOVEMENTS: Final = Keyed(
    "movements",
    "Bank movements, or parts of them, that are not receipts.",
    Movement,
    ("part_id",),
    (MovementClassified, MovementPartBegun, MovementSplit, MovementCleared, MovementUncleared, MovementReclassified),
    evolve,
    indexes=(
        Index(("file",), "file IS NOT NULL"),
        Index(("bank_account", "booked_on")),
        Index(("split_from",), "split_from IS NOT NULL"),
        # By these, a debit with which the bank takes a payment back waits for the payment.
        Index(("end_to_end_key",), "amount_minor < cleared_minor"),
        Index(("bank_id_key",), "amount_minor < cleared_minor"),
        Index(("amount_minor",), "amount_minor < cleared_minor"),
    ),
)

"""Collections: direct debits that we ordered, and what the bank answered to each."""

from __future__ import annotations

import typing
from datetime import date
from typing import TYPE_CHECKING, Annotated, Final

import msgspec

from ledger.domain.cash.collection_facts import (
    CollectionDelayed,
    CollectionFact,
    CollectionFailed,
    CollectionOrdered,
    CollectionReopened,
    CollectionReturned,
    CollectionSettled,
)
from projections.read_models.model import Index, Keyed, Row, Rows, only

if TYPE_CHECKING:
    from ledger import Recorded


class CollectionRow(Row, frozen=True):
    """A collection of what a payment request asks."""

    collection_id: Annotated[str, "The collection."]
    mandate_id: Annotated[str, "Mandate with which it is collected."]
    request_id: Annotated[str, "Payment request that it is to pay."]
    account_id: Annotated[str, "Account that owes it."]
    bank_account: Annotated[str, "Bank account of ours that gets the money."]
    items: Annotated[tuple[str, ...], "Items that it is to pay."]
    amount_minor: Annotated[int, "Amount, minor units."]
    currency: Annotated[str, "ISO 4217 code of the amount."]
    due_on: Annotated[date, "Day on which the bank is to collect it."]
    reference: Annotated[str, "Reference of the request, which the bank repeats."]
    end_to_end_id: Annotated[str | None, "Identity of the payment, which the bank repeats; null for Autogiro."]
    order_file: Annotated[str | None, "Hash of the file that ordered it; null if no file of ours did."]
    order_id: Annotated[
        str | None, "Id of that order, by which the bank calls the sum of its payments; null for Autogiro."
    ]
    status: Annotated[str, "ordered, settled, failed or returned."]
    since: Annotated[date, "Day of the last step."]
    receipt_id: Annotated[str | None, "Receipt that has the money."]
    reason_code: Annotated[str | None, "Reason of the last answer, by the bank's code."]


def evolve(rows: Rows, recorded: Recorded) -> tuple[CollectionRow, ...]:
    """The collection after one more fact."""
    fact, on = recorded.fact, recorded.envelope.occurred_on
    if isinstance(fact, CollectionOrdered):
        return (_ordered(fact, on),)
    row: CollectionRow = only(rows, recorded)
    replace = msgspec.structs.replace
    match fact:
        case CollectionDelayed():
            return (replace(row, since=on, reason_code=fact.reason_code),)
        case CollectionSettled():
            return (replace(row, status="settled", since=on, receipt_id=fact.receipt_id, reason_code=None),)
        case CollectionFailed():
            return (replace(row, status="failed", since=on, reason_code=fact.reason_code),)
        case CollectionReturned():
            return (replace(row, status="returned", since=on, reason_code=fact.reason_code),)
        case CollectionReopened():
            return (replace(row, status="ordered", since=on, receipt_id=None, reason_code=fact.reason_code),)
        case _:
            raise AssertionError(f"unknown fact {type(fact).__name__}")


def _ordered(fact: CollectionOrdered, on: date) -> CollectionRow:
    return CollectionRow(
        collection_id=fact.collection_id,
        mandate_id=fact.mandate_id,
        request_id=fact.request_id,
        account_id=fact.account_id,
        bank_account=fact.bank_account,
        items=tuple(one.item_id for one in fact.items),
        amount_minor=fact.amount_minor,
        currency=fact.currency,
        due_on=fact.due_on,
        reference=fact.reference,
        end_to_end_id=fact.end_to_end_id,
        order_file=fact.order_file,
        order_id=fact.order_id,
        status="ordered",
        since=on,
        receipt_id=None,
        reason_code=None,
    )


COLLECTIONS: Final = Keyed(
    "collections",
    "Direct debits that we ordered, and what the bank answered.",
    CollectionRow,
    ("collection_id",),
    typing.get_args(CollectionFact),
    evolve,
    indexes=(
        Index(("mandate_id",)),
        Index(("end_to_end_id",)),
        Index(("receipt_id",)),
        Index(("order_file",)),
        Index(("order_id",)),
        # By this, a payment shows that a direct debit of its request is under way.
        Index(("reference",), "status = 'ordered'"),
    ),
)

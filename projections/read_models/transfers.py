"""Transfers of payments to and from other entities, and how far each is."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Final

import msgspec

from ledger.domain.cash.transfer_facts import (
    TransferArrived,
    TransferBegun,
    TransferCancelled,
    TransferCompleted,
    TransferDeclined,
)
from projections.read_models.model import Index, Keyed, Row, Rows, only

if TYPE_CHECKING:
    from ledger import Recorded


class Transfer(Row, frozen=True):
    """A transfer of a payment between this entity and another one."""

    transfer_id: Annotated[str, "The transfer; both entities know it by this id."]
    direction: Annotated[str, "out if this entity received the payment, in if it was meant for this entity."]
    entity: Annotated[str, "The other entity."]
    receipt_id: Annotated[str | None, "The receipt in these books; null if the transfer was declined."]
    amount_minor: Annotated[int | None, "Amount, minor units; null if the transfer was declined."]
    currency: Annotated[str | None, "ISO 4217 code of the amount."]
    status: Annotated[str, "out: under_way, completed or cancelled; in: arrived or declined."]
    since: Annotated[date, "Day of the last step."]


def evolve(rows: Rows, recorded: Recorded) -> tuple[Transfer, ...]:
    """The transfer's row after one more fact."""
    fact, on = recorded.fact, recorded.envelope.occurred_on
    match fact:
        case TransferBegun():
            return (_begun(fact, "out", "under_way", fact.receipt_id, on),)
        case TransferArrived():
            return (_begun(fact, "in", "arrived", fact.transfer_id, on),)
        case TransferDeclined():
            return (Transfer(fact.transfer_id, "in", fact.entity, None, None, None, "declined", on),)
        case TransferCompleted() | TransferCancelled():
            status = "completed" if isinstance(fact, TransferCompleted) else "cancelled"
            transfer: Transfer = only(rows, recorded)
            return (msgspec.structs.replace(transfer, status=status, since=on),)
        case _:
            raise AssertionError(f"unknown fact {type(fact).__name__}")


def _begun(fact: Any, direction: str, status: str, receipt_id: str, on: date) -> Transfer:
    return Transfer(fact.transfer_id, direction, fact.entity, receipt_id, fact.amount_minor, fact.currency, status, on)


TRANSFERS: Final = Keyed(
    "transfers",
    "Transfers of payments to and from other entities.",
    Transfer,
    ("transfer_id",),
    (TransferBegun, TransferArrived, TransferDeclined, TransferCompleted, TransferCancelled),
    evolve,
    indexes=(Index(("status",)),),
)

"""Mandates: payers' leave to collect what they owe, and where each stands."""

from __future__ import annotations

import typing
from datetime import date
from typing import TYPE_CHECKING, Annotated, Final

import msgspec

from ledger.domain.cash.mandate_facts import (
    MandateAccepted,
    MandateAmended,
    MandateCancelled,
    MandateFact,
    MandateHeld,
    MandateRejected,
    MandateRequested,
    MandateSent,
    MandateUsed,
)
from projections.read_models.model import Index, Keyed, Row, Rows, only

if TYPE_CHECKING:
    from ledger import Recorded


class MandateRow(Row, frozen=True):
    """A mandate."""

    mandate_id: Annotated[str, "Number under which the bank knows it."]
    account_id: Annotated[str, "Account whose payer gave it."]
    scheme: Annotated[str, "autogiro, sepa_core or sepa_b2b."]
    bank_account: Annotated[str, "Bank account of ours that gets the money."]
    payer_ref: Annotated[str | None, "Id in the vault of whose account is debited; null for the account's payer."]
    status: Annotated[str, "requested, accepted, rejected or cancelled."]
    since: Annotated[date, "Day of the last step."]
    signed_on: Annotated[date | None, "Day of the payer's signature; null if nobody said it."]
    active_from: Annotated[date | None, "Day from which on collections may be due; null if it was never accepted."]
    sent_on: Annotated[date | None, "Day of the file that asks the clearing house to register it; null for none."]
    order_file: Annotated[str | None, "Hash of that file."]
    end_sent_on: Annotated[date | None, "Day of the file that asks to take it out; null for none."]
    end_order_file: Annotated[str | None, "Hash of that file."]
    known_there: Annotated[bool, "Whether the clearing house may have it."]
    used_on: Annotated[date | None, "Latest due day of a collection with it."]
    notice_days: Annotated[int | None, "Days of notice that were agreed; null for what the scheme says."]
    ended_by: Annotated[str | None, "Who ended it: payer, payers_bank or us."]
    reason_code: Annotated[str | None, "Reason of the last step, by its code."]
    held_for: Annotated[str | None, "Why a bank refused a direct debit with it, so that none is ordered; null if free."]


def evolve(rows: Rows, recorded: Recorded) -> tuple[MandateRow, ...]:
    """The mandate after one more fact."""
    fact, on = recorded.fact, recorded.envelope.occurred_on
    if isinstance(fact, MandateRequested):
        return (_requested(fact, on),)
    row: MandateRow = only(rows, recorded)
    replace = msgspec.structs.replace
    match fact:
        case MandateAccepted():
            accepted = {"active_from": fact.active_on(on), "reason_code": None, "known_there": True}
            return (replace(row, status="accepted", since=on, **accepted),)
        case MandateRejected():
            return (replace(row, status="rejected", since=on, reason_code=fact.reason_code),)
        case MandateAmended():
            return (replace(row, since=on, payer_ref=fact.payer_ref, reason_code=fact.reason_code, held_for=None),)
        case MandateCancelled():
            known = row.known_there and fact.to_be_said
            ended = {"ended_by": fact.ended_by, "reason_code": fact.reason_code, "known_there": known}
            return (replace(row, status="cancelled", since=on, **ended),)
        case MandateSent(step="registration"):
            return (replace(row, sent_on=on, order_file=fact.order_file, known_there=True),)
        case MandateSent():
            return (replace(row, end_sent_on=on, end_order_file=fact.order_file, known_there=False),)
        case MandateHeld():
            return (replace(row, since=on, reason_code=fact.reason_code, held_for=fact.reason_code),)
        case MandateUsed():
            return (replace(row, used_on=max(fact.due_on, row.used_on or fact.due_on), held_for=None),)
        case _:
            raise AssertionError(f"unknown fact {type(fact).__name__}")


def _requested(fact: MandateRequested, on: date) -> MandateRow:
    return MandateRow(
        mandate_id=fact.mandate_id,
        account_id=fact.account_id,
        scheme=fact.scheme,
        bank_account=fact.bank_account,
        payer_ref=fact.payer_ref,
        status="requested",
        since=on,
        signed_on=fact.signed_on,
        active_from=None,
        sent_on=None,
        order_file=None,
        end_sent_on=None,
        end_order_file=None,
        known_there=False,
        used_on=None,
        notice_days=fact.notice_days,
        ended_by=None,
        reason_code=None,
        held_for=None,
    )


MANDATES: Final = Keyed(
    "mandates",
    "Payers' leave to collect from their bank accounts what they owe.",
    MandateRow,
    ("mandate_id",),
    typing.get_args(MandateFact),
    evolve,
    indexes=(Index(("account_id",)), Index(("order_file",)), Index(("end_order_file",))),
)

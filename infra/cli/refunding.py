"""Refunds: customer credit going back to the payer, asked for, approved by another, sent, settled or failed."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from infra.cli.answer import Told
from infra.cli.asking import Call, Commands
from infra.cli.options import AccountingDate, AmountMinor, Currency, Id, Key, On, OnBehalfOf, ReasonCode
from infra.cli.recording import Entry, decider, do

COMMANDS: Final = Commands("refund", "Refunds of customer credit.")

_Refund = Annotated[str, typer.Argument(metavar="REFUND", help="The refund's id.")]


@COMMANDS.add("request")
def request(
    call: Call,
    account: Annotated[str, typer.Option(metavar="ID", help="The account whose customer credit is paid back.")],
    amount_minor: AmountMinor,
    currency: Currency,
    reason: ReasonCode,
    payee_ref: Annotated[
        str | None, typer.Option(metavar="REF", help="Where the payee's account lies in the vault, never its number.")
    ] = None,
    id: Id = None,
    on: On = None,
    accounting_date: AccountingDate = None,
    key: Key = None,
) -> Told:
    """Ask to pay customer credit back.

    Another person approves it.
    """
    from ledger.domain.cash.refund import RequestRefund

    entry = Entry(key, on, accounting_date, reason)
    refund_id = entry.id(id, call.now)
    command = RequestRefund(
        refund_id=refund_id,
        account_id=account,
        amount_minor=amount_minor,
        currency=currency,
        reason_code=reason,
        payee_ref=payee_ref,
    )
    return do(call, command, entry, {"refund_id": refund_id})


@COMMANDS.add("approve")
def approve(
    call: Call,
    refund: _Refund,
    user: OnBehalfOf = None,
    on: On = None,
    accounting_date: AccountingDate = None,
    key: Key = None,
) -> Told:
    """Approve a refund another asked for."""
    from ledger.domain.cash.refund import ApproveRefund

    entry = Entry(key, on, accounting_date, None, decider(call, user))
    return do(call, ApproveRefund(refund_id=refund), entry, {"refund_id": refund})


@COMMANDS.add("reject")
def reject(
    call: Call,
    refund: _Refund,
    reason: ReasonCode,
    user: OnBehalfOf = None,
    on: On = None,
    accounting_date: AccountingDate = None,
    key: Key = None,
) -> Told:
    """Reject a refund another asked for."""
    from ledger.domain.cash.refund import RejectRefund

    entry = Entry(key, on, accounting_date, reason, decider(call, user))
    return do(call, RejectRefund(refund_id=refund, reason_code=reason), entry, {"refund_id": refund})


@COMMANDS.add("send")
def send(
    call: Call,
    refund: _Refund,
    end_to_end_id: Annotated[str, typer.Option(metavar="ID", help="The id that comes back on the bank's line.")],
    rail: Annotated[str, typer.Option(metavar="NAME", help="How it was sent.")] = "bank_transfer",
    on: On = None,
    accounting_date: AccountingDate = None,
    key: Key = None,
) -> Told:
    """Say that an approved refund went to the bank."""
    from ledger.domain.cash.refund import SendRefund

    command = SendRefund(refund_id=refund, rail=rail, end_to_end_id=end_to_end_id)
    return do(call, command, Entry(key, on, accounting_date), {"refund_id": refund})


@COMMANDS.add("settle")
def settle(
    call: Call,
    refund: _Refund,
    bank_ref: Annotated[str | None, typer.Option(metavar="REF", help="The bank's reference.")] = None,
    on: On = None,
    accounting_date: AccountingDate = None,
    key: Key = None,
) -> Told:
    """Say that the bank paid a sent refund.

    A bank line with its end-to-end id says so by itself.
    """
    from ledger.domain.cash.refund import SettleRefund

    command = SettleRefund(refund_id=refund, bank_ref=bank_ref)
    return do(call, command, Entry(key, on, accounting_date), {"refund_id": refund})


@COMMANDS.add("fail")
def fail(
    call: Call,
    refund: _Refund,
    reason: ReasonCode,
    on: On = None,
    accounting_date: AccountingDate = None,
    key: Key = None,
) -> Told:
    """Say that the bank could not pay a refund.

    The customer credit is back on the account.
    """
    from ledger.domain.cash.refund import FailRefund

    command = FailRefund(refund_id=refund, reason_code=reason)
    return do(call, command, Entry(key, on, accounting_date, reason), {"refund_id": refund})

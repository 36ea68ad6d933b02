"""Refunds: customer credit going back to the payer, asked for, approved by another, sent, settled or failed."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from infra.cli.answer import Told
from infra.cli.asking import Call, Commands
from infra.cli.options import AccountingDate, Amount, Currency, Id, Key, On, OnBehalfOf, ReasonCode
from infra.cli.recording import decider, recorded
from infra.desk import refund
from infra.desk.desk import Entry

COMMANDS: Final = Commands("refund", "Refunds of customer credit.")

_Refund = Annotated[str, typer.Argument(metavar="REFUND", help="The refund's id, or its beginning.")]


@COMMANDS.add("request")
def request(
    call: Call,
    account: Annotated[str, typer.Option(metavar="ACCOUNT", help="The account whose customer credit is paid back.")],
    amount: Amount,
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
    entry = Entry(key, on, accounting_date, reason)
    with call.desk() as desk:
        return recorded(refund.request(desk, account, amount, currency, reason, entry, payee_ref, id))


@COMMANDS.add("approve")
def approve(
    call: Call,
    refund_id: _Refund,
    user: OnBehalfOf = None,
    on: On = None,
    accounting_date: AccountingDate = None,
    key: Key = None,
) -> Told:
    """Approve a refund another asked for."""
    entry = Entry(key, on, accounting_date, None, decider(call, user))
    with call.desk() as desk:
        return recorded(refund.approve(desk, refund_id, entry))


@COMMANDS.add("reject")
def reject(
    call: Call,
    refund_id: _Refund,
    reason: ReasonCode,
    user: OnBehalfOf = None,
    on: On = None,
    accounting_date: AccountingDate = None,
    key: Key = None,
) -> Told:
    """Reject a refund another asked for."""
    entry = Entry(key, on, accounting_date, reason, decider(call, user))
    with call.desk() as desk:
        return recorded(refund.reject(desk, refund_id, reason, entry))


@COMMANDS.add("send")
def send(
    call: Call,
    refund_id: _Refund,
    end_to_end_id: Annotated[str, typer.Option(metavar="ID", help="The id that comes back on the bank's line.")],
    rail: Annotated[str, typer.Option(metavar="NAME", help="How it was sent.")] = "bank_transfer",
    on: On = None,
    accounting_date: AccountingDate = None,
    key: Key = None,
) -> Told:
    """Say that an approved refund went to the bank."""
    with call.desk() as desk:
        return recorded(refund.send(desk, refund_id, rail, end_to_end_id, Entry(key, on, accounting_date)))


@COMMANDS.add("settle")
def settle(
    call: Call,
    refund_id: _Refund,
    bank_ref: Annotated[str | None, typer.Option(metavar="REF", help="The bank's reference.")] = None,
    on: On = None,
    accounting_date: AccountingDate = None,
    key: Key = None,
) -> Told:
    """Say that the bank paid a sent refund.

    A bank line with its end-to-end id says so by itself.
    """
    with call.desk() as desk:
        return recorded(refund.settle(desk, refund_id, bank_ref, Entry(key, on, accounting_date)))


@COMMANDS.add("fail")
def fail(
    call: Call,
    refund_id: _Refund,
    reason: ReasonCode,
    on: On = None,
    accounting_date: AccountingDate = None,
    key: Key = None,
) -> Told:
    """Say that the bank could not pay a refund.

    The customer credit is back on the account.
    """
    with call.desk() as desk:
        return recorded(refund.fail(desk, refund_id, reason, Entry(key, on, accounting_date, reason)))

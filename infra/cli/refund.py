"""Commands for refunds of customer credit: one person requests a refund, another approves it, and the bank pays it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Final

import typer

from infra.cli import lists, orders
from infra.cli.answer import Answer, Table
from infra.cli.invocation import Call, Commands
from infra.cli.options import (
    AccountingDate,
    Amount,
    DecidedOn,
    Id,
    Key,
    OnBehalfOf,
    OnlyCurrency,
    RailName,
    ReasonCode,
    ReasonText,
    day,
)
from infra.cli.outcome import decided, recorded, waits
from infra.desk import names, payment_order, refund
from infra.desk.desk import Occasion
from infra.desk.payment_order import Asked
from infra.desk.short_ids import end
from infra.desk.vault import reason_text

if TYPE_CHECKING:
    from infra.desk.desk import Desk

COMMANDS: Final = Commands(
    "refund", "Pay customer credit back to a payer: request, approve, cancel, order, send, settle and resume refunds."
)

_SUMS: Final = (
    ("clearing account", "name"),
    ("currency", "currency"),
    ("refunds", "refunds_minor"),
    ("ledger", "ledger_minor"),
    ("difference", "difference_minor"),
)
_ORDERED: Final = orders.Wording(
    name="payment_order",
    title="payment order",
    one="refund",
    done="recorded as sent",
    none="no refund waits for its payment order",
    columns=(
        ("refund", "refund_id"),
        ("account", "account_id"),
        ("amount", "amount_minor"),
        ("currency", "currency"),
        ("end-to-end id", "end_to_end_id"),
    ),
)
_Refund = Annotated[
    str, typer.Argument(metavar="REFUND", help="The refund's amount (amount:400.00), id, or either end of it.")
]


@COMMANDS.add("request", gives=("RequestRefund",))
def request(
    call: Call,
    account: Annotated[str, typer.Option(metavar="ACCOUNT", help="The account whose customer credit is paid back.")],
    amount: Amount,
    reason: ReasonCode,
    currency: OnlyCurrency = None,
    payee_ref: Annotated[
        str | None,
        typer.Option(
            metavar="REF",
            help="The reference under which the vault keeps the payee's bank account. Do not give the account's "
            "number.",
        ),
    ] = None,
    on_behalf_of: OnBehalfOf = None,
    id: Id = None,
    on: DecidedOn = None,
    accounting_date: AccountingDate = None,
    key: Key = None,
    text: ReasonText = None,
) -> Answer:
    """Request that customer credit be paid back.

    Another person must approve the refund.
    """
    with call.desk() as desk:
        asked = names.asker(desk, on_behalf_of)
        occasion = Occasion(key, on, accounting_date, asked, text_ref=reason_text(desk, call.vault, text))
        done = refund.request(desk, account, amount, currency, reason, occasion, payee_ref, id)
    return decided(done, waits(f"refund approve {end(done.named['refund_id'])}", on_behalf_of))


def _compared(call: Call, desk: Desk) -> lists.Below:
    totals = refund.compared(desk)
    agrees = not any(one["difference_minor"] for one in totals)
    return lists.Below([Table(_SUMS, totals)] if totals else [], totals, agrees)


lists.add(COMMANDS, "list", "refunds", _compared)


@COMMANDS.add("approve", gives=("ApproveRefund",))
def approve(
    call: Call,
    refund_id: _Refund,
    on: DecidedOn = None,
    accounting_date: AccountingDate = None,
    key: Key = None,
) -> Answer:
    """Approve a refund that somebody else requested."""
    occasion = Occasion(key, on, accounting_date)
    with call.desk() as desk:
        return decided(refund.approve(desk, refund_id, occasion))


@COMMANDS.add("reject", gives=("RejectRefund",))
def reject(
    call: Call,
    refund_id: _Refund,
    reason: ReasonCode,
    on: DecidedOn = None,
    accounting_date: AccountingDate = None,
    key: Key = None,
) -> Answer:
    """Reject a refund that somebody else requested."""
    occasion = Occasion(key, on, accounting_date)
    with call.desk() as desk:
        return decided(refund.reject(desk, refund_id, reason, occasion))


@COMMANDS.add("cancel", gives=("CancelRefund",))
def cancel(
    call: Call,
    refund_id: _Refund,
    reason: ReasonCode,
    on: DecidedOn = None,
    accounting_date: AccountingDate = None,
    key: Key = None,
) -> Answer:
    """Cancel a refund that has not been sent, even your own.

    The account has its customer credit again.
    """
    with call.desk() as desk:
        return decided(refund.cancel(desk, refund_id, reason, Occasion(key, on, accounting_date)))


@COMMANDS.add("send", gives=("SendRefund",))
def send(
    call: Call,
    refund_id: _Refund,
    end_to_end_id: Annotated[
        str | None,
        typer.Option(
            metavar="ID",
            help="The end-to-end id, which the bank's line repeats; by default the refund's id, without hyphens if it "
            "is longer than 35 characters.",
        ),
    ] = None,
    rail: Annotated[
        RailName, typer.Option(help="The payment rail by which it was sent; a refund cannot be paid in cash.")
    ] = "bank_transfer",
    on: DecidedOn = None,
    accounting_date: AccountingDate = None,
    key: Key = None,
) -> Answer:
    """Record that an approved refund was sent to the bank."""
    with call.desk() as desk:
        done = refund.send(desk, refund_id, rail, end_to_end_id, Occasion(key, on, accounting_date))
    return recorded(done, f"end-to-end id {done.more['end_to_end_id']}: the bank's line for the payment repeats it")


@COMMANDS.add("order", gives=("SendRefund",))
def order(
    call: Call,
    bank_account: Annotated[
        str, typer.Option(metavar="ACCOUNT", help="The bank account of ours that pays, by its id or a number.")
    ],
    refunds: Annotated[
        list[str] | None,
        typer.Argument(metavar="REFUND", help="Which refunds; all that are approved and not sent if you give none."),
    ] = None,
    on: Annotated[
        date | None,
        typer.Option(parser=day, metavar="DATE", help="The day of the payment; a day without bank is the next one."),
    ] = None,
    bic: Annotated[str | None, typer.Option(metavar="BIC", help="The BIC of our bank, if it asks for one.")] = None,
    key: Key = None,
) -> Answer:
    """Write a payment order for our bank (pain.001.001.09) and record its refunds as sent.

    The vault says the payee's name and account number: of the person whom --payee-ref of the request named, or else of
    the account's payer. A refund without them is left out, with the reason. Either all refunds of the file are recorded
    as sent or none; if the command is interrupted, run it again. Give the file to the bank, then delete it, because it
    names payees.
    """
    with call.desk() as desk:
        asked = Asked(bank_account, tuple(refunds or ()), on, bic)
        made = payment_order.order(desk, call.vault, call.settings.payment_orders, asked, Occasion(key))
    return orders.answer(made, _ORDERED)


@COMMANDS.add("settle", gives=("SettleRefund",))
def settle(
    call: Call,
    refund_id: _Refund,
    bank_ref: Annotated[str | None, typer.Option(metavar="REF", help="The bank's reference.")] = None,
    on: DecidedOn = None,
    accounting_date: AccountingDate = None,
    key: Key = None,
) -> Answer:
    """Record that the bank paid a refund.

    A bank line with the refund's end-to-end id does this by itself. If the line comes later, it shows the payment.
    """
    with call.desk() as desk:
        return recorded(refund.settle(desk, refund_id, bank_ref, Occasion(key, on, accounting_date)))


@COMMANDS.add("fail", gives=("FailRefund",))
def fail(
    call: Call,
    refund_id: _Refund,
    reason: ReasonCode,
    on: DecidedOn = None,
    accounting_date: AccountingDate = None,
    key: Key = None,
) -> Answer:
    """Record that the bank did not pay a refund.

    The account gets its customer credit back. A refund that was settled by mistake can fail, too.
    """
    with call.desk() as desk:
        return recorded(refund.fail(desk, refund_id, reason, Occasion(key, on, accounting_date)))


@COMMANDS.add("return", gives=("ReturnRefund",))
def return_(
    call: Call,
    refund_id: _Refund,
    reason: ReasonCode,
    amount: Annotated[
        str | None,
        typer.Option(metavar="AMOUNT", help="The amount that came back; all that is still out if you give none."),
    ] = None,
    on: DecidedOn = None,
    accounting_date: AccountingDate = None,
    key: Key = None,
) -> Answer:
    """Record that the money of a paid refund came back, all or a part.

    The account gets as much customer credit back. A bank line with the refund's end-to-end id does this by itself. If
    the line comes later, it shows the return.
    """
    with call.desk() as desk:
        return recorded(refund.return_(desk, refund_id, reason, Occasion(key, on, accounting_date), amount))


@COMMANDS.add("resume", gives=("ResumeRefund",))
def resume(
    call: Call,
    refund_id: _Refund,
    reason: ReasonCode,
    accounting_date: AccountingDate = None,
    key: Key = None,
) -> Answer:
    """Say that a refund had not failed or come back after all.

    This takes back what people recorded by mistake and no bank line shows, as of the day of the mistake. The account
    loses the customer credit again, even if it is used meanwhile.
    """
    with call.desk() as desk:
        return recorded(refund.resume(desk, refund_id, reason, Occasion(key, None, accounting_date)))

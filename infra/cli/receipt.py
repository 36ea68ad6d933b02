"""Commands about a single receipt: record or void a payment by hand, and assign the bank's recalls."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from infra.cli import lists
from infra.cli.answer import Answer, Table
from infra.cli.invocation import Call, Commands
from infra.cli.options import AccountingDate, Amount, Id, Key, On, OnlyCurrency, OwnRailName, ReasonCode, ReceiptName
from infra.cli.outcome import recorded, undone_before
from infra.cli.page import amount as shown
from infra.desk import receipt
from infra.desk.captured_payment import Captured
from infra.desk.desk import Done, Occasion
from infra.desk.payer import who_paid
from infra.desk.vault import CLERKS
from ledger.vault.purposes import Purpose

COMMANDS: Final = Commands(
    "receipt",
    "Record or void a payment received by hand, or say that a receipt was taken back by the bank or was no payment.",
)

_PAYER: Final = (
    ("receipt", "receipt_id"),
    ("account", "account_id"),
    ("name", "name"),
    ("paid from", "payer_account"),
    ("message", "message_text"),
    ("masked", "masked"),
)


@COMMANDS.add("payer", needs={"": CLERKS})
def payer(
    call: Call,
    receipt_id: ReceiptName,
    purpose: Annotated[Purpose, typer.Option("--purpose", help="Why you read it; this is logged.")],
) -> Answer:
    """Show who paid a receipt, as the bank's file says.

    Who read it, when and why is logged, and `vault log` lists it. Of a payer with protected identity, it is masked,
    also after the payment was taken back or its allocation undone.
    """
    with call.desk() as desk:
        row = who_paid(desk, call.vault, receipt_id, purpose)._asdict()
    return Answer(rows=[row], page=[Table(_PAYER, [row])])


@COMMANDS.add(
    "recall", gives=("RecallReceipt", "ReturnCollection", "ReverseRecall", "SettleCollection", "IdentifyReceipt")
)
def recall(
    call: Call,
    receipt_id: ReceiptName,
    movement: Annotated[
        str,
        typer.Option(metavar="MOVEMENT", help="The bank's debit: its amount (amount:70.00), id, or either end of it."),
    ],
    reason: ReasonCode,
    amount: Annotated[
        str | None,
        typer.Option(metavar="AMOUNT", help="The amount, as in 400.00; as much as possible if you give none."),
    ] = None,
    item: Annotated[
        list[str] | None,
        typer.Option(metavar="ITEM", help="Repeatable: what paid this item, by its number or id, goes back first."),
    ] = None,
    back: Annotated[bool, typer.Option("--back", help="The debit did not take this receipt back: both wait.")] = False,
    accounting_date: AccountingDate = None,
    key: Key = None,
) -> Answer:
    """Assign a debit of the bank to the receipt that it takes back.

    What the receipt's money settled is open again, from the bank's day on. A direct debit that brought it is
    returned. With `--back`, the receipt has its money again, which is to be allocated, and the debit waits.
    """
    if back and (amount is not None or item):
        raise typer.BadParameter("--back takes the whole assignment back; leave out --amount and --item")
    occasion = Occasion(key, None, accounting_date)
    with call.desk() as desk:
        if back:
            return _answer(receipt.reverse_recall(desk, call.settings, receipt_id, movement, reason, occasion))
        return _answer(receipt.recall(desk, receipt_id, movement, reason, occasion, amount, item or ()))


@COMMANDS.add("reclassify", gives=("ReclassifyReceipt", "ReclassifyReceiptAsPayout", "ReopenCollection"))
def reclassify(
    call: Call,
    receipt_id: ReceiptName,
    reason: ReasonCode,
    role: Annotated[
        str | None,
        typer.Option(
            metavar="ROLE",
            help="The account role on which it belongs, such as suppliers; bank_details if the bank never got it.",
        ),
    ] = None,
    payout: Annotated[
        str | None, typer.Option(metavar="PAYOUT", help="The payout of a payment provider that it is.")
    ] = None,
    amount: Annotated[
        str | None,
        typer.Option(metavar="AMOUNT", help="The amount, as in 400.00; as much as possible if you give none."),
    ] = None,
    back: Annotated[bool, typer.Option("--back", help="It does not belong there: it is unallocated again.")] = False,
    accounting_date: AccountingDate = None,
    key: Key = None,
) -> Answer:
    """Say that unallocated money was nobody's payment; give --role or --payout.

    It moves to another account role, or is a payout, whatever the payout's amount. It was so from the bank's day on,
    and counts in the general ledger today.
    """
    if (role is None) == (payout is None):
        raise typer.BadParameter("give one of --role and --payout")
    occasion = Occasion(key, None, accounting_date)
    with call.desk() as desk:
        if payout is not None:
            return _answer(receipt.to_payout(desk, receipt_id, payout, reason, occasion, amount, back))
        assert role is not None, "one of them is given"
        return _answer(receipt.reclassify(desk, receipt_id, role, reason, occasion, amount, back))


@COMMANDS.add("record", gives=("RecordReceipt",))
def record(
    call: Call,
    amount: Amount,
    currency: OnlyCurrency = None,
    rail: Annotated[
        OwnRailName | None, typer.Option(help="How it was paid; by default in cash, or by the provider account's rail.")
    ] = None,
    provider_account: Annotated[
        str | None,
        typer.Option(metavar="PROVIDER-ACCOUNT", help="Our account at the payment provider that captured it."),
    ] = None,
    payment_ref: Annotated[
        str | None, typer.Option(metavar="TEXT", help="The provider's id of the payment, by which its files name it.")
    ] = None,
    id: Id = None,
    on: On = None,
    accounting_date: AccountingDate = None,
    key: Key = None,
) -> Answer:
    """Record a payment in cash, by card, by Swish, or otherwise captured by a payment provider.

    All other payments come in the files of banks and providers. The money is on the account role `cash_on_hand`, or the
    clearing account of the rail, until it is paid out. With `--provider-account`, the provider's settlement file shows
    the payment again by its `--payment-ref`, and the payout; a payment that a receipt has already under that id is
    refused. Without it, the bank's line that pays it out is nobody's payment: `receipt reclassify` says so, with that
    role.
    """
    occasion = Occasion(key, on, accounting_date)
    with call.desk() as desk:
        held = None if provider_account is None else Captured(provider_account, payment_ref)
        return _answer(receipt.record(desk, amount, currency, occasion, id, rail, held))


@COMMANDS.add("void", gives=("VoidReceipt", "ReopenCollection"))
def void(
    call: Call,
    receipt_id: ReceiptName,
    reason: ReasonCode,
    accounting_date: AccountingDate = None,
    key: Key = None,
) -> Answer:
    """Void a payment that a person recorded by mistake.

    All that is still done with the money is undone as of its own day. What of it was reversed, released or taken back
    before stays so until that day. A payment that a payment provider's file has settled is no mistake and is refused.
    """
    occasion = Occasion(key, None, accounting_date)
    with call.desk() as desk:
        return _answer(receipt.void(desk, receipt_id, reason, occasion))


def _answer(done: Done) -> Answer:
    left, currency = done.more["unallocated_minor"], done.more["currency"]
    return recorded(done, *undone_before(done), f"left to allocate: {shown(left, currency)}")


lists.add(COMMANDS, "list", "receipts")


lists.add(COMMANDS, "allocations", "allocations")

"""Commands for collections: direct debits of what payers owe, from the order to the bank's answer."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Final

import typer

from infra.cli import lists, orders
from infra.cli.answer import Answer, Table
from infra.cli.invocation import Call, Commands
from infra.cli.options import DecidedOn, Key, ReasonCode, SchemeName, day
from infra.cli.outcome import recorded
from infra.desk import collection
from infra.desk.collection import Asked
from infra.desk.counts import counted
from infra.desk.desk import Occasion

if TYPE_CHECKING:
    from infra.desk.desk import Desk

COMMANDS: Final = Commands("collection", "Collect what payers owe by direct debit: order, list, settle, fail, reopen.")

_ORDERED: Final = orders.Wording(
    name="direct_debits",
    title="direct debits",
    one="collection",
    done="ordered",
    none="nothing can be collected",
    columns=(
        ("collection", "collection_id"),
        ("mandate", "mandate_id"),
        ("account", "account_id"),
        ("reference", "reference"),
        ("amount", "amount_minor"),
        ("currency", "currency"),
    ),
)
_ANSWERED_LATE: Final = (("collection", "collection_id"), ("due", "due_on"), ("answer by", "answer_by"))
_NAMED: Final = (
    "The direct debit: the number or reference of what it collects, its amount (amount:400.00), its id, or either end "
    "of it"
)
_Collection = Annotated[str, typer.Argument(metavar="COLLECTION", help=f"{_NAMED}.")]
_OrOrder = Annotated[
    str,
    typer.Argument(
        metavar="COLLECTION",
        help=f"{_NAMED}; or the id of an order of SEPA, for all of it that the bank has not answered.",
    ),
]


@COMMANDS.add("order", gives=("OrderCollection",))
def order(
    call: Call,
    bank_account: Annotated[
        str,
        typer.Option(metavar="ACCOUNT", help="The bank account of ours that gets the money, by its id or a number."),
    ],
    scheme: Annotated[SchemeName, typer.Option(help="The scheme of direct debits.")],
    references: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="REFERENCE",
            help="Which payment requests, by reference, or number of what they ask; all that can be collected if you "
            "give none.",
        ),
    ] = None,
    on: Annotated[
        date | None,
        typer.Option(
            parser=day,
            metavar="DATE",
            help="The day of the payments, the next bank day if you give none; what is payable later is left out.",
        ),
    ] = None,
    customer: Annotated[
        str | None,
        typer.Option(metavar="NUMBER", help="Our customer number at Bankgirot; of SEPA, our creditor identifier."),
    ] = None,
    bic: Annotated[str | None, typer.Option(metavar="BIC", help="The BIC of our bank, if it asks for one.")] = None,
    again: Annotated[
        str | None,
        typer.Option(
            metavar="CODE",
            help="Why these requests may be collected although a bank refused it for a reason that forbids it, such "
            "as PAYER_AGREED; their mandates are held no longer.",
        ),
    ] = None,
    key: Key = None,
) -> Answer:
    """Write a file that asks our bank to collect what is open, and record its collections.

    Left out is what is on hold, what a direct debit that is not answered is to bring already, what its payer was not
    told of early enough, and what a bank refused for a reason that forbids to collect it again. Either all collections
    of the file are recorded or none; if the command is interrupted, run it again. Give the file to the bank, then
    delete it.
    """
    with call.desk() as desk:
        asked = Asked(bank_account, scheme, on, tuple(references or ()), customer, bic, again)
        made = collection.order(desk, call.vault, call.settings.direct_debits, asked, Occasion(key))
    return orders.answer(made, _ORDERED)


@COMMANDS.add("settle", gives=("AllocateReceipt", "SettleCollection"))
def settle(
    call: Call,
    collection_id: _Collection,
    receipt: Annotated[str, typer.Option(metavar="RECEIPT", help="The receipt that has its money.")],
    short: Annotated[
        bool, typer.Option("--short", help="The bank brought less than was ordered; the rest is open again.")
    ] = False,
    on: DecidedOn = None,
    key: Key = None,
) -> Answer:
    """Record which receipt has the money of a collection, and apply what the receipt has left to its items.

    A file of the bank that shows the payment does this by itself.
    """
    with call.desk() as desk:
        return recorded(collection.settle(desk, collection_id, receipt, Occasion(key, on), short=short))


@COMMANDS.add("fail", gives=("FailCollection",))
def fail(call: Call, collection_id: _OrOrder, reason: ReasonCode, on: DecidedOn = None, key: Key = None) -> Answer:
    """Record that the bank did not collect a payment, or none of a whole order.

    Its items can be collected and reminded again. A report of the bank does this by itself.
    """
    with call.desk() as desk:
        done = collection.fail(desk, collection_id, reason, Occasion(key, on))
    return recorded(done, *([counted(done.more["count"], "direct debit")] if "count" in done.more else []))


@COMMANDS.add("reopen", gives=("ReopenCollection",))
def reopen(call: Call, collection_id: _Collection, reason: ReasonCode, on: DecidedOn = None, key: Key = None) -> Answer:
    """Take back that a collection was settled or failed, because that was a mistake.

    It waits for the bank's answer again, and its receipt is nobody's direct debit. Allocations stay as they are.
    """
    with call.desk() as desk:
        return recorded(collection.reopen(desk, collection_id, reason, Occasion(key, on)))


def _late(call: Call, desk: Desk) -> lists.Below:
    rows = collection.late(desk)
    if not rows:
        return lists.Below()
    told = (
        f"{counted(len(rows), 'direct debit')} without an answer for too long; nobody is reminded of what they bring:"
    )
    what = "load the bank's files of these days, or ask the bank and record it with `collection settle` or `fail`"
    return lists.Below([told, Table(_ANSWERED_LATE, rows), what], rows)


lists.add(COMMANDS, "list", "collections", _late)

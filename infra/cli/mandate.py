"""Commands for mandates: payers' leave to collect from their bank accounts what they owe."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final

import typer

from infra.cli import lists, orders
from infra.cli.answer import Answer
from infra.cli.invocation import Call, Commands
from infra.cli.options import DecidedOn, EndedByName, Key, ReasonCode, SchemeName, day, whole
from infra.cli.outcome import recorded
from infra.desk import mandate, mandate_order
from infra.desk.counts import counted
from infra.desk.desk import Occasion
from infra.desk.mandate import Ended, Given
from infra.desk.mandate_order import Told

COMMANDS: Final = Commands(
    "mandate", "Payers' mandates for direct debits: request, order, accept, reject, amend, cancel and list them."
)

_ORDERED: Final = orders.Wording(
    name="mandate_orders",
    title="mandates",
    one="mandate",
    done="said to the clearing house",
    none="no mandate waits for a file",
    columns=(("mandate", "mandate_id"), ("account", "account_id"), ("asked", "step")),
    unconfirmed="how accounts with a clearing number of five digits are written, and payers with a bankgiro",
)
_Mandate = Annotated[str, typer.Argument(metavar="MANDATE", help="The mandate's number.")]
_PayerRef = Annotated[
    str | None,
    typer.Option(
        metavar="REF",
        help="The person of the vault whose account is debited, if not the account's own payer. Do not give the "
        "account's number: the vault has it as payer_account.",
    ),
]


@COMMANDS.add("request", gives=("RequestMandate",))
def request(
    call: Call,
    account: Annotated[str, typer.Argument(metavar="ACCOUNT", help="The account that owes what is collected.")],
    number: Annotated[
        str,
        typer.Option(
            metavar="NUMBER",
            help="The number under which the bank is to know the mandate: a payer number of Autogiro, or the mandate "
            "reference of SEPA. Never a personal identity number.",
        ),
    ],
    scheme: Annotated[SchemeName, typer.Option(help="The scheme of direct debits.")],
    bank_account: Annotated[
        str, typer.Option(metavar="ACCOUNT", help="Our bank account that gets the money, by its id or a number.")
    ],
    payer_ref: _PayerRef = None,
    signed_on: Annotated[
        date | None, typer.Option(parser=day, metavar="DATE", help="The day of the payer's signature.")
    ] = None,
    notice_days: Annotated[
        int | None,
        typer.Option(
            parser=whole(0, 60),
            metavar="DAYS",
            help="How many days before a collection the payer must be told of it, if that was agreed; else what the "
            "scheme says.",
        ),
    ] = None,
    on: DecidedOn = None,
    key: Key = None,
) -> Answer:
    """Record a mandate that a payer gave.

    A mandate for Autogiro waits until Bankgirot's file, or a person, says that the bank accepted it. A signed SEPA
    mandate holds at once.
    """
    with call.desk() as desk:
        given = Given(scheme, bank_account, payer_ref, signed_on, notice_days)
        return recorded(mandate.request(desk, account, number, given, Occasion(key, on)))


@COMMANDS.add("order", gives=("SendMandate",))
def order(
    call: Call,
    bank_account: Annotated[
        str,
        typer.Option(metavar="ACCOUNT", help="Our bank account that gets the money, by its id or a number."),
    ],
    customer: Annotated[str | None, typer.Option(metavar="NUMBER", help="Our customer number at Bankgirot.")] = None,
    mandates: Annotated[
        list[str] | None,
        typer.Argument(metavar="MANDATE", help="Which mandates; all that wait for a file if you give none."),
    ] = None,
    key: Key = None,
) -> Answer:
    """Write a file that asks Bankgirot to register new mandates and to take out those that ended.

    The payer's account number and personal or organisation number come from the vault. Either all mandates of the file
    are recorded as said or none; if the command is interrupted, run it again. Give the file to the clearing house, then
    delete it. Its advice, loaded with `reconcile`, says what became of each.
    """
    with call.desk() as desk:
        told = Told(bank_account, customer, tuple(mandates or ()))
        made = mandate_order.order(desk, call.vault, call.settings.mandate_orders, told, Occasion(key))
    return orders.answer(made, _ORDERED)


@COMMANDS.add("accept", gives=("AcceptMandate",))
def accept(
    call: Call,
    mandate_id: _Mandate,
    active_from: Annotated[
        date | None,
        typer.Option(
            parser=day,
            metavar="DATE",
            help="First day on which a collection may be due, if the bank gave a later one than that of its answer.",
        ),
    ] = None,
    on: DecidedOn = None,
    key: Key = None,
) -> Answer:
    """Record that the payer's bank accepted a mandate.

    A mandate advice of Bankgirot, loaded with `reconcile`, does this by itself.
    """
    with call.desk() as desk:
        return recorded(mandate.accept(desk, mandate_id, active_from, Occasion(key, on)))


@COMMANDS.add("reject", gives=("RejectMandate",))
def reject(call: Call, mandate_id: _Mandate, reason: ReasonCode, on: DecidedOn = None, key: Key = None) -> Answer:
    """Record that the payer's bank rejected a mandate."""
    with call.desk() as desk:
        return recorded(mandate.reject(desk, mandate_id, reason, Occasion(key, on)))


@COMMANDS.add("amend", gives=("AmendMandate",))
def amend(
    call: Call,
    mandate_id: _Mandate,
    reason: ReasonCode,
    payer_ref: _PayerRef = None,
    on: DecidedOn = None,
    key: Key = None,
) -> Answer:
    """Record that the payer's account is another one.

    Put the number into the vault first: `vault put PERSON --kind payer_account`.
    """
    with call.desk() as desk:
        return recorded(mandate.amend(desk, call.vault, mandate_id, reason, payer_ref, Occasion(key, on)))


@COMMANDS.add("cancel", gives=("CancelMandate",))
def cancel(
    call: Call,
    mandate_id: _Mandate,
    reason: ReasonCode,
    by: Annotated[EndedByName, typer.Option("--by", help="Who ended it.")] = "payer",
    advised: Annotated[
        bool, typer.Option("--advised", help="Bankgirot knows it already, so no file of `mandate order` says it.")
    ] = False,
    on: DecidedOn = None,
    key: Key = None,
) -> Answer:
    """Record that a mandate ended, so that nothing more is collected with it.

    What the bank has been asked to collect already is under way until the bank answers.
    """
    with call.desk() as desk:
        done = mandate.cancel(desk, mandate_id, Ended(by, reason, advised), Occasion(key, on))
    count = int(done.more.get("under_way", 0))
    told = [f"{counted(count, 'collection')} with it under way: ask the bank to stop it in time"] if count else []
    return recorded(done, *told)


lists.add(COMMANDS, "list", "mandates")

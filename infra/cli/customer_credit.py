"""Commands for customer credit: apply it to an item, release it again, and list the accounts that have some."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from infra.cli import lists
from infra.cli.answer import Answer
from infra.cli.invocation import Call, Commands
from infra.cli.options import AccountingDate, Because, DecidedOn, Id, Key
from infra.cli.outcome import decided
from infra.desk import customer_credit
from infra.desk.desk import Occasion

COMMANDS: Final = Commands("customer-credit", "Use a payer's customer credit for an item, release it, or list it.")

_Account = Annotated[
    str,
    typer.Argument(
        metavar="ACCOUNT", help="The account's id or either end of it, or the number or reference of what it owes."
    ),
]


@COMMANDS.add("apply", gives=("ApplyCredit",))
def apply(
    call: Call,
    account: _Account,
    item: Annotated[str, typer.Option(metavar="ITEM", help="The item of the account that the credit settles.")],
    amount: Annotated[
        str | None,
        typer.Option(metavar="AMOUNT", help="The amount, as in 400.00; as much as possible if you give none."),
    ] = None,
    id: Id = None,
    on: DecidedOn = None,
    accounting_date: AccountingDate = None,
    key: Key = None,
) -> Answer:
    """Apply customer credit to an item of the same account."""
    occasion = Occasion(key, on, accounting_date)
    with call.desk() as desk:
        return decided(customer_credit.apply(desk, account, item, occasion, amount, id))


@COMMANDS.add("release", gives=("ReleaseCredit",))
def release(
    call: Call,
    account: _Account,
    allocation: Annotated[
        str,
        typer.Argument(
            metavar="ALLOCATION",
            help="The item that got the credit, the use's amount (amount:400.00), its id, or either end of it.",
        ),
    ],
    because: Because = "moved",
    on: DecidedOn = None,
    accounting_date: AccountingDate = None,
    key: Key = None,
) -> Answer:
    """Release customer credit from an item.

    The item is open again, and the account has its customer credit again. What was released before stays applied until
    that day, even if it was a mistake.
    """
    occasion = Occasion(key, on, accounting_date)
    with call.desk() as desk:
        return decided(customer_credit.release(desk, account, allocation, because, occasion))


lists.add(COMMANDS, "list", "customer-credits")

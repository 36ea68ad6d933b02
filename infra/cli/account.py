"""Payers' accounts."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from infra.cli.answer import Answer
from infra.cli.invocation import Call, Commands
from infra.cli.options import Key, PayerName
from infra.cli.outcome import recorded
from infra.desk import account
from infra.desk.desk import Occasion

COMMANDS: Final = Commands("account", "Payers' accounts.")


@COMMANDS.add("open")
def open_account(
    call: Call,
    payer: Annotated[PayerName, typer.Option(help="The kind of payer.")],
    account_id: Annotated[
        str | None,
        typer.Argument(
            metavar="ID", help="The account's id, never a personal identity number; a random id if you give none."
        ),
    ] = None,
    key: Key = None,
) -> Answer:
    """Open a payer's account."""
    with call.desk() as desk:
        return recorded(account.open_account(desk, payer, Occasion(key), account_id))

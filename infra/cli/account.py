"""Payers' accounts."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from infra.cli.answer import Told
from infra.cli.asking import Call, Commands
from infra.cli.options import Key, PayerName
from infra.cli.recording import recorded
from infra.desk import account
from infra.desk.desk import Entry

COMMANDS: Final = Commands("account", "Payers' accounts.")


@COMMANDS.add("open")
def open_account(
    call: Call,
    payer: Annotated[PayerName, typer.Option(help="What kind of payer it is.")],
    account_id: Annotated[
        str | None,
        typer.Argument(metavar="ID", help="A random id, never a personal number; one is made unless said."),
    ] = None,
    key: Key = None,
) -> Told:
    """Open a payer's account."""
    with call.desk() as desk:
        return recorded(account.open_account(desk, payer, Entry(key), account_id))

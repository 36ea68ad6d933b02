"""Payers' accounts, and the marks of their payers."""

from __future__ import annotations

from typing import Annotated, Final, TypeAlias

import typer

from infra.cli import lists
from infra.cli.answer import Answer, Table
from infra.cli.invocation import Call, Commands
from infra.cli.options import Key, On, PayerName, ReasonCode
from infra.cli.outcome import recorded
from infra.desk import account
from infra.desk.counts import counted
from infra.desk.desk import Occasion
from ledger.domain.receivables.mark_facts import Mark

COMMANDS: Final = Commands("account", "Payers' accounts, and marks of payers: protected, minor, dead.")

_AccountName: TypeAlias = Annotated[
    str,
    typer.Argument(
        metavar="ACCOUNT", help="The account's id or either end of it, or the number or reference of what it owes."
    ),
]
_MarkName: TypeAlias = Annotated[Mark, typer.Argument(metavar="MARK", help="The mark.", show_choices=True)]

_MARKED: Final = (
    ("account", "account_id"),
    ("payer", "payer"),
    ("confidential", "confidential_since"),
    ("registered elsewhere", "protected_registration_since"),
    ("minor", "minor_since"),
    ("guardian", "guardian_id"),
    ("dead", "dead_since"),
)


@COMMANDS.add("open", gives=("OpenAccount",))
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


@COMMANDS.add("mark", gives=("MarkAccount",))
def mark(
    call: Call,
    account_id: _AccountName,
    kind: _MarkName,
    reason: ReasonCode,
    guardian: Annotated[
        str | None,
        typer.Option(metavar="ACCOUNT", help="A minor's guardian, who gets the letters: the account's id."),
    ] = None,
    on: On = None,
    key: Key = None,
) -> Answer:
    """Mark a payer as confidential, protected_registration, minor or dead.

    Of a protected payer, nobody is shown the name or contact whose duty does not allow it. Letters about a minor go to
    the guardian. Nobody writes to a dead payer, and the open items are put on hold.
    """
    with call.desk() as desk:
        return recorded(account.mark(desk, account_id, kind, reason, Occasion(key, on), guardian))


@COMMANDS.add("unmark", gives=("EndMark",))
def unmark(
    call: Call, account_id: _AccountName, kind: _MarkName, reason: ReasonCode, on: On = None, key: Key = None
) -> Answer:
    """End a mark of a payer.

    What was held because of the mark is held no longer.
    """
    with call.desk() as desk:
        return recorded(account.unmark(desk, account_id, kind, reason, Occasion(key, on)))


@COMMANDS.add("marks")
def marks(call: Call) -> Answer:
    """List the payers who are marked, and since when."""
    with call.desk() as desk:
        rows, position = account.marked(desk)
    said = f"{counted(len(rows), 'marked payer')} in {call.entity}"
    return Answer(rows=rows, position=position, page=[said, Table(_MARKED, rows, long=True)])


lists.add(COMMANDS, "list", "accounts")

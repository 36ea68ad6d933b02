"""Commands for bank movements that are not receipts: list them, and say what they were."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from infra.cli.answer import Answer, Table
from infra.cli.invocation import Call, Commands
from infra.cli.options import AccountingDate, Everything, Key, RailName, ReasonCode
from infra.cli.outcome import recorded
from infra.cli.page import amount
from infra.desk import movement
from infra.desk.counts import counted
from infra.desk.desk import Occasion

COMMANDS: Final = Commands("movement", "List bank movements that are not receipts, and say what they were.")

_MOVEMENTS: Final = (
    ("movement", "part_id"),
    ("booked", "booked_on"),
    ("days", "age_days"),
    ("bank account", "bank_account"),
    ("currency", "currency"),
    ("amount", "amount_minor"),
    ("booked as", "role"),
    ("of", "document"),
    ("why", "why"),
    ("could be refund", "could_be"),
    ("where", "raw_position"),
)


@COMMANDS.add("list")
def list_movements(call: Call, everything: Everything = False) -> Answer:
    """List the bank movements that are not receipts.

    Movements in suspense come first: nobody has said what they were.
    """
    with call.desk() as desk:
        rows, position = movement.listed(desk)
    waiting = sum(1 for row in rows if row["in_suspense"])
    said = (
        f"{counted(len(rows), 'bank movement')} of {call.entity} that are not receipts, {waiting} of them in suspense"
    )
    return Answer(rows=rows, position=position, page=[said, Table(_MOVEMENTS, rows, long=True)])


@COMMANDS.add(
    "reclassify",
    gives=(
        "ReclassifyAsReceipt",
        "ReclassifyAsRefund",
        "ReclassifyMovement",
    ),
)
def reclassify(
    call: Call,
    movement_id: Annotated[
        str, typer.Argument(metavar="MOVEMENT", help="The movement's id, or the beginning of the id.")
    ],
    reason: ReasonCode,
    role: Annotated[
        str | None, typer.Option(metavar="ROLE", help="The account role on which it belongs, such as suppliers.")
    ] = None,
    refund: Annotated[
        str | None, typer.Option(metavar="REFUND", help="The refund that it paid, or whose money it brought back.")
    ] = None,
    receipt: Annotated[bool, typer.Option("--receipt", help="It was somebody's payment to us.")] = False,
    some: Annotated[
        str | None,
        typer.Option(
            "--amount",
            metavar="AMOUNT",
            help="How much of it that was, as in 400.00; all that is left if you give none.",
        ),
    ] = None,
    rail: Annotated[RailName, typer.Option(help="With --receipt: how the payer paid.")] = "bank_transfer",
    accounting_date: AccountingDate = None,
    key: Key = None,
) -> Answer:
    """Say what a bank movement was; give --role, --refund or --receipt.

    It was so from the bank's day on, and counts in the general ledger today. If --role or --refund was wrong, say it
    again; a receipt is corrected by `receipt reclassify`. If the movement was several things, give --amount: that much
    becomes a part with an id of its own, and the rest stays.
    """
    if (role is not None) + (refund is not None) + receipt != 1:
        raise typer.BadParameter("give one of --role, --refund and --receipt")
    occasion = Occasion(key, None, accounting_date)
    with call.desk() as desk:
        if role is not None:
            done = movement.to_role(desk, movement_id, role, reason, occasion, some)
        elif refund is not None:
            done = movement.to_refund(desk, movement_id, refund, reason, occasion, some)
        else:
            done = movement.to_receipt(desk, movement_id, rail, reason, occasion, some)
    more = done.more
    said, rest = amount(more["amount_minor"], more["currency"]), amount(more["rest_minor"], more["currency"])
    stays = [f"{rest} of {more['split_from']} stays on {more['rest_role']}"] if more["rest_role"] else []
    return recorded(done, said, *stays)

"""Commands for payments that were meant for another entity of the installation."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from infra.cli import lists
from infra.cli.answer import Answer
from infra.cli.invocation import Call, Commands
from infra.cli.options import AccountingDate, Id, Key, ReasonCode, ReceiptName, entity
from infra.cli.outcome import recorded
from infra.cli.page import amount as shown
from infra.desk import transfer
from infra.desk.counts import counted
from infra.desk.desk import Done, Occasion

COMMANDS: Final = Commands("transfer", "Transfer payments to the entity for which the payer meant them.")

_Transfer = Annotated[
    str, typer.Argument(metavar="TRANSFER", help="The transfer's amount (amount:400.00), id, or either end of it.")
]


@COMMANDS.add(
    "send",
    gives=(
        "BeginTransfer",
        "CompleteTransfer",
        "ReceiveTransfer",
    ),
)
def send(
    call: Call,
    receipt_id: ReceiptName,
    to: Annotated[
        str, typer.Option("--to", parser=entity, metavar="ENTITY", help="The entity for which the payment was meant.")
    ],
    reason: ReasonCode,
    amount: Annotated[
        str | None,
        typer.Option(metavar="AMOUNT", help="The amount, as in 400.00; all that is unallocated if you give none."),
    ] = None,
    id: Id = None,
    accounting_date: AccountingDate = None,
    key: Key = None,
) -> Answer:
    """Transfer unallocated money of a receipt to another entity.

    This entity then owes the money to the other one, which gets a receipt with the reference that the payer quoted. You
    must be a person with the right duty in both entities. If the other entity cannot record its half now, the transfer
    is under way until `transfer continue`.
    """
    occasion = Occasion(key, None, accounting_date)
    with call.desk() as desk:
        sent = transfer.send(desk, call.other_desk, receipt_id, to, reason, occasion, amount, id)
    answer = _answer(sent.done)
    page = [*answer.page, *(problem.sentence for problem in sent.problems)]
    return Answer(answer.rows, problems=sent.problems, ok=not sent.problems, position=answer.position, page=page)


@COMMANDS.add(
    "continue",
    gives=(
        "CompleteTransfer",
        "ReceiveTransfer",
    ),
)
def go_on(
    call: Call,
    transfer_id: Annotated[
        str | None,
        typer.Argument(
            metavar="TRANSFER", help="The transfer's amount, id, or either end of it; all if you give none."
        ),
    ] = None,
) -> Answer:
    """Finish transfers that are under way: the other entity records its half, and this one that it has it."""
    with call.desk() as desk:
        rows, problems = transfer.go_on(desk, call.other_desk, transfer_id)
    done = sum(row["status"] == "completed" for row in rows)
    page = [f"{done} of {counted(len(rows), 'transfer')} complete", *(problem.sentence for problem in problems)]
    return Answer(rows=rows, problems=problems, ok=not problems, page=page)


@COMMANDS.add(
    "cancel",
    gives=(
        "CancelTransfer",
        "DeclineTransfer",
    ),
)
def cancel(
    call: Call,
    transfer_id: _Transfer,
    reason: ReasonCode,
    accounting_date: AccountingDate = None,
    key: Key = None,
) -> Answer:
    """Cancel a transfer that the other entity has not recorded.

    The money is unallocated on its receipt again. What the other entity has recorded comes back by a transfer of its
    own.
    """
    occasion = Occasion(key, None, accounting_date)
    with call.desk() as desk:
        return _answer(transfer.cancel(desk, call.other_desk, transfer_id, reason, occasion))


lists.add(
    COMMANDS,
    "list",
    "transfers",
    lambda call, desk: lists.Below(
        ["a transfer that another entity has begun is listed here once it is recorded here"]
    ),
)


def _answer(done: Done) -> Answer:
    more = done.more
    return recorded(done, f"{shown(more['amount_minor'], more['currency'])}: {more['transfer_status']}")

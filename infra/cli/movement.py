"""Commands for bank movements that are not receipts: list them, and say what they were."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from infra.cli import lists
from infra.cli.answer import Answer
from infra.cli.invocation import Call, Commands
from infra.cli.options import AccountingDate, Key, RailName, ReasonCode
from infra.cli.outcome import recorded
from infra.cli.page import amount
from infra.desk import movement
from infra.desk.desk import Occasion

COMMANDS: Final = Commands("movement", "List bank movements that are not receipts, and say what they were.")

lists.add(COMMANDS, "list", "movements")
lists.add(COMMANDS, "transfers", "own-transfers")

_Payout = Annotated[
    str | None,
    typer.Option(metavar="PAYOUT", help="The payout that it is, whatever its amount, or that it took back."),
]
_Payments = Annotated[
    list[str] | None,
    typer.Option(
        "--payment",
        metavar="RECEIPT",
        help="A payment, recorded when it was captured, of which a provider's sum is; give it once for each.",
    ),
]
_Amount = Annotated[
    str | None,
    typer.Option(
        "--amount", metavar="AMOUNT", help="How much of it that was, as in 400.00; all that is left if you give none."
    ),
]


@COMMANDS.add(
    "reclassify",
    gives=(
        "ReclassifyAsPayments",
        "ReclassifyAsPayout",
        "ReclassifyAsReceipt",
        "ReclassifyAsRefund",
        "ReclassifyMovement",
    ),
)
def reclassify(
    call: Call,
    movement_id: Annotated[
        str, typer.Argument(metavar="MOVEMENT", help="The movement's amount (amount:70.00), id, or either end of it.")
    ],
    reason: ReasonCode,
    role: Annotated[
        str | None, typer.Option(metavar="ROLE", help="The account role on which it belongs, such as suppliers.")
    ] = None,
    refund: Annotated[
        str | None, typer.Option(metavar="REFUND", help="The refund that it paid, or whose money it brought back.")
    ] = None,
    payout: _Payout = None,
    receipt: Annotated[bool, typer.Option("--receipt", help="It was somebody's payment to us.")] = False,
    payments: _Payments = None,
    some: _Amount = None,
    rail: Annotated[RailName, typer.Option(help="With --receipt: how the payer paid.")] = "bank_transfer",
    tax_code: Annotated[
        str | None, typer.Option(metavar="CODE", help="With --role: the tax code of what it was, if it had one.")
    ] = None,
    accounting_date: AccountingDate = None,
    key: Key = None,
) -> Answer:
    """Say what a bank movement was; give --role, --refund, --payout, --payment or --receipt.

    It was so from the bank's day on, and counts in the general ledger today. If what was said was wrong, say it again;
    a receipt is corrected by `receipt reclassify`. If the movement was several things, give --amount: that much
    becomes a part with an id of its own, and the rest stays.
    """
    if sum((role is not None, refund is not None, payout is not None, bool(payments), receipt)) != 1:
        raise typer.BadParameter("give one of --role, --refund, --payout, --payment and --receipt")
    if tax_code is not None and role is None:
        raise typer.BadParameter("--tax-code is of what is booked on a --role")
    occasion = Occasion(key, None, accounting_date)
    with call.desk() as desk:
        if role is not None:
            done = movement.to_role(desk, movement_id, role, reason, occasion, some, tax_code)
        elif refund is not None:
            done = movement.to_refund(desk, movement_id, refund, reason, occasion, some)
        elif payout is not None:
            done = movement.to_payout(desk, movement_id, payout, reason, occasion, some)
        elif payments:
            done = movement.to_payments(desk, movement_id, payments, reason, occasion, some)
        else:
            done = movement.to_receipt(desk, movement_id, rail, reason, occasion, some)
    more = done.more
    said, rest = amount(more["amount_minor"], more["currency"]), amount(more["rest_minor"], more["currency"])
    stays = [f"{rest} of {more['split_from']} stays on {more['rest_role']}"] if more["rest_role"] else []
    return recorded(done, said, *stays)

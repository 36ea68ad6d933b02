"""Commands for limits: what each duty may decide, and exceptions for one document."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Final, cast

import typer

from infra.cli.answer import Answer, Row, Table
from infra.cli.invocation import Call, Commands
from infra.cli.options import Amount, Currency, DutyName, Everything, Key, LimitedName, PersonName, ReasonCode, day
from infra.cli.outcome import recorded
from infra.cli.page import money
from infra.desk import limit
from infra.desk.counts import counted
from infra.desk.desk import Occasion

if TYPE_CHECKING:
    from ledger.domain.duty import Duty

COMMANDS: Final = Commands(
    "limit", "Limits of what duties may decide at once and in a month, and exceptions for one document."
)

_COLUMNS: Final = (
    ("duty", "duty"),
    ("kind", "kind"),
    ("currency", "currency"),
    ("at once", "at_once"),
    ("in a month", "in_a_month"),
    ("from", "from_on"),
    ("held", "held"),
)
_Kind = Annotated[LimitedName, typer.Argument(metavar="KIND", help="What is decided: write_off, credit or refund.")]


@COMMANDS.add("set", gives=("SetLimit",))
def set_limit(
    call: Call,
    duty: DutyName,
    kind: _Kind,
    currency: Currency,
    single: Annotated[
        str | None, typer.Option(metavar="AMOUNT", help="The most at once; any amount if you give none.")
    ] = None,
    month: Annotated[
        str | None,
        typer.Option(metavar="AMOUNT", help="The most that a person may decide in a month; any if you give none."),
    ] = None,
    from_on: Annotated[
        date | None, typer.Option("--from", parser=day, metavar="DATE", help="The first day; today if you give none.")
    ] = None,
    key: Key = None,
) -> Answer:
    """Set how much a duty may decide.

    A decision counts in the month in which it was made, even if it is reversed later, as a mistake too.

    A duty without any limit of a kind may decide any amount. A duty with limits of a kind may decide nothing in a
    currency for which it has none. Whoever has the duty may only make its limits narrower; another administrator,
    without the duty, lifts them.
    """
    with call.desk() as desk:
        return recorded(
            limit.set_limit(desk, cast("Duty", duty), kind, currency, Occasion(key), single, month, from_on)
        )


@COMMANDS.add("list")
def list_limits(call: Call, everything: Everything = False) -> Answer:
    """List the limits, in the order in which they were set.

    "held" says which of them count now, which count later, and which were replaced.
    """
    with call.desk() as desk:
        rows, position = limit.limits(desk)
    said = f"{counted(len(rows), 'limit')} of {call.entity}"
    shown = [row | {"at_once": _most(row, "single_minor"), "in_a_month": _most(row, "month_minor")} for row in rows]
    page: list[str | Table] = [said, Table(_COLUMNS, shown, long=True)]
    if rows:
        page.append("a duty with limits of a kind may decide nothing of it in a currency for which it has none")
    return Answer(rows=rows, position=position, page=page)


def _most(row: Row, name: str) -> str:
    return "any amount" if row[name] is None else money(row[name], row["currency"])


@COMMANDS.add("except", gives=("GrantException",))
def grant(
    call: Call,
    name: PersonName,
    kind: _Kind,
    subject: Annotated[
        str,
        typer.Argument(
            metavar="SUBJECT", help="The document: writeoff-ID, refund-ID, or invoice-NUMBER for a credit note."
        ),
    ],
    amount: Amount,
    currency: Currency,
    reason: ReasonCode,
    key: Key = None,
) -> Answer:
    """Allow a person to decide up to an amount about one document this month, whatever their limits are.

    Nobody grants themselves an exception. The newest exception for a document counts.
    """
    with call.desk() as desk:
        done = limit.grant(desk, name, kind, subject, amount, currency, reason, Occasion(key))
    return recorded(done)

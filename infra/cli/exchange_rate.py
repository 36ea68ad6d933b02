"""Commands for exchange rates: what a currency was worth in another one on a day."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final

import typer

from infra.cli import lists
from infra.cli.answer import Answer
from infra.cli.invocation import Call, Commands
from infra.cli.options import Key, currency, day
from infra.cli.outcome import recorded
from infra.desk import exchange_rate
from infra.desk.desk import Occasion

COMMANDS: Final = Commands("exchange-rate", "Exchange rates by day, with their source: declare and list them.")


@COMMANDS.add("declare", gives=("DeclareExchangeRate",))
def declare(
    call: Call,
    base: Annotated[
        str, typer.Argument(parser=currency, metavar="BASE", help="The currency of which a unit is worth the rate.")
    ],
    quote: Annotated[
        str, typer.Argument(parser=currency, metavar="QUOTE", help="The currency in which it is worth that.")
    ],
    rate: Annotated[
        str, typer.Option(metavar="RATE", help="How many units of the second currency a unit of the first is worth.")
    ],
    on: Annotated[date, typer.Option(parser=day, metavar="DATE", help="The day of the rate.")],
    source: Annotated[
        str, typer.Option(metavar="TEXT", help="Who says so, such as a central bank, and which of its rates it is.")
    ],
    key: Key = None,
) -> Answer:
    """Declare what a unit of a currency was worth in another one on a day.

    With `reskontra exchange-rate declare EUR SEK --rate 11.4325`, one euro was worth 11.4325 kronor. A rate of the same
    day takes the place of the earlier one. The rates of two currencies are always declared in the same order. The
    report `provider-fees` compares with them what payment providers have exchanged; nothing is valued by them.
    """
    with call.desk() as desk:
        return recorded(exchange_rate.declare(desk, base, quote, rate, on, source, Occasion(key)))


lists.add(COMMANDS, "list", "exchange-rates")

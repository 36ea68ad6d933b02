"""Number series of invoices and credit notes."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from infra.cli import lists
from infra.cli.answer import Answer
from infra.cli.invocation import Call, Commands
from infra.cli.options import LAST_NUMBER, REFERENCE_PREFIX, Key, ReferenceKindName, whole
from infra.cli.outcome import recorded
from infra.desk import series
from infra.desk.desk import Occasion

COMMANDS: Final = Commands("series", "Number series of invoices and credit notes.")


@COMMANDS.add("open", gives=("OpenSeries",))
def open_series(
    call: Call,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The name of the series.")],
    first: Annotated[
        int, typer.Option(parser=whole(1, LAST_NUMBER), metavar="NUMBER", help="The first number of the series.")
    ] = 1,
    reference_kind: Annotated[
        ReferenceKindName,
        typer.Option(help="The kind of payment references that are made from the numbers; none for credit notes."),
    ] = "ocr",
    reference_prefix: Annotated[str, REFERENCE_PREFIX] = "",
    key: Key = None,
) -> Answer:
    """Open a number series, with any first number."""
    with call.desk() as desk:
        return recorded(series.open_series(desk, name, Occasion(key), first, reference_kind, reference_prefix))


lists.add(COMMANDS, "list", "series")

"""Number series of invoices and credit notes."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from infra.cli.answer import Answer
from infra.cli.invocation import Call, Commands
from infra.cli.options import Key, ReferenceKindName
from infra.cli.outcome import recorded
from infra.desk import series
from infra.desk.desk import Occasion

COMMANDS: Final = Commands("series", "Number series of invoices and credit notes.")


@COMMANDS.add("open")
def open_series(
    call: Call,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The series' name.")],
    first: Annotated[int, typer.Option(min=1, help="Its first number.")] = 1,
    reference_kind: Annotated[
        ReferenceKindName, typer.Option(help="The kind of reference made from its numbers.")
    ] = "ocr",
    reference_prefix: Annotated[
        str, typer.Option(metavar="DIGITS", help="The digits that its references begin with.")
    ] = "",
    key: Key = None,
) -> Answer:
    """Open a number series; it may start anywhere."""
    with call.desk() as desk:
        return recorded(series.open_series(desk, name, Occasion(key), first, reference_kind, reference_prefix))

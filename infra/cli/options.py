"""Options and arguments that several commands take, each read strictly: what is no day, time or currency is refused."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated, Literal, TypeAlias

import typer

from infra.desk.days import DaysBack, said

# The kinds of payer and of references, as the ledger names them.
PayerName = Literal["patient", "guardian", "region", "insurer", "employer"]
ReferenceKindName = Literal["ocr", "rf"]


def day(text: str) -> date | DaysBack:
    """A day as in 2024-07-31, or today or yesterday, which are days once it is known for which entity."""
    try:
        return said(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no day; give one as in 2024-07-31, or say today or yesterday") from None


def position_or_time(text: str) -> int | datetime:
    """A position of the journal, or a time with its zone."""
    if re.fullmatch(r"\d{1,18}", text):
        return int(text)
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise typer.BadParameter(
            f"{text!r} is neither a position of the journal, as in 1250, nor a time with its zone, as in "
            "2024-07-11T17:00+02:00"
        )
    return at


def currency(text: str) -> str:
    """A currency of ISO 4217."""
    from ledger.domain.money import decimals_of

    if decimals_of(text) is None:
        raise typer.BadParameter(f"{text!r} is no currency of ISO 4217; give its three letters, as in SEK")
    return text


def entity(text: str) -> str:
    """The code of a legal entity."""
    from infra.settings import SettingsInvalid, entity_code

    try:
        return entity_code(text, named="--entity")
    except SettingsInvalid as trouble:
        raise typer.BadParameter(str(trouble)) from None


def zone(text: str) -> str:
    """The name of a time zone."""
    from ledger.domain.zones import ZONES

    if text not in ZONES:
        raise typer.BadParameter(f"{text!r} is no time zone; give one as in Europe/Stockholm")
    return text


EntityName: TypeAlias = Annotated[
    str | None,
    typer.Option("--entity", parser=entity, metavar="CODE", help="The legal entity; else RESKONTRA_ENTITY, or clinic."),
]
AsJson: TypeAlias = Annotated[bool, typer.Option("--json", help="Answer in JSON, amounts as integers of minor units.")]
AsOf: TypeAlias = Annotated[
    date | None, typer.Option(parser=day, metavar="DATE", help="What had occurred by this day; today unless said.")
]
AnyDay: TypeAlias = Annotated[
    date | None,
    typer.Option("--as-of", parser=day, metavar="DATE", help="What had occurred by this day; all of it unless said."),
]
KnownAt: TypeAlias = Annotated[
    object,
    typer.Option(
        parser=position_or_time, metavar="POSITION|TIME", help="As it was known at a position or time; now unless said."
    ),
]
On: TypeAlias = Annotated[date | None, typer.Option(parser=day, metavar="DATE", help="The day; today unless said.")]
AccountingDate: TypeAlias = Annotated[
    date | None,
    typer.Option(parser=day, metavar="DATE", help="The day it counts in the general ledger; today unless said."),
]
Until: TypeAlias = Annotated[
    date | None, typer.Option(parser=day, metavar="DATE", help="Its last day; without an end unless said.")
]
Key: TypeAlias = Annotated[
    str | None,
    typer.Option(metavar="KEY", help="Idempotency key: the same command with the same key is done once."),
]
Id: TypeAlias = Annotated[str | None, typer.Option(metavar="ID", help="Its id; a random one unless said.")]
Amount: TypeAlias = Annotated[str, typer.Option(metavar="AMOUNT", help="The amount, as in 400.00.")]
Currency: TypeAlias = Annotated[str, typer.Option(parser=currency, metavar="CODE", help="The currency (ISO 4217).")]
Currencies: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--currency",
        parser=currency,
        metavar="CODE",
        help="A currency that is kept; those of the terms unless said.",
    ),
]
ReasonCode: TypeAlias = Annotated[str, typer.Option("--reason", metavar="CODE", help="Why, as a code.")]
Everything: TypeAlias = Annotated[bool, typer.Option("--all", help="On a terminal too, list everything.")]
OnBehalfOf: TypeAlias = Annotated[
    str | None,
    typer.Option("--as", metavar="USER", help="Whose decision it is, when somebody else than you; both are recorded."),
]
ItemName: TypeAlias = Annotated[
    str,
    typer.Argument(
        metavar="ITEM",
        help="An invoice's number, payment reference, id or its beginning; with .2 after it, its second item.",
    ),
]
ReceiptName: TypeAlias = Annotated[
    str,
    typer.Argument(metavar="RECEIPT", help="The receipt's id, or its beginning; or its end while it waits."),
]

"""Options and arguments that several commands share, with strict parsers that refuse a bad day, time or currency."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Final, Literal, TypeAlias

import typer

from infra.desk.days import DaysBack, last_day, said
from infra.desk.problems import quoted

# The kinds of payers, references and rails, named as in the ledger.
PayerName = Literal["patient", "guardian", "region", "insurer", "employer"]
ReferenceKindName = Literal["ocr", "rf", "none"]
ProviderRailName = Literal["card", "swish", "wallet", "direct_debit", "lender", "collector", "remittance"]
ChargedName = Literal["payment", "refund", "refund_returned", "chargeback", "chargeback_returned", "payout", "exchange"]
SchemeName = Literal["autogiro", "sepa_core", "sepa_b2b"]
EndedByName = Literal["payer", "payers_bank", "us"]
OwnRailName = Literal["cash", ProviderRailName]
RailName = Literal["bank_transfer", "bankgiro", "plusgiro", OwnRailName]
# The ends of counts, of numbers of a series and of positions: those of the same numbers in commands.
MOST_COUNTED: Final = 2**31 - 1
LAST_NUMBER: Final = 10**18 - 1
LAST_POSITION: Final = 2**53
_WHOLE: Final = re.compile(r"[0-9]{1,19}")
# What can be limited, named as in the ledger.
LimitedName = Literal["write_off", "credit", "refund"]
# Why something is undone, named as in the ledger.
BecauseName = Literal["mistake", "moved"]


def day(text: str) -> date | DaysBack:
    """Parse a day such as 2024-07-31; `today` and `yesterday` are resolved later, when the entity is known."""
    try:
        return said(text)
    except ValueError:
        raise typer.BadParameter(
            f"{quoted(text)} is not a day; give one such as 2024-07-31, {_possible()}, or give today or yesterday"
        ) from None


def month(text: str) -> date:
    """Parse a month such as 2026-09 as its last day."""
    try:
        return last_day(text)
    except ValueError:
        raise typer.BadParameter(
            f"{quoted(text)} is not a month; give one such as 2026-09, with days {_possible()}"
        ) from None


def whole(first: int, last: int) -> Callable[[str], int]:
    """Return a parser of a whole number between two ends, in the digits 0 to 9, as in amounts and days."""

    def parse(text: str) -> int:
        said = str(text)
        if not _WHOLE.fullmatch(said) or not first <= int(said) <= last:
            raise typer.BadParameter(f"{quoted(said)} is not a whole number from {first} to {last}")
        return int(said)

    return parse


def position_or_time(text: str) -> int | datetime:
    """Parse a position in the journal, or a time with its zone."""
    if re.fullmatch(r"[0-9]{1,18}", text):
        return int(text)
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None or not _is_possible(at):
        raise typer.BadParameter(
            f"{quoted(text)} is neither a position in the journal, such as 1250, nor a time with its zone, such as "
            f"2024-07-11T17:00+02:00, {_possible()}"
        )
    return at


def _is_possible(at: datetime) -> bool:
    from ledger.domain.days import is_possible

    return is_possible(at.date())


def _possible() -> str:
    from ledger.domain.days import FIRST_DAY, LAST_DAY

    return f"from {FIRST_DAY} to {LAST_DAY}"


def currency(text: str) -> str:
    """Check an ISO 4217 currency code."""
    from ledger.domain.money import decimals_of

    if decimals_of(text) is None:
        raise typer.BadParameter(f"{quoted(text)} is not a currency of ISO 4217; give its three letters, such as SEK")
    return text


def duty(text: str) -> str:
    """Check the name of a duty."""
    from ledger.domain.duty import DUTIES

    if text not in DUTIES:
        raise typer.BadParameter(f"{quoted(text)} is not a duty; give one of {', '.join(DUTIES)}")
    return text


def key(text: str) -> str:
    """Check an idempotency key: facts have the keys of their commands, so a key has no words."""
    if not re.fullmatch(r"[!-~]{1,200}", text):
        raise typer.BadParameter("an idempotency key has 1 to 200 letters, digits and signs of ASCII, and no spaces")
    return text


def entity(text: str) -> str:
    """Check the code of a legal entity."""
    from infra.settings import SettingsInvalid, entity_code

    try:
        return entity_code(text, named="--entity")
    except SettingsInvalid as trouble:
        raise typer.BadParameter(str(trouble).replace(repr(text), quoted(text))) from None


def zone(text: str) -> str:
    """Check the name of a time zone."""
    from ledger.domain.zones import ZONES

    if text not in ZONES:
        raise typer.BadParameter(f"{quoted(text)} is not a time zone; give one such as Europe/Stockholm")
    return text


EntityName: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--entity",
        parser=entity,
        metavar="CODE",
        help="The legal entity; if you give none, the one in RESKONTRA_ENTITY, or else clinic.",
    ),
]
AsJson: TypeAlias = Annotated[
    bool, typer.Option("--json", help="Answer in JSON, with amounts as integers in minor units.")
]
AsOf: TypeAlias = Annotated[
    date | None,
    typer.Option(
        parser=day,
        metavar="DATE",
        help="Show what had happened by this day; today if you give none.",
    ),
]
AnyDay: TypeAlias = Annotated[
    date | None,
    typer.Option(
        "--as-of",
        parser=day,
        metavar="DATE",
        help="Show only what had happened by this day; everything if you give none.",
    ),
]
KnownAt: TypeAlias = Annotated[
    object,
    typer.Option(
        parser=position_or_time,
        metavar="POSITION|TIME",
        help="Use only facts known at this position or time; all facts if you give none. Inside one command's facts, "
        "the position before them is used.",
    ),
]
On: TypeAlias = Annotated[
    date | None,
    typer.Option(parser=day, metavar="DATE", help="The day on which the event happened; today if you give none."),
]
DecidedOn: TypeAlias = Annotated[
    date | None,
    typer.Option(
        parser=day,
        metavar="DATE",
        help="The day on which it takes effect. If you give none, it is today (a mistake is undone on the day of what "
        "it undoes), or else the first later day that can hold.",
    ),
]
AccountingDate: TypeAlias = Annotated[
    date | None,
    typer.Option(
        parser=day,
        metavar="DATE",
        help="The day on which the event counts in the general ledger. If you give none, it is the day on which the "
        "event takes effect or what it corrects counts, or the first open day if that day's period is closed.",
    ),
]
Until: TypeAlias = Annotated[
    date | None,
    typer.Option(parser=day, metavar="DATE", help="The last day of the hold; if you give none, the hold has no end."),
]
REFERENCE_PREFIX: Final = typer.Option(
    "--reference-prefix",
    metavar="DIGITS",
    help="The digits with which the references of a new series begin; no two series may ever make the same reference.",
)
Key: TypeAlias = Annotated[
    str | None,
    typer.Option(
        parser=key,
        metavar="KEY",
        help="Idempotency key: a repeated command with the same key is recorded only once, also on another day.",
    ),
]
Id: TypeAlias = Annotated[str | None, typer.Option(metavar="ID", help="The new id; a random one if you give none.")]
Amount: TypeAlias = Annotated[str, typer.Option(metavar="AMOUNT", help="The amount, as in 400.00.")]
Currency: TypeAlias = Annotated[str, typer.Option(parser=currency, metavar="CODE", help="The currency (ISO 4217).")]
OnlyCurrency: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--currency", parser=currency, metavar="CODE", help="The currency (ISO 4217); the entity's, if it has only one."
    ),
]
Currencies: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--currency",
        parser=currency,
        metavar="CODE",
        help="A currency to accept; by default, all currencies of the entity's terms.",
    ),
]
ReasonCode: TypeAlias = Annotated[
    str, typer.Option("--reason", metavar="CODE", help="The reason, as a code such as PAID_TWICE.")
]
ReasonText: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--reason-text",
        metavar="ENTRY",
        help="The reason in words: the id of its entry in the vault. Facts contain only the id.",
    ),
]
Because: TypeAlias = Annotated[
    BecauseName,
    typer.Option(
        "--because",
        help="Why it is undone: mistake, so that it never was so; or moved, so that it was so until now.",
    ),
]
Everything: TypeAlias = Annotated[
    bool, typer.Option("--all", help="List everything; otherwise a terminal shows only the first lines of a long list.")
]
Limit: TypeAlias = Annotated[
    int | None,
    typer.Option(
        parser=whole(1, MOST_COUNTED),
        metavar="NUMBER",
        help="Show at most so many rows; a terminal shows 50 unless asked.",
    ),
]
Skip: TypeAlias = Annotated[
    int, typer.Option(parser=whole(0, MOST_COUNTED), metavar="NUMBER", help="Leave out the first so many rows.")
]
OnBehalfOf: TypeAlias = Annotated[
    str | None,
    typer.Option("--on-behalf-of", metavar="PERSON", help="Who asked you for it; that person cannot approve it."),
]
PersonName: TypeAlias = Annotated[
    str, typer.Argument(metavar="PERSON", help="The person's sign-in or id, or either end of it.")
]
DutyName: TypeAlias = Annotated[str, typer.Argument(parser=duty, metavar="DUTY", help="The duty.")]
Duties: TypeAlias = Annotated[
    list[str] | None,
    typer.Option("--duty", parser=duty, metavar="DUTY", help="A duty from today on; may be given several times."),
]
ItemName: TypeAlias = Annotated[
    str,
    typer.Argument(
        metavar="ITEM",
        help="The invoice's number, payment reference, id, or either end of its id; add .2 for its second item.",
    ),
]
ReceiptName: TypeAlias = Annotated[
    str,
    typer.Argument(
        metavar="RECEIPT",
        help="The reference that the payer quoted, the amount (amount:400.00), the id, or either end of it.",
    ),
]

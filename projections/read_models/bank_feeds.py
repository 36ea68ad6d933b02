"""Feeds: the formats in which files are expected for each of the provider's bank accounts."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Final

from ledger.domain.bank.account import BankAccountDeclared
from projections.read_models.model import Keyed, Row, Rows

if TYPE_CHECKING:
    from ledger import Recorded


class BankFeed(Row, frozen=True):
    """One expected feed of a declaration; files of other formats are booked as well."""

    bank_account: Annotated[str, "The bank account."]
    declared_at_position: Annotated[int, "Position of the declaration to which the feed belongs."]
    number: Annotated[int, "Number of the feed within the declaration, from 1."]
    format: Annotated[str, "Format of the files."]
    from_on: Annotated[date | None, "First day for which files are expected; null if there is no first day."]
    until_on: Annotated[date | None, "Last day for which files are expected; null if there is no last day."]


def evolve(rows: Rows, recorded: Recorded) -> tuple[BankFeed, ...]:
    """The feeds of a declaration."""
    fact = recorded.fact
    assert isinstance(fact, BankAccountDeclared)
    id = fact.account.bank_account
    return tuple(
        BankFeed(id, recorded.position, number, feed.format, feed.from_on, feed.until_on)
        for number, feed in enumerate(fact.account.feeds, 1)
    )


BANK_FEEDS: Final = Keyed(
    "bank_feeds",
    "The files that are expected for each bank account, by declaration.",
    BankFeed,
    ("bank_account", "declared_at_position", "number"),
    (BankAccountDeclared,),
    evolve,
)

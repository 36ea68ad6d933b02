"""Limits: how much each duty may decide."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Final

from ledger.domain.people.limit import LimitSet
from projections.read_models.model import Lines, Row, Tables

if TYPE_CHECKING:
    from ledger import Recorded
    from ledger.domain.catalogue import Catalogue


class LimitRow(Row, frozen=True):
    """A limit that was set."""

    ledger_position: Annotated[int, "Position of the fact in the journal."]
    line: Annotated[int, "Always 1."]
    duty: Annotated[str, "The duty whose decisions are limited."]
    kind: Annotated[str, "What is limited: write_off, credit or refund."]
    currency: Annotated[str, "ISO 4217 code of the amounts."]
    single_minor: Annotated[int | None, "Most that may be decided at once, minor units; null for any amount."]
    month_minor: Annotated[int | None, "Most that a person may decide in a month, minor units; null for any amount."]
    from_on: Annotated[date, "First day of the limit."]


def lines(recorded: Recorded, tables: Tables, catalogue: Catalogue) -> tuple[LimitRow, ...]:
    """The limit that a fact sets."""
    fact = recorded.fact
    if not isinstance(fact, LimitSet):
        return ()
    amounts = fact.single_minor, fact.month_minor
    return (LimitRow(recorded.position, 1, fact.duty, fact.kind, fact.currency, *amounts, fact.from_on),)


LIMITS: Final = Lines("limits", "Every limit of a duty, in the order in which they were set.", LimitRow, lines)

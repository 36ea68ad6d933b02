"""Account mappings: which ledger account each role has from a day on, with a row for each fact about it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Final

from ledger.domain.terms.mapping_facts import AccountMapped, AccountMappingEnded, MappingFact
from projections.read_models.model import Keyed, Row, Rows, id_of

if TYPE_CHECKING:
    from ledger import Recorded


class AccountMapping(Row, frozen=True):
    """A mapping as it was recorded, or the end of one; the chart in effect is made of all rows in order."""

    role: Annotated[str, "The account role."]
    known_from_position: Annotated[int, "Position of the fact."]
    dimensions: Annotated[tuple[str, ...], "Names of the dimensions of the postings that it is for; empty for all."]
    of_values: Annotated[tuple[str, ...], "Values of these dimensions, in the same order."]
    from_on: Annotated[date, "First accounting date of the mapping."]
    until_on: Annotated[date | None, "Last accounting date of the mapping; null if there is no last day."]
    account: Annotated[str | None, "Number of the ledger account; null if the row is the end of a mapping."]
    name: Annotated[str | None, "Name of the ledger account; null for the role's in the standard chart."]
    source: Annotated[str | None, "Who chose the account, or where that is written; null for an end."]
    confirmed: Annotated[bool | None, "Whether the account's number is confirmed; null for an end."]


def evolve(rows: Rows, recorded: Recorded) -> tuple[AccountMapping, ...]:
    """A further row for the role."""
    fact: MappingFact = recorded.fact  # type: ignore[assignment]
    row = AccountMapping(
        role=id_of(recorded),
        known_from_position=recorded.position,
        dimensions=tuple(one.name for one in fact.dimensions),
        of_values=tuple(one.value for one in fact.dimensions),
        from_on=fact.from_on,
        until_on=fact.until_on,
        account=fact.account if isinstance(fact, AccountMapped) else None,
        name=fact.name if isinstance(fact, AccountMapped) else None,
        source=fact.source if isinstance(fact, AccountMapped) else None,
        confirmed=fact.confirmed if isinstance(fact, AccountMapped) else None,
    )
    return (row,)


ACCOUNT_MAPPINGS: Final = Keyed(
    "account_mappings",
    "The ledger accounts of the account roles: each mapping from a day on, and each end of one.",
    AccountMapping,
    ("role", "known_from_position"),
    (AccountMapped, AccountMappingEnded),
    evolve,
)

"""The reports of several entities side by side: each is read as its own reader role, and nothing is written.

Read tables are not brought up to date, because that would write. Each entity is shown as far as its read tables have
followed its journal.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from infra.desk.problems import Problem
from infra.desk.troubles import problems_of

if TYPE_CHECKING:
    from infra.settings import Settings
    from projections import Books, Report

# By report, the columns by which its rows are summed, and the value of a column in the rows that are taken.
VIEWS: Final[Mapping[str, tuple[tuple[str, ...], Mapping[str, str]]]] = {
    "aging": (("currency",), {"payer": "total"}),
    "tie-out": (("account", "role", "currency"), {}),
    "trial-balance": (("account", "role", "currency"), {}),
}


class View(NamedTuple):
    """The group's rows, one for each entity and sum; `totals` sums them over all entities.

    `read` says how far each entity was read, `between` compares what the entities owe each other, and `reports` are the
    entities' own reports.
    """

    rows: list[dict[str, Any]]
    totals: list[dict[str, Any]]
    read: list[dict[str, Any]]
    between: list[dict[str, Any]]
    problems: list[Problem]
    reports: dict[str, Report]


def all_entities(settings: Settings) -> list[str]:
    """Return the codes of all entities with books in this installation."""
    from infra import postgres

    return postgres.entities(postgres.owner_url(settings))


def view(settings: Settings, entities: Sequence[str], name: str, as_of: date | None, now: datetime) -> View:
    """Make the report of this name for each entity, as of a day or else the entity's own today.

    An entity that cannot be read is named, and the others are shown.
    """
    rows: list[dict[str, Any]] = []
    read: list[dict[str, Any]] = []
    problems: list[Problem] = []
    reports: dict[str, Report] = {}
    for entity in dict.fromkeys(entities):
        try:
            found, reached, reports[entity] = _of(settings, entity, name, as_of, now)
        except Exception as trouble:
            problems += (replace(one, about=entity) for one in problems_of(trouble))
            continue
        rows += found
        read.append(reached)
        if reached["behind"]:
            sentence = _BEHIND.format(**reached)
            problems.append(Problem("read_tables_behind", sentence, entity))
    keys, _ = VIEWS[name]
    return View(rows, _summed(rows, keys), read, list(_between(rows)), problems, reports)


def _of(
    settings: Settings, entity: str, name: str, as_of: date | None, now: datetime
) -> tuple[list[dict[str, Any]], dict[str, Any], Report]:
    """The entity's sums, how far it was read, and its report."""
    from infra.postgres import reading_url
    from projections import open_books

    keys, taken = VIEWS[name]
    with open_books(reading_url(settings, entity), entity) as books:
        on = as_of or books.civil_day(now)
        position, last = _positions(books)
        made = books.report(name, on, position)
        found: list[dict[str, Any]] = made.table.to_pylist()
    chosen = [row for row in found if all(row[column] == value for column, value in taken.items())]
    reached = {"entity": entity, "as_of": on, "known_at": made.clocks.known_at, "behind": last > position, "last": last}
    return [{"entity": entity, **row} for row in _summed(chosen, keys)], reached, made


def _positions(books: Books) -> tuple[int, int]:
    """How far the read tables have followed the journal, and how far the journal goes."""
    last = books.resolve()
    return min(books.store.position(), last), last


def _summed(rows: Iterable[Mapping[str, Any]], keys: tuple[str, ...]) -> list[dict[str, Any]]:
    """The amounts of the rows, summed by these columns."""
    sums: dict[tuple[Any, ...], Counter[str]] = {}
    for row in rows:
        amounts = sums.setdefault(tuple(row[key] for key in keys), Counter())
        for column, value in row.items():
            if column.endswith("_minor"):
                amounts[column] += value or 0
    return [{**dict(zip(keys, found, strict=True)), **amounts} for found, amounts in sorted(sums.items())]


def _between(rows: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """What the entities owe each other, beside what they claim: as much, if all transfers are complete."""
    from ledger.domain.chart_of_accounts import roles_of

    roles = roles_of("between")
    found = [
        {"currency": row["currency"], f"{row['role']}_minor": row["balance_minor"]}
        for row in rows
        if row.get("role") in roles and "balance_minor" in row
    ]
    for row in _summed(found, ("currency",)):
        amounts = {f"{role}_minor": row.get(f"{role}_minor", 0) for role in roles}
        yield {"currency": row["currency"], **amounts, "difference_minor": sum(amounts.values())}


_BEHIND: Final = (
    "{entity} was read up to position {known_at} of {last}: run `reskontra tie-out --entity {entity}` to bring its "
    "read tables up to date, and then this again"
)

"""A page of facts folded over the rows that stood: which rows change, which lines are new, which balances move."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from projections.read_models.account_balances import CREDIT_FACTS, Moved
from projections.read_models.model import Key, Keyed, Lines, Row, id_of
from projections.read_models.registry import KEYED, KEYED_OF, MODELS

if TYPE_CHECKING:
    from ledger import Recorded

# Rows by table and key.
Stood = Mapping[str, Mapping[Key, Row]]


class Page(NamedTuple):
    """What a page of facts makes of the read tables: their rows, changed or not, and what balances moved."""

    rows: dict[str, dict[Key, Row]]
    moved: Moved


def touched(batch: Iterable[Recorded]) -> dict[str, set[str]]:
    """Whose rows a page of facts needs, ids by table; none of streams that begin in the page."""
    ids: dict[str, set[str]] = defaultdict(set)
    begun: set[str] = set()
    for recorded in batch:
        stream = recorded.stream
        if recorded.version == 1:
            begun.add(stream)
        elif stream not in begun:
            for model in KEYED_OF[type(recorded.fact)]:
                ids[model.table].add(id_of(recorded))
    return dict(ids)


def fold(batch: Iterable[Recorded], stood: Stood) -> Page:
    """The page, fact by fact in order, from the rows that stood before it: at least those of `touched` streams."""
    moved = Moved()
    of_table: dict[str, list[Recorded]] = defaultdict(list)
    for recorded in batch:
        kind = type(recorded.fact)
        for model in KEYED_OF[kind]:
            of_table[model.table].append(recorded)
        if kind in CREDIT_FACTS:
            moved.credit(id_of(recorded), recorded.fact)
    rows: dict[str, dict[Key, Row]] = {}
    for model in KEYED:
        if model.table in of_table:
            before = stood.get(model.table, {})
            after = rows[model.table] = dict(before)
            if model.standing is None:
                change(model, after, of_table[model.table])
            else:
                _change_counted(model, after, of_table[model.table], moved)
                moved.rows(model.standing, before, after)
    return Page(rows, moved)


def change(model: Keyed, rows: dict[Key, Row], facts: Iterable[Recorded]) -> None:
    """Change the rows of one table, in place, by facts of its own, in order."""
    key_of = KEYS[model.table]
    evolve = model.evolve
    for recorded in facts:
        for row in evolve(rows, recorded):
            rows[key_of(row)] = row


def _change_counted(model: Keyed, rows: dict[Key, Row], facts: Iterable[Recorded], moved: Moved) -> None:
    """The same, where a row may pass from one account's balance to another's and on within the page."""
    key_of = KEYS[model.table]
    evolve = model.evolve
    for recorded in facts:
        for row in evolve(rows, recorded):
            key = key_of(row)
            if key in rows:
                moved.past(rows[key], row)
            rows[key] = row


def lines(model: Lines, batch: Sequence[Recorded], page: Page) -> Iterator[Row]:
    """The lines that a page adds to one table, one by one as they are asked for."""
    facts = {fact: page.rows.get(KEYED_OF[fact][0].table, {}) if KEYED_OF[fact] else {} for fact in model.facts}
    for recorded in batch:
        rows = facts.get(type(recorded.fact))
        if rows is not None:
            yield from model.lines(recorded, rows)


def _key_of(key: tuple[str, ...]) -> Callable[[Any], Key]:
    """Takes the key out of a row: a tuple, also of one column."""
    get = attrgetter(*key)
    return get if len(key) > 1 else lambda row: (get(row),)


KEYS: Final[Mapping[str, Callable[[Any], Key]]] = {model.table: _key_of(model.key) for model in MODELS}

"""Folds a page of facts into the existing rows: says which rows change, which lines are new, which balances change."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from projections.read_models.account_balances import Moved
from projections.read_models.model import Key, Keyed, Lines, Row, id_of
from projections.read_models.registry import KEYED, KEYED_OF, MODELS

if TYPE_CHECKING:
    from ledger import Recorded
    from ledger.domain.catalogue import Catalogue

# Rows by table and key.
Before = Mapping[str, Mapping[Key, Row]]


class Page(NamedTuple):
    """What a page of facts leads to: rows of the read tables, some of them unchanged, and the changes of balances."""

    rows: dict[str, dict[Key, Row]]
    moved: Moved


def touched(batch: Iterable[Recorded]) -> dict[str, set[str]]:
    """The ids, by table, of the rows that a page of facts needs; streams that begin in the page have no rows yet."""
    ids: dict[str, set[str]] = defaultdict(set)
    begun: set[str] = set()
    for recorded in batch:
        stream = recorded.stream
        if recorded.version == 1:
            begun.add(stream)
        elif stream not in begun:
            for model in KEYED_OF.get(type(recorded.fact), ()):
                ids[model.table].add(id_of(recorded))
    return dict(ids)


def fold(batch: Iterable[Recorded], before: Before, catalogue: Catalogue) -> Page:
    """Fold the page's facts, in order, into the rows as they were before the page.

    `before` contains every row whose id `touched` returns.
    """
    moved = Moved()
    of_table: dict[str, list[Recorded]] = defaultdict(list)
    changing = catalogue.changing
    for recorded in batch:
        kind = type(recorded.fact)
        for model in KEYED_OF.get(kind, ()):
            of_table[model.table].append(recorded)
        if kind in changing:
            moved.credit(recorded, changing[kind](recorded.fact))
    rows: dict[str, dict[Key, Row]] = {}
    for model in KEYED:
        if model.table in of_table:
            old = before.get(model.table, {})
            new = rows[model.table] = dict(old)
            if model.share is None:
                change(model, new, of_table[model.table])
            else:
                _change_counted(model, new, of_table[model.table], moved)
                moved.rows(model.share, old, new)
    return Page(rows, moved)


def change(model: Keyed, rows: dict[Key, Row], facts: Iterable[Recorded]) -> None:
    """Apply a table's own facts in order, changing its rows in place."""
    key_of = KEYS[model.table]
    evolve = model.evolve
    for recorded in facts:
        for row in evolve(rows, recorded):
            rows[key_of(row)] = row


def _change_counted(model: Keyed, rows: dict[Key, Row], facts: Iterable[Recorded], moved: Moved) -> None:
    """Do the same as `change`, and make sure that an account from which a row moves away has a balance row."""
    key_of = KEYS[model.table]
    evolve = model.evolve
    for recorded in facts:
        for row in evolve(rows, recorded):
            key = key_of(row)
            if key in rows:
                moved.past(rows[key], row)
            rows[key] = row


def lines(model: Lines, batch: Sequence[Recorded], page: Page, catalogue: Catalogue) -> Iterator[Row]:
    """The lines that a page adds to one table, generated one by one."""
    for recorded in batch:
        yield from model.lines(recorded, page.rows, catalogue)


def _key_of(key: tuple[str, ...]) -> Callable[[Any], Key]:
    """A function that returns a row's key, always as a tuple."""
    get = attrgetter(*key)
    return get if len(key) > 1 else lambda row: (get(row),)


KEYS: Final[Mapping[str, Callable[[Any], Key]]] = {model.table: _key_of(model.key) for model in MODELS}

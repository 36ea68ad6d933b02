"""A page of facts folded over the rows that stood: which rows change, which lines are new, which balances move."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from projections.read_models.account_balances import CREDIT_FACTS, Moved
from projections.read_models.model import Key, Keyed, Lines, Row
from projections.read_models.registry import KEYED_OF

if TYPE_CHECKING:
    from ledger import Recorded

# Rows by table, by the id in the name of their stream, by key.
Stood = Mapping[str, Mapping[str, Mapping[Key, Row]]]


class Page(NamedTuple):
    """What a page of facts makes of the read tables: all rows of each stream that changed, and what balances moved."""

    rows: dict[str, dict[str, dict[Key, Row]]]
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
                ids[model.table].add(stream.partition("-")[2])
    return dict(ids)


def fold(batch: Iterable[Recorded], stood: Stood) -> Page:
    """The page, fact by fact in order, from the rows that stood before it."""
    page = Page({}, Moved())
    for recorded in batch:
        kind = type(recorded.fact)
        id = recorded.stream.partition("-")[2]
        for model in KEYED_OF[kind]:
            _evolve(page, model, id, recorded, stood)
        if kind in CREDIT_FACTS:
            page.moved.credit(id, recorded.fact)
    return page


def _evolve(page: Page, model: Keyed, id: str, recorded: Recorded, stood: Stood) -> None:
    """Change the rows of one stream in one table by one more fact."""
    streams = page.rows.setdefault(model.table, {})
    rows = streams.get(id)
    if rows is None:
        rows = streams[id] = dict(stood.get(model.table, {}).get(id, {}))
    width = len(model.key)
    for row in model.evolve(rows, recorded):
        key = msgspec.structs.astuple(row)[:width]
        if model.standing is not None:
            page.moved.row(model.standing, rows.get(key), row)
        rows[key] = row


def lines(model: Lines, batch: Sequence[Recorded], page: Page) -> Iterator[Row]:
    """The lines that a page adds to one table, one by one as they are asked for."""
    facts = frozenset(model.facts)
    for recorded in batch:
        kind = type(recorded.fact)
        if kind in facts:
            keepers = KEYED_OF[kind]
            rows = page.rows[keepers[0].table][recorded.stream.partition("-")[2]] if keepers else {}
            yield from model.lines(recorded, rows)

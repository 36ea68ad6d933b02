"""Of all that a footer or a page's header may say, nothing may be changed, left out, added, or said twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from ledger.sealing import verifier
from tests.kit.outsider import Published
from tests.ledger.sealing.forging import (
    BYTES,
    FLAG,
    I32,
    I64,
    LIST,
    STRUCT,
    Field,
    Struct,
    first_page,
    joined,
    replace_page,
    split,
    structs,
)

OTHER_KIND = {FLAG: (I32, 1), I32: (I64, 0), I64: (I32, 0), BYTES: (STRUCT, []), LIST: (STRUCT, []), STRUCT: (I32, 0)}


def other_values(field: Field) -> list[Any]:
    """Values that are not the one that stands there; those inside a struct are another field's."""
    if field.kind == FLAG:
        return [not field.value]
    if field.kind in (I32, I64):
        return [field.value + 1, field.value - 1, -field.value - 7]
    if field.kind == BYTES:
        return [field.value + b"x", b""]
    if field.kind == LIST:
        inner, items = field.value
        return [(inner, items[:-1]), (inner, items + items[:1])] if items else [(inner, [1])]
    return []


ADDED = [(I32, 0), (I64, 0), (BYTES, b"x"), (STRUCT, []), (LIST, (STRUCT, [])), (FLAG, True)]


def variants(whole: Struct) -> Iterator[str]:
    """Change one field of a struct, leave it out, double it, or add another, in every place, one after the other."""
    for place, fields in enumerate(list(structs(whole))):
        genuine = list(fields)
        for index, field in enumerate(genuine):
            other_kind = Field(field.number, *OTHER_KIND[field.kind])
            fresh = [("left out", []), ("doubled", [field, field]), ("of another kind", [other_kind])]
            fresh += [("changed", [field._replace(value=other)]) for other in other_values(field)]
            for how, instead in fresh:
                fields[:] = [*genuine[:index], *instead, *genuine[index + 1 :]]
                yield f"{place}: field {field.number} {how}"
        for number in set(range(1, 18)) - {one.number for one in genuine}:
            for kind, value in ADDED:
                fields[:] = sorted([*genuine, Field(number, kind, value)])
                yield f"{place}: field {number} added"
        fields[:] = genuine


def accepted(path: Path, whole: Struct, put_there: Callable[[], None]) -> set[str]:
    """The variants that the verifier accepts; other readers see the same facts in them."""
    found, table = set(), pq.read_table(path)
    for what in variants(whole):
        put_there()
        try:
            list(verifier.read_facts(path))
        except verifier.Invalid:
            continue
        assert pq.read_table(path).equals(table)
        found.add(what)
    return found


def test_of_a_footer_only_what_releases_of_the_writer_differ_in_may_differ(published: Published):
    body, footer = split(published.facts)
    found = accepted(published.facts, footer, lambda: joined(published.facts, body, footer))
    who_made_it = "0: field 6 changed"
    assert who_made_it in found
    assert {one.partition(": ")[2] for one in found - {who_made_it}} == {
        "field 7 left out",
        "field 8 left out",
        "field 16 left out",
    }


@pytest.mark.parametrize("column", range(5))
def test_of_a_pages_header_nothing_else_may_differ(published: Published, column: int):
    header, page = first_page(published.facts, column)
    found = accepted(published.facts, header, lambda: replace_page(published.facts, column, header, page))
    exact = {"field 7 left out", "field 8 left out"} if column == 0 else set()
    assert {one.partition(": ")[2] for one in found} == exact

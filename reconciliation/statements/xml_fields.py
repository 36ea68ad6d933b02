"""A table says which elements of a subtree are fields, and one pass over the subtree gathers them.

Elements are known by local name and place; what a table does not name is not entered. The first of several wins,
save where the table says each.
"""

from __future__ import annotations

from typing import Any, cast

from lxml import etree

# A currency code and the text of an amount, as they stand in the file.
Amount = tuple[str | None, str | None]
# What was gathered: texts, amounts, lists of texts, lists of further fields.
Fields = dict[str, Any]

_WITHIN, _TEXT, _AMOUNT, _TEXTS, _EACH = range(5)
Action = tuple[int, str, "Table"]
Table = dict[str, Action]


def within(table: Table) -> Action:
    """Fields of a child that is only a wrapping."""
    return _WITHIN, "", table


def text(field: str, table: Table | None = None) -> Action:
    """The text of a child; where it has none of its own, the fields within it."""
    return _TEXT, field, table or {}


def amount(field: str) -> Action:
    """The currency and the text of an amount."""
    return _AMOUNT, field, {}


def texts(field: str) -> Action:
    """The texts of all children of this name."""
    return _TEXTS, field, {}


def each(field: str, table: Table) -> Action:
    """The fields of each child of this name, apart."""
    return _EACH, field, table


class Names(dict[str, str]):
    """Local name of each tag, worked out once."""

    def __missing__(self, tag: str) -> str:
        name = self[tag] = tag.rpartition("}")[2]
        return name


def line_of(element: etree._Element) -> int:
    """Line of the file on which an element starts."""
    return cast("int", element.sourceline)


def gather(element: etree._Element, table: Table, names: Names, into: Fields) -> Fields:
    """The fields that stand in an element, put `into` a mapping."""
    for child in element:
        action = table.get(names[child.tag])
        if action is None:
            continue
        kind, field, inner = action
        while kind == _WITHIN:
            if len(child) != 1:
                gather(child, inner, names, into)
                break
            # A wrapping of one child, as most of ISO 20022 is, costs no call.
            child = child[0]
            action = inner.get(names[child.tag])
            if action is None:
                break
            kind, field, inner = action
        else:
            if kind == _EACH:
                into.setdefault(field, []).append(gather(child, inner, names, {}))
                continue
            own = child.text
            own = own.strip() if own else None
            if kind == _AMOUNT:
                into.setdefault(field, (child.get("Ccy"), own))
            elif not own:
                gather(child, inner, names, into)
            elif kind == _TEXTS:
                into.setdefault(field, []).append(own)
            elif field not in into:
                into[field] = own
    return into

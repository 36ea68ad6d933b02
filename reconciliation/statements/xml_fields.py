"""Reads the fields of an XML subtree in one pass; a table says which elements are fields.

Elements are recognised by local name and parent. Elements that are not in the table are skipped with all their content.
If several elements have the same name, only the first is used, unless the table asks for all of them.
"""

from __future__ import annotations

from typing import Any, cast

from lxml import etree

# A currency code, in upper case, and the text of an amount, as in the file.
Amount = tuple[str | None, str | None]
# Fields by name; a value is a text, an amount, a list of texts, or a list of further fields.
Fields = dict[str, Any]

_WITHIN, _TEXT, _CODE, _AMOUNT, _TEXTS, _EACH = range(6)
Action = tuple[int, str, "Table"]
Table = dict[str, Action]


def within(table: Table) -> Action:
    """The fields in a child that is only a wrapper; they become fields of the parent."""
    return _WITHIN, "", table


def text(field: str, table: Table | None = None) -> Action:
    """The text of a child or, if the child has no text of its own, the fields in the child."""
    return _TEXT, field, table or {}


def code(field: str, table: Table | None = None) -> Action:
    """The same as `text`, in upper case: some programs write codes in lower or mixed case."""
    return _CODE, field, table or {}


def amount(field: str) -> Action:
    """The currency and the text of an amount."""
    return _AMOUNT, field, {}


def texts(field: str) -> Action:
    """The texts of all children with this name."""
    return _TEXTS, field, {}


def each(field: str, table: Table) -> Action:
    """The fields of each child with this name, separately."""
    return _EACH, field, table


class Names(dict[str, str]):
    """Maps each tag to its local name, which is computed only once."""

    def __missing__(self, tag: str) -> str:
        name = self[tag] = tag.rpartition("}")[2]
        return name


def line_of(element: etree._Element) -> int:
    """The line of the file on which an element starts."""
    return cast("int", element.sourceline)


def gather(element: etree._Element, table: Table, names: Names, into: Fields) -> Fields:
    """Put the fields of an element `into` a mapping."""
    for child in element:
        action = table.get(names[child.tag])
        if action is None:
            continue
        kind, field, inner = action
        while kind == _WITHIN:
            if len(child) != 1:
                gather(child, inner, names, into)
                break
            # Most wrappers in ISO 20022 have only one child; handling that child in this loop is faster than a
            # recursive call.
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
                into.setdefault(field, ((child.get("Ccy") or "").strip().upper() or None, own))
            elif not own:
                gather(child, inner, names, into)
            elif kind == _TEXTS:
                into.setdefault(field, []).append(own)
            elif field not in into:
                into[field] = own.upper() if kind == _CODE else own
    return into

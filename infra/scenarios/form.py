"""Checks that a part of a scenario has the form that it must have; each error names the line and what was expected."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import TypeVar

from infra.scenarios.mistake import Mistake
from infra.scenarios.tree import Fields, List, Node, Text
from ledger.domain.days import FIRST_DAY, LAST_DAY, day_of

T = TypeVar("T")


class Form:
    """The checks of one file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def wrong(self, line: int, sentence: str) -> Mistake:
        """Return the error about a line of the file."""
        return Mistake(self.path, line, sentence)

    def fields(self, node: Node, what: str, known: Collection[str] | None = None) -> Fields:
        """Return fields; all their keys must be `known`, unless any may be used."""
        if not isinstance(node, Fields):
            raise self.wrong(node.line, f"{what} is written as `key: value`")
        for key, line in node.keys.items():
            if known is not None and key not in known:
                raise self.unknown(line, key, known, f"{what} has")
        return node

    def unknown(self, line: int, said: str, known: Collection[str], among: str) -> Mistake:
        """Return the error about a word that is not among the known words, with the nearest of them if one is near."""
        near = get_close_matches(said, known, 1)
        meant = f"did you mean {near[0]!r}?" if near else f"{among}: {', '.join(known)}"
        return self.wrong(line, f"{said!r} is not known here; {meant}")

    def items(self, node: Node, what: str, *, may_be_empty: bool = False) -> tuple[Node, ...]:
        """Return the items of a list, which must have some unless it may be empty, as in `rows: []`."""
        if not isinstance(node, List) or not (node.items or may_be_empty):
            raise self.wrong(node.line, f"{what} is a list; begin each of its lines with a hyphen")
        return node.items

    def text(self, node: Node, what: str) -> Text:
        """Return a single value."""
        if not isinstance(node, Text):
            raise self.wrong(node.line, f"{what} is a single value, without further lines below it")
        return node

    def texts(self, node: Node, what: str) -> tuple[Text, ...]:
        """Return one value, or the values of a list."""
        if isinstance(node, List):
            return tuple(self.text(one, what) for one in self.items(node, what))
        return (self.text(node, what),)

    def read(self, text: Text, reader: Callable[[str], T], expected: str) -> T:
        """Return what `reader` makes of a text; if it raises ValueError, say what was expected."""
        try:
            return reader(text.text)
        except ValueError:
            raise self.wrong(text.line, f"{text.text!r} is not {expected}") from None

    def day(self, text: Text) -> date:
        """Return a day."""
        return self.read(text, day_of, f"a day; write one such as 2026-10-31, from {FIRST_DAY} to {LAST_DAY}")

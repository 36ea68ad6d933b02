"""Reads YAML into texts, lists and fields that know their lines; a text is never turned into a number or a date.

YAML 1.1 would read 12:30 as 750, `no` as false and 400.10 as a float, so all values stay as they are written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml

from infra.scenarios.mistake import Mistake

_TEXT: Final = "tag:yaml.org,2002:str"
_KEPT: Final = (_TEXT, "tag:yaml.org,2002:seq", "tag:yaml.org,2002:map")


@dataclass(frozen=True, slots=True)
class Text:
    """A value as it is written."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class List:
    """Values in their order."""

    line: int
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Fields:
    """Values by key, in the order of the file; `keys` has the line of each key."""

    line: int
    values: Mapping[str, Node]
    keys: Mapping[str, int]

    def pairs(self) -> Iterator[tuple[str, Node, int]]:
        """Each key with its value and the line of the key."""
        return ((key, value, self.keys[key]) for key, value in self.values.items())


Node = Text | List | Fields


def read_tree(path: Path, text: str) -> Node:
    """Return the content of a YAML file; raises Mistake with the line of what cannot be read."""
    try:
        root = yaml.compose(text, Loader=yaml.BaseLoader)
    except yaml.MarkedYAMLError as wrong:
        mark = wrong.problem_mark or wrong.context_mark
        line = mark.line + 1 if mark else 1
        raise Mistake(path, line, f"this is not YAML: {wrong.problem}; check indentation, colons and quotes") from None
    except yaml.reader.ReaderError as wrong:
        line = text.count("\n", 0, wrong.position) + 1
        raise Mistake(path, line, "this is not YAML: it contains a control character; remove it") from None
    if root is None:
        raise Mistake(path, 1, "the file has no steps; write `steps:` and at least one step")
    return _Reading(path).node(root)


class _Reading:
    """Reads the nodes of one file; each node is read once, so nothing can be repeated by an alias."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: set[int] = set()

    def node(self, node: yaml.Node) -> Node:
        line = node.start_mark.line + 1
        if id(node) in self._seen:
            raise Mistake(self._path, line, "a value is repeated by `*`; write it out where it is meant")
        self._seen.add(id(node))
        if node.tag not in _KEPT:
            raise Mistake(self._path, line, f"the tag {node.tag.rpartition(':')[2]} is not read; leave it out")
        if isinstance(node, yaml.MappingNode):
            return self._fields(node, line)
        if isinstance(node, yaml.SequenceNode):
            return List(line, tuple(self.node(one) for one in node.value))
        assert isinstance(node, yaml.ScalarNode)
        if node.value == "" and node.style is None:
            raise Mistake(self._path, line, "a value is missing; write one, or leave the key out")
        return Text(line, node.value)

    def _fields(self, node: yaml.MappingNode, line: int) -> Fields:
        values: dict[str, Node] = {}
        keys: dict[str, int] = {}
        for name, value in node.value:
            at = name.start_mark.line + 1
            if not isinstance(name, yaml.ScalarNode) or not name.value:
                raise Mistake(self._path, at, "a key must be a word; write it before the colon")
            if name.value in keys:
                first = keys[name.value]
                raise Mistake(self._path, at, f"{name.value!r} is given twice, first on line {first}; keep one")
            values[name.value], keys[name.value] = self.node(value), at
        return Fields(line, values, keys)

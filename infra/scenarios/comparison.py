"""Compares an answer with what a scenario expects of it: only what is named is compared, and all of it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from typing import Any, Final, NamedTuple

from infra.scenarios.names import Names, stream_of
from infra.scenarios.pairing import paired
from infra.scenarios.scenario import Expected
from infra.scenarios.tree import Fields, List, Node, Text
from infra.scenarios.use_cases import Answer
from infra.scenarios.values import Value

Row = Mapping[str, Any]
# What a field may end with in an answer and need not in a scenario: `open: 100.00` is open_minor, `item: A` is item_id.
_ENDINGS: Final = ("", "_minor", "_id")
_NONE: Final = "none"
_ACCOUNT: Final = "account"
# The fields besides ids that say what a row is about.
_CLOSER: Final = ("document", "reference", "subject")
# How many rows are shown where none is as expected.
_MOST: Final = 5


class Difference(NamedTuple):
    """A part of an answer that is not as expected; the line is that of the expectation."""

    line: int
    what: str
    expected: str
    actual: str


class Comparison:
    """The comparison of one answer; `asked` is the command, with which each difference begins."""

    def __init__(self, asked: str, answer: Answer, names: Names) -> None:
        self._asked = asked
        self._answer = answer
        self._names = names
        self._rows: Sequence[Row] = answer["rows"]

    def differences(self, expected: Expected) -> list[Difference]:
        """Return everything that differs."""
        found = self._refused(expected)
        for key, node, line in expected.fields.pairs():
            if key != "refused":
                found += self._part(key, node, line)
        return [one._replace(what=f"{self._asked}: {one.what}") for one in found]

    def _refused(self, expected: Expected) -> list[Difference]:
        codes = [problem["code"] for problem in self._answer["problems"]]
        if not expected.refused:
            return [] if self._answer["ok"] else [Difference(expected.line, "done", "yes", problems_in(self._answer))]
        actual = problems_in(self._answer) if codes else "not refused"
        return [
            Difference(code.line, "refused", code.text, actual) for code in expected.refused if code.text not in codes
        ]

    def _part(self, key: str, node: Node, line: int) -> list[Difference]:
        if key == "count":
            assert isinstance(node, Text)
            actual = str(len(self._rows))
            return [] if int(node.text) == len(self._rows) else [Difference(line, "count of rows", node.text, actual)]
        if key in ("rows", "totals"):
            assert isinstance(node, List)
            return self._listed(node, self._answer[key])
        row = self._itself()
        name = _field(key, row)
        of_row = isinstance(node, Fields) and not isinstance(row.get(name or ""), Mapping)
        if of_row or (name is None and isinstance(node, Text) and node.text == _NONE):
            return self._called(key, node, line)
        return self._field(key, node, line, row)

    def _itself(self) -> Row:
        """What the answer says about itself, with the fields of its row if there is only one."""
        itself = {name: value for name, value in self._answer.items() if name not in ("rows", "totals", "problems")}
        return itself | dict(self._rows[0]) if len(self._rows) == 1 else itself

    def _called(self, key: str, node: Node, line: int) -> list[Difference]:
        """Compare the row that is called `key`, or expect that there is none."""
        found = self._rows_called(key, self._rows) or self._rows_called(key, self._answer["totals"])
        if isinstance(node, Text):
            return [Difference(line, f"row {key}", "none", f"{len(found)} of {len(self._rows)} rows")] if found else []
        assert isinstance(node, Fields)
        if len(found) == 1:
            return self._fields(node, found[0], f"{key}: ")
        many = f"{len(found)} rows are called {key}; pick them with `rows`"
        return [Difference(line, f"row {key}", _shown(node), many if found else f"none of {len(self._rows)} rows")]

    def _rows_called(self, key: str, rows: Sequence[Row]) -> list[Row]:
        """The rows in which a field has the value `key`, or in which there is what is called `key`.

        An invoice's name also stands for its item and its account. What the name stands for first is looked for first.
        Its account counts only in rows that are not about something closer, because other items may have the account.
        """
        kinds = self._names.kinds(key)
        if not kinds:
            return _rows_with({key}, rows)
        for kind, ids in kinds.items():
            by_account = kind == _ACCOUNT and len(kinds) > 1
            among = [row for row in rows if not (by_account and _has_closer(row))]
            found = _rows_with({*ids, *(stream_of(kind, id) for id in ids)}, among)
            if found:
                return found
        return []

    def _fields(self, expected: Fields, row: Row, within: str = "") -> list[Difference]:
        return [
            one._replace(what=within + one.what)
            for key, node, line in expected.pairs()
            for one in self._field(key, node, line, row)
        ]

    def _field(self, key: str, node: Node, line: int, row: Row) -> list[Difference]:
        name = _field(key, row)
        if name is None:
            return [Difference(line, key, _shown(node), self._in(key, row))]
        value = row[name]
        if isinstance(node, Fields) and isinstance(value, Mapping):
            return self._fields(node, value, f"{key}: ")
        if isinstance(node, List) and isinstance(value, list):
            return self._list(key, node, line, value)
        if isinstance(node, Text) and Value(name, value, row.get("currency"), self._names).equals(node.text):
            return []
        return [Difference(line, key, _shown(node), self._in(key, row))]

    def _in(self, key: str, row: Row) -> str:
        """What a row has in a field, as it is shown to a person."""
        name = _field(key, row)
        if name is None:
            return f"no such field; there are: {', '.join(row)}"
        return Value(name, row[name], row.get("currency"), self._names).shown()

    def _list(self, key: str, node: List, line: int, values: Sequence[Any]) -> list[Difference]:
        rows = node.items and all(isinstance(one, Fields) for one in node.items)
        if rows and all(isinstance(one, Mapping) for one in values):
            return [one._replace(what=f"{key}: {one.what}") for one in self._listed(node, values)]
        actual = [Value(key, one, None, self._names) for one in values]
        same = len(actual) == len(node.items) and all(
            isinstance(one, Text) and value.equals(one.text) for one, value in zip(node.items, actual, strict=True)
        )
        if same:
            return []
        return [Difference(line, key, _shown(node), f"[{', '.join(one.shown() for one in actual)}]")]

    def _listed(self, node: List, rows: Sequence[Row]) -> list[Difference]:
        """Compare rows in any order; each row of the answer is taken once."""
        wanted = [one for one in node.items if isinstance(one, Fields)]
        differing = [[self._fields(one, row) for row in rows] for one in wanted]
        taken = paired([[not found for found in of_row] for of_row in differing])
        free = [number for number in range(len(rows)) if number not in taken.values()]
        found: list[Difference] = []
        for number, one in enumerate(wanted):
            if number in taken:
                continue
            near = self._nearest(one, rows, free, differing[number].__getitem__)
            if near is None:
                found.append(Difference(one.line, "a row", _shown(one), self._instead(one, rows)))
            else:
                free.remove(near)
                (first, said), *_ = one.values.items()
                found += [
                    one._replace(what=f"row {first} {_shown(said)}: {one.what}") for one in differing[number][near]
                ]
        return found

    def _instead(self, one: Fields, rows: Sequence[Row]) -> str:
        """What the rows have in the field by which one of them is picked."""
        first, *_ = one.values
        there = [self._in(first, row) for row in rows[:_MOST]]
        more = f" and {len(rows) - _MOST} more" if len(rows) > _MOST else ""
        return f"{len(rows)} rows with {first}: {', '.join(dict.fromkeys(there))}{more}" if rows else "no rows"

    def _nearest(
        self, one: Fields, rows: Sequence[Row], free: Sequence[int], of_row: Callable[[int], list[Difference]]
    ) -> int | None:
        """The free row whose first field is as expected and whose other fields differ least."""
        first, *_ = one.values
        head = Fields(one.line, {first: one.values[first]}, one.keys)
        alike = [number for number in free if not self._fields(head, rows[number])]
        return min(alike, key=lambda number: len(of_row(number)), default=None)


def problems_in(answer: Answer) -> str:
    """Return an answer's problems in words."""
    return "; ".join(f"{problem['code']}: {problem['sentence']}" for problem in answer["problems"])


def _rows_with(wanted: Set[str], rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if any(isinstance(one, str) and one in wanted for one in row.values())]


def _has_closer(row: Row) -> bool:
    """Whether a row is about something closer than an account, such as an item or a receipt."""
    return any(name in _CLOSER or (name.endswith("_id") and name != f"{_ACCOUNT}_id") for name in row)


def _field(key: str, row: Row) -> str | None:
    """The full name of a row's field."""
    plain = key.replace("-", "_")
    return next((plain + ending for ending in _ENDINGS if plain + ending in row), None)


def _shown(node: Node) -> str:
    match node:
        case Text():
            return node.text
        case List():
            return f"[{', '.join(map(_shown, node.items))}]"
        case Fields():
            return f"{{{', '.join(f'{key}: {_shown(one)}' for key, one in node.values.items())}}}"

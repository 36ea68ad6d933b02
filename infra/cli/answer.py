"""The answer of a command, in one shape for every command: as JSON for scripts and as a page for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from infra.desk.problems import Problem

# A row of an answer or a table. Amounts are integer minor units in fields `*_minor`, beside their `currency`.
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows for people; `columns` lists each column as (heading, field of the row)."""

    columns: Sequence[tuple[str, str]]
    rows: Sequence[Row]
    title: str | None = None
    # A long list is shortened on a terminal, because nobody reads thousands of lines there. In a pipe it is always
    # whole.
    long: bool = False


Page = Sequence["str | Table"]


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer of a command; `page` is its form for people and is not in the JSON.

    `known_at` is the position up to which facts count as known. `position` is the last position read or recorded.
    `recorded` says that facts were recorded, although the answer is not `ok`.
    """

    rows: Sequence[Row] = ()
    totals: Sequence[Row] = ()
    problems: Sequence[Problem] = ()
    ok: bool = True
    as_of: date | None = None
    known_at: int | None = None
    position: int | None = None
    page: Page = ()
    # With --json, these documents are printed instead of the answer, one per line; only `inspect` has any.
    documents: Sequence[Mapping[str, Any]] | None = None
    recorded: bool = False


def encoded(command: str, entity: str, answer: Answer) -> bytes:
    """Return the answer as JSON (UTF-8), in the shape that answer.schema.json describes."""
    import msgspec

    if answer.documents is not None:
        return b"\n".join(map(msgspec.json.encode, answer.documents))
    return msgspec.json.encode(
        {
            "command": command,
            "entity": entity,
            "ok": answer.ok,
            "as_of": answer.as_of,
            "known_at": answer.known_at,
            "position": answer.position,
            "amounts": "minor_units",
            "rows": answer.rows,
            "totals": answer.totals,
            "problems": answer.problems,
        }
    )

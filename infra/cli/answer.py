"""An answer of the command line: one shape for every command, as JSON for scripts and as a page for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from infra.desk.problems import Problem

# A row of an answer or a table: amounts in integer minor units under `*_minor`, beside their `currency`.
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows for people: (heading, field of the row) for each column."""

    columns: Sequence[tuple[str, str]]
    rows: Sequence[Row]
    title: str | None = None
    # A long list is cut on a terminal, where nobody reads thousands of lines, and never in a pipe.
    long: bool = False


Page = Sequence["str | Table"]


@dataclass(frozen=True, slots=True)
class Told:
    """What a command has to tell; `page` is the same for people, and stands in no JSON.

    `known_at` is the position that counts as known, `position` how far was read or recorded.
    """

    rows: Sequence[Row] = ()
    totals: Sequence[Row] = ()
    problems: Sequence[Problem] = ()
    ok: bool = True
    as_of: date | None = None
    known_at: int | None = None
    position: int | None = None
    page: Page = ()
    # Printed instead of the answer: `inspect` has a shape of its own. One JSON document a line.
    documents: Sequence[Mapping[str, Any]] | None = None


def encoded(command: str, entity: str, told: Told) -> bytes:
    """The answer as JSON (UTF-8), in the shape of answer.schema.json."""
    import msgspec

    if told.documents is not None:
        return b"\n".join(map(msgspec.json.encode, told.documents))
    return msgspec.json.encode(
        {
            "command": command,
            "entity": entity,
            "ok": told.ok,
            "as_of": told.as_of,
            "known_at": told.known_at,
            "position": told.position,
            "rows": told.rows,
            "totals": told.totals,
            "problems": told.problems,
        }
    )

"""The command that lists the bank's files and what became of each."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

from infra.cli.answer import Answer, Page, Table
from infra.cli.invocation import Call, Commands
from infra.cli.options import Everything
from infra.desk import received_files

COMMANDS: Final = Commands()

_FILES: Final = (
    ("status", "status"),
    ("names", "names"),
    ("file", "file"),
    ("format", "format"),
    ("came", "last_at"),
    ("why, and what to do", "why"),
    ("replaced by", "replaced"),
)


@COMMANDS.add("files")
def files(call: Call, everything: Everything = False) -> Answer:
    """List the bank's files with what became of each: refused, waiting, loading or loaded.

    Refused files come first, with what is wrong and what to do; nothing of a refused file is in the book. If a file of
    the same name came later and was loaded, it is shown as the replacement.
    """
    with call.desk() as desk:
        rows = received_files.listed(desk)
    counted = Counter(row["status"] for row in rows)
    totals = [{"name": status, "files": counted[status]} for status in ("refused", "waiting", "loading", "loaded")]
    unreplaced = sum(row["status"] == "refused" and row["replaced_by"] is None for row in rows)
    page: Page = [
        f"{len(rows)} files came to {call.entity}; {counted['refused']} of them are refused, {unreplaced} without a "
        "replacement",
        Table(_FILES, [_shown(row) for row in rows], long=True),
    ]
    return Answer(rows=rows, totals=totals, page=page)


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    why = [f"{one['code']}: {one['sentence']}" for one in row["reasons"]]
    return {**row, "why": why, "replaced": (row["replaced_by"] or "")[:12] or None}

"""The use case of listing the bank's files: what came under which name, and what became of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date
from typing import Any, Final

from infra.desk.desk import Desk
from infra.desk.problems import Problem, Stopped, quoted
from infra.desk.vault import deals_with_payers
from projections.store.lists.files import STATUSES

# Files that need a person come first.
_ORDER: Final = {status: number for number, status in enumerate(STATUSES)}
_STATUS: Final[dict[str | None, str]] = {
    "rejected": "refused",
    "loading": "loading",
    "complete": "loaded",
    None: "waiting",
}


def listed(desk: Desk, searched: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the files that came and meet a search, the refused ones first, and within each status the newest first.

    A file is refused, waiting (it was archived but not judged yet), loading or loaded. If what a refused file should
    have brought came later and was loaded, `replaced_by` is the hash of that file. A refused file
    that somebody has looked into and closed, because it needs nobody any more, is set aside. A name may be a
    person's, so it is shown to those who may see who paid.
    """
    from reconciliation.steps.refused_file import of_refused
    from reconciliation.steps.replaced_file import contents, loaded_files, replacement

    judged = {row["sha256"]: row for row in desk.books.store.now.files()}
    closed = desk.books.store.bank_lines.closed_doubts()
    came = contents(list(_known(desk.lists.received())))
    loaded = loaded_files(desk.books.store)
    rows = [_row(names, judged.get(names[0]["sha256"])) for names in came.values()]
    for row, names in zip(rows, came.values(), strict=True):
        row["replaced_by"] = replacement(names, came, loaded) if row["status"] == "refused" else None
        settled = closed.get(of_refused(row["sha256"])) if row["status"] == "refused" and row["sha256"] else None
        row["status"] = row["status"] if settled is None else "set aside"
        row |= {"closed_because": settled and settled["reason_code"], "closed_by": settled and settled["decided_by"]}
        row["why"] = [f"{one['code']}: {one['sentence']}" for one in row["reasons"]]
        row["replaced"] = (row["replaced_by"] or "")[:12] or None
    rows = rows if deals_with_payers(desk) else [_unnamed(row) for row in rows]
    found = (row for row in rows if all(_MEETS[name](desk, row, value) for name, value in searched.items()))
    return sorted(found, key=lambda row: _ORDER[row["status"]])


def _unnamed(row: dict[str, Any]) -> dict[str, Any]:
    """A file without its names; what is said of one that could not be archived has its path."""
    if row["sha256"]:
        return row | {"names": []}
    return row | {"names": [], "why": [one["code"] for one in row["reasons"]], "reasons": []}


def counts(rows: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Return how many of these files have each status, and how many refused ones have no replacement."""
    of_status = {status: sum(row["status"] == status for row in rows) for status in STATUSES}
    return of_status | {"unreplaced": sum(row["status"] == "refused" and row["replaced_by"] is None for row in rows)}


def _day(desk: Desk, row: Mapping[str, Any]) -> date:
    from ledger import civil_day

    return civil_day(desk.terms, row["last_at"])


# Whether a file meets each way to search.
_MEETS: Final[Mapping[str, Callable[[Desk, Mapping[str, Any], Any], bool]]] = {
    "name": lambda desk, row, text: any(text in name for name in row["names"]),
    "id": lambda desk, row, part: (row["sha256"] or "").startswith(part) or (row["sha256"] or "").endswith(part),
    "status": lambda desk, row, status: bool(row["status"] == status),
    "from": lambda desk, row, day: _day(desk, row) >= day,
    "to": lambda desk, row, day: _day(desk, row) <= day,
}


def refused_file(desk: Desk, name: str) -> str:
    """Return the hash of the refused file whose hash begins with this text; raises Stopped."""
    found = [row["sha256"] for row in desk.books.store.now.files() if row["status"] == "rejected"]
    begun = [one for one in found if name and one.startswith(name)]
    if len(begun) != 1:
        sentence = (
            f"{len(begun)} refused files have a hash that begins with {quoted(name)}; `reskontra files` lists the "
            "refused ones"
        )
        raise Stopped(Problem("refused_file_unknown", sentence))
    return str(begun[0])


def _known(received: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The files that came, without those that could not be archived and came again later under the same name."""
    archived: dict[str, Any] = {}
    for row in received:
        if row["sha256"]:
            archived[row["name"]] = max(row["last_at"], archived.get(row["name"], row["last_at"]))
    for row in received:
        if row["sha256"] or row["name"] not in archived or archived[row["name"]] < row["last_at"]:
            yield row


def _row(names: Sequence[Mapping[str, Any]], judged: Mapping[str, Any] | None) -> dict[str, Any]:
    newest = names[0]
    known = None if judged is None else str(judged["status"])
    status = "refused" if newest["sha256"] is None else _STATUS[known]
    return {
        "status": status,
        "names": sorted({one["name"] for one in names}),
        "sha256": newest["sha256"],
        "file": (newest["sha256"] or "")[:12] or None,
        "format": newest["format"],
        "first_at": min(one["first_at"] for one in names).astimezone(UTC),
        "last_at": max(one["last_at"] for one in names).astimezone(UTC),
        "reasons": _reasons(newest) if status == "refused" else [],
    }


def _reasons(row: Mapping[str, Any]) -> list[dict[str, Any]]:
    if row["sha256"] is None:
        return [{"code": row["code"], "sentence": row["sentence"], "raw_position": None}]
    return list(row["refusals"] or [])

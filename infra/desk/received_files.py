"""The use case of listing the bank's files: what came under which name, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC
from typing import Any, Final

from infra.desk.desk import Desk

# Files that need a person come first.
_ORDER: Final = {"refused": 0, "waiting": 1, "loading": 2, "loaded": 3}
_STATUS: Final[dict[str | None, str]] = {
    "rejected": "refused",
    "loading": "loading",
    "complete": "loaded",
    None: "waiting",
}


def listed(desk: Desk) -> list[dict[str, Any]]:
    """Return all files that came, the refused ones first, and within each status the newest first.

    A file is refused, waiting (it was archived but not judged yet), loading or loaded. If a refused file came again
    under the same name with another content and was loaded, `replaced_by` is the hash of that content.
    """
    judged = {row["sha256"]: row for row in desk.books.store.now.files()}
    came: dict[str, list[dict[str, Any]]] = {}
    for row in desk.lists.received():
        came.setdefault(row["sha256"] or f"not archived: {row['name']}", []).append(row)
    rows = [_row(names, judged.get(names[0]["sha256"])) for names in came.values()]
    for row in rows:
        row["replaced_by"] = _replacement(row, rows) if row["status"] == "refused" else None
    return sorted(rows, key=lambda row: _ORDER[row["status"]])


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


def _replacement(row: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> str | None:
    later = [
        one
        for one in rows
        if one["status"] == "loaded" and one["first_at"] >= row["first_at"] and set(one["names"]) & set(row["names"])
    ]
    return str(max(later, key=lambda one: one["last_at"])["sha256"]) if later else None

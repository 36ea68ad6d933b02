"""Which refused files came again under the same name, with another content that was loaded."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reconciliation.steps.day import BankDay

    Row = Mapping[str, Any]


def contents(received: Sequence[Row]) -> dict[str, list[Row]]:
    """The files that came, each with all its names, under its hash or, if it could not be archived, under its name."""
    came: dict[str, list[Row]] = {}
    for row in received:
        came.setdefault(row["sha256"] or f"not archived: {row['name']}", []).append(row)
    return came


def replacement(names: Sequence[Row], came: Mapping[str, Sequence[Row]], loaded: Collection[str]) -> str | None:
    """The hash of the newest of the loaded files that came under one of these names since; None if none did."""
    first_at, called = min(one["first_at"] for one in names), {one["name"] for one in names}
    found = [
        (max(one["last_at"] for one in others), sha256)
        for sha256, others in came.items()
        if sha256 in loaded
        and min(one["first_at"] for one in others) >= first_at
        and called & {one["name"] for one in others}
    ]
    return max(found)[1] if found else None


def without_replaced(day: BankDay, files: Collection[str]) -> list[str]:
    """Those of these files that nothing replaces."""
    if not files:
        return []
    came = contents(day.desk.received())
    loaded = {row["sha256"] for row in day.books.store.now.files() if row["status"] == "complete"}
    return [one for one in files if one not in came or replacement(came[one], came, loaded - {one}) is None]

"""Reviewed versions as people name and see them, whatever the versions are of."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

_VERSION: Final = re.compile(r"(.+)\.v([1-9][0-9]{0,5})")


def named(name: str, rows: Sequence[Mapping[str, Any]], of: str) -> tuple[str, int]:
    """Return the id and the version that a person names, such as tax.v2; `of` is the column of the id.

    Without a version, it is the newest one, since only that can wait.
    """
    if found := _VERSION.fullmatch(name):
        return found[1], int(found[2])
    return name, max((row["version"] for row in rows if row[of] == name), default=1)


def held(row: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], of: str, today: date) -> str:
    """Return whether a version counts now, later or no more, or waits."""
    if row["status"] != "approved":
        return str(row["status"])
    if row["until_on"] is not None and row["until_on"] < today:
        return "ended"
    day = max(row["from_on"], today)
    approved = [one for one in rows if (one[of], one["status"]) == (row[of], "approved")]
    if any(one["version"] > row["version"] and one["from_on"] <= day for one in approved):
        return "replaced"
    return "now" if row["from_on"] <= today else "later"

"""Rows of reviewed versions: what an approval, a rejection and an end change in them, whatever the versions are of."""

from __future__ import annotations

from datetime import date
from typing import TypeVar

import msgspec

from projections.read_models.model import Row, Rows

R = TypeVar("R", bound=Row)


def decided(row: R, status: str, reason_code: str | None = None) -> tuple[R, ...]:
    """The row of a version that was approved or rejected."""
    return (msgspec.structs.replace(row, status=status, reason_code=reason_code),)


def ended(rows: Rows, id: str, last_on: date, reason_code: str) -> tuple[Row, ...]:
    """The rows of all versions of `id` that would count after the last day."""
    return tuple(
        msgspec.structs.replace(row, until_on=last_on, reason_code=reason_code)
        for (of, _), row in rows.items()
        if of == id and row.status == "approved" and (row.until_on is None or row.until_on > last_on)
    )

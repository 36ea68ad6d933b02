"""The log of readings: who read what of whom, when and why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

from ledger.vault.connection import Connection


class Reading(NamedTuple):
    """One reading; `subject_id` is None if somebody was looked up and not found."""

    reading_no: int
    at: datetime
    person: str
    subject_id: str | None
    kinds: Sequence[str]
    purpose: str
    correlation: str | None


class Asked(NamedTuple):
    """Which readings: of one reader, of one person's data, and between two instants; all of them if nothing is said."""

    person: str | None = None
    subject_id: str | None = None
    since: datetime | None = None
    before: datetime | None = None


def readings(connection: Connection, asked: Asked) -> Sequence[Reading]:
    """The readings asked for, oldest first; raises VaultRefused if the vault cannot be used."""
    with connection.transaction() as rows:
        return [Reading(**row) for row in rows.execute(_ASKED, asked._asdict()).fetchall()]


_ASKED: Final = """
SELECT reading_no, at, person, subject_id, kinds, purpose, correlation FROM readings
WHERE (%(person)s::text IS NULL OR person = %(person)s)
AND (%(subject_id)s::text IS NULL OR subject_id = %(subject_id)s)
AND (%(since)s::timestamptz IS NULL OR at >= %(since)s)
AND (%(before)s::timestamptz IS NULL OR at < %(before)s)
ORDER BY at, reading_no
"""

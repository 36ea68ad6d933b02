"""The erasure of a person in the vault: the person's key is destroyed, for which the master key is not needed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import closing
from datetime import datetime
from typing import Final, NamedTuple

from ledger.vault.connection import Connection
from ledger.vault.occasion import Occasion


class Tombstone(NamedTuple):
    """What is left of an erased person."""

    subject_id: str
    erased_at: datetime
    erased_by: str


def erase(url: str, entity: str, subject_id: str, occasion: Occasion) -> Tombstone:
    """Destroy a person's key and whatever the person is looked up by; a second time changes nothing.

    A person of whom the vault has nothing is erased too, so that nothing is kept of them later.
    """
    with closing(Connection(url, entity, None)) as connection, connection.transaction() as rows:
        rows.execute(_NEVER_KNOWN, (subject_id, occasion.at, occasion.person, occasion.at, occasion.person))
        row = rows.execute(_LOCKED, (subject_id,)).fetchone()
        assert row is not None, "whoever was not there is there as erased"
        if row["erased_at"] is not None:
            return Tombstone(subject_id, row["erased_at"], row["erased_by"])
        rows.execute(_ERASED, (occasion.at, occasion.person, subject_id))
        rows.execute("DELETE FROM sought WHERE subject_id = %s", (subject_id,))
    return Tombstone(subject_id, occasion.at, occasion.person)


def unerased(url: str, entity: str, subjects: Collection[str]) -> Sequence[str]:
    """Those of these persons whose key still exists."""
    with closing(Connection(url, entity, None)) as connection, connection.transaction() as rows:
        return [str(row["subject_id"]) for row in rows.execute(_UNERASED, (list(subjects),)).fetchall()]


_NEVER_KNOWN: Final = """
INSERT INTO subjects (subject_id, made_at, made_by, erased_at, erased_by) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (subject_id) DO NOTHING
"""
_LOCKED: Final = "SELECT erased_at, erased_by FROM subjects WHERE subject_id = %s FOR UPDATE"
_ERASED: Final = """
UPDATE subjects SET master_key = NULL, wrapped_key = NULL, erased_at = %s, erased_by = %s WHERE subject_id = %s
"""
_UNERASED: Final = """
SELECT subject_id FROM subjects WHERE subject_id = ANY(%s) AND erased_at IS NULL ORDER BY subject_id
"""

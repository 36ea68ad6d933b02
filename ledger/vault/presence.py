"""Whether the vault has something, without reading it, and whether a master key is its own."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import closing
from datetime import UTC, date, datetime, time
from pathlib import Path

from ledger.vault.connection import Connection
from ledger.vault.kinds import Kind
from ledger.vault.master_key import read_key


def known(url: str, entity: str, subject_ids: Collection[str]) -> frozenset[str]:
    """Those of these persons of whom the vault has anything, or had before they were erased."""
    with closing(Connection(url, entity, None)) as connection, connection.transaction() as rows:
        found = rows.execute("SELECT subject_id FROM subjects WHERE subject_id = ANY(%s)", (list(subject_ids),))
        return frozenset(str(row["subject_id"]) for row in found.fetchall())


def has_reason(url: str, entity: str, entry_id: str) -> bool:
    """Whether an entry with this id is a reason in words."""
    with closing(Connection(url, entity, None)) as connection, connection.transaction() as rows:
        found = rows.execute("SELECT FROM entries WHERE entry_id = %s AND kind = 'reason_text'", (entry_id,)).fetchone()
    return found is not None


def put_since(url: str, entity: str, subject_id: str, kind: Kind, day: date) -> bool:
    """Whether the vault got something of this kind of a person on a day or later."""
    query = "SELECT FROM entries WHERE subject_id = %s AND kind = %s AND put_at >= %s LIMIT 1"
    with closing(Connection(url, entity, None)) as connection, connection.transaction() as rows:
        found = rows.execute(query, (subject_id, kind, datetime.combine(day, time(), UTC))).fetchone()
    return found is not None


def require_own_key(url: str, entity: str, key: Path) -> None:
    """Refuse a master key with which this vault was not made; raises VaultRefused."""
    with closing(Connection(url, entity, read_key(key).fingerprint)) as connection, connection.transaction():
        pass

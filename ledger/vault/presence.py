"""Whether the vault has something, without reading it, and whether a master key is its own."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from ledger.vault.connection import Connection
from ledger.vault.master_key import read_key


def knows(url: str, entity: str, subject_id: str) -> bool:
    """Whether the vault has anything of this person, or had before the person was erased."""
    with closing(Connection(url, entity, None)) as connection, connection.transaction() as rows:
        return rows.execute("SELECT FROM subjects WHERE subject_id = %s", (subject_id,)).fetchone() is not None


def has_reason(url: str, entity: str, entry_id: str) -> bool:
    """Whether an entry with this id is a reason in words."""
    with closing(Connection(url, entity, None)) as connection, connection.transaction() as rows:
        found = rows.execute("SELECT FROM entries WHERE entry_id = %s AND kind = 'reason_text'", (entry_id,)).fetchone()
    return found is not None


def require_own_key(url: str, entity: str, key: Path) -> None:
    """Refuse a master key with which this vault was not made; raises VaultRefused."""
    with closing(Connection(url, entity, read_key(key).fingerprint)) as connection, connection.transaction():
        pass

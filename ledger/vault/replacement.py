"""The replacement of the master key: every person's key is wrapped anew; meanwhile both secrets are in the file.

Afterwards nothing that the old secret wrapped can be opened: no key that was erased, in whatever backup it may be left.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

from ledger.vault.connection import Connection, Rows
from ledger.vault.foundation import wraps
from ledger.vault.master_key import MasterKey, begin_replacement, end_replacement, read_key
from ledger.vault.soundness import require_current
from ledger.vault.wrapping import WrappedKey, unwrapped, wrapped

_AT_A_TIME: Final = 500


def replace_key(url: str, entity: str, path: Path, at: datetime, files: Callable[[MasterKey], int]) -> int:
    """Replace the secret that wraps keys; returns how many keys of persons and of files were wrapped anew.

    `files` wraps the keys of encrypted files anew and returns how many. A run that was interrupted is continued by the
    next one. Raises VaultRefused, and then no secret is lost; an older copy of the key is refused before it is changed.
    """
    connection = Connection(url, entity, read_key(path).fingerprint)
    try:
        with connection.alone("replacing the master key"):
            with connection.transaction() as rows:
                # Before anything is written: into an older copy of the file, no further secret may come.
                require_current(rows, read_key(path))
            both = begin_replacement(path)
            count = 0
            while done := _some(connection, entity, both):
                count += done
            count += _last(connection, entity, both, at) + files(both)
            # What was written at the same time under the old secret.
            end_replacement(path, files)
    finally:
        connection.close()
    return count


def _some(connection: Connection, entity: str, both: MasterKey) -> int:
    with connection.transaction() as rows:
        wraps(rows, both.newest)
        return _wrap_anew(rows, entity, both, _AT_A_TIME)


def _last(connection: Connection, entity: str, both: MasterKey, at: datetime) -> int:
    """End the old secrets: nobody wraps a new key by them any more, and what was wrapped until now is wrapped anew."""
    with connection.transaction() as rows:
        rows.execute(_ENDED, (at, both.newest))
        return _wrap_anew(rows, entity, both, None)


def _wrap_anew(rows: Rows, entity: str, both: MasterKey, most: int | None) -> int:
    old = rows.execute(_OLD, (both.newest, most)).fetchall()
    for row in old:
        subject_id = row["subject_id"]
        key = unwrapped(both, WrappedKey(row["master_key"], row["wrapped_key"]), entity, subject_id)
        rows.execute(_NEW, (*wrapped(both, key, entity, subject_id), subject_id))
    return len(old)


_OLD: Final = """
SELECT subject_id, master_key, wrapped_key FROM subjects WHERE master_key <> %s ORDER BY subject_id LIMIT %s FOR UPDATE
"""
_NEW: Final = "UPDATE subjects SET master_key = %s, wrapped_key = %s WHERE subject_id = %s"
_ENDED: Final = """
UPDATE master_keys SET ended_at = %s WHERE use = 'wrapping' AND fingerprint <> %s AND ended_at IS NULL
"""

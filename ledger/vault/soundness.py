"""Whether the master key in the file opens what is in the vault: nothing is read of anybody, and nothing is changed."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Final

from ledger.vault.connection import Connection, Rows
from ledger.vault.master_key import MasterKey, read_key
from ledger.vault.refusals import VaultRefused
from ledger.vault.wrapping import ENDED, WrappedKey, unwrapped

_AT_A_TIME: Final = 1000


def opened_keys(url: str, entity: str, path: Path) -> int:
    """Open the key of every person who was not erased, and return how many there are.

    Raises VaultRefused if the master key is missing, damaged, another one or from before its last replacement, or if a
    person's key was changed.
    """
    master = read_key(path)
    with closing(Connection(url, entity, master.fingerprint)) as connection, connection.transaction() as rows:
        require_current(rows, master)
        count, last = 0, ""
        while page := rows.execute(_PAGE, (last, _AT_A_TIME)).fetchall():
            for row in page:
                unwrapped(master, WrappedKey(row["master_key"], row["wrapped_key"]), entity, row["subject_id"])
            count, last = count + len(page), page[-1]["subject_id"]
    return count


def require_current(rows: Rows, master: MasterKey) -> None:
    """Refuse a master key from before its last replacement, or without a secret that wraps keys of persons."""
    secrets = list(master.wrapping)
    in_use = rows.execute(_IN_USE, (secrets,)).fetchone() is not None
    if not in_use or rows.execute(_OTHERS, (secrets,)).fetchone() is not None:
        raise VaultRefused("vault_key_other", ENDED)


_PAGE: Final = """
SELECT subject_id, master_key, wrapped_key FROM subjects WHERE erased_at IS NULL AND subject_id > %s
ORDER BY subject_id LIMIT %s
"""
_IN_USE: Final = """
SELECT FROM master_keys WHERE use = 'wrapping' AND ended_at IS NULL AND fingerprint = ANY(%s) LIMIT 1
"""
_OTHERS: Final = "SELECT FROM subjects WHERE erased_at IS NULL AND NOT master_key = ANY(%s) LIMIT 1"

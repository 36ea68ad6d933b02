"""The foundation of a vault: the database keeps which master key it was made with, so that no other one is used."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from ledger.vault.connection import Connection, Rows
from ledger.vault.master_key import make_key, read_key
from ledger.vault.refusals import VaultRefused
from ledger.vault.wrapping import ENDED, OTHER


def found_vault(url: str, entity: str, path: Path) -> None:
    """Make the master key of a new vault, or check that a vault's own key is there; a lost key is never made anew.

    Raises VaultRefused if the key is missing, or is not the one with which the vault was made.
    """
    connection = Connection(url, entity, None)
    try:
        with connection.transaction() as rows:
            master = make_key(path) if _recorded(rows) is None else read_key(path)
            rows.execute(_FOUNDED, (master.fingerprint,))
            if _recorded(rows) != master.fingerprint:
                raise VaultRefused("vault_key_other", OTHER)
            if not wraps(rows, master.newest):
                raise VaultRefused("vault_key_other", ENDED)
    finally:
        connection.close()


def wraps(rows: Rows, fingerprint: str) -> bool:
    """Whether this secret may wrap new keys; it is not ended before the transaction is over."""
    rows.execute(_WRAPS, (fingerprint,))
    row = rows.execute("SELECT ended_at FROM master_keys WHERE fingerprint = %s FOR SHARE", (fingerprint,)).fetchone()
    return row is not None and row["ended_at"] is None


def _recorded(rows: Rows) -> str | None:
    row = rows.execute("SELECT fingerprint FROM master_keys WHERE use = 'names'").fetchone()
    return None if row is None else str(row["fingerprint"])


_FOUNDED: Final = """
INSERT INTO master_keys (fingerprint, use) SELECT %s, 'names'
WHERE NOT EXISTS (SELECT FROM master_keys WHERE use = 'names') ON CONFLICT DO NOTHING
"""
_WRAPS: Final = "INSERT INTO master_keys (fingerprint, use) VALUES (%s, 'wrapping') ON CONFLICT DO NOTHING"

"""The connection to one entity's vault, opened at first use, and only with the master key of that vault."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import psycopg
from psycopg import errors, sql
from psycopg.rows import dict_row

from ledger.domain.identifier import entity_code
from ledger.journal.locks import alone
from ledger.vault.refusals import VaultRefused
from ledger.vault.wrapping import OTHER

_CONNECT_SECONDS: Final = 10
Rows = psycopg.Connection[dict[str, Any]]


class Connection:
    """One connection of the vault's role."""

    def __init__(self, url: str, entity: str, fingerprint: str | None) -> None:
        """The vault must have been made with the master key of this fingerprint; None asks nothing."""
        self._url = url
        self._entity = entity_code(entity)
        self._fingerprint = fingerprint
        self._open: Rows | None = None

    @contextmanager
    def transaction(self) -> Iterator[Rows]:
        """Open a transaction in which the vault's tables need no schema name.

        Raises VaultRefused if the vault cannot be used, or if it was made with another master key. Of the driver's
        message only the first line is quoted, because later lines may contain values of rows.
        """
        with self._understood():
            connection = self._ready()
            with connection.transaction():
                yield connection

    @contextmanager
    def alone(self, work: str) -> Iterator[None]:
        """Let one session at a time do this task on the vault; raises VaultRefused if another one is doing it."""
        busy = VaultRefused("vault_busy", f"another process is {work} of {self._entity}; try again when it has ended")
        with self._understood():
            connection = self._ready()
        with alone(connection, self._entity, work, busy):
            yield

    def close(self) -> None:
        """Close the connection."""
        if self._open is not None:
            self._open.close()
            self._open = None

    def _ready(self) -> Rows:
        if self._open is None or self._open.closed:
            made = self._connected()
            if self._fingerprint is not None:
                self._require_key(made, self._fingerprint)
            self._open = made
        return self._open

    def _connected(self) -> Rows:
        made = psycopg.connect(self._url, autocommit=True, connect_timeout=_CONNECT_SECONDS, row_factory=dict_row)
        made.execute("SELECT set_config('search_path', %s, false)", (f"{self._entity}_vault",))
        return made

    def _require_key(self, connection: Rows, fingerprint: str) -> None:
        # With the schema's name, PostgreSQL distinguishes a missing vault from one that is closed to this role.
        table = sql.Identifier(f"{self._entity}_vault", "master_keys")
        recorded = sql.SQL("SELECT fingerprint FROM {} WHERE use = 'names'").format(table)
        row = connection.execute(recorded).fetchone()
        if row is None:
            raise self._unmade()
        if row["fingerprint"] != fingerprint:
            raise VaultRefused("vault_key_other", OTHER)

    def _unmade(self) -> VaultRefused:
        command = f"reskontra db upgrade --entity {self._entity}"
        return VaultRefused("vault_missing", f"{self._entity} has no vault yet; run: {command}")

    @contextmanager
    def _understood(self) -> Iterator[None]:
        try:
            yield
        except (errors.UndefinedTable, errors.InvalidSchemaName):
            raise self._unmade() from None
        except errors.InsufficientPrivilege:
            raise VaultRefused(
                "vault_closed", f"this database role may not use the vault of {self._entity} in this way"
            ) from None
        except psycopg.OperationalError as trouble:
            first = str(trouble).partition("\n")[0]
            raise VaultRefused(
                "vault_unavailable",
                f"the vault of {self._entity} cannot be used now ({first}); when the database is running again, run "
                "the command again",
            ) from None

"""The tables of all rooms in the database, created and upgraded in the order of their dependencies."""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from infra.postgres import RoomMigrations
from infra.settings import Settings


def upgrade(settings: Settings, entity: str) -> list[str]:
    """Upgrade an entity, as `reskontra db upgrade` does: migrations, then read tables. Returns what it changed.

    The vault is founded last, so that a missing master key does not keep the books from their upgrade. Raises
    DatabaseTrouble, JournalUnavailable, ReadStoreTrouble or VaultRefused. A second call continues where the first
    stopped.
    """
    import ledger
    import projections
    from infra import postgres
    from ledger.vault import found_vault

    applied = postgres.upgrade(settings, entity, migrations())
    urls = postgres.connect_urls(settings, entity)
    with ledger.open_journal(urls.writer, entity) as journal:
        made = projections.upgrade(journal, urls.owner, entity)
    found_vault(urls.vault, entity, settings.vault_key)
    return [*applied, *(f"read table {table}" for table in made)]


@contextmanager
def temporary_books(settings: Settings) -> Iterator[Settings]:
    """Create books that are dropped at the end of the block; returns where they are.

    They are an entity of their own on the same server, with archive, seals and keys in their own folder, so nothing
    of the settings' own entity is read or changed. Raises DatabaseTrouble.
    """
    from infra import postgres

    url, entity = postgres.owner_url(settings), f"scenario_{secrets.token_hex(6)}"
    with (
        tempfile.TemporaryDirectory(prefix="reskontra-") as folder,
        postgres.temporary_entity(url, entity),
    ):
        # With the owner's URL alone, the owner acts as the entity's roles, which need no passwords then.
        books = Settings(data_dir=Path(folder), entity=entity, owner_url=url)
        upgrade(books, entity)
        yield books


def migrations() -> Sequence[RoomMigrations]:
    """The numbered migrations of each room; read tables have none, because they are derived from their row classes."""
    import ledger
    import projections
    from ledger import vault
    from reconciliation import store

    return (
        RoomMigrations("ledger", ledger.MIGRATIONS),
        RoomMigrations("vault", vault.MIGRATIONS),
        RoomMigrations("projections", projections.MIGRATIONS),
        RoomMigrations("reconciliation", store.MIGRATIONS),
    )

"""The tables of all rooms in the database, created and upgraded in the order of their dependencies."""

from __future__ import annotations

from collections.abc import Sequence

from infra.postgres import RoomMigrations
from infra.settings import Settings


def upgrade(settings: Settings, entity: str) -> list[str]:
    """Upgrade an entity, as `reskontra db upgrade` does: migrations, then read tables. Returns what it changed.

    Raises DatabaseTrouble, JournalUnavailable or ReadStoreTrouble. A second call continues where the first stopped.
    """
    import ledger
    import projections
    from infra import postgres

    applied = postgres.upgrade(settings, entity, migrations())
    urls = postgres.connect_urls(settings, entity)
    with ledger.open_journal(urls.writer, entity) as journal:
        made = projections.upgrade(journal, urls.owner, entity)
    return [*applied, *(f"read table {table}" for table in made)]


def migrations() -> Sequence[RoomMigrations]:
    """The numbered migrations of each room; read tables have none, because they are derived from their row classes."""
    import ledger
    import projections
    from reconciliation import store

    return (
        RoomMigrations("ledger", ledger.MIGRATIONS),
        RoomMigrations("projections", projections.MIGRATIONS),
        RoomMigrations("reconciliation", store.MIGRATIONS),
    )

"""What every room keeps in the database, made and brought up to date in the order in which it leans on each other."""

from __future__ import annotations

from collections.abc import Sequence

from infra.postgres import RoomMigrations
from infra.settings import Settings


def upgrade(settings: Settings, entity: str) -> list[str]:
    """What `reskontra db upgrade` does for an entity: every room's migrations, then the read tables; what was new.

    Raises DatabaseTrouble, JournalUnavailable and ReadStoreTrouble; doing it again goes on where it stopped.
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
    """What is numbered; read tables are not, they are made of their rows."""
    import ledger
    import projections
    from reconciliation import store

    return (
        RoomMigrations("ledger", ledger.MIGRATIONS),
        RoomMigrations("projections", projections.MIGRATIONS),
        RoomMigrations("reconciliation", store.MIGRATIONS),
    )

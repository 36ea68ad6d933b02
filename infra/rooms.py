"""Every room's migrations, in the order in which their tables lean on each other."""

from __future__ import annotations

from collections.abc import Sequence

from infra.postgres import RoomMigrations


def migrations() -> Sequence[RoomMigrations]:
    """What `reskontra db upgrade` applies to an entity's schema."""
    import ledger
    import projections
    from reconciliation import store

    return (
        RoomMigrations("ledger", ledger.MIGRATIONS),
        RoomMigrations("projections", projections.MIGRATIONS),
        RoomMigrations("reconciliation", store.MIGRATIONS),
    )

"""PostgreSQL for the books: the operator's own server, or an embedded server beside the books."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from infra.postgres.access import connect_urls, provision
    from infra.postgres.errors import (
        DatabaseTrouble,
        DatabaseUnavailable,
        EntityUnknown,
        RightsMissing,
        ServerUnsuitable,
        UpgradeRefused,
    )
    from infra.postgres.known_entities import entities, reading_url
    from infra.postgres.migrations import Migration, RoomMigrations, upgrade
    from infra.postgres.server import Status, owner_url, release, runs, start, status, stop
    from infra.postgres.temporary import temporary_entity
    from infra.postgres.urls import Urls

__all__ = [
    "DatabaseTrouble",
    "DatabaseUnavailable",
    "EntityUnknown",
    "Migration",
    "RightsMissing",
    "RoomMigrations",
    "ServerUnsuitable",
    "Status",
    "UpgradeRefused",
    "Urls",
    "connect_urls",
    "entities",
    "owner_url",
    "provision",
    "reading_url",
    "release",
    "runs",
    "start",
    "status",
    "stop",
    "temporary_entity",
    "upgrade",
]

_HOMES = {
    "access": ("connect_urls", "provision"),
    "known_entities": ("entities", "reading_url"),
    "errors": (
        "DatabaseTrouble",
        "DatabaseUnavailable",
        "EntityUnknown",
        "RightsMissing",
        "ServerUnsuitable",
        "UpgradeRefused",
    ),
    "migrations": ("Migration", "RoomMigrations", "upgrade"),
    "server": ("Status", "owner_url", "release", "runs", "start", "status", "stop"),
    "temporary": ("temporary_entity",),
    "urls": ("Urls",),
}


if not TYPE_CHECKING:
    # Hidden from the type checker, which would otherwise accept any attribute of this module.
    def __getattr__(name: str) -> Any:
        for home, public in _HOMES.items():
            if name in public:
                return getattr(import_module(f"{__name__}.{home}"), name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

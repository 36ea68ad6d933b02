"""Access to one entity's books: creates the entity's roles once, and gives callers the URLs of the books."""

from pathlib import Path

from infra.postgres import cluster_folders, database_roles, passwords, server
from infra.postgres.errors import EntityUnknown
from infra.postgres.owner import connect_owner
from infra.postgres.urls import Urls, acting_as, changed
from infra.settings import Settings, entity_code


def connect_urls(settings: Settings, entity: str) -> Urls:
    """Return the URLs of one entity's books, and start the embedded server if needed.

    Raises EntityUnknown if the entity has no books yet. Only an upgrade creates books, so a mistyped name never creates
    any.
    """
    roles = database_roles.names(entity_code(entity))
    if settings.owner_url is None:
        if cluster_folders.recorded(settings) is None or not set(roles) <= passwords.kept(_root(settings)).keys():
            raise EntityUnknown(_no_books(entity))
        ready = server.embedded(settings)
        return Urls(*(server.embedded_url(settings, ready, role) for role in (passwords.OWNER, *roles)))
    with connect_owner(settings.owner_url) as conn:
        if not database_roles.exist(conn, entity):
            raise EntityUnknown(_no_books(entity))
    return Urls(
        changed(settings.owner_url),
        acting_as(settings.writer_url or settings.owner_url, roles.writer),
        acting_as(settings.reader_url or settings.owner_url, roles.reader),
        acting_as(settings.vault_url or settings.owner_url, roles.vault),
    )


def provision(settings: Settings, entity: str) -> None:
    """Create the roles and schemas of a legal entity; a second call, even at the same time, changes nothing.

    Raises RightsMissing if the owner on an external server lacks a right, or DatabaseTrouble if the database fails.
    """
    roles = database_roles.names(entity_code(entity))
    if settings.owner_url is not None:
        database_roles.provision(settings.owner_url, entity, logins=None)
        return
    url = server.owner_url(settings)
    with cluster_folders.one_at_a_time(settings):
        database_roles.provision(url, entity, logins=passwords.ensured(_root(settings), roles))


def _root(settings: Settings) -> Path:
    return settings.data_dir / "postgres"


def _no_books(entity: str) -> str:
    return f"entity {entity} has no books here; create them with: reskontra db upgrade --entity {entity}"

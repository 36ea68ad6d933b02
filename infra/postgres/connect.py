"""The way into one entity's books: its roles made once, its URLs handed to whoever needs them."""

from pathlib import Path

from infra.postgres import passwords, place, roles, server
from infra.postgres.errors import EntityUnknown
from infra.postgres.owner import connect_owner
from infra.postgres.urls import Urls, acting_as, changed
from infra.settings import Settings, entity_code


def connect_urls(settings: Settings, entity: str) -> Urls:
    """The URLs of one entity's books, the embedded server started when it is needed and not running.

    Raises EntityUnknown when the entity has no books yet: only an upgrade makes them, never a mistyped name.
    """
    writer, reader = roles.names(entity_code(entity))
    if settings.owner_url is None:
        if place.recorded(settings) is None or not {writer, reader} <= passwords.kept(_root(settings)).keys():
            raise EntityUnknown(_no_books(entity))
        ready = server.embedded(settings)
        return Urls(*(server.embedded_url(settings, ready, role) for role in (passwords.OWNER, writer, reader)))
    with connect_owner(settings.owner_url) as conn:
        if not roles.exist(conn, entity):
            raise EntityUnknown(_no_books(entity))
    return Urls(
        changed(settings.owner_url),
        acting_as(settings.writer_url or settings.owner_url, writer),
        acting_as(settings.reader_url or settings.owner_url, reader),
    )


def provision(settings: Settings, entity: str) -> None:
    """Make the roles and schemas of a legal entity; doing it again, or twice at once, changes nothing.

    Raises RightsMissing when a served owner may not, and DatabaseTrouble.
    """
    both = roles.names(entity_code(entity))
    if settings.owner_url is not None:
        roles.provision(settings.owner_url, entity, logins=None)
        return
    url = server.owner_url(settings)
    with place.one_at_a_time(settings):
        roles.provision(url, entity, logins=passwords.ensured(_root(settings), both))


def _root(settings: Settings) -> Path:
    return settings.data_dir / "postgres"


def _no_books(entity: str) -> str:
    return f"entity {entity} has no books here; make them with: reskontra db upgrade --entity {entity}"

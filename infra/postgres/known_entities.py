"""Which legal entities have books in a database."""

from __future__ import annotations

from dataclasses import replace

from psycopg.conninfo import conninfo_to_dict

from infra.postgres.access import connect_urls
from infra.postgres.owner import connect_owner
from infra.postgres.temporary import MARK
from infra.postgres.urls import changed
from infra.settings import Settings

# An entity has a schema and both roles; what only exists for a while is nobody's books.
_ENTITIES = """
SELECT nspname::text FROM pg_namespace
WHERE obj_description(oid, 'pg_namespace') IS DISTINCT FROM %s AND (
    SELECT count(*) FROM pg_roles WHERE rolname IN (
        'reskontra_' || nspname || '_writer', 'reskontra_' || nspname || '_reader')
) = 2 AND EXISTS (SELECT FROM pg_class WHERE relnamespace = pg_namespace.oid AND relname = 'events')
ORDER BY 1
"""


def entities(owner_url: str) -> list[str]:
    """The codes of all entities with books in this database, in order; raises DatabaseTrouble."""
    with connect_owner(owner_url) as conn:
        return [str(name) for (name,) in conn.execute(_ENTITIES, (MARK,)).fetchall()]


def reading_url(settings: Settings, entity: str) -> str:
    """A URL that acts as the entity's reader role in sessions that cannot write; raises DatabaseTrouble.

    Raises EntityUnknown if the entity has no books here.
    """
    # The login of the settings is that of their own entity's reader.
    there = settings if entity == settings.entity else replace(settings, reader_url=None)
    url = connect_urls(there, entity).reader
    options = str(conninfo_to_dict(url).get("options") or "")
    return changed(url, options=f"{options} -c default_transaction_read_only=on".strip())

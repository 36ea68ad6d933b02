"""Frozen baseline: the event store library's own recorder for PostgreSQL, as it comes, saving one fact at a time."""

from __future__ import annotations

from eventsourcing.persistence import StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
from psycopg.conninfo import conninfo_to_dict

TABLE = "stock_events"


def recorder(url: str, schema: str, connections: int) -> PostgresApplicationRecorder:
    """The library's recorder with a connection for each thread; all else is the library's default."""
    given = conninfo_to_dict(url)
    datastore = PostgresDatastore(
        str(given["dbname"]),
        str(given["host"]),
        str(given["port"]),
        str(given["user"]),
        str(given["password"]),
        pool_size=connections,
        schema=schema,
        originator_id_type="text",
    )
    return PostgresApplicationRecorder(datastore, events_table_name=TABLE)


def save(stock: PostgresApplicationRecorder, stream: str, name: str, state: bytes) -> None:
    """One fact, the first of its stream, in a transaction of its own."""
    stock.insert_events([StoredEvent(stream, 1, name, state)])

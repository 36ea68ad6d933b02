"""The owner's connection to a server that cannot hold the books is refused and closed."""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from infra.postgres import ServerUnsuitable, Urls, owner
from infra.postgres.urls import changed

Connections = list[psycopg.Connection]


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Connections:
    """All connections opened from now on."""
    made: Connections = []
    connect: Callable[..., psycopg.Connection] = psycopg.connect

    def remembered(*given: Any, **named: Any) -> psycopg.Connection:
        made.append(connect(*given, **named))
        return made[-1]

    monkeypatch.setattr(psycopg, "connect", remembered)
    return made


def test_a_server_older_than_the_oldest_is_refused(
    bare_urls: Urls, opened: Connections, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(owner, "OLDEST_SERVER", 990000)
    with pytest.raises(ServerUnsuitable, match=r"the server at .* is PostgreSQL 18\.\d+; the books need 15 or newer"):
        owner.connect_owner(bare_urls.owner)
    assert [connection.closed for connection in opened] == [True]


def test_a_standby_is_refused(bare_urls: Urls, opened: Connections) -> None:
    with psycopg.connect(bare_urls.owner) as conn:
        conn.execute("CREATE SCHEMA mine")
        conn.execute("CREATE FUNCTION mine.pg_is_in_recovery() RETURNS boolean LANGUAGE sql AS 'SELECT true'")
    # The server answers as a standby would, because it finds this function before its own.
    standby = changed(bare_urls.owner, options="-c search_path=mine,pg_catalog")
    with pytest.raises(ServerUnsuitable, match=r"is a read-only standby; name the primary in RESKONTRA_DATABASE_URL"):
        owner.connect_owner(standby)
    assert [connection.closed for connection in opened] == [True, True]

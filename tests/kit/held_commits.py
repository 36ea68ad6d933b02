"""Commits held back by another session, until a test lets them go."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg

from infra.postgres import Urls

_KEY = 7_700_000_000_077
_TRIGGER = f"""
CREATE FUNCTION clinic.hold() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared({_KEY});
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER held AFTER INSERT ON clinic.events DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION clinic.hold();
"""
_HELD = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'advisory'"


class Held:
    """Commits that are held, seen from the session that holds them."""

    def __init__(self, session: psycopg.Connection) -> None:
        self.session = session

    def backends(self) -> list[int]:
        """The sessions that wait for an advisory lock."""
        return [row[0] for row in self.session.execute(_HELD).fetchall()]

    def until(self, count: int) -> None:
        """Wait until so many sessions wait."""
        until(lambda: len(self.backends()) >= count)

    def let_go(self) -> None:
        """Everything held may commit."""
        self.session.execute("SELECT pg_advisory_unlock_all()")


@contextmanager
def holding_commits(urls: Urls) -> Iterator[Held]:
    """Every commit of a fact waits at its very end, all its rows written, until it is let go."""
    with psycopg.connect(urls.owner, autocommit=True) as session:
        session.execute(_TRIGGER)
        session.execute("SELECT pg_advisory_lock(%s)", (_KEY,))
        yield Held(session)
        session.execute("SELECT pg_advisory_unlock_all()")


def until(true: Callable[[], bool], seconds: float = 60) -> None:
    """Wait until something is true; fail where it never is."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.005)

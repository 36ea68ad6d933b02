"""Frozen baselines: what is open by one grouped sum over one named table, in cents, with nothing beside it."""

from __future__ import annotations

from datetime import date

import psycopg

NOW = "SELECT payer, currency, due_on, sum(open_minor) FROM {} WHERE open_minor <> 0 GROUP BY payer, currency, due_on"
AS_OF = (
    "SELECT role, currency, sum(amount_minor) FROM {} WHERE balance = 'item' AND occurred_on <= %s"
    " AND ledger_position <= %s GROUP BY role, currency"
)


def open_now(connection: psycopg.Connection, table: str) -> int:
    """Minor units open now, over the table of items."""
    return sum(int(row[-1]) for row in connection.execute(NOW.format(table).encode()))


def open_as_of(connection: psycopg.Connection, table: str, as_of: date, known_at: int) -> int:
    """Minor units open as of a day, known at a position, over the table of the sub-ledger's lines."""
    return sum(int(row[-1]) for row in connection.execute(AS_OF.format(table).encode(), (as_of, known_at)))

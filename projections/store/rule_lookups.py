"""Look-ups that the classification of bank lines needs: the rules, and what is booked already."""

from __future__ import annotations

from typing import Any, Final

from psycopg.rows import dict_row

from projections.store.connections import Connections


class ForLineRules:
    """Look-ups for the rules that say what bank lines are."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def line_rules(self) -> list[dict[str, Any]]:
        """All versions of all rules, in the order in which the rules are asked."""
        with self._connections.rows() as connection, connection.cursor(row_factory=dict_row) as cursor:
            return cursor.execute("SELECT * FROM line_rules ORDER BY rank, rule_id, version").fetchall()

    def booked_lines(self) -> list[dict[str, Any]]:
        """The lines of banks that are no payments as they are booked now, and the payments of which nothing is used."""
        with self._connections.rows() as connection, connection.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(_BOOKED_LINES).fetchall()


_BOOKED_LINES: Final = """
SELECT 'movement-' || part_id AS document, role AS booked_as, coalesce(reason_code, rule) AS why, currency,
    amount_minor, booked_on, file, statement_no, raw_position
FROM movements
WHERE file IS NOT NULL AND held_by IS NULL AND split_from IS NULL AND NOT coalesce(document LIKE 'receipt-%', false)
UNION ALL
SELECT 'receipt-' || receipt_id, 'unallocated', NULL, currency, amount_minor, booked_on, file, statement_no,
    raw_position
FROM receipts WHERE file IS NOT NULL AND held_by IS NULL AND unallocated_minor = amount_minor
ORDER BY file, booked_on, document
"""

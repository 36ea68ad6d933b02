"""Look-ups of reviewed rules: line rules with what is booked already, and file mappings with the files they read."""

from __future__ import annotations

from typing import Any, Final

from psycopg.rows import dict_row

from projections.store.connections import Connections


class ForLineRules:
    """Look-ups for the rules that say what bank lines are, and how tables are read."""

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

    def file_mappings(self) -> list[dict[str, Any]]:
        """All versions of all file mappings."""
        with self._connections.rows() as connection, connection.cursor(row_factory=dict_row) as cursor:
            return cursor.execute("SELECT * FROM file_mappings ORDER BY mapping_id, version").fetchall()

    def read_by(self, sha256: str) -> str | None:
        """The version of a file mapping by which a file was read when its loading began."""
        with self._connections.rows() as connection:
            row = connection.execute("SELECT read_by FROM files WHERE sha256 = %s", (sha256,)).fetchone()
        return row[0] if row else None

    def tables(self) -> list[dict[str, Any]]:
        """The files that a mapping read, and those that were refused because nothing knew their content."""
        with self._connections.rows() as connection, connection.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(_TABLES).fetchall()


_TABLES: Final = """
SELECT sha256, status, read_by, reasons FROM files
WHERE read_by IS NOT NULL OR (status = 'rejected' AND (format IS NULL OR format LIKE 'mapped.%'))
ORDER BY sha256
"""
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

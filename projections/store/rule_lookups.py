"""Look-ups that the classification of bank lines needs: the rules."""

from __future__ import annotations

from typing import Any

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

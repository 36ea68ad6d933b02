"""What was taken from the places where files come; writing the same thing again has no effect."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from reconciliation.store.connection import Connection


class TakenFile(NamedTuple):
    """A file that was taken from a place: the place, the hash of what was seen of the file there, and its content's."""

    place: str
    look: str
    sha256: str


class PlaceLists:
    """The lists of places in the working lists of an entity; every method raises StoreTrouble if the database fails."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def keep_taken(self, taken: TakenFile, at: datetime) -> None:
        """Store that a file was taken."""
        with self._connection.transaction() as connection:
            connection.execute(_KEEP_TAKEN, (*taken, at))

    def known_looks(self, place: str, looks: Collection[str]) -> set[str]:
        """Those of these looks at files of a place after which the file was taken."""
        with self._connection.transaction() as connection:
            return {row["look"] for row in connection.execute(_KNOWN_LOOKS, (place, list(looks)))}

    def taken(self, place: str) -> list[str]:
        """The hashes of all files that were taken from a place, in the order in which they came."""
        with self._connection.transaction() as connection:
            return [row["sha256"] for row in connection.execute(_TAKEN, (place,))]

    def last_taken(self) -> dict[str, datetime]:
        """When the last file was taken from each place."""
        with self._connection.transaction() as connection:
            return {row["place"]: row["at"] for row in connection.execute(_LAST_TAKEN)}


_KEEP_TAKEN: Final = """
INSERT INTO taken_files (place, look, sha256, taken_at) VALUES (%s, %s, %s, %s)
ON CONFLICT (place, look, sha256) DO NOTHING
"""
_KNOWN_LOOKS: Final = "SELECT look FROM taken_files WHERE place = %s AND look = ANY(%s)"
_TAKEN: Final = "SELECT sha256 FROM taken_files WHERE place = %s GROUP BY sha256 ORDER BY min(id)"
_LAST_TAKEN: Final = "SELECT place, max(taken_at) AS at FROM taken_files GROUP BY place"

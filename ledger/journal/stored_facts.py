"""Facts as stored bytes, from the table and from archived years, as if none had been moved to the archive."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from typing import Final

from ledger.journal.archived_years import ArchivedFactsUnreadable, ArchivedYears, Fetch
from ledger.journal.known_streams import NOTHING_KNOWN, Known
from ledger.journal.recorded_facts import StoredFact

_LEAST, _MOST = -(2**63), 2**63 - 1


class StoredFacts:
    """Reads stored facts; the given function runs the SQL statements.

    An archive run may move facts at any moment. So every statement also returns, from the same snapshot, the last
    archived position: in that snapshot each fact is in exactly one of two places, the table or the archive.
    """

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch
        self._archived = ArchivedYears(fetch)

    def reach(self) -> int:
        """The last archived position that this object knows; more facts may have been archived since."""
        return self._archived.reach()

    def streams(self, streams: Sequence[str], known: Known = NOTHING_KNOWN) -> tuple[Iterable[StoredFact], int]:
        """The facts of streams, and those of known streams after their known version; and the last archived position.

        Facts are in order within each stream. If more has been archived since the known version was read, all facts of
        the known streams are returned.
        """
        versions = known.versions
        if versions:
            facts, reach = self._hot(_NEWER, ([*streams, *versions], list(versions.values()), list(versions)))
            if reach != known.reach:
                return self.streams([*streams, *versions])
        else:
            facts, reach = self._hot(_STREAMS, (streams,)) if streams else ([], 0)
        return (self._with_archived(streams, facts, reach) if reach else facts), reach

    def _with_archived(self, streams: Sequence[str], facts: list[StoredFact], reach: int) -> list[StoredFact]:
        # A stream's first versions are archived first: if version 1 is still in the table, so are all the others.
        whole = {fact.stream for fact in facts if fact.version == 1}
        rest = [stream for stream in streams if stream not in whole]
        moved = self._moved(_STREAMS_ARCHIVED, rest, reach)
        return sorted([*moved, *facts], key=_version) if moved else facts

    def newest(self, streams: Sequence[str]) -> Iterable[StoredFact]:
        """The newest fact of each stream."""
        facts, reach = self._hot(_NEWEST, (streams,)) if streams else ([], 0)
        if not reach:
            return facts
        here = {fact.stream for fact in facts}
        return [*self._moved(_NEWEST_ARCHIVED, [stream for stream in streams if stream not in here], reach), *facts]

    def versions(
        self, stream: str, gt: int | None, lte: int | None, desc: bool, limit: int | None
    ) -> Sequence[StoredFact]:
        """Facts of one stream after version `gt` up to version `lte`, at most `limit`; with `desc`, newest first."""
        least, most, limit = _or(gt, _LEAST), _or(lte, _MOST), _or(limit, _MOST)
        facts, reach = self._hot(_FALLING if desc else _RISING, (stream, least, most, limit))
        moved = self._moved(_STREAMS_ARCHIVED, [stream], reach) if reach else []
        wanted = [*(fact for fact in moved if least < fact.version <= most), *facts]
        return sorted(wanted, key=_version, reverse=desc)[:limit]

    def after(self, after: int, upto: int, limit: int, names: Sequence[str] = ()) -> list[StoredFact]:
        """At most `limit` facts with these names, in order, after a position and up to `upto`, which is stable."""
        if upto <= after:
            return []
        while True:
            reach = self._archived.reach()
            moved = self._archived.between(after, min(upto, reach), limit, names) if reach > after else []
            # If archived facts fill the page, the table is read only up to the position of the last of them.
            end = moved[-1].position if len(moved) == limit else upto
            statement, given = (_NAMED, (after, end, list(names), limit)) if names else (_AFTER, (after, end, limit))
            facts, archived_to = self._hot(statement, given)
            if archived_to <= reach:
                break
            # Some facts that we expected in the table have been archived.
            self._archived.learn(archived_to)
        # A row that somebody put into the table at an archived position is shown, not hidden.
        return sorted(moved + facts)[:limit] if moved else facts

    def _hot(self, statement: str, given: tuple[object, ...]) -> tuple[list[StoredFact], int]:
        """Facts in the table, and the last archived position, both from the same snapshot."""
        rows = self._fetch(statement, given)
        reach = rows.pop()[2] if rows and rows[-1][1] is None else 0
        return list(map(StoredFact._make, rows)), reach

    def _moved(self, statement: str, streams: Sequence[str], reach: int) -> list[StoredFact]:
        """Archived facts of streams, as of the snapshot in which the table was read."""
        if not streams:
            return []
        owners = {
            position: stream
            for stream, last, sent in self._fetch(statement, (streams, reach))
            for position in _positions(sent) or (last,)
        }
        moved = self._archived.at(owners)
        for fact in moved:
            if fact.stream != owners[fact.position]:
                raise ArchivedFactsUnreadable(
                    f"the books say that position {fact.position} belongs to {owners[fact.position]}, but the "
                    "archived fact there belongs to another stream; run `reskontra archive verify`"
                )
        return moved


def _version(fact: StoredFact) -> int:
    return fact.version


def _or(given: int | None, otherwise: int) -> int:
    return otherwise if given is None else given


def _positions(sent: bytes | None) -> tuple[int, ...]:
    """The positions in a binary PostgreSQL array: a head of five numbers, then a byte length and a value for each."""
    return () if sent is None else tuple(position for _, position in _ELEMENT.iter_unpack(sent[_HEAD:]))


_ELEMENT: Final = struct.Struct(">iq")
_HEAD: Final = 20
_COLUMNS: Final = "notification_id, originator_id, originator_version, topic, state"
_REACH: Final = (
    'SELECT NULL::bigint, NULL::text COLLATE "C", last_position, NULL, NULL FROM {schema}.archived_facts'
    " ORDER BY last_position DESC LIMIT 1"
)
# Nulls come last, so the row with the last archived position, whose sort columns are null, comes after all facts.
_ASKED: Final = f"SELECT * FROM (({{hot}}) UNION ALL ({_REACH})) AS found ORDER BY "
_BY_STREAM: Final = _ASKED + "originator_id, originator_version"
_BY_POSITION: Final = _ASKED + "notification_id"


_OF_STREAMS: Final = f"SELECT {_COLUMNS} FROM {{schema}}.events WHERE originator_id = ANY(%b)"
_STREAMS: Final = _BY_STREAM.replace("{hot}", _OF_STREAMS)
# Which facts are newer than known is asked of each fact, because few streams are known, and a join costs more.
_NEWER: Final = _BY_STREAM.replace(
    "{hot}",
    f"{_OF_STREAMS} AND originator_version > coalesce((%b::bigint[])[array_position(%b::text[], originator_id)], 0)",
)
_NEWEST: Final = _BY_STREAM.replace(
    "{hot}",
    "SELECT newest.* FROM unnest(%b::text[]) AS asked (stream) CROSS JOIN LATERAL"
    f" (SELECT {_COLUMNS} FROM {{schema}}.events WHERE originator_id = asked.stream"
    " ORDER BY originator_version DESC LIMIT 1) AS newest",
)
_RISING, _FALLING = (
    _BY_STREAM.replace(
        "{hot}",
        f"SELECT {_COLUMNS} FROM {{schema}}.events WHERE originator_id = %b"
        " AND originator_version > %b::bigint AND originator_version <= %b::bigint"
        f" ORDER BY originator_version {order} LIMIT %b::bigint",
    )
    for order in ("ASC", "DESC")
)
_FROM_EVENTS: Final = f"SELECT {_COLUMNS} FROM {{schema}}.events WHERE notification_id > %b AND notification_id <= %b"
_PAGE: Final = "ORDER BY notification_id LIMIT %b"
_AFTER: Final = _BY_POSITION.replace("{hot}", f"{_FROM_EVENTS} {_PAGE}")
_NAMED: Final = _BY_POSITION.replace("{hot}", f"{_FROM_EVENTS} AND topic = ANY(%b) {_PAGE}")

_STREAMS_ARCHIVED: Final = (
    "SELECT stream, last_position, array_send(positions) FROM {schema}.archived_streams"
    " WHERE stream = ANY(%b) AND last_position <= %b"
)
_NEWEST_ARCHIVED: Final = (
    "SELECT newest.* FROM unnest(%b::text[]) AS asked (stream) CROSS JOIN LATERAL"
    " (SELECT stream, last_position, NULL::bytea FROM {schema}.archived_streams"
    " WHERE stream = asked.stream AND last_position <= %b ORDER BY last_version DESC LIMIT 1) AS newest"
)

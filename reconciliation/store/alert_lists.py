"""What somebody is told of accounts that are behind: each fact once on each channel, and once that it is over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from reconciliation.store.connection import Connection

# State, place, account and the first day that is not loaded.
Alert = tuple[str, str, str, date | None]


class AlertLists:
    """The alerts in the working lists of an entity; every method raises StoreTrouble if the database fails."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def keep(self, found: Sequence[Alert], at: datetime) -> None:
        """Store what is behind now: what is new begins, and what is not behind any more is over.

        What was late and is now missing is the same trouble, so nobody is told that it is over.
        """
        with self._connection.transaction() as connection:
            columns = [list(one) for one in zip(*found, strict=True)] or [[], [], [], []]
            connection.execute(_END, (*columns, at))
            connection.execute(_BEGIN, (at, *columns))

    def untold(self, channel: str) -> list[dict[str, Any]]:
        """What was not told on a channel yet, oldest first; that something is over only if it was told before."""
        with self._connection.transaction() as connection:
            return connection.execute(_UNTOLD, {"channel": channel}).fetchall()

    def told(self, channel: str, notices: Sequence[tuple[int, str]], at: datetime) -> None:
        """Store that these were told."""
        with self._connection.transaction() as connection:
            ids, kinds = [one for one, _ in notices], [one for _, one in notices]
            connection.execute(_TOLD, (channel, at, ids, kinds))


_CAME: Final = "unnest(%s::text[], %s::text[], %s::text[], %s::date[]) AS came (state, place, account, since_on)"
_END: Final = f"""
WITH came AS (SELECT * FROM {_CAME})
UPDATE alerts SET ended_at = %s, worse = EXISTS (SELECT FROM came WHERE (came.place, came.account)
    = (alerts.place, alerts.account) AND came.since_on IS NOT DISTINCT FROM alerts.since_on)
WHERE ended_at IS NULL AND NOT EXISTS (SELECT FROM came WHERE (came.state, came.place, came.account)
    = (alerts.state, alerts.place, alerts.account) AND came.since_on IS NOT DISTINCT FROM alerts.since_on)
"""
_BEGIN: Final = f"""
INSERT INTO alerts (begun_at, state, place, account, since_on) SELECT %s, came.* FROM {_CAME}
ON CONFLICT (state, place, account, since_on) WHERE ended_at IS NULL DO NOTHING
"""
_UNTOLD: Final = """
SELECT alerts.*, kinds.what FROM alerts CROSS JOIN (VALUES ('begun', 1), ('cleared', 2)) AS kinds (what, number)
WHERE CASE what WHEN 'begun' THEN ended_at IS NULL ELSE ended_at IS NOT NULL AND NOT worse
        AND EXISTS (SELECT FROM alerts_told AS told WHERE told.alert = alerts.id AND told.what = 'begun'
            AND told.channel = %(channel)s) END
    AND NOT EXISTS (SELECT FROM alerts_told AS told WHERE told.alert = alerts.id AND told.what = kinds.what
        AND told.channel = %(channel)s)
ORDER BY coalesce(ended_at, begun_at), alerts.id
"""
_TOLD: Final = """
INSERT INTO alerts_told (channel, at, alert, what)
SELECT %s, %s, said.* FROM unnest(%s::bigint[], %s::text[]) AS said (alert, what) ON CONFLICT DO NOTHING
"""

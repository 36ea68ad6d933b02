"""The SQL statements of a journal: the log of stable positions, the ends of its facts, and the marks of commands."""

from __future__ import annotations

from typing import Final

# A clock that went back or stopped, or a job repeated for an earlier day, must not change the record of what was known
# at which time.
LOG: Final = """
INSERT INTO {schema}.watermarks (logged_at, position)
SELECT given.at, given.position FROM (VALUES (%b::timestamptz, %b::bigint)) AS given (at, position)
WHERE NOT EXISTS (SELECT 1 FROM {schema}.watermarks WHERE logged_at >= given.at)
ON CONFLICT DO NOTHING
"""
LAST: Final = "SELECT coalesce(max(notification_id), 0) FROM {schema}.events"
DRAWN: Final = "SELECT CASE WHEN is_called THEN last_value ELSE last_value - 1 END FROM {schema}.events_position"
END_OF_SAVE: Final = "SELECT {schema}.end_of_read_save(%b)"
POSITION_AT: Final = """
SELECT {schema}.end_of_read_save(
        (SELECT coalesce(max(position), 0) FROM {schema}.watermarks WHERE logged_at <= %b::timestamptz)
    ),
    (SELECT max(logged_at) FROM {schema}.watermarks)
"""
MARKS: Final = "SELECT key, digest, first_position, last_position FROM {schema}.commands WHERE key = ANY(%b)"

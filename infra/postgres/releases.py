"""The days of PostgreSQL's minor releases, which contain security fixes; used to notice an outdated server."""

from datetime import date

OLD_AFTER_DAYS = 183

# Release days, each with the newest minor release of every supported major version (postgresql.org, news archive). Add
# a line when the lock file gets a newer PostgreSQL wheel; a minor release newer than the last line counts as new.
RELEASE_DAYS: dict[date, dict[int, int]] = {
    date(2025, 11, 13): {15: 15, 16: 11, 17: 7, 18: 1},
    date(2026, 2, 12): {15: 16, 16: 12, 17: 8, 18: 2},
    date(2026, 2, 26): {15: 17, 16: 13, 17: 9, 18: 3},
    date(2026, 5, 14): {15: 18, 16: 14, 17: 10, 18: 4},
    date(2026, 8, 13): {15: 19, 16: 15, 17: 11, 18: 6},
}


def released_by(major: int, minor: int) -> date | None:
    """The first listed day by which this minor release was out; None if it is newer than the list."""
    days = (day for day, minors in sorted(RELEASE_DAYS.items()) if minors.get(major, -1) >= minor)
    return next(days, None)


def is_outdated(major: int, minor: int, today: date) -> bool:
    """True when the release is more than six months old, so that newer fixes are certainly missing."""
    day = released_by(major, minor)
    return day is not None and (today - day).days > OLD_AFTER_DAYS

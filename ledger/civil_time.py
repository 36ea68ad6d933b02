"""The entity's civil day at an instant, in the time zone of its terms; every entry point and job uses it."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from ledger.domain.terms.entity import Terms


class ZoneUnknown(Exception):
    """This machine has no time zone database, or its database lacks the zone."""


def zone_of(terms: Terms) -> ZoneInfo:
    """The entity's time zone; raises ZoneUnknown if this machine lacks it."""
    try:
        return ZoneInfo(terms.zone)
    except (LookupError, ValueError, OSError) as error:
        raise ZoneUnknown(
            f"this machine does not know the time zone {terms.zone}; install the time zone database (tzdata), or "
            "a newer version of it"
        ) from error


def civil_day(terms: Terms, at: datetime) -> date:
    """The entity's civil day at an aware instant; raises ZoneUnknown if this machine lacks the entity's time zone."""
    return at.astimezone(zone_of(terms)).date()


def beginning_of(terms: Terms, day: date) -> datetime:
    """The instant at which a civil day of the entity begins; raises ZoneUnknown as above."""
    return datetime.combine(day, time.min, zone_of(terms))

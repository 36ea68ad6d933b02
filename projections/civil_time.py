"""The entity's civil day at an instant, in the zone of its terms: asked here by every door and job."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from ledger.domain.terms.entity import Terms


class ZoneUnknown(Exception):
    """This machine has no time zone database, or one that is older than the zone."""


def civil_day(terms: Terms, at: datetime) -> date:
    """The day at an aware instant; raises ZoneUnknown, as no other zone's day would be true."""
    try:
        zone = ZoneInfo(terms.zone)
    except (LookupError, ValueError, OSError) as error:
        raise ZoneUnknown(
            f"this machine knows no time zone {terms.zone}; install the time zone database (tzdata), or a newer one"
        ) from error
    return at.astimezone(zone).date()

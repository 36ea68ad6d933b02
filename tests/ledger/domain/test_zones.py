"""The names of time zones are those that machines know."""

from __future__ import annotations

from zoneinfo import available_timezones

from ledger.domain.terms.entity import Terms
from ledger.domain.zones import ZONES

# Added in 2025: machines of before do not know it.
NEW = {"America/Coyhaique"}


def test_every_zone_that_may_be_declared_is_known_to_machines() -> None:
    assert ZONES - available_timezones() <= NEW
    assert len(ZONES) == 597


def test_the_default_zone_may_be_declared() -> None:
    assert Terms().zone in ZONES

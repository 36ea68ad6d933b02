"""The abbreviations of time zones that providers write beside a time, as offsets from UTC.

An abbreviation that means several zones (CST, IST, AST) has no offset here: nobody can say which one is meant.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

OFFSETS: Final[Mapping[str, str]] = MappingProxyType(
    {
        **dict.fromkeys(("UTC", "GMT", "WET", "Z"), "+00:00"),
        **dict.fromkeys(("BST", "WEST", "CET"), "+01:00"),
        **dict.fromkeys(("CEST", "EET"), "+02:00"),
        **dict.fromkeys(("EEST", "MSK"), "+03:00"),
        "SGT": "+08:00",
        "HKT": "+08:00",
        "JST": "+09:00",
        "AEST": "+10:00",
        "AEDT": "+11:00",
        "NZST": "+12:00",
        "NZDT": "+13:00",
        "BRT": "-03:00",
        "EDT": "-04:00",
        **dict.fromkeys(("EST", "CDT"), "-05:00"),
        "MDT": "-06:00",
        **dict.fromkeys(("MST", "PDT"), "-07:00"),
        "PST": "-08:00",
    }
)


def in_zone(written: str, zone: str) -> str:
    """A date and time as ISO 8601 has it, with the offset of a zone; without one if the zone has no offset here."""
    return written.replace(" ", "T", 1) + OFFSETS.get(zone.strip().upper(), "")

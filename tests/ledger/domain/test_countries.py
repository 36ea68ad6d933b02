"""The codes of countries are those that the time zone database has."""

from __future__ import annotations

from importlib.resources import files

from ledger.domain.countries import COUNTRIES


def test_the_countries_are_those_of_the_time_zone_database() -> None:
    table = (files("tzdata") / "zoneinfo" / "iso3166.tab").read_text("utf-8")
    assert {line[:2] for line in table.splitlines() if not line.startswith("#")} == COUNTRIES

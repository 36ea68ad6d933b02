"""How long the law makes an entity keep its accounts, and with them who its payers were."""

from __future__ import annotations

from datetime import date
from typing import Final, NamedTuple

from ledger.domain.terms.entity import Terms


class Retention(NamedTuple):
    """A law about keeping accounts, by its code: for how many years after the calendar year in which a year ended."""

    code: str
    jurisdiction: str
    from_on: date
    years: int


# Source: Swedish Bookkeeping Act (1999:1078) 7:2, in force from 2000; seven years instead of ten by Act 2010:1514 from
# 2011, also for earlier accounts. The years begin with the end of the calendar year in which the fiscal year ended.
RETENTIONS: Final = (
    Retention("SE-1999:1078-7:2", "SE", date(2000, 1, 1), 10),
    Retention("SE-1999:1078-7:2-2010:1514", "SE", date(2011, 1, 1), 7),
)


def retention_in(jurisdiction: str, today: date) -> Retention | None:
    """The law that holds today; None if no law of this country is known here."""
    known = [one for one in RETENTIONS if one.jurisdiction == jurisdiction and one.from_on <= today]
    return max(known, key=lambda one: one.from_on, default=None)


def kept_through(retention: Retention, last_on: date, terms: Terms) -> date:
    """The last day on which the accounts of the fiscal year that has `last_on` must be kept."""
    return date(_year_of_end(last_on, terms.fiscal_year_from) + retention.years, 12, 31)


def _year_of_end(day: date, first_month: int) -> int:
    """The calendar year in which the fiscal year of a day ends."""
    return day.year if first_month == 1 or day.month < first_month else day.year + 1

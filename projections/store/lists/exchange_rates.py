"""The list of exchange rates: of each pair of currencies and day, the newest, the latest days first."""

from __future__ import annotations

from typing import Final

from projections.reports.report import Column
from projections.store.lists.listing import Listing, days, word

LIST: Final = Listing(
    "exchange-rates",
    "exchange rate",
    "exchange rates",
    "List the exchange rates that were declared, those of the latest days first.\n\nOf a day whose rate was declared "
    "again, the newest is listed.",
    (
        Column("pair", "pair", "code", "the two currencies in alphabetical order"),
        Column("rate_on", "day", "day", "day of the rate"),
        Column("base_currency", "a unit of", "code", "currency of which a unit is worth the rate; ISO 4217"),
        Column("rate", "is worth", "text", "the rate, with all its decimals"),
        Column("quote_currency", "of", "code", "currency in which it is worth that; ISO 4217"),
        Column("source", "source", "text", "who says so"),
        Column("times_declared", "declared", "count", "how many times a rate of this day was declared"),
    ),
    """
    SELECT DISTINCT ON (pair, rate_on) pair || '/' || rate_on AS rate_id, pair, rate_on, base_currency, rate,
        quote_currency, source, count(*) OVER (PARTITION BY pair, rate_on) AS times_declared
    FROM exchange_rates ORDER BY pair, rate_on, recorded_at_position DESC
    """,
    "rate_id",
    "rate_on DESC, pair",
    (
        word("base", "base_currency", "Only rates of this currency in another one, such as EUR."),
        word("quote", "quote_currency", "Only rates in this currency, such as SEK."),
        *days("rate_on", "of"),
    ),
    ("pair", "rate_on"),
)

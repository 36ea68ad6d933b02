"""Exchange rates: what a unit of a currency was worth in another one, by day and source."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Final

from ledger.domain.terms.exchange_rate import ExchangeRateDeclared
from projections.read_models.model import Keyed, Row, Rows, id_of

if TYPE_CHECKING:
    from ledger import Recorded


class ExchangeRateRow(Row, frozen=True):
    """A rate as it was declared; of several of one day, the one with the highest position is valid."""

    pair: Annotated[str, "The two currencies in alphabetical order, as in EUR-SEK."]
    rate_on: Annotated[date, "Day of the rate."]
    recorded_at_position: Annotated[int, "Position in the journal at which it was recorded."]
    base_currency: Annotated[str, "ISO 4217 code of the currency of which a unit is worth the rate."]
    quote_currency: Annotated[str, "ISO 4217 code of the currency in which it is worth that."]
    rate_digits: Annotated[int, "The digits of the rate."]
    rate_decimals: Annotated[int, "How many of the digits are decimals."]
    rate: Annotated[str, "The rate as people write it."]
    source: Annotated[str, "Who says so."]


def evolve(rows: Rows, recorded: Recorded) -> tuple[ExchangeRateRow, ...]:
    """A further row; earlier rows stay, because reports may ask what was known earlier."""
    fact = recorded.fact
    assert isinstance(fact, ExchangeRateDeclared)
    declared = ExchangeRateRow(
        pair=id_of(recorded),
        rate_on=fact.rate_on,
        recorded_at_position=recorded.position,
        base_currency=fact.base_currency,
        quote_currency=fact.quote_currency,
        rate_digits=fact.rate.rate_digits,
        rate_decimals=fact.rate.rate_decimals,
        rate=fact.rate.written(),
        source=fact.source,
    )
    return (declared,)


EXCHANGE_RATES: Final = Keyed(
    "exchange_rates",
    "Exchange rates as they were declared, by day.",
    ExchangeRateRow,
    ("pair", "rate_on", "recorded_at_position"),
    (ExchangeRateDeclared,),
    evolve,
)

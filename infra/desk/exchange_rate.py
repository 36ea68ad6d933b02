"""The use cases of exchange rates: declare the rate of a day."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Final

from infra.desk.desk import Desk, Done, Occasion
from infra.desk.problems import Problem, Stopped, quoted

if TYPE_CHECKING:
    from ledger.domain.terms.exchange_rate import ExchangeRate

# As many digits and decimals as a rate of the book has.
_WRITTEN: Final = re.compile(r"0*([0-9]{1,15})(?:[.,]([0-9]{1,12}))?")
_MOST_DIGITS: Final = 15


def declare(
    desk: Desk, base_currency: str, quote_currency: str, rate: str, rate_on: date, source: str, occasion: Occasion
) -> Done:
    """Declare what a unit of a currency was worth in another one on a day."""
    from ledger.domain.terms.exchange_rate import DeclareExchangeRate, pair_of

    command = DeclareExchangeRate(
        base_currency=base_currency,
        quote_currency=quote_currency,
        rate_on=rate_on,
        rate=_rate(rate),
        source=source,
    )
    return desk.record(command, occasion, pair=pair_of(base_currency, quote_currency))


def _rate(text: str) -> ExchangeRate:
    """The rate that a person wrote, without zeros at its end: 11.40 is the same rate as 11.4."""
    from ledger.domain.terms.exchange_rate import ExchangeRate

    found = _WRITTEN.fullmatch(text.strip())
    decimals = "" if found is None else (found[2] or "").rstrip("0")
    digits = "" if found is None else f"{found[1]}{decimals}".lstrip("0")
    if not 0 < len(digits) <= _MOST_DIGITS:
        sentence = (
            f"{quoted(text)} is no exchange rate; give a number above zero of up to {_MOST_DIGITS} digits, with at "
            "most 12 decimals, as in 11.4325"
        )
        raise Stopped(Problem("rate_malformed", sentence, text))
    return ExchangeRate(int(digits), len(decimals))

"""Exchange rates: what a unit of a currency was worth in another one on a day, and who says so."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import ClassVar, Final

from ledger.domain.duty import Act
from ledger.domain.fact import Command, Decision, Envelope, Fact, NewFact, Part, State, States, stream_of
from ledger.domain.money import minor_in_unit, round_half_up
from ledger.domain.noun import Noun
from ledger.domain.refusals import Refused

# Parts


class ExchangeRate(Part, frozen=True):
    """How many units of the quote currency a unit of the base currency is worth: digits, and how many are decimals."""

    rate_digits: int
    rate_decimals: int

    def value_of(self, base_minor: int, base_currency: str, quote_currency: str) -> int:
        """What an amount of the base currency is worth in the quote currency, halves away from zero."""
        numerator = base_minor * self.rate_digits * minor_in_unit(quote_currency)
        return round_half_up(numerator, minor_in_unit(base_currency) * 10**self.rate_decimals)

    def value_back(self, quote_minor: int, base_currency: str, quote_currency: str) -> int:
        """What an amount of the quote currency is worth in the base currency, halves away from zero."""
        numerator = quote_minor * 10**self.rate_decimals * minor_in_unit(base_currency)
        return round_half_up(numerator, minor_in_unit(quote_currency) * self.rate_digits)

    def written(self) -> str:
        """The rate as people write it, with all its decimals."""
        digits = str(self.rate_digits).rjust(self.rate_decimals + 1, "0")
        whole = len(digits) - self.rate_decimals
        return f"{digits[:whole]}.{digits[whole:]}" if self.rate_decimals else digits


# Facts


class ExchangeRateDeclared(Fact, frozen=True):
    """On a day, a unit of the base currency was worth so much of the quote currency, by a source.

    A rate of the same day takes the place of the earlier one.
    """

    base_currency: str
    quote_currency: str
    rate_on: date
    rate: ExchangeRate
    source: str


# State


class ExchangeRates(State, frozen=True):
    """The rates of two currencies, always of the same one of them in the other; of each day, the newest."""

    base_currency: str
    rates: Mapping[date, ExchangeRateDeclared]


# Evolve


def evolve(state: ExchangeRates | None, fact: ExchangeRateDeclared, on: date) -> ExchangeRates:
    """The rates after one more fact."""
    before = state.rates if state is not None else {}
    return ExchangeRates(base_currency=fact.base_currency, rates={**before, fact.rate_on: fact})


# Commands


class DeclareExchangeRate(Command, frozen=True):
    """Say what a unit of a currency was worth in another one on a day, and who says so.

    The rate of a day to come is not known yet, but those of all days before are.
    """

    most_ahead: ClassVar[int | None] = 0
    most_back: ClassVar[int | None] = 36_500

    base_currency: str
    quote_currency: str
    rate_on: date
    rate: ExchangeRate
    source: str

    def streams(self) -> tuple[str, ...]:
        """The rates of the two currencies."""
        return (stream_of("exchangerate", pair_of(self.base_currency, self.quote_currency)),)

    def days_said(self) -> tuple[date, ...]:
        """The day of the rate."""
        return (self.rate_on,)


def pair_of(one_currency: str, other_currency: str) -> str:
    """The two currencies, in the same order whichever of them comes first."""
    return "-".join(sorted((one_currency, other_currency)))


# Decide


def declare(states: States, command: DeclareExchangeRate, envelope: Envelope) -> Decision:
    """Record the rate, unless it is known, if the rates of its currencies are of the same one in the other."""
    base, quote = command.base_currency, command.quote_currency
    if base == quote:
        raise Refused("rate_of_one_currency", base)
    fact = ExchangeRateDeclared(
        base_currency=base, quote_currency=quote, rate_on=command.rate_on, rate=command.rate, source=command.source
    )
    (stream,) = command.streams()
    state = states.get(stream)
    if isinstance(state, ExchangeRates):
        if state.base_currency != base:
            raise Refused("rate_the_other_way", f"{quote} {base}")
        if state.rates.get(command.rate_on) == fact:
            return ()
    return (NewFact(stream, fact),)


# Registration


def _sentence(fact: ExchangeRateDeclared) -> str:
    worth = f"1 {fact.base_currency} = {fact.rate.written()} {fact.quote_currency}"
    return f"Exchange rate of {fact.rate_on}: {worth}"


NOUN: Final = Noun(
    "exchangerate",
    facts=ExchangeRateDeclared,
    evolve=evolve,
    acts={ExchangeRateDeclared: Act("exchange_rate")},
    rules={DeclareExchangeRate: declare},
    duties={DeclareExchangeRate: ("finance",)},
    refusals={
        "rate_of_one_currency": "A rate is of one currency in another one; give two currencies.",
        "rate_the_other_way": (
            "Rates of these currencies are declared the other way round, and all of a pair are alike, so that no two "
            "of a day contradict each other. Say what a unit of the first currency here is worth in the second one."
        ),
    },
    sentences={ExchangeRateDeclared: _sentence},
)

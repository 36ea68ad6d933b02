"""What payment providers exchanged, beside the rates of the day: an exchange costs what its money was worth more."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Context, Decimal
from typing import Any, Final

from ledger.domain.grammar import MOST_MINOR
from ledger.domain.money import in_units, minor_in_unit
from ledger.domain.terms.exchange_rate import ExchangeRate, pair_of
from projections.reports.report import Column

EXCHANGE: Final = "exchange"
# On days without a rate, such as holidays, the last one of so many days before counts.
MOST_DAYS: Final = 7
COLUMNS: Final = (
    Column("given", "given", "text", "what was given for what was got, with its currency; of an exchange only"),
    Column("got", "got", "text", "what was got, with its currency"),
    Column("base_currency", "a unit of", "code", "the currency of which the rates say what a unit is worth"),
    Column("quote_currency", "is worth in", "code", "the currency in which the rates say so"),
    Column("rate", "rate", "text", "what was given and got, one divided by the other, rounded to eight digits"),
    Column("reference_rate", "reference", "text", "the rate that was declared; null if none was"),
    Column(
        "reference_on",
        "of day",
        "day",
        f"its day: that of the exchange or, if that day has none, the last one with a rate, at most {MOST_DAYS} days "
        "before",
    ),
    Column("reference_source", "by", "text", "who says so"),
)
# Rates of two amounts have so many digits.
_SHOWN: Final = Context(prec=8)

_Row = Mapping[str, Any]


class Rates:
    """The rates that were declared, by the two currencies and day."""

    def __init__(self, declared: Iterable[_Row]) -> None:
        self._by_pair: dict[str, dict[date, _Row]] = {}
        # In the order in which they were declared: the last of a day takes the place of the others.
        for one in declared:
            self._by_pair.setdefault(one["pair"], {})[one["rate_on"]] = one
        self._days = {pair: sorted(rates) for pair, rates in self._by_pair.items()}

    def on(self, one_currency: str, other_currency: str, day: date) -> _Row | None:
        """The rate of two currencies on a day, or else the last one of the days before; null if there is none."""
        pair = pair_of(one_currency, other_currency)
        days = self._days.get(pair, [])
        found = bisect_right(days, day)
        if not found or days[found - 1] < day - timedelta(days=MOST_DAYS):
            return None
        return self._by_pair[pair][days[found - 1]]


def exchanged(one: _Row, rates: Rates) -> dict[str, Any] | None:
    """The exchange of a transaction, which its row tells and whose cost is its charge; null if nothing was exchanged.

    Its amount is what its money was worth by the rate of the day, in the currency of the account. What came in less
    than that, or went out more, is its charge. Both are null without a rate of the day.
    """
    paid_minor, amount_minor = one["paid_minor"], one["amount_minor"]
    if not paid_minor or not amount_minor or one["paid_currency"] == one["currency"]:
        return None
    reference = rates.on(one["paid_currency"], one["currency"], one["booked_on"])
    worth = None if reference is None else _worth(reference, abs(paid_minor), one["paid_currency"], one["currency"])
    if worth is None:
        reference = None
    signed = worth if worth is None or amount_minor > 0 else -worth
    is_row = one["kind"] == EXCHANGE
    return dict(one) | {
        "kind": EXCHANGE,
        "amount_minor": signed,
        # What was charged for a payment is the fee of the payment; a row that is only an exchange may have its own.
        "charges_minor": None if signed is None else signed - amount_minor + (one["charges_minor"] if is_row else 0),
        "tax_minor": one["tax_minor"] if is_row else None,
        "told": _told(one, reference),
    }


def _worth(reference: _Row, paid_minor: int, paid_currency: str, currency: str) -> int | None:
    """What the other currency's amount was worth in that of the account; null if it is more than books can have."""
    rate = ExchangeRate(reference["rate_digits"], reference["rate_decimals"])
    is_base = reference["base_currency"] == paid_currency
    worth = (
        rate.value_of(paid_minor, paid_currency, currency)
        if is_base
        else rate.value_back(paid_minor, currency, paid_currency)
    )
    return worth if worth <= MOST_MINOR else None


def _told(one: _Row, reference: _Row | None) -> dict[str, Any]:
    """What was given and got, and both rates, as the reference has them; else of the other currency's unit."""
    ours, theirs = (abs(one["amount_minor"]), one["currency"]), (abs(one["paid_minor"]), one["paid_currency"])
    given, got = (theirs, ours) if one["amount_minor"] > 0 else (ours, theirs)
    is_base = reference is None or reference["base_currency"] == theirs[1]
    base, quote = (theirs, ours) if is_base else (ours, theirs)
    return {
        "given": in_units(*given),
        "got": in_units(*got),
        "base_currency": base[1],
        "quote_currency": quote[1],
        "rate": _rate(quote[0] * minor_in_unit(base[1]), base[0] * minor_in_unit(quote[1])),
        "reference_rate": None if reference is None else reference["rate"],
        "reference_on": None if reference is None else reference["rate_on"],
        "reference_source": None if reference is None else reference["source"],
    }


def _rate(numerator: int, denominator: int) -> str:
    found = _SHOWN.divide(Decimal(numerator), Decimal(denominator))
    return f"{found.normalize(_SHOWN):f}"

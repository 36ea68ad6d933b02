"""Provider fees: what payment providers charged for our transactions, beside what is agreed with them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from projections.reports import exchanges
from projections.reports.agreed_fees import Agreed, Schedule, comparable, expected
from projections.reports.exchanges import EXCHANGE, Rates
from projections.reports.report import Built, Column, Control, Definition, Option, first_of_month, table_of

if TYPE_CHECKING:
    from projections.reports.report_inputs import Inputs

COLUMNS: Final = (
    Column(
        "what",
        "what",
        "code",
        "`kind` for the transactions of a kind, month and agreement; `transaction` for one of those above, or a sum "
        "of them, that was overcharged; `exchange` for each exchange of those above; `fee` for charges that are of no "
        "single transaction",
    ),
    Column("bank_account", "account", "id", "our account at the payment provider"),
    Column("provider", "provider", "code", "the payment provider", listed=False),
    Column("currency", "currency", "code", "ISO 4217"),
    Column("kind", "kind", "code", "what the transactions are, such as `payment`, `chargeback` or `exchange`"),
    Column("from_on", "from", "day", "first of these days in the month of the settlement; of a transaction, its day"),
    Column("agreed_from_on", "agreed from", "day", "first day of what is agreed; null if nothing is"),
    Column(
        "status",
        "status",
        "code",
        "`as_agreed`; `rounding` if no transaction differs by more than a minor unit; else `overcharged` or "
        "`undercharged`; `not_agreed` if nothing is agreed; `no_rate` for exchanges without a rate of the day",
    ),
    Column("transactions", "number", "count", "how many transactions"),
    Column(
        "gross_minor",
        "gross",
        "money",
        "amounts without charges; of exchanges, what the money was worth by the rate of the day; null for a charge of "
        "no transaction",
    ),
    Column(
        "charged_minor",
        "charged",
        "money",
        "what the provider charged, without the tax of which it says how much it is; below zero if it gave back. Of "
        "exchanges, what came in less, or went out more, than by the rate of the day",
    ),
    Column(
        "agreed_minor",
        "agreed",
        "money",
        "what is agreed, rounded for each transaction: without tax if the provider says the tax, else with it",
    ),
    Column("difference_minor", "difference", "money", "charged less agreed"),
    Column(
        "overcharged_minor",
        "overcharged",
        "money",
        "the difference of transactions that were charged more than a minor unit above what is agreed, and tax that is "
        "so much above the agreed rate; a minor unit a transaction is rounding",
    ),
    Column("tax_minor", "tax", "money", "the tax beside it, as far as the provider says how much it is"),
    Column(
        "provider_ref",
        "provider's id",
        "text",
        "the provider's id of the payment, by which to claim back; of a transaction only, as the next three",
    ),
    Column("settled_on", "settled", "day", "day of the settlement"),
    Column("settlement_ref", "settlement", "text", "the provider's id of the settlement or its payout"),
    Column("document", "document", "id", "stream of the payment or movement"),
    Column("source", "source", "text", "where it is agreed", listed=False),
    *exchanges.COLUMNS,
)
_NOTHING: Final[dict[str, Any]] = {one.name: None for one in COLUMNS}
# What a provider charges apart from single transactions.
_APART: Final = ("fee", "fee_returned", "fee_tax")
# Rounding differs by at most so many minor units a transaction.
_ROUNDING: Final = 1
# Of an exchange without a rate.
_WITHOUT_RATE: Final = {"transactions": 1, "overcharged_minor": 0}

# By what a single transaction is claimed back and found.
_NAMED: Final = ("provider_ref", "settled_on", "settlement_ref", "document")


class _Key(NamedTuple):
    """What the transactions of a row have in common; nothing can be said of exchanges without a rate."""

    bank_account: str
    currency: str
    kind: str
    from_on: date
    agreed_from_on: date | None
    has_rate: bool

    @property
    def place(self) -> tuple[Any, ...]:
        """The row's place among the others."""
        return (*self[:4], self.agreed_from_on or date.min, self.has_rate)


def charged(
    transactions: Iterable[Mapping[str, Any]],
    schedule: Schedule,
    providers: Mapping[str, str],
    from_on: date,
    rates: Rates,
) -> Iterator[dict[str, Any]]:
    """A row for the transactions of each account, kind, month and agreement, followed by those that were overcharged.

    Of exchanges, all follow. Charges of no single transaction have a row of their own. What costs nothing, and about
    which nothing is agreed, is left out.
    """
    sums: dict[_Key, Counter[str]] = {}
    sources: dict[_Key, str] = {}
    singles: dict[_Key, list[tuple[dict[str, Any], dict[str, int]]]] = {}
    for one in _with_exchanges(transactions, rates):
        has_rate, told = one["charges_minor"] is not None, one.get("told")
        judged = has_rate and one["kind"] not in _APART and (one["kind"] != EXCHANGE or told is not None)
        agreed = schedule.on(one["bank_account"], one["kind"], one["booked_on"]) if judged else None
        agreed = agreed if comparable(one, agreed) else None
        first = None if agreed is None else agreed["from_on"]
        month = max(first_of_month(one["settled_on"]), from_on)
        key = _Key(one["bank_account"], one["currency"], one["kind"], month, first, has_rate)
        figures = _figures(one, agreed) if has_rate else _WITHOUT_RATE
        sums.setdefault(key, Counter()).update(figures)
        if agreed is not None:
            sources[key] = agreed["source"]
        if figures["overcharged_minor"] or told is not None:
            named = {name: one[name] for name in _NAMED}
            said = {"what": "transaction" if told is None else EXCHANGE, "from_on": one["booked_on"]}
            singles.setdefault(key, []).append((named | said | (told or {}), figures))
    for key in sorted(sums, key=lambda key: key.place):
        if key.agreed_from_on is None and not sums[key]["cost"] and key not in singles:
            continue
        common = _NOTHING | {name: getattr(key, name) for name in _Key._fields[:5]}
        common |= {"provider": providers.get(key.bank_account), "source": sources.get(key)}
        yield _shown(common | {"what": "fee" if key.kind in _APART else "kind"}, sums[key], key.has_rate)
        yield from (_shown(common | said, figures, key.has_rate) for said, figures in singles.get(key, ()))


def _with_exchanges(transactions: Iterable[Mapping[str, Any]], rates: Rates) -> Iterator[Mapping[str, Any]]:
    """The transactions, each followed by its exchange; of one that is nothing else, there is only that.

    Of the other side of an exchange, which says only one amount, there is at most what was charged. That is also all
    that is known to be charged without a rate.
    """
    for one in transactions:
        if one["kind"] != EXCHANGE:
            yield one
        exchange = exchanges.exchanged(one, rates)
        if exchange is not None:
            yield exchange
        is_told = exchange is not None and exchange["charges_minor"] is not None
        if one["kind"] == EXCHANGE and one["charges_minor"] and not is_told:
            yield dict(one) | {"amount_minor": 0}


def _figures(one: Mapping[str, Any], agreed: Agreed | None) -> dict[str, int]:
    """The figures of one transaction; what it costs is counted, so that charges that cancel out are not lost."""
    is_apart = one["kind"] in _APART
    taken = one["charges_minor"] - (one["amount_minor"] if is_apart else 0)
    tax = taken if one["kind"] == "fee_tax" else one["tax_minor"]
    figures = {
        "transactions": 1 if is_apart else one["transactions"] or 0,
        "charged_minor": taken - (tax or 0),
        "tax_minor": tax or 0,
        "cost": taken != 0,
    }
    figures["gross_minor"] = 0 if is_apart else one["amount_minor"]
    rounding = _ROUNDING * figures["transactions"]
    figures["agreed_minor"], expected_tax = (0, None) if agreed is None else expected(agreed, one, tax)
    above = 0 if agreed is None else figures["charged_minor"] - figures["agreed_minor"]
    taxed_above = 0 if expected_tax is None else (tax or 0) - expected_tax
    over = sum(one for one in (above, taxed_above) if one > rounding)
    return figures | {"overcharged_minor": over, "undercharged": above < -rounding}


def _shown(told: dict[str, Any], figures: Mapping[str, Any], has_rate: bool) -> dict[str, Any]:
    """A row with its figures; without an agreement, nothing differs from it."""
    if not has_rate:
        return told | {"status": "no_rate", "transactions": figures["transactions"]}
    row = told | {name: figures[name] for name in ("transactions", "charged_minor", "tax_minor")}
    if told["what"] != "fee":
        row["gross_minor"] = figures["gross_minor"]
    if told["agreed_from_on"] is None:
        return row | {"status": "not_agreed"}
    for name in ("agreed_minor", "overcharged_minor"):
        row[name] = figures[name]
    row["difference_minor"] = figures["charged_minor"] - figures["agreed_minor"]
    return row | {"status": _status(figures, row["difference_minor"])}


def _status(figures: Mapping[str, Any], difference_minor: int) -> str:
    if figures["overcharged_minor"]:
        return "overcharged"
    if figures["undercharged"]:
        return "undercharged"
    return "rounding" if difference_minor else "as_agreed"


def controls(rows: Sequence[Mapping[str, Any]]) -> tuple[Control, ...]:
    """What the transactions of each row were overcharged, above what is agreed for them."""
    found: dict[str, tuple[str, int, int]] = {}
    for row in rows:
        if row["what"] in ("transaction", EXCHANGE) and row["overcharged_minor"]:
            name = f"{row['bank_account']} {row['kind']} agreed from {row['agreed_from_on']}"
            _, taken, agreed = found.get(name, ("", 0, 0))
            right = row["agreed_minor"]
            found[name] = (row["currency"], taken + right + row["overcharged_minor"], agreed + right)
    return tuple(Control(name, *figures) for name, figures in found.items())


# Definition


def _build(inputs: Inputs, from_on: date | None = None) -> Built:
    assert inputs.as_of is not None, "fees are compared up to a day"
    begun = from_on or first_of_month(inputs.as_of)
    providers = {one["bank_account"]: one["provider"] for one in inputs.provider_accounts()}
    transactions = (
        one for batch in inputs.provider_charges(begun).to_batches(max_chunksize=10_000) for one in batch.to_pylist()
    )
    schedule, rates = Schedule(inputs.agreed_fees()), Rates(inputs.exchange_rates())
    rows = list(charged(transactions, schedule, providers, begun, rates))
    return Built(table_of(rows, COLUMNS), controls(rows))


REPORT: Final = Definition(
    "provider-fees",
    "Fees of payment providers",
    "What payment providers charged for our transactions, beside what is agreed with them.\n\nShows what was settled "
    "from the first day, by default that of the month, to the day of the report: a row for each account, kind of "
    "transaction, month and agreement, followed by each transaction that was charged more than is agreed. What is "
    "agreed on the day of a transaction counts for it (`reskontra provider-account fees`), rounded once for each "
    "transaction, so a difference of one minor unit a transaction is rounding and no break. If the provider says how "
    "much of a fee is tax, the fee is compared without it, and the tax with the agreed rate. Of a provider that names "
    "only sums, a sum is compared with the agreed fee of as many transactions as it says, if it says what they cost "
    "and no minimum or maximum is agreed. What was charged without "
    "an agreement is shown as not agreed, and is no break either. Charges that are of no single transaction stand "
    "beside.\n\nWhat was changed into another currency is shown one by one: what was given and got, and the rate that "
    "was declared for its day (`reskontra exchange-rate declare`) or, if that day has none, for the last day with one, "
    f"at most {exchanges.MOST_DAYS} days before. An exchange costs what came in less, or went out more, than by that "
    "rate, in the currency of the account; compared with it is what is agreed for the kind `exchange`. Without a rate, "
    "nothing is said of what an exchange cost.\n\nWhat was overcharged makes the report end with 1.",
    columns=lambda _: COLUMNS,
    build=_build,
    options=(Option("from_on", "day", "The first day of settlement; by default the first day of the month."),),
    begins=first_of_month,
    long=True,
    nothing="nothing was overcharged",
    untied="the provider charged more than is agreed: claim it back, or record what is agreed since then with "
    "`reskontra provider-account fees`",
)

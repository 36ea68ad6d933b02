"""Bank: each bank account's balance in the general ledger beside the bank's own, with what is missing in between."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from projections.reports.bank_beginning import beginning, first_day
from projections.reports.bank_chain import Chain, Dispute, chain
from projections.reports.detail_days import DetailDay, open_days
from projections.reports.gap import Gap
from projections.reports.report import Built, Column, Control, Definition, table_of

if TYPE_CHECKING:
    from datetime import date

    from projections.reports.report_inputs import BankDays, Inputs


COLUMNS: Final = (
    Column(
        "what",
        "what",
        "code",
        "`account`; `gap` for what is missing between two of its statements, by their balances or their "
        "numbers; `disputed` for a statement that came "
        "again with fewer lines and another closing balance, until the next one decides; `excess` or `waiting` for a "
        "day of which detail files show money that the statements do not have, or statements have it without details",
    ),
    Column("bank_account", "bank account", "id", "our bank account"),
    Column("name", "name", "text", "name of the account"),
    Column("ledger_account", "account", "code", "number of the ledger account"),
    Column("currency", "currency", "code", "ISO 4217"),
    Column("from_on", "after", "day", "day of the opening balance; of a gap, the last day before it"),
    Column(
        "through_on",
        "through",
        "day",
        "last day of the statements; the day of an excess or of what waits; of a gap, the first day after it",
    ),
    Column("sequence", "sequence", "text", "numbers of the statements before and after a gap"),
    Column("begun_minor", "begins with", "money", "balance from which the bank is counted; of others, the closing"),
    Column("bank_minor", "bank", "money", "the bank's balance; after a gap, the opening; as it came again"),
    Column("ledger_minor", "ledger", "money", "balance in the general ledger, by booking day"),
    Column("difference_minor", "difference", "money", "the bank's balance less the ledger's; of others, the amount"),
    Column("later_minor", "booked later", "money", "booked in the ledger after the last day of the statements"),
    Column("to_explain_minor", "to explain", "money", "booked although it contradicts the book; waits for a person"),
    Column(
        "details_minor",
        "only in detail",
        "money",
        "in detail files, but neither on the statements of these days nor in the opening balance of the first: "
        "payments above zero, returns and charges below; of what waits, the other way round; of an account, the sum of "
        "all days",
    ),
)


_NOTHING: Final[dict[str, Any]] = {one.name: None for one in COLUMNS}


class BankMoney(NamedTuple):
    """An account's money in the general ledger: through a day and after it, what is to be explained, what was booked
    before the first statement, and what only detail files show.
    """

    through_minor: int
    later_minor: int
    to_explain_minor: int
    before_minor: int
    details_minor: int


class Compared(NamedTuple):
    """The rows of an account, the days whose payments in detail files are in the opening balance, and the gaps.

    `gaps` are those before the last day of the statements.
    """

    rows: list[dict[str, Any]]
    contained: frozenset[date]
    gaps: tuple[Gap, ...] = ()


def compared(
    account: Mapping[str, Any],
    found: Chain | None,
    money: BankMoney,
    differing: Sequence[DetailDay] = (),
    first_on: date | None = None,
) -> Compared:
    """The row of an account, and a row for each gap and for each day on which detail files and statements differ.

    Without statements, there is no bank to compare with. `first_on` is the first day of the statements.
    """
    opened = account["opening_on"]
    named = {name: account[name] for name in ("bank_account", "name", "ledger_account", "currency")}
    row = _NOTHING | {"what": "account", **named, "from_on": opened}
    row |= {"to_explain_minor": money.to_explain_minor, "details_minor": money.details_minor}
    if found is None:
        row |= {"begun_minor": account["opening_minor"], "later_minor": money.later_minor}
        return Compared([row], frozenset())
    begun = beginning(found, first_on, opened, money.through_minor, money.before_minor, differing)
    # Without an opening balance, the ledger has only the movements; the balance before them is taken from the bank.
    ledger = money.through_minor + begun.not_in_ledger_minor
    contained = sum(one.amount_minor for one in begun.contained)
    row |= {
        "through_on": found.through_on,
        "begun_minor": found.begun_minor,
        "bank_minor": found.balance_minor,
        "ledger_minor": ledger,
        "difference_minor": found.balance_minor - ledger,
        "later_minor": money.later_minor,
        "details_minor": money.details_minor - contained,
    }
    more = [{"what": "gap", **named, **of_gap(gap)} for gap in (*begun.gaps, *found.beyond)]
    more += [{"what": "disputed", **named, **_dispute(one)} for one in found.disputed]
    more += [{**named, **one} for day in differing if day not in begun.contained for one in _of_day(day)]
    return Compared([row, *(_NOTHING | one for one in more)], frozenset(one.on for one in begun.contained), begun.gaps)


def of_gap(gap: Gap) -> dict[str, Any]:
    """The columns of a gap's row."""
    before, after = gap.sequences
    return {
        "from_on": gap.after_on,
        "through_on": gap.before_on,
        "sequence": f"{before or '?'} to {after or '?'}" if before or after else None,
        "begun_minor": gap.closing_minor,
        "bank_minor": gap.opening_minor,
        "difference_minor": gap.amount_minor,
    }


def _dispute(one: Dispute) -> dict[str, Any]:
    return {
        "from_on": one.from_on,
        "through_on": one.to_on,
        "sequence": one.sequence,
        "begun_minor": one.closing_minor,
        "bank_minor": one.other_minor,
        "difference_minor": one.other_minor - one.closing_minor,
    }


def _of_day(day: DetailDay) -> Iterator[dict[str, Any]]:
    for what, amounts in (("excess", day.in_excess), ("waiting", day.waiting)):
        yield from ({"what": what, "through_on": day.on, "details_minor": amount} for amount in amounts)


def bank_rows(inputs: Inputs) -> list[dict[str, Any]]:
    """The rows of the report, from which everything that speaks of the bank's balance is made."""
    return [row for one in bank_by_account(inputs).values() for row in one.rows]


def bank_by_account(inputs: Inputs) -> dict[str, Compared]:
    """The rows of each account."""
    assert inputs.as_of is not None, "the bank's balance is of a day"
    accounts, statements = inputs.bank_accounts(), inputs.proven_statements()
    chains = {one["bank_account"]: _chain(one, statements, inputs.as_of) for one in accounts}
    spans = {one["bank_account"]: _days(one, statements, chains[one["bank_account"]]) for one in accounts}
    money = inputs.bank_money(spans)
    found, days, country = {}, inputs.detail_days().to_pylist(), inputs.terms.jurisdiction
    for one in accounts:
        id = one["bank_account"]
        _, first, last = spans[id]
        mine = [day for day in days if day["bank_account"] == id]
        dated = [DetailDay(day["occurred_on"], day["amount_minor"], day["debits_minor"]) for day in mine]
        details = sum(day.amount_minor for day in dated if last is None or day.on <= last)
        shown = next((day["shown_through"] for day in mine), None)
        of_account = BankMoney(*money.get(id, (0, 0, 0, 0)), details)
        found[id] = compared(one, chains[id], of_account, open_days(dated, last, shown, country), first)
    return found


def _days(account: Mapping[str, Any], statements: Sequence[Mapping[str, Any]], found: Chain | None) -> BankDays:
    """The day of the opening balance, and the first and the last day of the statements."""
    through = found and found.through_on
    mine = [one for one in statements if one["bank_account"] == account["bank_account"]]
    shown = [one for one in mine if through is not None and one["to_on"] <= through]
    return account["opening_on"], first_day(shown, account["opening_on"]), through


def _chain(account: Mapping[str, Any], statements: Sequence[Mapping[str, Any]], as_of: date) -> Chain | None:
    mine = [one for one in statements if one["bank_account"] == account["bank_account"]]
    opening = None if account["opening_on"] is None else (account["opening_on"], account["opening_minor"])
    return chain(mine, opening, as_of, account["numbers_from"]) if any(one["to_on"] <= as_of for one in mine) else None


def controls(rows: Sequence[Mapping[str, Any]]) -> tuple[Control, ...]:
    """The ledger's balance beside the bank's, for each account with statements."""
    return tuple(
        Control(row["bank_account"], row["currency"], row["ledger_minor"], row["bank_minor"])
        for row in rows
        if row["what"] == "account" and row["bank_minor"] is not None
    )


# Definition


def _build(inputs: Inputs) -> Built:
    rows = bank_rows(inputs)
    return Built(table_of(rows, COLUMNS), controls(rows))


REPORT: Final = Definition(
    "bank",
    "Bank",
    "Bank accounts compared with the bank.\n\nShows the balance of each bank account in the general ledger, by booking "
    "day, beside the bank's own balance on the last day of the statements that are loaded. If a statement is missing, "
    "a further row shows the days and the amount of the gap, also if the next statement ends after the day.",
    columns=lambda _: COLUMNS,
    build=_build,
    untied="the bank's own balance is not the ledger's; load a missing statement, correct the opening balance with "
    "`reskontra bank-account opening`, or ask the bank for a corrected statement",
)

"""Cut-over: by bank account and day, the payments that each kind of detail file shows, beside the statements."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from projections.reports.bank import bank_by_account
from projections.reports.report import Built, Column, Control, Definition, table_of

if TYPE_CHECKING:
    from projections.reports.report_inputs import Inputs

COLUMNS: Final = (
    Column("what", "what", "code", "`payments` that the same files show, or `day` for the day's sum"),
    Column("bank_account", "bank account", "id", "our bank account"),
    Column("booked_on", "day", "day", "booking day"),
    Column("currency", "currency", "code", "ISO 4217"),
    Column("seen_in", "seen in", "code", "formats of the files that show these payments"),
    Column("payments", "payments", "count", "number of payments, each counted once"),
    Column("amount_minor", "amount", "money", "their amount; each payment is booked once"),
    Column(
        "statement_minor",
        "on statements",
        "money",
        "what statements have of these payments; null if none came, or if the first one's opening balance has them",
    ),
    Column("difference_minor", "difference", "money", "on statements less the amount; null without statements"),
)


def cut_over(
    feeds: Iterable[Mapping[str, Any]],
    through: Mapping[str, date],
    contained: Collection[tuple[str, date]] = (),
) -> list[dict[str, Any]]:
    """The rows of the report; `through` is the last day of each account's statements with balances.

    The payments of the `contained` days are in the opening balance of the account's first statement.
    """
    rows: list[dict[str, Any]] = []
    for (account, day, currency), some in groupby(feeds, key=lambda one: tuple(one[name] for name in _DAY)):
        of_day = list(some)
        named = {"bank_account": account, "booked_on": day, "currency": currency}
        for one in of_day:
            if one["formats"] is not None:
                counted = {name: one[name] for name in ("payments", "amount_minor")}
                rows.append(_NOTHING | named | counted | {"what": "payments", "seen_in": one["formats"]})
        amount = sum(one["amount_minor"] for one in of_day)
        on_statements = sum(one["stated_minor"] for one in of_day)
        proven = account in through and day <= through[account] and (account, day) not in contained
        total = {"what": "day", "payments": sum(one["payments"] for one in of_day), "amount_minor": amount}
        if proven:
            total |= {"statement_minor": on_statements, "difference_minor": on_statements - amount}
        rows.append(_NOTHING | named | total)
    return rows


_DAY: Final = ("bank_account", "booked_on", "currency")
_NOTHING: Final[dict[str, Any]] = {one.name: None for one in COLUMNS}


def controls(rows: Iterable[Mapping[str, Any]], differing: Collection[tuple[str, date]]) -> tuple[Control, ...]:
    """What statements have of the payments, beside the payments, by account up to the last day of its statements.

    The `differing` days of accounts are proven each by itself, so that none makes up for another one.
    """
    sums: dict[tuple[str, str], list[int]] = {}
    for row in rows:
        if row["statement_minor"] is not None:
            account, day = row["bank_account"], row["booked_on"]
            name = f"{account} on {day}" if (account, day) in differing else account
            both = sums.setdefault((name, row["currency"]), [0, 0])
            both[0] += row["statement_minor"]
            both[1] += row["amount_minor"]
    return tuple(Control(name, currency, *both) for (name, currency), both in sums.items())


# Definition


def _build(inputs: Inputs) -> Built:
    accounts = bank_by_account(inputs)
    bank = [row for one in accounts.values() for row in one.rows]
    through = {row["bank_account"]: row["through_on"] for row in bank if row["what"] == "account"}
    differing = {(row["bank_account"], row["through_on"]) for row in bank if row["what"] in ("excess", "waiting")}
    proven = {account: day for account, day in through.items() if day is not None}
    contained = {(account, day) for account, one in accounts.items() for day in one.contained}
    rows = cut_over(inputs.feeds().to_pylist(), proven, contained)
    return Built(table_of(rows, COLUMNS), controls(rows, differing))


REPORT: Final = Definition(
    "cut-over",
    "Cut-over",
    "Payments that detail files show, beside the statements.\n\nShows for each bank account and day which payments are "
    "in which files, such as BgMax only, camt.054 only or both. Each payment is booked once. The sum of a day's "
    "payments is what the account's statements have of them; the difference is what is missing in the files. Each day "
    "must agree by itself, but for the same money that the files have on days near each other.",
    columns=lambda _: COLUMNS,
    build=_build,
    long=True,
    untied="statements have other sums than the files that show the payments; the bank books money later, which agrees "
    "once the files of later days are loaded, or a file is missing, or counted twice",
)

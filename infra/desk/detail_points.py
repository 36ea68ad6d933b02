"""What detail files and statements say differently of a period's days, and still do: the money on `bank_details`.

What files show and no statement will have any more stops a hard close: it settled what payers owe, and the bank has no
such money. What the next statements may still have is only told, since money is on its way over the end of every month.
So is, for some days, what waits for its details, as money in suspense is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from infra.desk.amounts import written
from infra.desk.bank_findings import COUNTED_TWICE
from projections.reports.detail_days import DetailDay, on_the_way

if TYPE_CHECKING:
    from infra.desk.desk import Desk
    from projections.reports.loaded_through import Reached

_DIFFERS: Final = ("excess", "waiting")


def detail_points(desk: Desk, through_on: date, old_on: date, reached: Sequence[Reached]) -> dict[str, list[str]]:
    """By code, the days of accounts up to `through_on` that still differ, each with its amount.

    `old_on` is the last day of what has waited too long for its details.
    """
    now = max(desk.today, through_on)
    rows: list[dict[str, Any]] = desk.books.report("bank", now).table.to_pylist()
    shown = [row for row in desk.books.inputs(now).detail_days().to_pylist() if row["occurred_on"] <= through_on]
    closed = {one.bank_account for one in reached if one.closed}
    found: dict[str, list[str]] = {code: [] for code in CODES}
    for account in [row for row in rows if row["what"] == "account"]:
        id, last = account["bank_account"], account["through_on"]
        differing = [
            DetailDay(row["through_on"], row["details_minor"])
            for row in rows
            if row["bank_account"] == id and row["what"] in _DIFFERS
        ]
        country, more_come = desk.terms.jurisdiction, id not in closed
        moving = on_the_way(differing, last, country, more_come=more_come) if last is not None else []
        for day in _of_the_period(differing, _days_of(shown, id), last, through_on):
            if day in moving or (more_come and (last is None or day.on > last)):
                code = "details_on_the_way"
            elif day.amount_minor > 0:
                code = "details_exceed_statements"
            else:
                code = "details_missing_old" if day.on <= old_on else "details_missing"
            found[code].append(
                f"{id}, {written(day.amount_minor, account['currency'])} {account['currency']} on {day.on}"
            )
    return found


def _days_of(shown: Sequence[Mapping[str, Any]], bank_account: str) -> Iterator[DetailDay]:
    return (DetailDay(row["occurred_on"], row["amount_minor"]) for row in shown if row["bank_account"] == bank_account)


def _of_the_period(
    differing: Sequence[DetailDay], shown: Iterator[DetailDay], last: date | None, through_on: date
) -> list[DetailDay]:
    """The days up to the period's end that differ, and those that no statement has reached."""
    return sorted(
        [day for day in differing if day.on <= through_on] + [day for day in shown if last is None or day.on > last]
    )


_EXPLAINED: Final = (
    "They stand on the account of `bank_details`, see `reskontra cut-over`. Load the file that shows them, or say what "
    "they were with `reskontra movement reclassify`. If a charge stands in both files, take back that of the file with "
    "details: `reskontra movement reclassify PART --role bank_details`."
)
# Those that stop no close are told beside the others.
TOLD: Final = ("details_on_the_way", "details_missing")
CODES: Final = ("details_exceed_statements", "details_missing_old", *TOLD)
SENTENCES: Final = {
    "details_exceed_statements": (
        "Detail files show payments that the statements do not have: {named}. They settle what payers owe, but the "
        "bank has no such money; it stands on the account of `bank_details`, see `reskontra cut-over`. Load a "
        f"statement that is missing. If a payment was counted twice, {COUNTED_TWICE}."
    ),
    "details_on_the_way": (
        "Money of the period is on its way between detail files and statements: {named}. It stands on the account of "
        "`bank_details`, see `reskontra cut-over`. The next statements and detail files should explain it; what they "
        "do not explain is told as missing or in excess."
    ),
    "details_missing": (
        "Statements have payments without details, so nobody knows yet whose they are, or files with details show "
        f"returns that no statement has: {{named}}. {_EXPLAINED} After some days they stop a hard close."
    ),
    "details_missing_old": (
        "Statements have had payments without details for too long, or files with details show returns that no "
        f"statement has: {{named}}. {_EXPLAINED}"
    ),
}

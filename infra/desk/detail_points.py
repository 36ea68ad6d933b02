"""What detail files and statements say differently of a period's days, and still do: the money on `bank_details`.

What files show and no statement will have any more stops a hard close: it settled what payers owe, or opened it again,
and the bank has no such money. What the next statements may still have is only told, since money is on its way over the
end of every month. So is, for some days, what waits for its details, as money in suspense is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from infra.desk.amounts import written
from infra.desk.bank_findings import excess_code
from projections.reports.detail_days import DetailDay, on_the_way
from reconciliation.steps.excess_words import COUNTED_TWICE, NEVER_TAKEN

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
        differing = _differing([row for row in rows if row["bank_account"] == id and row["what"] in _DIFFERS])
        country, more_come = desk.terms.jurisdiction, id not in closed
        moving = on_the_way(differing, last, country, more_come=more_come) if last is not None else []
        for day in _of_the_period(differing, _days_of(shown, id), last, through_on):
            is_moving = day in moving or (more_come and (last is None or day.on > last))
            missing = "details_missing_old" if day.on <= old_on else "details_missing"
            told = [(excess_code(one), one) for one in day.in_excess] + [(missing, one) for one in day.waiting]
            for code, amount in told:
                shown_amount = f"{written(amount, account['currency'])} {account['currency']}"
                found["details_on_the_way" if is_moving else code].append(f"{id}, {shown_amount} on {day.on}")
    return found


def _differing(rows: Sequence[Mapping[str, Any]]) -> list[DetailDay]:
    """The days of these rows of the report, each with all that it differs by."""
    amounts: dict[date, list[int]] = {}
    for row in rows:
        minor, days = row["details_minor"], amounts.setdefault(row["through_on"], [0, 0])
        days[0] += minor
        days[1] += minor if (row["what"] == "excess") == (minor < 0) else 0
    return [DetailDay(on, *both) for on, both in sorted(amounts.items())]


def _days_of(shown: Sequence[Mapping[str, Any]], bank_account: str) -> Iterator[DetailDay]:
    mine = (row for row in shown if row["bank_account"] == bank_account)
    return (DetailDay(row["occurred_on"], row["amount_minor"], row["debits_minor"]) for row in mine)


def _of_the_period(
    differing: Sequence[DetailDay], shown: Iterator[DetailDay], last: date | None, through_on: date
) -> list[DetailDay]:
    """The days up to the period's end that differ, and those that no statement has reached."""
    return sorted(
        [day for day in differing if day.on <= through_on] + [day for day in shown if last is None or day.on > last]
    )


_EXPLAINED: Final = (
    "They stand on the account of `bank_details`, see `reskontra cut-over`. Load the file that shows them, or say what "
    "they were with `reskontra movement reclassify`."
)
# Those that stop no close are told beside the others.
TOLD: Final = ("details_on_the_way", "details_missing")
CODES: Final = ("details_exceed_statements", "returns_exceed_statements", "details_missing_old", *TOLD)
SENTENCES: Final = {
    "details_exceed_statements": (
        "Detail files show payments that the statements do not have: {named}. They settle what payers owe, but the "
        "bank has no such money; it stands on the account of `bank_details`, see `reskontra cut-over`. Load a "
        f"statement that is missing. If a payment was counted twice, {COUNTED_TWICE}."
    ),
    "returns_exceed_statements": (
        "Detail files show returns or charges that the statements do not have: {named}. What a return took back is "
        "open again, but the bank has taken no such money; it stands on the account of `bank_details`, see `reskontra "
        f"cut-over`. Load a statement that is missing. If the bank took nothing: {NEVER_TAKEN}."
    ),
    "details_on_the_way": (
        "Money of the period is on its way between detail files and statements: {named}. It stands on the account of "
        "`bank_details`, see `reskontra cut-over`. The next statements and detail files should explain it; what they "
        "do not explain is told as missing or in excess."
    ),
    "details_missing": (
        "Statements have payments or returns without details, so nobody knows yet whose they are: "
        f"{{named}}. {_EXPLAINED} After some days they stop a hard close."
    ),
    "details_missing_old": (
        f"Statements have had payments or returns without details for too long: {{named}}. {_EXPLAINED}"
    ),
}

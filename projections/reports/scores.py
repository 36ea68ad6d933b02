"""Scores of banks and payment providers: how complete and how timely their files are, and how much is cleared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from ledger.domain.terms.bank_days import after, before, is_bank_day
from projections.reports.bank_chain import chain
from projections.reports.report import Built, Column, Definition, Option, first_of_month, table_of

if TYPE_CHECKING:
    from projections.reports.report_inputs import Inputs

COLUMNS: Final = (
    Column("kind", "kind", "code", "`bank` or `provider`"),
    Column("bank_account", "account", "id", "our account there"),
    Column("name", "name", "text", "name of the account, or the payment provider"),
    Column("currency", "currency", "code", "ISO 4217"),
    Column("from_on", "from", "day", "first bank day of which files are expected; null if none are"),
    Column("through_on", "through", "day", "last bank day of which files are expected: the one before the day"),
    Column("days", "bank days", "count", "bank days of which files are expected"),
    Column(
        "loaded",
        "loaded",
        "count",
        "those that a file in the book covers, or that the balances around prove to be empty",
    ),
    Column("completeness", "complete %", "count", "the same in per cent, rounded down; null without such days"),
    Column(
        "timely",
        "in time",
        "count",
        "those whose first file was in the book on the next bank day or earlier; an empty one, if the next file was",
    ),
    Column("timeliness", "in time %", "count", "the same in per cent, rounded down; null without such days"),
    Column(
        "came_minor",
        "came in",
        "money",
        "payments of these days that came in, by their booking day; none that was voided, withdrawn or reclassified",
    ),
    Column(
        "waiting_minor",
        "not cleared",
        "money",
        "what of them waits: at a bank, what is not allocated; at a provider, what is not settled",
    ),
    Column("clearing", "cleared %", "count", "what does not wait, in per cent, rounded down; null if nothing came in"),
)
_DAY: Final = timedelta(days=1)
# A file of a bank day is in time if it is in the book by so many bank days after it.
IN_TIME: Final = 1


def first_day(as_of: date) -> date:
    """The first day of the report, if none is given: that of the month before."""
    return first_of_month(first_of_month(as_of) - _DAY)


def of_files(
    account: Mapping[str, Any],
    files: Sequence[Mapping[str, Any]],
    from_on: date,
    as_of: date,
    country: str,
    statements: Sequence[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """How complete and timely the files of an account are.

    Each of `files` has from_on, to_on, completed_on and proven. If the account has statements with balances, only these
    count. Files are expected from the first day that was declared, or else that any file covers. A day without a file
    counts as loaded if `statements`, those with balances, join around it: nothing was booked on it.
    """
    mine = [one for one in files if one["bank_account"] == account["bank_account"]]
    mine = [one for one in mine if one["proven"]] or mine
    begins = account.get("from_on") or min((one["from_on"] for one in mine), default=None)
    last = before(as_of, 1, country)
    if account.get("until_on") is not None:
        last = min(last, account["until_on"])
    days = [] if begins is None else _bank_days(max(from_on, begins), last, country)
    loaded = timely = 0
    empty = _empty_days(account, statements, days)
    for day in days:
        said, on = _said(mine, day), day
        if not said and day in empty:
            on = min((one["to_on"] for one in mine if one["from_on"] > day), default=day)
            said = _said(mine, on)
        came = min((one["completed_on"] for one in said), default=None)
        loaded += came is not None
        timely += came is not None and came <= after(on, IN_TIME, country)
    return {
        "from_on": days[0] if days else None,
        "through_on": last,
        "days": len(days),
        "loaded": loaded,
        "completeness": per_cent(loaded, len(days)),
        "timely": timely,
        "timeliness": per_cent(timely, len(days)),
    }


def _said(files: Sequence[Mapping[str, Any]], day: date) -> list[Mapping[str, Any]]:
    return [one for one in files if one["from_on"] <= day <= one["to_on"]]


def _empty_days(
    account: Mapping[str, Any], statements: Sequence[Mapping[str, Any]], days: Sequence[date]
) -> frozenset[date]:
    """The days between statements that join, in balance and number, so that nothing can be missing there.

    Numbers of an account at a payment provider say nothing, as they may count those of several accounts.
    """
    stated = [one for one in statements if one["bank_account"] == account["bank_account"] and one["from_on"]]
    found = chain(stated, None, numbers_from=account.get("numbers_from", date.max))
    if found is None:
        return frozenset()
    begins = min(one["from_on"] for one in stated)
    return frozenset(
        day
        for day in days
        if begins <= day <= found.through_on and not any(gap.after_on <= day <= gap.before_on for gap in found.gaps)
    )


def of_money(came: int, waiting: int) -> dict[str, Any]:
    """How much of the payments that came in is cleared."""
    return {"came_minor": came, "waiting_minor": waiting, "clearing": per_cent(came - waiting, came)}


def per_cent(part: int, whole: int) -> int | None:
    """A part in per cent, rounded down, so that only the whole is 100; null if there is no whole."""
    return None if whole <= 0 else max(0, part) * 100 // whole


def _bank_days(first: date, last: date, country: str) -> list[date]:
    return [day for count in range((last - first).days + 1) if is_bank_day(day := first + count * _DAY, country)]


# Definition


def _build(inputs: Inputs, *, from_on: date | None = None) -> Built:
    assert inputs.as_of is not None, "scores are of days"
    first = first_day(inputs.as_of) if from_on is None else from_on
    last = before(inputs.as_of, 1, inputs.terms.jurisdiction)
    files, money = (one.to_pylist() for one in inputs.score_sums(first, last))
    came = {(one["bank_account"], one["currency"]): one["came_minor"] for one in money}
    open_receipts = [one | {"amount_minor": -one["amount_minor"]} for one in inputs.unallocated().to_pylist()]
    captured = [one for one in inputs.in_transit(()).captured if one["document"].startswith("receipt-")]
    of_kind = {"bank": open_receipts, "provider": captured}
    accounts = {"bank": inputs.bank_accounts(), "provider": inputs.provider_accounts()}
    rows, stated = [], inputs.proven_statements()
    for kind, declared in accounts.items():
        waiting: dict[tuple[str, str], int] = {}
        for one in of_kind[kind]:
            if first <= one["booked_on"] <= last:
                key = (one["bank_account"], one["currency"])
                waiting[key] = waiting.get(key, 0) + one["amount_minor"]
        for account in declared:
            key = (account["bank_account"], account["currency"])
            named = {"kind": kind, "bank_account": key[0], "currency": key[1]}
            named["name"] = account["provider"] if kind == "provider" else account["name"]
            scored = of_files(account, files, first, inputs.as_of, inputs.terms.jurisdiction, stated)
            rows.append(named | scored | of_money(came.get(key, 0), waiting.get(key, 0)))
    return Built(table_of(rows, COLUMNS), ())


REPORT: Final = Definition(
    "scores",
    "Scores of banks and providers",
    "How complete and how timely the files of each bank account and each account at a payment provider are, and how "
    "much of the payments there is cleared.\n\nCounts the bank days from the first day, by default that of the month "
    "before, through the bank day before the day of the report, and the payments booked up to that day. Files are "
    "expected from the first day that was declared for the account, or else that any of its files covers; if it has "
    "statements with balances, only these count. A day of which the bank sent no file counts as loaded once the next "
    "statement joins in balance and number.",
    columns=lambda _: COLUMNS,
    build=_build,
    options=(Option("from_on", "day", "The first day; by default the first of the month before."),),
    begins=first_day,
    nothing=None,
)

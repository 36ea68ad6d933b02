"""The result of the month: reports as files, two pictures, a page that works offline, and a few printed lines."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from infra.demo import pictures
from infra.demo.month import Month
from infra.demo.month_run import MonthRun
from infra.desk.table_file import without_formulas
from ledger.disk import write_whole

if TYPE_CHECKING:
    import pyarrow as pa

    from projections import Books, Report

# The reports that must tie out, and those that are only shown: a provider that overcharges owes us money, but the books
# are right.
_PROVING: Final = (
    "aging",
    "tie-out",
    "trial-balance",
    "open-items",
    "bank",
    "cut-over",
    "money-in-transit",
    "remittances",
)
_SHOWN: Final = ("provider-fees",)
_KIND: Final = {
    "exact": "paid exactly",
    "partial": "paid in part",
    "over": "above the open amount; the excess is customer credit",
    "duplicate": "for items that were already paid; the whole payment is customer credit",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """The lines to print, and whether every file is loaded and the books tie out."""

    lines: tuple[str, ...]
    tied: bool


def write_outcome(books: Books, month: Month, done: MonthRun, folder: Path) -> Outcome:
    """Write reports, pictures and the page under `folder`; each file appears complete or not at all."""
    as_of = month.days[-1]
    reports = {name: books.report(name, as_of) for name in (*_PROVING, *_SHOWN)}
    (folder / "reports").mkdir(parents=True, exist_ok=True)
    for name, report in reports.items():
        _write_csv(report.table, folder / "reports" / f"{name}.csv")
    receipts = books.store.now.receipts(unallocated_only=False)
    cash = _cash(receipts, month.days[0], as_of)
    by = _buckets(books)
    drawn = _aging_rows(reports["aging"], by)
    pictures.draw_aging(drawn, folder / "aging.svg", list(by.values()), as_of=as_of)
    pictures.draw_cash(cash, folder / "cash.svg")
    tied = all(reports[name].complete for name in _PROVING)
    _write_page(books, reports, by, done, cash, folder, tied)
    return Outcome(tuple(_lines(books, reports, done, folder, tied)), tied)


def _buckets(books: Books) -> dict[str, str]:
    """The aging's bucket columns, and the heading of each."""
    from projections.reports.aging_buckets import buckets

    return {one.name: one.heading for one in buckets(books.terms().aging_edges)}


def _aging_rows(report: Report, by: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {"payer": row["payer"], "bucket": bucket, "amount_minor": row[column]}
        for row in report.table.to_pylist()
        if row["payer"] != "total" and any(row[name] for name in by)
        for column, bucket in by.items()
    ]


def _cash(receipts: pa.Table, first: date, last: date) -> list[dict[str, Any]]:
    matched: Counter[date] = Counter()
    waiting: Counter[date] = Counter()
    for day, amount, rest in zip(
        *(receipts[name].to_pylist() for name in ("booked_on", "amount_minor", "unallocated_minor")), strict=True
    ):
        if first <= day <= last:
            matched[day] += amount - rest
            waiting[day] += rest
    return [{"day": day, "matched_minor": matched[day], "unexplained_minor": waiting[day]} for day in sorted(matched)]


def _debits(books: Books) -> list[dict[str, Any]]:
    """How many direct debits of each day stand where, and how much they are."""
    from projections.store.lists.registry import LISTS

    counted: Counter[tuple[date, str]] = Counter()
    amounts: Counter[tuple[date, str]] = Counter()
    for row in books.store.listed.page(LISTS["collections"], {}, date.max, None).rows:
        counted[row["due_on"], row["status"]] += 1
        amounts[row["due_on"], row["status"]] += row["amount_minor"]
    return [
        {"due_on": due_on, "status": status, "count": count, "amount_minor": amounts[due_on, status]}
        for (due_on, status), count in sorted(counted.items())
    ]


def _write_csv(table: pa.Table, path: Path) -> None:
    import pyarrow.csv as pa_csv

    content = io.BytesIO()
    pa_csv.write_csv(without_formulas(table), content)
    write_whole(path, content.getvalue(), mode=0o644)


def kinds_of(done: MonthRun) -> dict[str, int]:
    """Count the matched payments by how their amount compares with the open amount."""
    counted: Counter[str] = Counter()
    for day in done.bank_days:
        for file in day.files:
            for kind, tally in file.kinds.items():
                counted[kind] += tally.count
    return dict(counted)


def _lines(books: Books, reports: dict[str, Report], done: MonthRun, folder: Path, tied: bool) -> Iterable[str]:
    clocks = reports["aging"].clocks
    if done.nothing_new:
        yield "nothing new: all of this month was in the books already"
    else:
        files = [file for day in done.bank_days for file in day.files]
        yield f"{done.new_facts} commands from the clinic group's office, {len(files)} bank files"
        for kind, count in kinds_of(done).items():
            yield f"  {count:6} payments {_KIND[kind]}"
        yield f"  {sum(file.reviewed for file in files):6} wait for a person; list them with: reskontra receipts"
        yield f"  {sum(run.sent for run in done.reminder_runs):6} reminders on the due date, free of charge"
    total = next(row for row in reports["aging"].table.to_pylist() if row["payer"] == "total")
    open_, currency = money(total["open_minor"]), total["currency"]
    yield f"open {open_} {currency} as of {clocks.as_of}, known at position {clocks.known_at}"
    yield (
        "sub-ledger, aging, general ledger and bank tie out"
        if tied
        else "THE BOOKS DO NOT TIE OUT; see: reskontra tie-out"
    )
    yield _clearing(reports["money-in-transit"].table.to_pylist())
    yield f"page      {folder / 'index.html'}"
    yield f"pictures  {folder / 'aging.svg'}, {folder / 'cash.svg'}"
    yield f"reports   {folder / 'reports'}"
    yield f"bank files {folder / 'inbox'}"
    yield f"look around with: reskontra aging --entity {books.entity} --as-of {clocks.as_of}"


def _clearing(rows: Iterable[dict[str, Any]]) -> str:
    """Say whether each unit at payment providers is explained, and how much is under way."""
    accounts = [row for row in rows if row["what"] == "account"]
    under_way = sum(row["ledger_minor"] for row in accounts)
    if any(row["difference_minor"] for row in accounts):
        return "CLEARING IS NOT EXPLAINED; see: reskontra money-in-transit"
    names = ", ".join(row["bank_account"] for row in accounts)
    return f"clearing is explained to the last unit: {money(under_way)} SEK under way ({names})"


def money(minor: int) -> str:
    """An amount as people read it: two decimals, grouped thousands and a real minus sign."""
    whole, rest = divmod(abs(minor), 100)
    grouped = f"{whole:,}".replace(",", "\u202f")
    sign = "\u2212" if minor < 0 else ""
    return f"{sign}{grouped},{rest:02d}"


def _write_page(
    books: Books,
    reports: dict[str, Report],
    by: dict[str, str],
    done: MonthRun,
    cash: Sequence[dict[str, Any]],
    folder: Path,
    tied: bool,
) -> None:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("infra.demo", "pages"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    environment.filters["money"] = money
    page = environment.get_template("month.html").render(
        entity=books.entity,
        clocks=reports["aging"].clocks,
        aging=reports["aging"].table.to_pylist(),
        buckets=by,
        tie_out=reports["tie-out"].table.to_pylist(),
        bank=reports["bank"].table.to_pylist(),
        in_transit=reports["money-in-transit"].table.to_pylist(),
        remittances=reports["remittances"].table.to_pylist(),
        fees=reports["provider-fees"].table.to_pylist(),
        debits=_debits(books),
        cash=cash,
        kinds={_KIND[kind]: count for kind, count in kinds_of(done).items()},
        days=done.bank_days,
        pictures={name: (folder / name).read_text(encoding="utf-8") for name in ("aging.svg", "cash.svg")},
        tied=tied,
    )
    write_whole(folder / "index.html", page, mode=0o644)

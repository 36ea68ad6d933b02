"""Scores: which bank days a file covers, which came in time, and how much of the payments is cleared."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from infra.postgres import Urls
from ledger.domain.cash.receipt_reclassification import ReclassifyReceipt
from projections.reports.scores import first_day, of_files, of_money, per_cent
from tests.kit.clinic import ACCOUNT, PRICE, Clinic, clinic_on, paid, reference_of, statement
from tests.kit.providers import declare_provider_account

# Monday to Friday of a week without holidays.
WEEK = [date(2026, 10, 5) + timedelta(days=count) for count in range(5)]
MAIN = {"bank_account": "main", "from_on": None, "until_on": None}


def file(first: int, last: int | None = None, came: date | None = None, **said: Any) -> dict[str, Any]:
    """A file of days of the week, which came on the next bank day unless said."""
    end = WEEK[first if last is None else last]
    return {
        "bank_account": "main",
        "from_on": WEEK[first],
        "to_on": end,
        "completed_on": came or end + timedelta(days=3 if end.weekday() == 4 else 1),
        "proven": True,
    } | said


def scored(*files: dict[str, Any], as_of: date = date(2026, 10, 12), **account: Any) -> dict[str, Any]:
    return of_files(MAIN | account, files, date(2026, 10, 1), as_of, "SE")


def test_all_bank_days_through_the_one_before_the_report_count():
    whole = scored(*(file(day) for day in range(5)))
    assert (whole["from_on"], whole["through_on"], whole["days"]) == (WEEK[0], WEEK[4], 5)
    assert (whole["completeness"], whole["timeliness"]) == (100, 100)
    # On Friday, Friday itself is not expected yet.
    assert scored(file(0, 3), as_of=WEEK[4])["completeness"] == 100


def test_a_day_that_no_file_covers_is_lacking_and_one_that_came_later_is_late():
    found = scored(file(0), file(1, came=WEEK[3]), file(3, 4))
    assert (found["days"], found["loaded"], found["timely"]) == (5, 4, 2)
    assert (found["completeness"], found["timeliness"]) == (80, 40)


def stated(first: int, opening: int, closing: int, sequence: int) -> dict[str, Any]:
    """A statement of one day, with balances and a number."""
    named = {"bank_account": "main", "from_on": WEEK[first], "to_on": WEEK[first], "statement_id": f"S{sequence}"}
    return named | {
        "opening_minor": opening,
        "closing_minor": closing,
        "sequence": str(sequence),
        "incoming_minor": None,
        "lines": 1,
    }


def silent(*statements: dict[str, Any]) -> dict[str, Any]:
    """What files of Monday, Thursday and Friday say, if these are their balances."""
    files = [file(0), file(3), file(4)]
    return of_files(MAIN | {"numbers_from": None}, files, date(2026, 10, 1), date(2026, 10, 12), "SE", statements)


def test_a_day_without_a_file_is_loaded_once_the_balances_around_prove_it_empty():
    joined = silent(stated(0, 0, 100, 1), stated(3, 100, 150, 2), stated(4, 150, 90, 3))
    assert (joined["loaded"], joined["completeness"], joined["timeliness"]) == (5, 100, 100)


def test_a_day_between_balances_or_numbers_that_do_not_join_is_lacking():
    other_balance = silent(stated(0, 0, 100, 1), stated(3, 120, 150, 2), stated(4, 150, 90, 3))
    other_number = silent(stated(0, 0, 100, 1), stated(3, 100, 150, 3), stated(4, 150, 90, 4))
    assert (other_balance["loaded"], other_number["loaded"]) == (3, 3)
    # What comes after the last statement nobody knows yet.
    assert of_files(MAIN, [file(0)], WEEK[0], WEEK[2], "SE", [stated(0, 0, 100, 1)])["loaded"] == 1


def test_the_first_file_of_a_day_counts():
    assert scored(file(0, 4, came=date(2026, 10, 30)), *(file(day) for day in range(5)))["timeliness"] == 100


def test_details_do_not_count_beside_statements_and_do_where_there_are_none():
    details = [file(day, proven=False) for day in range(5)]
    assert scored(file(0), *details)["loaded"] == 1
    assert scored(*details)["loaded"] == 5


def test_files_are_expected_from_the_declared_day_to_the_last():
    assert scored(file(2), from_on=WEEK[1], until_on=WEEK[2])["completeness"] == 50
    assert scored(from_on=WEEK[0])["completeness"] == 0
    nothing = scored()
    assert (nothing["days"], nothing["from_on"], nothing["completeness"], nothing["timeliness"]) == (
        0,
        None,
        None,
        None,
    )
    assert scored(file(0) | {"bank_account": "other"})["days"] == 0


def test_per_cent_is_rounded_down_so_that_only_all_is_a_hundred():
    assert (per_cent(999, 1000), per_cent(1000, 1000), per_cent(0, 0), per_cent(-1, 10)) == (99, 100, None, 0)
    assert of_money(200_00, 1) == {"came_minor": 200_00, "waiting_minor": 1, "clearing": 99}
    assert first_day(date(2026, 1, 31)) == date(2025, 12, 1)


@pytest.fixture
def clinic(database_urls: Urls, tmp_path: Path) -> Iterator[Clinic]:
    with clinic_on(database_urls.writer, tmp_path / "clinic") as clinic:
        yield clinic.opened(2)


def rows(clinic: Clinic, as_of: date, known_at: int | None = None) -> dict[str, dict[str, Any]]:
    table = clinic.books.report("scores", as_of, known_at).table
    return {row["bank_account"]: row for row in table.to_pylist()}


def test_from_real_files_and_as_it_was_known(clinic: Clinic):
    clinic.do(declare_provider_account())
    clinic.load(statement([paid(PRICE, reference_of(0), "b1"), paid(PRICE, None, "b2")]), on=WEEK[1])
    before = clinic.books.follow()
    clinic.at = datetime(2026, 10, 9, 8, tzinfo=UTC)
    clinic.load(statement([], 2 * PRICE, "S2", WEEK[1], sequence=2), on=WEEK[4])

    found = rows(clinic, WEEK[2])

    bank = found[ACCOUNT]
    assert (bank["kind"], bank["days"], bank["loaded"], bank["timely"]) == ("bank", 2, 2, 1)
    assert (bank["completeness"], bank["timeliness"]) == (100, 50)
    assert (bank["came_minor"], bank["waiting_minor"], bank["clearing"]) == (2 * PRICE, PRICE, 50)
    assert (found["cards"]["kind"], found["cards"]["name"], found["cards"]["days"]) == ("provider", "stripe", 0)
    assert rows(clinic, WEEK[2], before)[ACCOUNT]["loaded"] == 1


def test_what_was_no_payment_never_came_but_did_as_it_was_known(clinic: Clinic):
    clinic.load(statement([paid(PRICE, None, "b1"), paid(PRICE, None, "b2")]), on=WEEK[1])
    before = clinic.books.follow()
    receipt = clinic.books.store.now.receipts().to_pylist()[0]["receipt_id"]
    clinic.do(ReclassifyReceipt(receipt_id=receipt, role="suppliers", reason_code="FEE"), on=WEEK[1])
    clinic.books.follow()

    found = rows(clinic, WEEK[2])[ACCOUNT]

    assert (found["came_minor"], found["waiting_minor"], found["clearing"]) == (PRICE, PRICE, 0)
    assert rows(clinic, WEEK[2], before)[ACCOUNT]["came_minor"] == 2 * PRICE


def test_what_is_booked_on_the_day_of_the_report_counts_on_the_next(clinic: Clinic):
    clinic.load(statement([paid(PRICE, None, "b1", on=WEEK[1])], on=WEEK[1]), on=WEEK[2])
    assert [rows(clinic, day)[ACCOUNT]["came_minor"] for day in WEEK[1:3]] == [0, PRICE]

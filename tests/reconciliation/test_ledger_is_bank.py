"""The ledger beside the bank on real books: equal, or different by a gap that is named until it is filled."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from ledger.domain.bank.account import RecordBankOpening
from reconciliation.steps.loop import run
from reconciliation.steps.summary import DaySummary
from tests.kit.care import receipt
from tests.kit.clinic import ACCOUNT, DAY, Clinic, paid, statement

NEXT, LAST = DAY + timedelta(days=1), DAY + timedelta(days=2)
FIRST = statement([paid(16_885_00, None, "b1")], sequence=2)
MISSING = statement([paid(83_114_00, None, "b2", on=NEXT)], 16_885_00, "S3", on=NEXT, sequence=3)
LATER = statement([paid(1_00, None, "b3", on=LAST)], 99_999_00, "S4", on=LAST, sequence=4)


def loaded(clinic: Clinic, *files: bytes) -> DaySummary:
    """The summary of a bank day over files."""
    clinic.folder.mkdir(exist_ok=True)
    paths = [clinic.folder / f"bank-{number}" for number, _ in enumerate(files)]
    for path, content in zip(paths, files, strict=True):
        path.write_bytes(content)
    with clinic.day(LAST) as day:
        return run(day, paths)


def rows_of(clinic: Clinic, known_at: int | None = None) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = clinic.books.report("bank", LAST, known_at).table.to_pylist()
    return rows


def test_a_missing_statement_is_named_and_refuses_nothing_until_it_is_filled(clinic: Clinic):
    summary = loaded(clinic, FIRST, LATER)

    account, gap = rows_of(clinic)
    assert (account["through_on"], account["bank_minor"], account["ledger_minor"]) == (LAST, 100_000_00, 16_886_00)
    assert (gap["from_on"], gap["through_on"], gap["sequence"], gap["difference_minor"]) == (
        DAY,
        LAST,
        "2 to 4",
        83_114_00,
    )
    # What came is loaded and sealed, but somebody must look for what did not.
    assert (summary.ok, summary.tied, summary.unequal) == (False, True, [])
    assert [gap["bank_account"] for gap in summary.gaps] == [ACCOUNT]
    assert summary.bank == [row for row in summary.bank if row["bank_account"] == ACCOUNT]
    assert [row["what"] for row in summary.bank] == ["account", "gap"]
    for name in ("aging", "tie-out"):
        report = clinic.books.report(name, LAST)
        assert report.tied
        assert [row["what"] for row in report.bank] == ["account", "gap"]
    before = clinic.books.journal.stable_position()

    summary = loaded(clinic, MISSING)
    assert (summary.unequal, summary.ok) == ([], True)
    (account,) = rows_of(clinic)
    assert account["difference_minor"] == 0
    # What was known before the missing statement came stays as it was.
    assert [row["what"] for row in rows_of(clinic, before)] == ["account", "gap"]


def test_a_number_that_is_left_out_is_a_gap_of_nothing_and_the_day_is_not_ok(clinic: Clinic):
    last = statement([paid(1_00, None, "b3", on=LAST)], 16_885_00, "S4", on=LAST, sequence=4)
    summary = loaded(clinic, FIRST, last)
    account, gap = rows_of(clinic)
    assert (account["difference_minor"], gap["difference_minor"], gap["sequence"]) == (0, 0, "2 to 4")
    (gap,) = summary.gaps
    assert (summary.ok, gap["bank_account"], gap["difference_minor"]) == (False, ACCOUNT, 0)
    assert clinic.books.bank_loaded_through() == DAY

    between = [paid(5_00, None, "b2", on=NEXT), paid(-5_00, None, "b4", on=NEXT)]
    assert loaded(clinic, statement(between, 16_885_00, "S3", on=NEXT, sequence=3)).gaps == []
    assert clinic.books.bank_loaded_through() == LAST


def test_the_opening_balance_counts_and_a_first_statement_that_opens_otherwise_is_a_break(clinic: Clinic):
    opened = DAY - timedelta(days=1)
    clinic.do(RecordBankOpening(bank_account=ACCOUNT, as_of=opened, balance_minor=50_00, source="letter"), on=opened)
    loaded(clinic, statement([paid(20_00, None, "b1")], 50_00))
    (account,) = rows_of(clinic)
    assert (account["from_on"], account["begun_minor"]) == (opened, 50_00)
    assert (account["bank_minor"], account["ledger_minor"]) == (70_00, 70_00)

    clinic.do(RecordBankOpening(bank_account=ACCOUNT, as_of=opened, balance_minor=45_00, source="letter"), on=opened)
    account, gap = rows_of(clinic)
    assert (account["difference_minor"], gap["difference_minor"]) == (5_00, 5_00)


def test_money_that_no_statement_shows_makes_the_day_not_ok(clinic: Clinic):
    loaded(clinic, statement([paid(20_00, None, "b1")]))
    clinic.do(receipt("by-hand", 7_00, booked_on=DAY, bank_account=ACCOUNT), on=DAY)
    clinic.do(receipt("later", 9_00, booked_on=LAST, bank_account=ACCOUNT), on=LAST)
    (account,) = rows_of(clinic)
    assert (account["difference_minor"], account["later_minor"]) == (-7_00, 9_00)
    summary = loaded(clinic, statement([paid(20_00, None, "b1")], statement_id="again"))
    assert [row["bank_account"] for row in summary.unequal] == [ACCOUNT]
    assert not summary.ok


def test_what_contradicts_the_book_is_shown_by_account(clinic: Clinic):
    loaded(clinic, statement([paid(20_00, None, "b1")]))
    loaded(clinic, statement([paid(26_00, None, "x1")]))
    (account,) = rows_of(clinic)
    assert (account["difference_minor"], account["to_explain_minor"]) == (0, 6_00)

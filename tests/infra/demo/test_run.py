"""The demo through the desk, on real books: its days tie out, are shown, and run only once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import psycopg
import pytest

from infra.demo import run as demo
from infra.demo.accounts import BANK_ACCOUNTS, GIRO_ACCOUNT, STATEMENT_ACCOUNT, SWISH_ACCOUNT
from infra.demo.bills import FEWEST
from infra.demo.card_provider import net_minor
from infra.demo.closing import ends_before
from infra.demo.month import Month
from infra.demo.month_run import MonthRun
from infra.demo.outcome import money, write_outcome
from infra.demo.persons import keep_persons
from infra.demo.provider_office import CARDS
from infra.demo.run import run_month
from infra.demo.staff import CLERK
from infra.desk import period as periods
from infra.desk import reminder, vault
from infra.desk.desk import Desk, open_desk
from infra.desk.problems import Stopped
from infra.desk.quarantine import open_doubts
from infra.desk.vault import VaultDoor
from infra.postgres import connect_urls
from infra.settings import Settings, load
from ledger.domain.receivables.credit_note import CreditNoteIssued
from ledger.domain.terms.bank_days import is_bank_day
from ledger.domain.terms.period_facts import PeriodClosed
from tests.conftest import BARE_TEMPLATE, Databases, served
from tests.infra.demo.conftest import SEED, applied
from tests.infra.demo.first_days import Broken, FirstDays
from tests.infra.demo.shown_page import debits_are_shown, remittances_are_shown, section
from tests.infra.demo.truth import truth
from tests.kit import calculator
from tests.kit.clinic import paid, statement
from tests.kit.staff import user


def unwatched(days: Sequence[date], what: str) -> Iterable[date]:
    return days


class Run(NamedTuple):
    """The days as they were run, and where."""

    desk: Desk
    settings: Settings
    month: Month
    done: MonthRun


@pytest.fixture(scope="module")
def run(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    urls = databases.make(BARE_TEMPLATE)
    environ = served(urls, tmp_path_factory.mktemp("demo"))
    settings, month = load(environ, Path.cwd()), FirstDays(SEED, invoices=FEWEST)
    now = datetime(2026, 11, 2, 9, tzinfo=UTC)
    with open_desk(urls.writer, "clinic", now, user(), settings.vault_key, "demo") as desk:
        yield Run(desk, settings, month, run_month(desk, settings, month, unwatched))
    databases.finish(urls)


def test_every_bank_day_ties_out_and_is_sealed(run: Run):
    days = run.done.bank_days
    assert [day.on for day in days] == [day for day in run.month.days if is_bank_day(day)]
    assert [one.on for one in run.done.reminder_runs] == [day.on for day in days]
    assert all(day.tied and day.sealed for day in days)
    # On the day after a statement did not come, somebody must look for it.
    assert [day.on for day in days if not day.ok] == [day.on for day in days if day.gaps]
    assert sum(file.matched for day in days for file in day.files) > 100
    assert sum(one.sent for one in run.done.reminder_runs) > 0
    actors = {one.envelope.actor for one in run.desk.books.journal.follow(0, 10**6)}
    assert {"job:bank-day", "job:reminders"} < actors


def test_each_payment_is_applied_to_what_it_was_made_for(run: Run):
    last, cards = run.month.days[-1], run.month.cards
    # What only a file shows is not known before it comes.
    later = {
        item.item_id
        for batch in run.month.remitter.batches
        for one in batch.payments
        for item in one.items
        if run.month.remitter.shown_on(batch) > last
    }
    later |= {one.payment.items[0].item_id for one in cards.captures if cards.known_on(one) > last}
    every = truth(run.month).applied.items()
    told = {one: times for one, times in every if one[0] <= last and one[1] not in later}
    assert applied((one.stream, one.fact) for one in run.desk.books.journal.follow(0, 10**6)) == told


def test_nobody_is_reminded_whose_money_was_there_and_nobody_is_missed(run: Run):
    last: dict[date, int] = {}
    for one in run.desk.books.journal.follow(0, 10**6):
        last[one.envelope.recorded_at.date()] = one.position
    runs = [(done.on, max(at for day, at in last.items() if day <= done.on)) for done in run.done.reminder_runs]
    # While a statement is missing, nobody knows who has paid, and all who are due wait.
    known = [(on, at) for done, (on, at) in zip(run.done.reminder_runs, runs, strict=True) if not done.lagging]
    with psycopg.connect(run.settings.reader_url, autocommit=True) as raw:
        assert calculator.misdirected(raw, known) == []
    assert {done.reminded_with_money for done in run.done.reminder_runs} == {0}
    assert reminder.in_vain(run.desk).rows == []
    assert {done.missed for done in run.done.reminder_runs if not done.lagging} == {0}
    assert len(known) > 1


def test_a_statement_that_is_missing_is_named_until_it_comes(run: Run):
    period = run.month.period
    gaps = {
        day.on: [(row["from_on"], row["through_on"]) for row in day.bank if row["what"] == "gap"]
        for day in run.done.bank_days
    }
    before, _, after, _ = (day for day in period.bank_days if period.bank_days[1] <= day <= period.found_on)
    assert {day: found for day, found in gaps.items() if found} == {after: [(before, after)]}


def test_the_bank_accounts_have_what_the_bank_says(run: Run):
    report = run.desk.books.report("bank", run.month.days[-1])
    found = {row["bank_account"]: row for row in report.table.to_pylist()}
    assert found.keys() == {one.number for one in BANK_ACCOUNTS}
    for detailed in (found[GIRO_ACCOUNT.number], found[SWISH_ACCOUNT.number]):
        assert (detailed["bank_minor"], detailed["difference_minor"]) == (detailed["ledger_minor"], 0)
        assert detailed["details_minor"] == 0
    account = found[STATEMENT_ACCOUNT.number]
    assert (account["bank_minor"], account["difference_minor"]) == (account["ledger_minor"], 0)
    assert report.complete
    rows = [row for day in run.done.bank_days for row in day.bank]
    assert {name for row in rows for name, value in row.items() if value is not None} == set(report.table.column_names)
    # The money of a week is known in detail before the statement comes.
    assert max(row["details_minor"] or 0 for row in rows) > 0


def test_the_cut_over_shows_which_payments_are_in_which_files(run: Run):
    period = run.month.period
    report = run.desk.books.report("cut-over", run.month.days[-1])
    rows = report.table.to_pylist()
    found = {(row["booked_on"], row["seen_in"]) for row in rows if row["what"] == "payments"}
    days = [day for day in period.bank_days if day <= run.month.days[-1]]
    assert found == {
        *((day, "bgmax") for day in days if day < period.notified_from),
        *((day, "bgmax + camt.054") for day in days if period.notified_from <= day <= period.bgmax_until),
        *((day, "camt.054") for day in days if day >= period.notified_from),
        *((day, "swish.handelsbanken") for day in days),
        *((one.due_on, "autogiro") for one in run.month.direct_debits.debits if one.due_on in days),
        (run.month.direct_debits.taken_back_on, "autogiro"),
    }
    assert report.complete
    assert {row["difference_minor"] for row in rows if row["what"] == "day"} == {0}
    assert {name for row in rows for name, value in row.items() if value is not None} == set(report.table.column_names)


def test_clearing_is_explained_to_the_last_unit(run: Run):
    last, cards = run.month.days[-1], run.month.cards
    report = run.desk.books.report("money-in-transit", last)
    accounts = {row["bank_account"]: row for row in report.table.to_pylist() if row["what"] == "account"}
    assert report.complete
    assert {row["difference_minor"] for row in accounts.values()} == {0}
    days = [day for day in run.month.period.bank_days if day <= last]
    shown = {payout.number for day in days for payout in cards.shown_on(day)}
    captured = (one for one in cards.captures if one.recorded and one.payment.booked_on <= last)
    assert accounts[CARDS]["captured_minor"] == sum(
        one.payment.amount_minor for one in captured if cards.shown_from(one) > last
    )
    sent = sum(net_minor(payout) for payout in cards.payouts.values() if payout.number in shown)
    came = sum(one.amount_minor for one in cards.arrived if one.booked_on <= last)
    assert accounts[CARDS]["on_the_way_minor"] == sent - came < 0
    assert accounts[CARDS]["reserved_minor"] > 0


def test_what_contradicts_the_book_waits_until_the_provider_has_answered(run: Run):
    (day,) = [day for day in run.done.bank_days if any("contradicting" in file.name for file in day.files)]
    assert day.on < run.month.cards.answered_on
    (file,) = [file for file in day.files if "contradicting" in file.name]
    assert [review.code for review in file.reviews] == ["transaction_contradicts"] * 2
    assert [one for one in open_doubts(run.desk) if one["code"] == "transaction_contradicts"] == []


def test_what_it_comes_to_is_shown(run: Run, tmp_path: Path):
    outcome = write_outcome(run.desk.books, run.month, run.done, tmp_path)
    assert outcome.tied
    under_way = sum(
        row["ledger_minor"]
        for row in run.desk.books.report("money-in-transit", run.month.days[-1]).table.to_pylist()
        if row["what"] == "account"
    )
    said = f"clearing is explained to the last unit: {money(under_way)} SEK under way"
    assert [line for line in outcome.lines if line.startswith(said)]
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert money(under_way) in section(page, "Money in transit")
    assert page.count("<svg") == 2
    remittances = run.desk.books.report("remittances", run.month.days[-1]).table.to_pylist()
    remittances_are_shown(page, remittances)
    debits_are_shown(page, [one for one in run.month.direct_debits.debits if one.due_on <= run.month.days[-1]])
    reports = {path.stem for path in (tmp_path / "reports").iterdir()}
    proving = {"aging", "tie-out", "trial-balance", "open-items", "bank", "cut-over", "money-in-transit", "remittances"}
    assert reports == {*proving, "provider-fees"}


def test_what_is_collected_is_ordered_with_a_file_and_the_payers_mandates(run: Run):
    due = [one for one in run.month.direct_debits.debits if one.due_on <= run.month.days[-1]]
    files = sorted(run.settings.direct_debits.glob("*.txt"))
    # The order of the last day's evening is of the days after.
    ordered = [line for file in files for line in file.read_text("iso-8859-1").splitlines() if line.startswith("82")]
    collections = run.desk.books.store.collections.of_mandates(run.month.direct_debits.mandates)
    known = {row["collection_id"]: row for row in collections}
    assert len(ordered) == len(known) == len(due)
    assert {(row["mandate_id"], row["reference"], row["due_on"]) for row in known.values()} == {
        (one.mandate, one.owed.reference, one.due_on) for one in due
    }
    assert {row["status"] for row in known.values()} == {"settled", "failed", "returned"}


def test_the_months_before_are_closed_and_what_corrects_them_counts_afterwards(run: Run):
    period = run.month.period
    closed = {row["through_on"]: row["status"] for row in periods.listed(run.desk).rows}
    assert closed == dict.fromkeys(ends_before(period.first), "hard")
    report = run.desk.books.report("trial-balance", period.first - timedelta(days=1))
    assert report.tied
    assert "closed debit" in {control.name for control in report.controls}
    recorded = run.desk.books.journal.follow(0, 10**6)
    (at,) = (one.position for one in recorded if isinstance(one.fact, PeriodClosed) and one.fact.through_on.day == 30)
    issued = {one.fact.invoice_id: one.envelope.accounting_date for one in recorded if one.name == "InvoiceIssued"}
    credited = [one for one in recorded if isinstance(one.fact, CreditNoteIssued) and one.position > at]
    correcting = [one for one in credited if issued[one.fact.invoice_id] < period.first]
    assert correcting, "an invoice of a closed month is credited afterwards"
    assert all(one.envelope.accounting_date >= period.first for one in correcting)


def test_it_runs_only_once(run: Run, tmp_path: Path):
    before = run.desk.books.journal.stable_position()
    again = run_month(run.desk, run.settings, run.month, unwatched)
    assert again.nothing_new
    assert run.desk.books.journal.stable_position() == before
    lines = write_outcome(run.desk.books, run.month, again, tmp_path).lines
    assert lines[0].startswith("nothing new")


def test_files_of_ones_own_are_loaded_after_it(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(demo, "INVOICES", FEWEST)
    monkeypatch.setattr(demo, "Month", FirstDays)
    monkeypatch.setattr(demo, "SEED", SEED)
    own = tmp_path / "own.xml"
    own.write_bytes(statement([paid(100_00, None, "b1", on=date(2026, 11, 2))], on=date(2026, 11, 2), account="123"))
    said: list[str] = []

    assert demo.run(run.desk, run.settings, [own], said.append, unwatched) == 0

    assert said[0] == "own.xml: new; entries: 1, matched: 0"
    _persons_are_kept(run)
    assert "sub-ledger, aging, general ledger and bank tie out" in said


def _persons_are_kept(run: Run) -> None:
    """One payer is protected, another is erased, and a second run finds nothing new."""
    door = VaultDoor(connect_urls(run.settings, "clinic").vault, run.settings.vault_key, run.settings.archive)
    (protected,) = run.desk.books.store.now.marked_accounts()
    (erased,) = run.desk.books.store.now.erasures("erased")
    clerk = replace(run.desk, user=CLERK.name)
    (shown,) = vault.show(clerk, door, protected["account_id"], ["name"], "audit")
    assert (shown["text"], shown["masked"]) == (None, True)
    with pytest.raises(Stopped, match="was erased"):
        vault.show(run.desk, door, erased["subject_id"], (), "audit")
    assert keep_persons(run.desk, door, run.month) == 0


def test_a_day_whose_files_were_all_refused_is_not_run_again(run: Run):
    month = Broken(SEED, invoices=FEWEST)
    refused = run_month(run.desk, run.settings, month, unwatched)
    assert {file.judged.status for day in refused.bank_days for file in day.files} == {"refused"}
    assert run_month(run.desk, run.settings, month, unwatched).bank_days == []


def test_books_with_other_persons_are_left_alone(databases: Databases, tmp_path: Path):
    urls = databases.make()
    settings = load(served(urls, tmp_path), Path.cwd())
    with open_desk(
        urls.writer, "clinic", datetime(2026, 11, 2, tzinfo=UTC), user(), settings.vault_key, "demo"
    ) as desk:
        before = desk.books.journal.stable_position()
        with pytest.raises(Stopped) as stopped:
            run_month(desk, settings, FirstDays(SEED, invoices=FEWEST), unwatched)
        assert [problem.code for problem in stopped.value.problems] == ["demo_needs_own_books"]
        assert desk.books.journal.stable_position() == before
    databases.finish(urls)

"""Every figure of aging and trial balance, at every pair of clocks, is what plain SQL makes of the raw facts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from random import Random
from typing import Any

import psycopg
import pytest

from infra.postgres import Urls
from projections import Books, Report, open_books
from projections.read_models.gl_sums import BLOCK
from projections.reports.aging_buckets import buckets
from projections.reports.aging_table import TOTAL
from tests.conftest import BARE_TEMPLATE
from tests.kit import calculator
from tests.kit.office.draws import ACCOUNTS
from tests.kit.seeds import seeds
from tests.projections.months import DAYS, FIRST, month

COLUMNS = (*(one.name for one in buckets(calculator.EDGES)), "unallocated_minor", "credit_minor")


# Months in which a bank account gets another ledger account.
CHANGING = (3,)
SEEDS = seeds((0, *CHANGING), (1, 2, *range(4, 22)))


@pytest.fixture(scope="module", params=SEEDS, ids="seed {}".format)
def urls(request: pytest.FixtureRequest, databases: Any) -> Iterator[Urls]:
    """The database of the months of a seed; these tests only read it."""
    urls = databases.make(BARE_TEMPLATE)
    log = month(request.param, 400)
    # Some way on, the facts come into the next block of positions, by which postings are summed.
    with psycopg.connect(urls.owner) as owner:
        owner.execute("SELECT setval('clinic.events_position', %s)", (BLOCK - len(log.recorded) // 3,))
    with open_books(urls.writer, "clinic") as books:
        log.put_into(books.journal)
        books.follow(page=37)
    yield urls
    databases.finish(urls)


@pytest.fixture(scope="module")
def books(urls: Urls) -> Iterator[Books]:
    with open_books(urls.writer, "clinic") as books:
        yield books


@pytest.fixture
def raw(urls: Urls) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(urls.reader) as raw:
        yield raw


def clocks(books: Books) -> list[tuple[date, int]]:
    """Days before, within and after the months, and positions over the journal, each day with two of them; then any."""
    # Between a document and the items that mirror it nobody looks.
    facts = books.journal.follow(0, 10**6)
    ends = [one.position for one, other in pairwise(facts) if one.envelope.key != other.envelope.key]
    known = (0, *(ends[len(ends) // part] for part in (7, 3, 2)), facts[-1].position)
    days = [FIRST + timedelta(days=number) for number in (-40, 0, 17, 45, 60, DAYS, DAYS + 60, 4000)]
    rnd = Random(ends[-1])
    drawn = [(FIRST + timedelta(days=rnd.randrange(-20, DAYS + 40)), rnd.choice(ends)) for _ in range(12)]
    return [*zip(days * 2, known * 4, strict=False), *drawn]


def test_reports_are_what_plain_sql_makes_of_the_facts(books: Books, raw: psycopg.Connection[Any]):
    compared, pairs = 0, clocks(books)
    reckonings = calculator.figures_at(raw, pairs, ("aged", "control", "box"))
    for (as_of, known_at), reckoned in zip(pairs, reckonings, strict=True):
        aged = books.report("aging", as_of, known_at)
        shown = {
            ("aged", f"{row['payer']} {row['currency']}", column): row[column]
            for row in aged.table.to_pylist()
            for column in COLUMNS
            if row["payer"] != TOTAL and row[column]
        }
        balance = books.report("trial-balance", as_of, known_at)
        shown |= controls_of(balance)
        shown |= boxes_of(books.report("vat-return", as_of, known_at))
        assert shown == reckoned, (as_of, known_at)
        others = [books.report(name, as_of, known_at) for name in ("tie-out", "open-items")]
        # Counted item by item there, line by line.
        opened = Counter((row["currency"], row["payer"]) for row in others[1].table.to_pylist())
        assert opened == {
            (row["currency"], row["payer"]): row["items"]
            for row in aged.table.to_pylist()
            if row["payer"] != TOTAL and row["items"]
        }, (as_of, known_at)
        for report in (aged, balance, *others):
            assert report.tied, (report.name, as_of, known_at)
            compared += len(report.controls)
    assert compared > 200


def boxes_of(made: Report) -> dict[tuple[str, str, str], int]:
    """What is in each box of the VAT return, and what of it happened before the month."""
    return {
        ("box", f"{row['box']} {row['currency']}", row["what"]): row["amount_minor"]
        for row in made.table.to_pylist()
        if row["box"] is not None and row["amount_minor"]
    }


def controls_of(balance: Report) -> dict[tuple[str, str, str], int]:
    """The balance of each role; a bank account may have had several ledger accounts."""
    found: Counter[tuple[str, str, str]] = Counter()
    for row in balance.table.to_pylist():
        found["control", row["role"], row["currency"]] += row["balance_minor"]
    return {key: minor for key, minor in found.items() if minor}


def test_each_posting_of_the_journal_is_on_the_account_on_which_the_trial_balance_has_it(
    books: Books, request: pytest.FixtureRequest
):
    changed = 0
    for as_of, known_at in clocks(books):
        journal = books.report("journal", as_of, known_at, from_on=date(2000, 1, 1))
        assert journal.tied, (as_of, known_at)
        posted: Counter[tuple[str, str]] = Counter()
        for row in journal.table.to_pylist():
            posted[row["account"], row["currency"]] += row["debit_minor"] - row["credit_minor"]
        summed: Counter[tuple[str, str]] = Counter()
        balance = books.report("trial-balance", as_of, known_at).table.to_pylist()
        for row in balance:
            summed[row["account"], row["currency"]] += row["balance_minor"]
        assert +posted == +summed, (as_of, known_at)
        assert -posted == -summed, (as_of, known_at)
        changed += len({row["account"] for row in balance if row["bank_account"] == "b1" and row["role"] == "bank"}) > 1
    assert changed or request.node.callspec.params["urls"] not in CHANGING


def test_the_ledger_is_summed_right_where_one_block_of_positions_ends(books: Books, raw: psycopg.Connection[Any]):
    pairs = [(FIRST + timedelta(days=DAYS), known_at) for known_at in range(BLOCK - 4, BLOCK + 4)]
    for pair, reckoned in zip(pairs, calculator.figures_at(raw, pairs, ("control",)), strict=True):
        shown = controls_of(books.report("trial-balance", *pair))
        assert shown == reckoned, pair
    assert shown


def test_on_no_day_of_months_at_random_is_anything_wrong(books: Books, raw: psycopg.Connection[Any]):
    counted = [one.envelope.key for one in books.journal.follow(0, 10**6)]
    assert calculator.checked(raw, counted=counted) == []


def test_a_report_pinned_to_a_position_is_the_same_after_more_facts(unstaffed_urls: Urls):
    log = month(5, 400)
    # Never between a document and the items that mirror it.
    half = next(
        number
        for number in range(len(log.recorded) // 2, len(log.recorded))
        if log.recorded[number].envelope.key != log.recorded[number - 1].envelope.key
    )
    late, log.recorded = log.recorded[half:], log.recorded[:half]
    with open_books(unstaffed_urls.writer, "clinic") as books:
        known_at = log.put_into(books.journal)[-1]
        days = [FIRST + timedelta(days=number) for number in (17, 60, DAYS + 60)]
        then = [
            (
                books.report("aging", day),
                books.report("open-items", day),
                books.report("account-statement", account="p1", as_of=day),
            )
            for day in days
        ]
        log.recorded = log.recorded + late
        log.put_into(books.journal, after=half)
        for day, reports in zip(days, then, strict=True):
            pinned = (
                books.report("aging", day, known_at),
                books.report("open-items", day, known_at),
                books.report("account-statement", day, known_at, account="p1"),
            )
            assert [one.table.equals(other.table) for one, other in zip(pinned, reports, strict=True)] == [True] * 3
            assert [one.controls for one in pinned] == [one.controls for one in reports]
            assert pinned[0].clocks.known_at == reports[0].clocks.known_at == known_at
            assert not books.report("aging", day).table.equals(reports[0].table)


def test_statements_of_all_accounts_sum_to_the_aging(books: Books):
    for as_of, known_at in clocks(books):
        rows = books.report("aging", as_of, known_at).table.to_pylist()
        aged = {row["currency"]: row["total_minor"] for row in rows if row["payer"] == TOTAL}
        unknown = {row["currency"]: row["total_minor"] for row in rows if row["payer"] == "unidentified"}
        owed: dict[str, int] = {}
        for account in ACCOUNTS:
            statement = books.report("account-statement", as_of, known_at, account=account)
            assert statement.tied
            closing = {row["currency"]: row["balance_minor"] for row in statement.table.to_pylist()}
            owed = {key: owed.get(key, 0) + closing.get(key, 0) for key in owed.keys() | closing.keys()}
        currencies = aged.keys() | owed.keys()
        assert {key: aged.get(key, 0) - unknown.get(key, 0) for key in currencies} == {
            key: owed.get(key, 0) for key in currencies
        }, (as_of, known_at)


def test_the_changes_name_every_account_whose_statement_of_the_day_differs_by_exactly_that_much(books: Books):
    found = 0
    known = sorted({known_at for _, known_at in clocks(books)})
    for day in (17, 45, DAYS):
        as_of = FIRST + timedelta(days=day)
        at = {known_at: balances(books, as_of, known_at) for known_at in {0, *known}}
        for since, known_at in ((0, known[-1]), *pairwise(known)):
            made = books.report("diff", as_of, known_at, since=since)
            assert made.tied, (as_of, since, known_at, made.controls)
            changed: Counter[tuple[str, str]] = Counter()
            for row in made.table.to_pylist():
                if row["what"] == "sub-ledger" and row["account_id"]:
                    changed[row["account_id"], row["currency"]] += row["amount_minor"]
                found += row["effect"] == "identified"
            before, after = at[since], at[known_at]
            assert {key: after[key] - before[key] for key in {*before, *after} if after[key] != before[key]} == {
                key: amount for key, amount in changed.items() if amount
            }, (as_of, since, known_at)
    assert found


def balances(books: Books, as_of: date, known_at: int) -> Counter[tuple[str, str]]:
    """What each account owes by its statement."""
    owed: Counter[tuple[str, str]] = Counter()
    for account in ACCOUNTS:
        for row in books.report("account-statement", as_of, known_at, account=account).table.to_pylist():
            owed[account, row["currency"]] = row["balance_minor"]
    return owed

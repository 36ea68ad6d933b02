"""Vouchers: one for each command and accounting date, numbered by rank; what was told once is never numbered anew."""

from __future__ import annotations

from datetime import date

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.postgres import Urls
from ledger.domain.bank.account import RecordBankOpening
from ledger.domain.cash.reversal import ReverseAllocation
from ledger.domain.catalogue import CATALOGUE
from ledger.domain.receivables.number_series import OpenSeries
from ledger.domain.terms.fiscal_year import fiscal_year
from projections.read_models.gl_sums import BLOCK
from projections.vouchers import Numbering, Voucher, corrected_by, whole_saves
from tests.kit.care import (
    BOOKED,
    VISIT,
    allocate,
    declare_bank_account,
    invoice,
    line,
    open_account,
    receipt,
    reverse,
    taxed,
)
from tests.kit.clinic import Clinic
from tests.projections.memory_journal import Log
from tests.projections.months import month

DAY, LATER = date(2024, 7, 12), date(2024, 7, 20)


def opened(log: Log | None = None) -> Log:
    return (log or Log()).do(
        open_account("p1"), OpenSeries(series="inv", first=1), declare_bank_account("b1"), on=date(2024, 1, 2)
    )


def numbered(log: Log, size: int = 5, first_month: int = 1, upto: int | None = None) -> list[Voucher]:
    numbering = Numbering(CATALOGUE, first_month)
    pages = whole_saves(log, 0, log.stable_position() if upto is None else upto, size)
    return [one for page in pages for one in numbering.vouchers(page, {})]


def told(vouchers: list[Voucher]) -> list[tuple[date, int | None, date, tuple[int, ...]]]:
    positions = (tuple(line.recorded.position for line in one.lines) for one in vouchers)
    return [(one.year_from, one.number, one.accounting_date, at) for one, at in zip(vouchers, positions, strict=True)]


def test_a_command_is_one_voucher_which_balances():
    log = opened().do(invoice("1"), receipt("r", 250_00), allocate("r", "1"), on=DAY)
    made = numbered(log)
    assert [(one.number, one.accounting_date, len(one.lines)) for one in made] == [
        (1, VISIT, 2),
        (2, BOOKED, 2),
        (3, BOOKED, 2),
    ]
    assert all(sum(line.leg.amount_minor for line in one.lines) == 0 for one in made)


def test_a_tax_that_is_rounded_to_nothing_is_in_no_voucher():
    log = opened().do(invoice("1", line(1, 250_00), taxed(2, 1, "SE-6")), on=DAY)
    (voucher,) = numbered(log)
    assert {line.leg.role for line in voucher.lines} == {"ar_patient", "revenue"}


def test_the_numbers_begin_anew_with_each_fiscal_year():
    log = opened()
    for number, on in enumerate((date(2024, 4, 30), date(2024, 5, 1), date(2025, 4, 30), date(2025, 5, 1)), 1):
        log.do(invoice(str(number), issued_on=on, due_on=on), on=on)
    found = [(one.year_from, one.number) for one in numbered(log, first_month=5)]
    assert found == [(date(2023, 5, 1), 1), (date(2024, 5, 1), 1), (date(2024, 5, 1), 2), (date(2025, 5, 1), 1)]


def test_what_counts_in_an_earlier_month_but_came_later_gets_a_later_number():
    log = opened().do(invoice("1", issued_on=LATER, due_on=LATER), on=LATER)
    log.do(invoice("2", issued_on=DAY, due_on=LATER), on=LATER)
    assert [(one.number, one.accounting_date) for one in numbered(log)] == [(1, LATER), (2, DAY)]


def test_an_opening_balance_is_no_voucher_and_takes_no_number():
    opening = RecordBankOpening(bank_account="b1", as_of=DAY, balance_minor=5_00, source="letter")
    log = opened().do(invoice("1"), opening, invoice("2"), on=DAY)
    assert [one.number for one in numbered(log)] == [1, None, 2]


def test_a_voucher_of_late_in_the_year_keeps_its_number_when_only_its_days_are_asked_for(
    clinic: Clinic, database_urls: Urls
):
    # Postings are summed by blocks of positions; the clinic's first invoice is in one, and the next one is in another.
    with psycopg.connect(database_urls.owner) as owner:
        owner.execute("SELECT setval('clinic.events_position', %s)", (BLOCK,))
    clinic.do(invoice("2", issued_on=LATER, due_on=LATER), on=LATER)
    year = clinic.books.report("journal", LATER).table.to_pylist()
    asked = clinic.books.report("journal", LATER, from_on=LATER).table.to_pylist()
    assert {row["number"] for row in year} == {1, 2}
    assert asked == [row for row in year if row["accounting_date"] == LATER]


@given(st.integers(0, 10_000), st.integers(1, 9), st.integers(1, 12))
@settings(max_examples=20, deadline=None)
def test_whatever_is_recorded_later_numbers_once_told_stay(seed: int, size: int, first_month: int):
    log = month(seed, 60)
    whole = told(numbered(log, 10_000, first_month))
    for recorded in log.recorded[:: max(1, len(log.recorded) // 7)]:
        end = log.end_of_save(recorded.position)
        then = told(numbered(log, size, first_month, upto=end))
        assert then == whole[: len(then)]
        assert all(at <= end for one in then for at in one[3])
    for year in {one[0] for one in whole}:
        given_out = [one[1] for one in whole if one[0] == year and one[1] is not None]
        assert given_out == list(range(1, len(given_out) + 1))


@pytest.mark.parametrize(
    ("on", "month", "first", "last"),
    [
        (date(2026, 1, 1), 1, date(2026, 1, 1), date(2026, 12, 31)),
        (date(2026, 4, 30), 5, date(2025, 5, 1), date(2026, 4, 30)),
        (date(2026, 5, 1), 5, date(2026, 5, 1), date(2027, 4, 30)),
        (date(2024, 2, 29), 3, date(2023, 3, 1), date(2024, 2, 29)),
    ],
)
def test_a_fiscal_year_begins_with_its_first_month(on: date, month: int, first: date, last: date):
    assert fiscal_year(on, month) == (first, last)


def test_a_mistaken_allocation_that_is_undone_names_what_it_corrects():
    log = opened().do(invoice("1"), receipt("r", 250_00), allocate("r", "1"), on=DAY)
    log.do(reverse("r"), on=LATER)
    stream = log.of("receipt-r")
    assert corrected_by(stream[-1], stream, CATALOGUE) == "receipt-r@2"
    assert corrected_by(stream[0], stream, CATALOGUE) is None


def test_of_several_allocations_the_one_with_the_very_posting_is_named():
    log = opened().do(invoice("1", line(1, 100_00)), invoice("2", line(1, 150_00)), receipt("r", 250_00), on=DAY)
    log.do(allocate("r", "1", allocation_id="a1"), allocate("r", "2", allocation_id="a2"), on=DAY)
    log.do(ReverseAllocation(allocation_id="a1", receipt_id="r", because="mistake"), on=LATER)
    stream = log.of("receipt-r")
    assert corrected_by(stream[-1], stream, CATALOGUE) == "receipt-r@2"

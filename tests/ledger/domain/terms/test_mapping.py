"""The chart's mapping: each role has exactly one account on every day; dimensions make exceptions."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from ledger.domain.chart_of_accounts import CHART
from ledger.domain.days import FIRST_DAY, LAST_DAY
from ledger.domain.fact import NewFact
from ledger.domain.refusals import Refused
from ledger.domain.terms.chart import Chart
from ledger.domain.terms.mapping import EndMapping, SetMapping
from ledger.domain.terms.mapping_facts import AccountMapped, AccountMappingEnded, Dimension, keeps_account
from tests.kit.book import Book, Raised

OCTOBER, MIDDLE, NOVEMBER = date(2026, 10, 1), date(2026, 10, 16), date(2026, 11, 1)
GIRO, EUROS = Dimension("bank_account", "giro"), Dimension("currency", "EUR")
MAPPED = AccountMapped(
    role="ar_patient",
    dimensions=(),
    account="1512",
    name="Patients",
    from_on=MIDDLE,
    until_on=None,
    source="board, 2026-10-10",
    confirmed=True,
)


def day_before(day: date) -> date:
    return day - timedelta(days=1)


def put(account: str, from_on: date, until_on: date | None = None, *of: Dimension, **said: Any) -> SetMapping:
    return SetMapping(
        mapping=replace(MAPPED, account=account, from_on=from_on, until_on=until_on, dimensions=of, **said)
    )


def account(book: Book, on: date, role: str = "ar_patient", **of: str) -> str:
    return Chart(book.states).account(role, on, **({"bank_account": None, "currency": "SEK"} | of))


def test_a_role_has_its_standard_account_until_it_is_mapped() -> None:
    book = Book().when(SetMapping(mapping=MAPPED)).then(NewFact("mapping-ar_patient", MAPPED))
    assert [account(book, on) for on in (FIRST_DAY, day_before(MIDDLE), MIDDLE, date.max)] == [
        "1510",
        "1510",
        "1512",
        "1512",
    ]
    book.when(SetMapping(mapping=MAPPED)).nothing_new()


def test_the_account_that_a_role_had_ends_before_the_new_one_begins() -> None:
    book = Book().given(put("1512", OCTOBER)).when(put("1513", MIDDLE))
    ended = AccountMappingEnded(role="ar_patient", dimensions=(), from_on=OCTOBER, until_on=day_before(MIDDLE))
    book = book.then(ended, put("1513", MIDDLE).mapping)
    assert [account(book, on) for on in (OCTOBER, day_before(MIDDLE), MIDDLE)] == ["1512", "1512", "1513"]


def test_a_mapping_of_the_same_day_is_replaced_as_if_it_never_was() -> None:
    book = Book().given(put("1512", MIDDLE), put("1513", MIDDLE))
    assert [account(book, on) for on in (day_before(MIDDLE), MIDDLE)] == ["1510", "1513"]


def test_a_mapping_with_a_last_day_fits_before_a_later_one() -> None:
    book = Book().given(put("1514", NOVEMBER), put("1512", MIDDLE, day_before(NOVEMBER)))
    assert [account(book, on) for on in (OCTOBER, MIDDLE, NOVEMBER)] == ["1510", "1512", "1514"]


def test_a_mapping_keeps_the_account_if_its_days_have_the_number_already() -> None:
    before = [put("1512", OCTOBER).mapping, put("1519", OCTOBER, MIDDLE, EUROS).mapping]
    assert keeps_account(put("1512", MIDDLE, source="auditor").mapping, before[:1])
    assert not keeps_account(put("1513", MIDDLE).mapping, before[:1])
    # Some postings have another account.
    assert not keeps_account(put("1512", MIDDLE, source="auditor").mapping, before)
    assert keeps_account(put("1519", OCTOBER, MIDDLE, EUROS).mapping, before)
    # After the exception ends, postings in euros have the account of all others.
    assert not keeps_account(put("1519", OCTOBER, NOVEMBER, EUROS).mapping, before)


def test_a_more_specific_mapping_is_an_exception_on_its_days() -> None:
    euros = put("1519", MIDDLE, None, EUROS)
    book = Book().given(put("1512", OCTOBER), euros)
    assert [account(book, on, currency="EUR") for on in (OCTOBER, MIDDLE)] == ["1512", "1519"]
    assert account(book, MIDDLE) == "1512"
    book.given(EndMapping(role="ar_patient", dimensions=(EUROS,), until_on=day_before(NOVEMBER)))
    assert [account(book, on, currency="EUR") for on in (day_before(NOVEMBER), NOVEMBER)] == ["1519", "1512"]


def test_two_dimensions_are_more_specific_than_one() -> None:
    both = put("1933", OCTOBER, None, GIRO, EUROS, role="bank")
    book = Book().given(put("1931", OCTOBER, None, GIRO, role="bank"), both)
    found = [account(book, OCTOBER, "bank", bank_account="giro", currency=one) for one in ("SEK", "EUR")]
    assert found == ["1931", "1933"]


def test_equally_specific_mappings_may_not_meet_in_one_posting() -> None:
    book = Book().given(put("1931", OCTOBER, day_before(NOVEMBER), GIRO, role="bank"))
    book.when(put("1932", MIDDLE, None, EUROS, role="bank")).refused("mapping_overlaps")
    book.given(put("1932", NOVEMBER, None, EUROS, role="bank"))
    book.given(put("1934", MIDDLE, day_before(NOVEMBER), Dimension("bank_account", "other"), role="bank"))


def test_equally_specific_mappings_may_not_even_share_a_day() -> None:
    giro = put("1931", OCTOBER, MIDDLE, GIRO, role="bank")
    euros = put("1932", MIDDLE, None, EUROS, role="bank")
    Book().given(giro).when(euros).refused("mapping_overlaps")
    Book().given(euros).when(giro).refused("mapping_overlaps")


def test_a_last_day_may_leave_no_day_without_an_account() -> None:
    Book().when(put("1512", MIDDLE, day_before(NOVEMBER))).refused("mapping_leaves_hole")
    book = Book().given(put("1514", NOVEMBER))
    book.when(put("1512", MIDDLE, day_before(day_before(NOVEMBER)))).refused("mapping_leaves_hole")
    book.when(EndMapping(role="ar_patient", dimensions=(), until_on=NOVEMBER)).refused("mapping_leaves_hole")
    # After the last day that books can have, no day is left.
    assert account(Book().given(put("1512", LAST_DAY, LAST_DAY)), LAST_DAY) == "1512"
    Book().when(put("1512", MIDDLE, day_before(LAST_DAY))).refused("mapping_leaves_hole")


def test_before_the_first_day_the_chart_is_that_of_the_first_day() -> None:
    assert account(Book(), day_before(FIRST_DAY)) == "1510"
    assert account(Book().given(put("1512", FIRST_DAY)), date.min) == "1512"


def test_the_days_of_change_are_those_on_which_an_account_may_change() -> None:
    book = Book().given(put("1512", MIDDLE), put("1519", OCTOBER, day_before(NOVEMBER), EUROS))
    chart = Chart(book.states)
    assert chart.days_of_change(date(2026, 12, 31)) == (OCTOBER, MIDDLE, NOVEMBER)
    assert chart.days_of_change(MIDDLE) == (OCTOBER, MIDDLE)
    assert Chart({}).days_of_change(date.max) == ()


def test_every_role_is_in_the_chart_with_its_standard_account() -> None:
    found = Chart({}).mappings()
    assert [(one.role, one.account, one.from_on) for one in found if not one.dimensions] == [
        (row.role, row.account, FIRST_DAY) for row in CHART
    ]
    with pytest.raises(KeyError, match="no ledger account"):
        Chart({}).account("lottery", OCTOBER)


def test_the_standard_chart_has_accounts_by_tax_code_and_what_is_mapped_decides_before_it() -> None:
    codes = ("SE-25", "SE-12", "SE-6", "SE-EXEMPT")

    def revenue(book: Book, **of: str) -> list[str]:
        return [account(book, NOVEMBER, "revenue", tax_code=code, **of) for code in codes]

    assert revenue(Book()) == ["3001", "3002", "3003", "3004"]
    assert [account(Book(), NOVEMBER, "vat_output", tax_code=code) for code in codes[:3]] == ["2611", "2621", "2631"]
    assert [account(Book(), NOVEMBER, "vat_deferred", tax_code=code) for code in codes[:3]] == ["2618", "2628", "2638"]
    book = Book().given(put("3011", MIDDLE, None, Dimension("tax_code", "SE-25"), role="revenue"))
    assert revenue(book) == ["3011", "3002", "3003", "3004"]
    north = Dimension("unit", "north")
    book.when(put("3101", MIDDLE, None, north, role="revenue")).refused("mapping_overlaps")
    book.given(put("3102", MIDDLE, None, Dimension("tax_code", "SE-12"), north, role="revenue"))
    assert revenue(book, unit="north") == ["3011", "3102", "3003", "3004"]
    assert revenue(book, unit="south") == ["3011", "3002", "3003", "3004"]
    book.given(put("3041", NOVEMBER, role="revenue"))
    assert revenue(book, unit="south") == ["3011", "3041", "3041", "3041"]


DAYS = st.dates(date(2026, 1, 1), date(2026, 1, 12))
SOME = st.lists(
    st.tuples(
        st.integers(1930, 1949).map(str),
        DAYS,
        st.none() | DAYS,
        st.sets(st.sampled_from([GIRO, Dimension("bank_account", "other"), EUROS]), max_size=2),
        st.booleans(),
    ),
    max_size=12,
)


@given(SOME)
def test_whatever_is_mapped_and_ended_each_posting_has_exactly_one_account(asked: list[Any]) -> None:
    """And no mapping but the newest changes an account on a day before its first."""
    book = Book()
    for number, from_on, until_on, of, ends in asked:
        dimensions = tuple(sorted(of, key=lambda one: one.name))
        before = Chart(book.states)
        ask = (
            EndMapping(role="bank", dimensions=dimensions, until_on=from_on)
            if ends
            else put(number, from_on, until_on, *dimensions, role="bank")
        )
        try:
            book.do(ask)
        except Refused:
            continue
        after = Chart(book.states)
        for on in (date(2025, 12, 31), *(date(2026, 1, day) for day in range(1, 15))):
            for posting in ({"bank_account": "giro", "currency": "EUR"}, {"bank_account": "other", "currency": "SEK"}):
                found = [one for one in after.mappings() if one.role == "bank" and covers(one, on, posting)]
                most = max(len(one.dimensions) for one in found)
                assert len([one for one in found if len(one.dimensions) == most]) == 1
                if on < from_on:
                    assert after.account("bank", on, **posting) == before.account("bank", on, **posting)


def covers(one: AccountMapped, on: date, posting: dict[str, str]) -> bool:
    """Whether a posting of a day has the mapping, read plainly."""
    has = all(posting[dimension.name] == dimension.value for dimension in one.dimensions)
    return has and one.from_on <= on and (one.until_on is None or on <= one.until_on)


# Each refusal of its own, raised in a clinic where p1 owes 250.00 on i1 and receipt r has brought in 100.00.
RAISED: Raised = {
    "account_role_unknown": ((), put("1512", MIDDLE, role="lottery")),
    "dimension_unknown": ((), put("1512", MIDDLE, None, Dimension("colour", "red"))),
    "ledger_account_malformed": ((), put("15", MIDDLE)),
    "ledger_account_not_of_money": ((), put("1512", MIDDLE, role="bank")),
    "ledger_account_shared": ((), put("1930", MIDDLE)),
    "mapping_leaves_hole": ((), put("1512", MIDDLE, NOVEMBER)),
    "mapping_overlaps": ((put("1512", NOVEMBER),), put("1513", MIDDLE)),
    "mapping_unknown": ((), EndMapping(role="ar_patient", dimensions=(EUROS,), until_on=MIDDLE)),
    "mapping_without_days": ((), put("1512", MIDDLE, OCTOBER)),
}


@pytest.mark.parametrize("unit", ["Eva Ek", "HIV positive", "0701234567", "Åre", " "])
def test_a_unit_of_a_mapping_is_a_code_as_on_an_invoice(unit: str) -> None:
    with pytest.raises(Refused) as refused:
        Book().do(put("3101", MIDDLE, None, Dimension("unit", unit), role="revenue"))
    assert refused.value.code in ("code_malformed", "id_malformed")

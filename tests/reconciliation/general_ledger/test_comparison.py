"""Accounts beside those of the general ledger; vouchers are the same by their number, or else by day and amount."""

from __future__ import annotations

from collections import Counter
from datetime import date

from reconciliation.general_ledger.comparison import Difference, by_account, by_voucher, our_balances, through
from reconciliation.general_ledger.sie import SieVoucher, Transaction
from reconciliation.general_ledger.sie_reader import SieFile

DAY, LATER, YEAR = date(2026, 10, 1), date(2026, 10, 2), (date(2026, 1, 1), date(2026, 12, 31))


def voucher(number: str, minor: int, on: date = DAY, series: str = "KR", account: str = "1510") -> SieVoucher:
    return SieVoucher(series, number, on, "", (Transaction(account, minor), Transaction("3010", -minor)))


def file(**said: object) -> SieFile:
    about: dict[str, object] = {
        "company": "",
        "currency": "SEK",
        "years": {0: YEAR},
        "generated_on": LATER,
        "through_on": None,
        "accounts": {},
        "opening": {},
        "closing": {},
        "result": {},
        "periods": Counter(),
        "vouchers": [],
    }
    return SieFile(**(about | said))  # type: ignore[arg-type]


def told(rows: list[Difference]) -> list[tuple[str, str | None, int, int]]:
    return [(row.what, row.number, row.ours_minor, row.theirs_minor) for row in rows]


def test_only_our_accounts_are_compared_and_one_that_the_general_ledger_lacks_is_at_zero_there():
    rows = by_account({"1510": 5, "3010": -5}, file(closing={"1510": 5, "7010": 99}))
    assert told(rows) == [("account", None, 5, 5), ("account", None, -5, 0)]
    assert [row.difference_minor for row in rows] == [0, 5]


def test_without_closing_balances_months_are_added_to_the_opening_ones():
    months = Counter({("1510", "202609"): 3, ("1510", "202610"): 4})
    (row,) = by_account({"1510": 17}, file(opening={"1510": 10}, periods=months))
    assert (row.theirs_minor, row.difference_minor) == (17, 0)


def test_vouchers_with_our_number_are_the_same_whatever_their_day():
    assert by_voucher(["1510"], [voucher("1", 5)], [voucher("1", 5, LATER)]) == []
    assert told(by_voucher(["1510"], [voucher("1", 5)], [voucher("1", 6)])) == [("amount", "1", 5, 6)]


def test_vouchers_that_were_numbered_anew_are_the_same_by_day_and_amount_each_once():
    ours = [voucher("1", 5), voucher("2", 5), voucher("3", 7)]
    theirs = [voucher("88", 5, series="A"), voucher("89", 7, LATER, "A")]
    assert told(by_voucher(["1510"], ours, theirs)) == [
        ("missing", "2", 5, 0),
        ("missing", "3", 7, 0),
        ("extra", "89", 0, 7),
    ]


def test_a_voucher_on_another_account_is_missing_on_ours():
    theirs = [voucher("1", 5, account="1930")]
    assert told(by_voucher(["1510", "3010"], [voucher("1", 5)], theirs)) == [("missing", "1", 5, 0)]


def test_the_result_is_counted_from_the_beginning_of_the_year():
    assert our_balances({"1510": 9, "3010": -9}, {"1510": 4, "3010": -4}, ("1510", "3010", "1930")) == {
        "1510": 9,
        "3010": -5,
        "1930": 0,
    }


def test_a_file_reaches_to_the_day_that_it_says_or_on_which_it_was_made():
    assert through(file(through_on=DAY)) == DAY
    assert through(file()) == LATER
    assert through(file(generated_on=date(2027, 2, 1))) == YEAR[1]

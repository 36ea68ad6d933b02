"""A statement that comes again with anything changed books nothing twice, and the book has what its balances say."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from itertools import permutations

import pytest

from reconciliation.statements.bgmax.writer import BgMaxPayment, BgMaxSection, write_bgmax
from reconciliation.statements.camt.writer import CamtDetail, CamtEntry
from tests.kit.clinic import ACCOUNT, DAY
from tests.kit.giro import BANKGIRO, Paid, notification
from tests.kit.paper_bank import OURS, PaperBank, but, entry, said_by
from tests.kit.seeds import seeds

NEXT = DAY + timedelta(days=1)
LAST = DAY + timedelta(days=2)
# One payer's payment as the bank first showed it, among others of the same amount and day.
PAYMENT = entry(30_00, bank_ref="b1", end_to_end_id="E1", counterparty="Åsa", text="May")
OTHERS = (entry(30_00, bank_ref="b2", counterparty="Bo"), entry(-5_00, bank_ref="b3"))

CHANGES: dict[str, CamtEntry] = {
    "nothing": PAYMENT,
    "name": but(PAYMENT, counterparty="Ã…sa"),
    "text": but(PAYMENT, text="MAY"),
    "value day": but(PAYMENT, value_on=NEXT),
    "end-to-end id": but(PAYMENT, end_to_end_id="E2"),
    "bank's id": but(PAYMENT, bank_ref="x1"),
    "no id any more": but(PAYMENT, bank_ref=None, end_to_end_id="NOTPROVIDED"),
    "booking day": but(PAYMENT, booked_on=NEXT),
    "everything": but(PAYMENT, bank_ref="x1", booked_on=NEXT, counterparty="A", text="?", end_to_end_id="E9"),
    "members": replace(PAYMENT, details=(CamtDetail(10_00, "E1"), CamtDetail(20_00, "E8"))),
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("times", [1, 2])
def test_a_statement_delivered_again_with_one_thing_changed_books_nothing_twice(change: str, times: int) -> None:
    bank = PaperBank()
    bank.deliver(said_by([PAYMENT, *OTHERS], to=NEXT))
    assert bank.amounts == [-5_00, 30_00, 30_00]
    for number in range(times):
        decisions = bank.deliver(said_by([CHANGES[change], *OTHERS], to=NEXT, message=f"again {number}"))
        # A person is told if a line has other payments than before; they are not booked.
        assert set(decisions) == ({"again", "changed"} if change == "members" else {"again"})
    assert (bank.balance, bank.amounts, bank.differences) == (55_00, [-5_00, 30_00, 30_00], [])


@pytest.mark.parametrize("statement_id", ["S1", "S9"])
def test_the_same_balances_with_other_ids_of_the_lines_and_another_id_of_the_statement(statement_id: str) -> None:
    bank = PaperBank()
    bank.deliver(said_by([PAYMENT, *OTHERS]))
    renamed = [replace(one, bank_ref=f"n{number}") for number, one in enumerate((PAYMENT, *OTHERS))]
    bank.deliver(said_by(renamed, statement_id=statement_id))
    assert (bank.balance, len(bank.rows)) == (55_00, 3)


def test_a_statement_whose_days_were_corrected_is_the_same_statement() -> None:
    bank = PaperBank()
    bank.deliver(said_by([PAYMENT, *OTHERS]))
    moved = [replace(one, booked_on=LAST, bank_ref=None) for one in (PAYMENT, *OTHERS)]
    assert set(bank.deliver(said_by(moved, on=LAST))) == {"again"}
    assert bank.balance == 55_00


def test_the_id_of_last_years_statement_may_come_again() -> None:
    bank = PaperBank()
    bank.deliver(said_by([PAYMENT], on=DAY))
    later = DAY + timedelta(days=364)
    bank.deliver(said_by([replace(PAYMENT, booked_on=later)], on=later))
    assert bank.balance == 60_00


@pytest.mark.parametrize("nth", seeds(range(0, 24, 4), (one for one in range(24) if one % 4)))
def test_statements_that_follow_each_other_on_one_day_both_count_in_any_order(nth: int) -> None:
    parts = [
        said_by([entry(30_00)], 0, "S1"),
        said_by([entry(30_00), entry(30_00)], 30_00, "S2"),
        said_by([entry(30_00), entry(-7_00)], 90_00, "S3"),
    ]
    whole = said_by([*[entry(30_00)] * 4, entry(-7_00)], 0, "day")
    bank, order = PaperBank(), list(permutations([*parts, whole]))[nth]
    for content in (*order, *(again + b" " for again in order)):
        bank.deliver(content)
    assert (bank.balance, bank.amounts) == (113_00, [-7_00, *[30_00] * 4])


@pytest.mark.parametrize("divided", [True, False])
def test_days_add_nothing_to_a_longer_statement_that_has_their_money_in_one_line(divided: bool) -> None:
    bank = PaperBank()
    details = [CamtDetail(400_00), CamtDetail(250_00)] if divided else []
    bank.deliver(said_by([replace(entry(650_00, NEXT), details=details)], 0, "W", to=NEXT))
    bank.deliver(said_by([entry(400_00)], 0, "S1"))
    bank.deliver(said_by([entry(250_00, NEXT)], 400_00, "S2", NEXT))
    assert (bank.balance, bank.differences) == (650_00, [])


def test_one_placeholder_for_the_ids_of_all_statements_joins_nothing() -> None:
    bank = PaperBank()
    bank.deliver(said_by([entry(30_00)], 0, "1"))
    bank.deliver(said_by([entry(20_00)], 30_00, "1"))
    bank.deliver(said_by([entry(30_00, NEXT)], 50_00, "1", NEXT))
    assert bank.amounts == [20_00, 30_00, 30_00]


def test_a_part_of_a_day_adds_nothing_to_the_whole_day_whichever_comes_first() -> None:
    noon, evening = said_by([PAYMENT], 0, "S1"), said_by([PAYMENT, *OTHERS], 0, "S1")
    for order in ((noon, evening), (evening, noon), (noon, evening, noon)):
        bank = PaperBank()
        for number, content in enumerate(order):
            bank.deliver(content + b" " * number)
        assert (bank.balance, bank.differences) == (55_00, [])


def test_the_same_money_divided_otherwise_is_not_booked_and_each_line_is_shown() -> None:
    bank = PaperBank()
    bank.deliver(said_by([entry(10_00), entry(20_00), entry(-5_00)]))
    decisions = bank.deliver(said_by([entry(30_00), entry(-5_00)]))
    assert sorted(decisions) == ["again", "covered"]
    assert (bank.balance, bank.differences) == (25_00, [])


def test_money_that_the_balances_lack_is_booked_line_by_line() -> None:
    bank = PaperBank()
    bank.deliver(said_by([entry(30_00)], on=DAY))
    bank.deliver(said_by([entry(30_00), entry(30_00, NEXT), entry(-2_00, LAST)], to=LAST, statement_id="S2"))
    assert (bank.balance, bank.amounts) == (58_00, [-2_00, 30_00, 30_00])


def test_lines_that_contradict_the_book_become_one_net_amount_and_nobodys_receipt() -> None:
    bank = PaperBank()
    bank.deliver(said_by([entry(100_00), entry(-5_00)]))
    again = said_by([entry(70_00), entry(40_00), entry(-5_00)])
    assert sorted(bank.deliver(again)) == ["again", "book", "contradicted", "contradicted"]
    assert (bank.balance, bank.amounts, bank.differences) == (105_00, [-5_00, 100_00], [10_00])
    # The difference is booked, so the same statement in a third file finds what its balances say.
    assert "book" not in bank.deliver(again + b" ")
    assert bank.balance == 105_00


def test_money_out_is_booked_although_money_in_contradicts() -> None:
    bank = PaperBank()
    bank.deliver(said_by([entry(100_00)]))
    bank.deliver(said_by([entry(70_00), entry(-5_00)]))
    assert (bank.balance, bank.amounts, bank.differences) == (65_00, [-5_00, 100_00], [-30_00])


def test_a_line_that_is_taken_back_takes_no_money_that_no_statement_has_proven() -> None:
    bank = PaperBank(ours=OURS | {"numbers": (ACCOUNT, BANKGIRO)})
    bank.deliver(notification([Paid(1, 20_00)], on=NEXT))
    bank.deliver(said_by([entry(50_00)]))
    # The bank may show the notified payment on the next day's statement.
    bank.deliver(said_by([], to=NEXT))
    assert (bank.amounts, bank.differences) == ([20_00, 50_00], [-50_00])


def test_a_statement_that_is_only_half_in_the_book_proves_no_line_of_its_next_delivery() -> None:
    first = said_by([entry(30_00), entry(20_00)])
    for stop in range(2):
        bank = PaperBank()
        bank.deliver(first, only=stop)
        bank.known = [one._replace(complete=False) for one in bank.known]
        bank.deliver(first + b" ")
        assert bank.amounts == [20_00, 30_00]
        bank.deliver(first)
        assert (bank.amounts, bank.differences) == ([20_00, 30_00], [])


def test_a_file_that_stopped_after_any_entry_goes_on_as_it_would_have() -> None:
    first = said_by([entry(30_00), entry(20_00)])
    again = said_by([entry(30_00), entry(20_00, NEXT), entry(20_00, NEXT), entry(-7_00, LAST)], to=LAST)
    for stop in range(5):
        bank = PaperBank()
        bank.deliver(first)
        bank.deliver(again, only=stop)
        bank.deliver(again)
        assert bank.balance == 63_00


def test_a_statement_of_a_day_takes_no_money_of_overlapping_statements() -> None:
    bank = PaperBank()
    bank.deliver(said_by([entry(10_00), entry(20_00, NEXT)], 0, "A", DAY, NEXT))
    # It begins in the middle of the second day and ends after it.
    bank.deliver(said_by([entry(40_00, NEXT), entry(5_00, LAST)], 30_00, "B", NEXT, LAST))
    # A whole day between the two.
    bank.deliver(said_by([entry(20_00, NEXT), entry(40_00, NEXT)], 10_00, "C", NEXT))
    assert (bank.balance, bank.amounts, bank.differences) == (75_00, [5_00, 10_00, 20_00, 40_00], [])


# Files without balances


def deposit(name: str, serial: int = 7, created: int = 12) -> bytes:
    """A BgMax deposit of two payments, of which the second is by a payer of this name."""
    payments = [BgMaxPayment(300_00, "1001171", serial=1), BgMaxPayment(400_00, serial=2, name=name)]
    section = BgMaxSection("9990003", "1234", DAY, serial, payments)
    return write_bgmax(datetime.combine(DAY, time(created)), [section])


def test_a_deposit_that_comes_again_with_a_name_in_another_encoding_is_the_same_deposit() -> None:
    bank = PaperBank(ours=OURS | {"numbers": ("9990003",)})
    bank.deliver(deposit("Åsa Öberg"))
    assert set(bank.deliver(deposit("Asa Oberg", created=13))) == {"again"}
    assert bank.amounts == [300_00, 400_00]
    bank.deliver(deposit("Bo By", serial=8))
    assert bank.amounts == [300_00, 300_00, 400_00, 400_00]


def test_a_deposit_that_comes_again_with_another_number_may_be_the_same_deposit() -> None:
    bank = PaperBank(ours=OURS | {"numbers": ("9990003",)})
    bank.deliver(deposit("Åsa Öberg"))
    assert set(bank.deliver(deposit("Åsa Öberg", serial=8))) == {"repeated"}
    assert bank.amounts == [300_00, 400_00]

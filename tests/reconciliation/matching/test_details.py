"""Several feeds of one account: each payment is booked once, and the account's money is what its statements say.

A bank account that is paid by a bankgiro has statements with lumps, deposits with each payment (BgMax), and
notifications of each payment (camt.054). They come in any order, are incomplete, and come again.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciliation.statements.camt.writer import CamtEntry
from tests.kit.clinic import DAY
from tests.kit.giro import FEE, Paid, deposit, detail, lump, notification, our_bank, stated

FEEDS = ("camt.053", "camt.054", "bgmax")


ONE, TWO, THREE = Paid(1, 100_00), Paid(2, 200_00), Paid(3, 55_00, quoted=False)
FILES = {
    "deposit": deposit([ONE, TWO, THREE]),
    "notified": notification([ONE, TWO, THREE]),
    "stated": stated(lump(355_00), FEE),
}


@pytest.mark.parametrize("order", list(permutations(FILES)))
def test_in_every_order_each_payment_is_booked_once_and_the_account_has_what_its_statement_says(order) -> None:
    bank = our_bank(*FEEDS)
    for name in (*order, order[0]):
        bank.deliver(FILES[name])
    assert (bank.payments, bank.balance, bank.details) == ([-15_00, 55_00, 100_00, 200_00], 340_00, 0)
    assert bank.differences == []


@pytest.mark.parametrize("order", list(permutations(("deposit", "notified", "stated"))))
def test_what_only_one_feed_shows_is_booked_too(order) -> None:
    files = {"deposit": deposit([ONE, TWO]), "notified": notification([TWO, THREE]), "stated": stated(lump(355_00))}
    bank = our_bank(*FEEDS)
    for name in order:
        bank.deliver(files[name])
    assert (bank.payments, bank.balance, bank.details) == ([55_00, 100_00, 200_00], 355_00, 0)


def test_a_lump_without_details_and_details_without_a_lump_stay_shown() -> None:
    bank = our_bank(*FEEDS)
    bank.deliver(stated(lump(355_00)))
    assert (bank.payments, bank.balance, bank.details) == ([], 355_00, -355_00)
    bank.deliver(deposit([ONE, TWO]))
    assert (bank.payments, bank.details) == ([100_00, 200_00], -55_00)
    bank.deliver(notification([ONE, TWO, THREE], together=True))
    assert (bank.payments, bank.details) == ([55_00, 100_00, 200_00], 0)
    bank.deliver(notification([Paid(4, 7_00)], message="next", ids="m"))
    assert (bank.balance, bank.details) == (355_00, 7_00)


def test_money_that_the_bank_sends_back_without_a_name_is_no_lump() -> None:
    bank = our_bank(*FEEDS)
    bank.deliver(stated(replace(lump(70_00), reversal=True)))
    assert (bank.payments, bank.balance, bank.details) == ([70_00], 70_00, 0)


def test_a_giro_that_moves_from_one_format_to_another_books_the_day_once() -> None:
    bank = our_bank("bgmax")
    bank.deliver(deposit([ONE, TWO]))
    bank.deliver(notification([ONE, TWO, THREE], together=True))
    assert (bank.payments, bank.balance, bank.details) == ([55_00, 100_00, 200_00], 355_00, 0)


@pytest.mark.parametrize("statement_first", [True, False])
def test_a_payment_that_statement_and_notification_show_in_detail_is_one_payment(statement_first: bool) -> None:
    said = stated(CamtEntry(100_00, DAY, DAY, "A1", [detail(ONE, "x")]), CamtEntry(9_00, DAY, DAY, "A2"), FEE)
    files = [said, notification([ONE], ids="other")]
    bank = our_bank("camt.053", "camt.054")
    for file in files if statement_first else reversed(files):
        bank.deliver(file)
    # Nothing is known of the 9.00 yet; they wait for details.
    assert (bank.payments, bank.balance, bank.details) == ([-15_00, 100_00], 94_00, -9_00)


def test_who_pays_the_same_twice_on_one_day_has_paid_twice_as_long_as_the_statement_has_money_for_it() -> None:
    bank = our_bank(*FEEDS)
    for file in (deposit([ONE]), notification([ONE, ONE]), stated(lump(300_00))):
        bank.deliver(file)
    assert (bank.payments, bank.balance, bank.details) == ([100_00, 100_00], 300_00, -100_00)
    bank.deliver(notification([ONE], message="later", ids="later"))
    assert (bank.payments, bank.details) == ([100_00] * 3, 0)
    bank.deliver(notification([ONE], message="again", ids="again"))
    assert (bank.payments, bank.details) == ([100_00] * 3, 0)


def test_who_pays_again_is_known_by_the_money_that_the_statement_has_on_that_day() -> None:
    bank, next_day = our_bank(*FEEDS), DAY + timedelta(days=1)
    bank.deliver(stated(lump(100_00)))
    bank.deliver(stated(lump(100_00, "L2"), message="S2", opening_minor=100_00, on=next_day))
    bank.deliver(deposit([ONE]))
    bank.deliver(notification([ONE], on=next_day))
    assert (bank.payments, bank.details) == ([100_00, 100_00], 0)


@pytest.mark.parametrize("statements", [False, True])
def test_notifications_of_one_payment_each_show_both_of_two_equal_payments(statements: bool) -> None:
    bank = our_bank(*FEEDS) if statements else our_bank("bgmax", "camt.054")
    files = [deposit([ONE, ONE]), *(stated(lump(200_00)) for _ in range(statements))]
    for file in files:
        bank.deliver(file)
    for number in range(2):
        said = [replace(detail(ONE, ""), bank_ref=None, end_to_end_id=f"E{number}")]
        notified = notification([], message=f"N{number}", entries=[CamtEntry(100_00, DAY, DAY, None, said)])
        assert set(bank.deliver(notified)) == {"again"}
    assert bank.payments == [100_00, 100_00]
    assert len({one["money_id"] for one in bank.again}) == 2


def test_a_notification_without_ids_again_is_the_payment_that_it_showed_if_bgmax_has_no_other() -> None:
    bank = our_bank("bgmax", "camt.054")
    bank.deliver(deposit([ONE]))
    for number in range(2):
        said = [replace(detail(ONE, "", names=f"Oe{number}"), bank_ref=None)]
        notified = notification([], message=f"N{number}", entries=[CamtEntry(100_00, DAY, DAY, None, said)])
        assert bank.deliver(notified) == [("again", "repeated")[number]]
    assert bank.payments == [100_00]


@pytest.mark.parametrize("ids", ["n", ""])
def test_a_notification_that_comes_again_with_another_day_is_seen_by_its_ids_and_else_left_out(ids: str) -> None:
    bank, next_day = our_bank("camt.054"), DAY + timedelta(days=1)
    again = notification([ONE, TWO], on=next_day, message="N2", names="Aa")
    for file in (notification([ONE, TWO]), again if ids else again.replace(b"AcctSvcrRef", b"Other")):
        bank.deliver(file)
    assert bank.payments == [100_00, 200_00]


def test_payments_of_one_amount_with_other_references_are_not_the_same() -> None:
    bank = our_bank("bgmax")
    bank.deliver(deposit([Paid(1, 100_00)]))
    bank.deliver(notification([Paid(2, 100_00)]))
    assert bank.payments == [100_00, 100_00]


@pytest.mark.parametrize("again", [1, 2])
def test_who_pays_again_on_the_day_on_which_another_format_begins_has_paid_twice(again: int) -> None:
    bank, next_day = our_bank(*FEEDS), DAY + timedelta(days=1)
    bank.deliver(deposit([ONE]))
    bank.deliver(deposit([TWO], serial=2, on=next_day))
    # The notifications begin on the next day, so they do not show the payment of the first day.
    notified = notification([TWO, ONE], on=next_day)
    for _ in range(again):
        bank.deliver(notified, only=1)
        bank.deliver(notified)
    assert bank.payments == [100_00, 100_00, 200_00]


def test_a_payment_that_one_feed_has_on_another_day_is_the_same_if_all_its_payments_are_or_it_shows_both_days() -> None:
    bank, next_day = our_bank(*FEEDS), DAY + timedelta(days=1)
    bank.deliver(deposit([ONE, TWO]))
    bank.deliver(notification([ONE, TWO], on=next_day))
    assert bank.payments == [100_00, 200_00]

    bank = our_bank(*FEEDS)
    bank.deliver(deposit([ONE, TWO]))
    bank.deliver(deposit([Paid(5, 7_00)], serial=2, on=next_day))
    bank.deliver(notification([TWO]))
    bank.deliver(notification([ONE, Paid(5, 7_00)], on=next_day, message="next", ids="m"))
    assert bank.payments == [7_00, 100_00, 200_00]


FOUR, FIVE, SIX = Paid(4, 40_00), Paid(5, 50_00), Paid(6, 60_00)


@pytest.mark.parametrize(
    ("deposited", "notified", "expected"),
    [
        # All payments of one of the files show by how many days the other dates differently.
        ([ONE], [ONE], "again"),
        ([ONE, TWO, FOUR], [ONE], "again"),
        ([ONE, TWO], [ONE, TWO, FIVE, SIX], "again"),
        # Some payments do not.
        ([ONE], [ONE, TWO], "repeated"),
        ([ONE, TWO, FOUR], [ONE, FIVE, SIX], "repeated"),
        ([ONE, TWO, FOUR], [ONE, TWO, FIVE, SIX], "repeated"),
        ([ONE, TWO, FOUR, FIVE, SIX], [ONE, Paid(7, 7_00)], "repeated"),
    ],
)
@pytest.mark.parametrize("days", [1, 6])
def test_without_statements_payments_of_other_days_are_the_same_if_the_files_date_differently(
    deposited: list[Paid], notified: list[Paid], expected: str, days: int
) -> None:
    bank = our_bank("bgmax", "camt.054")
    bank.deliver(deposit(deposited))
    found = bank.deliver(notification(notified, on=DAY + timedelta(days=days)))
    assert {what for what, one in zip(found, notified, strict=True) if one in deposited} == {expected}
    assert {what for what, one in zip(found, notified, strict=True) if one not in deposited} <= {"book"}


def test_without_statements_another_payer_or_formats_that_agree_on_days_make_a_possible_repeat() -> None:
    bank, next_day = our_bank("bgmax", "camt.054"), DAY + timedelta(days=1)
    bank.deliver(deposit([ONE, TWO]))
    assert bank.deliver(notification([ONE], on=next_day, names="Somebody")) == ["repeated"]
    bank.deliver(notification([TWO], message="N2", ids="m"))
    # Now the formats are known to agree.
    assert bank.deliver(notification([ONE], message="N3", ids="o", on=next_day)) == ["repeated"]
    assert bank.payments == [100_00, 200_00]


@pytest.mark.parametrize("days", [1, 3])
def test_once_files_are_known_to_date_differently_single_payments_are_known(days: int) -> None:
    bank, later = our_bank("bgmax", "camt.054"), DAY + timedelta(days=days)
    bank.deliver(deposit([ONE, TWO]))
    bank.deliver(notification([ONE], on=later))
    assert bank.deliver(notification([TWO, FOUR], message="N2", ids="m", on=later)) == ["again", "book"]


@pytest.mark.parametrize("deposit_first", [True, False])
def test_a_text_in_the_reference_field_is_no_reference_that_contradicts_another_file(deposit_first: bool) -> None:
    written, other = Paid(1, 100_00, text="FAKTURA 4325"), Paid(2, 100_00)
    files = [deposit([written]), notification([other, written])]
    bank = our_bank(*FEEDS)
    for file in files if deposit_first else reversed(files):
        bank.deliver(file)
    assert bank.payments == [100_00, 100_00]
    # It is the payment with this text, not the other one of the same amount.
    (again,) = bank.again
    (left,) = [row["raw_position"] for row in bank.rows if row["money_id"] != again["money_id"]]
    assert left == "Ntry 1, TxDtls 1, line 11"


def test_a_notification_that_comes_again_with_other_texts_is_recognised_by_the_banks_ids() -> None:
    bank = our_bank(*FEEDS)
    bank.deliver(deposit([ONE, THREE]))
    bank.deliver(notification([ONE, TWO, THREE]))
    changed = [one._replace(number=9) for one in (ONE, TWO, THREE)]
    bank.deliver(notification(changed, message="again"))
    assert bank.payments == [55_00, 100_00, 200_00]


def test_a_deposit_that_comes_again_with_a_name_in_another_encoding_is_seen_as_before() -> None:
    bank = our_bank(*FEEDS)
    bank.deliver(notification([ONE, TWO, THREE]))
    bank.deliver(deposit([ONE, TWO, THREE]))
    bank.deliver(deposit([ONE, TWO, THREE], created=17, names="Ã"))
    assert bank.payments == [55_00, 100_00, 200_00]


def test_a_sum_of_all_payments_of_a_day_leaves_none_of_them_for_a_direct_payment() -> None:
    bank = our_bank(*FEEDS)
    bank.deliver(deposit([ONE, TWO]))
    bank.deliver(notification([THREE]))
    bank.deliver(stated(lump(355_00)))
    again = CamtEntry(100_00, DAY, DAY, "D1", [detail(ONE, "direct")])
    bank.deliver(stated(again, message="later", opening_minor=355_00))
    assert (bank.payments, bank.balance, bank.details) == ([55_00, 100_00, 100_00, 200_00], 455_00, 0)


PAYMENTS = st.lists(
    st.builds(
        Paid,
        st.integers(1, 4),
        st.sampled_from([100_00, 200_00, 250_00]),
        st.booleans(),
        st.sampled_from([None, "FAKTURA 4325"]),
    ),
    min_size=1,
    max_size=5,
)


# A delivery costs more than a drawn example of other tests.
@settings(max_examples=20)
@given(PAYMENTS, st.data())
def test_whatever_feeds_show_and_in_whatever_order_nothing_is_doubled_or_lost(payments: list[Paid], data) -> None:
    """Each payment is in a detail file at least, and the statement has all as one lump, with its fee."""
    places = [data.draw(st.sampled_from(["deposit", "notified", "both"])) for _ in payments]
    deposited = [one for one, place in zip(payments, places, strict=True) if place != "notified"]
    notified = [one for one, place in zip(payments, places, strict=True) if place != "deposit"]
    files = [stated(lump(sum(one.amount_minor for one in payments)), FEE)]
    files += [deposit(deposited)] if deposited else []
    files += [notification(notified, together=data.draw(st.booleans()))] if notified else []
    files = data.draw(st.permutations(files))
    bank = our_bank(*FEEDS)
    for file in (*files, *(data.draw(st.permutations(files)) if data.draw(st.booleans()) else ())):
        bank.deliver(file)
    total = sum(one.amount_minor for one in payments)
    assert bank.balance == total - 15_00
    # A payment that one feed shows alone is the same as an equal one that only the other shows: nobody can tell them
    # apart, so the statement's amount stays open instead of one payer being paid twice.
    booked = [one for one in bank.payments if one > 0]
    assert sum(booked) == total + bank.details
    assert bank.details <= 0
    if all(place == "both" for place in places):
        assert booked == sorted(one.amount_minor for one in payments)

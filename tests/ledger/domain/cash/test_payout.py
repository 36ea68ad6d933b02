"""A payout is on the way from the provider's report until our bank's line, whichever is known first."""

from __future__ import annotations

from datetime import date
from typing import Final

import pytest

from ledger.domain.bank.line import BankLine
from ledger.domain.cash.payout import BookPayoutMovement, Payout, PayoutArrived, PayoutSent, Side
from ledger.domain.catalogue import CATALOGUE
from ledger.domain.chart_of_accounts import Leg
from tests.kit.book import Book, Raised
from tests.kit.providers import declare_provider_account

SENT_ON, ARRIVED_ON = date(2024, 7, 10), date(2024, 7, 11)


def movement(part_id: str, amount_minor: int, side: Side, currency: str = "SEK") -> BookPayoutMovement:
    sent = side == "sent"
    return BookPayoutMovement(
        part_id=part_id,
        line=BankLine(
            bank_account="cards" if sent else "b1",
            amount_minor=amount_minor,
            currency=currency,
            booked_on=SENT_ON if sent else ARRIVED_ON,
            line_key=part_id,
            held_by="card" if sent else None,
        ),
        payout_id="cards.po_1",
        provider_account="cards",
        payout_ref="po_1",
        side=side,
        rule="payout_by_id",
    )


def provider() -> Book:
    return Book().given(declare_provider_account())


@pytest.mark.parametrize("first", ["sent", "arrived"])
def test_whichever_side_is_known_first_the_money_on_the_way_comes_to_zero(first: Side) -> None:
    sides = [movement("m1", -294_50, "sent"), movement("m2", 294_50, "arrived")]
    book = provider().given(*(sides if first == "sent" else reversed(sides)))
    payout = book.states["payout-cards.po_1"]
    assert payout == Payout(
        provider_account="cards",
        currency="SEK",
        sent_minor=294_50,
        arrived_minor=294_50,
        movements=frozenset({"m1", "m2"}),
    )
    on_the_way = [
        leg.amount_minor
        for dated in book.log
        for leg in CATALOGUE.legs(dated.fact)
        if (leg.role, leg.bank_account) == ("payouts_in_transit", "cards")
    ]
    assert len(on_the_way) == 2
    assert sum(on_the_way) == 0


def test_each_side_posts_to_its_own_account() -> None:
    book = provider().given(movement("m1", -294_50, "sent"), movement("m2", 294_50, "arrived"))
    sent, arrived = (legs for dated in book.log if len(legs := CATALOGUE.legs(dated.fact)) == 2)
    assert sent == (
        Leg("card_clearing", -294_50, "SEK", "cards"),
        Leg("payouts_in_transit", 294_50, "SEK", "cards"),
    )
    assert arrived == (Leg("bank", 294_50, "SEK", "b1"), Leg("payouts_in_transit", -294_50, "SEK", "cards"))


def test_a_payout_below_zero_is_taken_from_our_bank() -> None:
    book = provider().given(movement("m1", 40_00, "sent"), movement("m2", -40_00, "arrived"))
    moved = [dated.fact for dated in book.log if isinstance(dated.fact, PayoutSent | PayoutArrived)]
    assert [fact.amount_minor for fact in moved] == [-40_00, -40_00]


def test_what_arrives_is_booked_whatever_was_sent() -> None:
    book = provider().given(movement("m1", -294_50, "sent"), movement("m2", 290_00, "arrived"))
    payout = book.states["payout-cards.po_1"]
    assert isinstance(payout, Payout)
    assert payout.sent_minor - payout.arrived_minor == 4_50


def test_the_same_line_again_changes_nothing() -> None:
    book = provider().given(movement("m2", 294_50, "arrived"))
    book.when(movement("m2", 294_50, "arrived")).nothing_new()


def test_a_payout_of_an_account_that_was_never_declared_is_refused() -> None:
    Book().when(movement("m2", 294_50, "arrived")).refused("provider_account_undeclared")


RAISED: Final[Raised] = {
    "payout_in_other_currency": ((declare_provider_account(),), movement("m2", 10_00, "arrived", "EUR")),
}

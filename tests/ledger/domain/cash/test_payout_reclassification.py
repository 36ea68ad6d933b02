"""Whichever payout a movement is said to be, its whole amount is on the way there, and nowhere else."""

from __future__ import annotations

from typing import Final

import pytest
from msgspec.structs import replace

from ledger.domain.bank.line import BankLine
from ledger.domain.bank.movement import ClassifyMovement, Movement
from ledger.domain.cash.payout import Payout, PayoutArrived, PayoutMovementRemoved
from ledger.domain.cash.payout_reclassification import ReclassifyAsPayout
from ledger.domain.cash.reclassification import ReclassifyAsReceipt, ReclassifyMovement
from ledger.domain.catalogue import CATALOGUE
from ledger.domain.chart_of_accounts import PAYOUTS_IN_TRANSIT
from ledger.domain.refusals import Refused
from tests.kit.book import Book, Raised, asked
from tests.kit.providers import declare_provider_account
from tests.ledger.domain.cash.test_payout import ARRIVED_ON, movement

SENT: Final = movement("m1", -294_50, "sent")
OTHER: Final = replace(
    movement("m2", 290_00, "arrived"), payout_id="cards.m2", payout_ref=None, rule="payout_by_sender"
)
LINE: Final = BankLine(bank_account="b1", amount_minor=290_00, currency="SEK", booked_on=ARRIVED_ON, line_key="m3")
WAITS: Final = ClassifyMovement(part_id="m3", line=LINE, role="bank_suspense", rule="manual")
IS_IT: Final = ReclassifyAsPayout(part_id="m2", payout_id="cards.po_1", reason_code="BANK_SAID")


def provider() -> Book:
    return Book().given(declare_provider_account(), SENT)


def on_the_way(book: Book) -> dict[str | None, int]:
    """What is on the way by our account at the provider."""
    found: dict[str | None, int] = {}
    for leg in (leg for dated in book.log for leg in CATALOGUE.legs(dated.fact) if leg.role == PAYOUTS_IN_TRANSIT):
        found[leg.bank_account] = found.get(leg.bank_account, 0) + leg.amount_minor
    return found


def payouts(book: Book) -> dict[str, tuple[int, int, frozenset[str]]]:
    states = {stream: state for stream, state in book.states.items() if isinstance(state, Payout)}
    return {stream: (one.sent_minor, one.arrived_minor, one.movements) for stream, one in states.items()}


def test_a_payout_of_its_own_becomes_the_one_that_was_sent_and_the_difference_stays_on_the_way() -> None:
    book = provider().given(OTHER, IS_IT)
    assert payouts(book) == {
        "payout-cards.po_1": (294_50, 290_00, frozenset({"m1", "m2"})),
        "payout-cards.m2": (0, 0, frozenset()),
    }
    assert on_the_way(book) == {"cards": 4_50}
    removed, arrived = (dated for dated in book.log[-2:])
    assert isinstance(removed.fact, PayoutMovementRemoved)
    assert arrived.fact == PayoutArrived(
        part_id="m2", provider_account="cards", payout_ref=None, amount_minor=290_00, currency="SEK"
    )
    book.when(IS_IT).nothing_new()


def test_what_is_in_suspense_becomes_a_payouts_and_something_else_again() -> None:
    book = provider().given(WAITS, replace(IS_IT, part_id="m3"))
    state = book.states["movement-m3"]
    assert isinstance(state, Movement)
    assert (state.role, state.document, state.counter_account) == (PAYOUTS_IN_TRANSIT, "payout-cards.po_1", "cards")
    assert on_the_way(book) == {"cards": 4_50}
    book.given(ReclassifyMovement(part_id="m3", role="suppliers", reason_code="THEIRS"))
    assert payouts(book)["payout-cards.po_1"] == (294_50, 0, frozenset({"m1"}))
    assert on_the_way(book) == {"cards": 294_50}
    # And back once more.
    book.given(replace(IS_IT, part_id="m3"))
    assert on_the_way(book) == {"cards": 4_50}


def test_an_amount_of_a_movement_is_a_payouts_and_the_rest_stays() -> None:
    book = provider().given(WAITS, replace(IS_IT, part_id="m3", amount_minor=200_00))
    assert payouts(book)["payout-cards.po_1"] == (294_50, 200_00, frozenset({"m1", "m3.1"}))
    assert on_the_way(book) == {"cards": 94_50}


def test_a_debit_takes_back_what_arrived() -> None:
    came = movement("m2", 294_50, "arrived")
    back = replace(WAITS, line=replace(LINE, amount_minor=-294_50))
    book = provider().given(came, back, replace(IS_IT, part_id="m3"))
    assert payouts(book)["payout-cards.po_1"] == (294_50, 0, frozenset({"m1", "m2", "m3"}))
    assert on_the_way(book) == {"cards": 294_50}


def test_what_the_provider_shows_sent_it() -> None:
    line = replace(LINE, bank_account="cards", held_by="card", amount_minor=-5_50)
    book = provider().given(replace(WAITS, line=line), replace(IS_IT, part_id="m3"))
    assert payouts(book)["payout-cards.po_1"] == (300_00, 0, frozenset({"m1", "m3"}))


def test_a_movement_that_has_become_another_payouts_at_the_same_moment_is_asked_for_again() -> None:
    book = provider().given(OTHER)
    loaded = {stream: book.states[stream] for stream in IS_IT.streams()}
    with pytest.raises(Refused, match="concurrent_change"):
        CATALOGUE.decide(loaded, IS_IT, asked(IS_IT).envelope)
    assert IS_IT.more(book.states) == ("payout-cards.m2",)


KNOWN: Final = (declare_provider_account(), SENT)
ELSEWHERE: Final = replace(LINE, bank_account="swish", held_by="swish")
RAISED: Raised = {
    "payout_unknown": ((*KNOWN, OTHER), replace(IS_IT, payout_id="none")),
    "payout_of_other_account": ((*KNOWN, replace(WAITS, line=ELSEWHERE)), replace(IS_IT, part_id="m3")),
}


@pytest.mark.parametrize(
    ("waits", "code"),
    [
        (replace(WAITS, line=replace(LINE, currency="EUR")), "payout_in_other_currency"),
        (None, "movement_unknown"),
    ],
)
def test_what_cannot_be_the_payouts_is_refused(waits: ClassifyMovement | None, code: str) -> None:
    book = provider()
    if waits is not None:
        book.given(waits)
    book.when(replace(IS_IT, part_id="m3")).refused(code)


def test_what_has_become_a_receipt_is_no_payouts() -> None:
    book = provider().given(WAITS, ReclassifyAsReceipt(part_id="m3", reason_code="ASKED"))
    book.when(replace(IS_IT, part_id="m3")).refused("movement_is_receipt")

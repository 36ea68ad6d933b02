"""A receipt is a payout only if it alone quotes the payout's number, with its amount or as a word of its own."""

from __future__ import annotations

from datetime import date
from typing import Final

import polars as pl
import pytest

from reconciliation.matching.payouts import KnownPayout, PayoutOf
from reconciliation.matching.receipts_of_payouts import WaitingReceipt, not_arrived, quoting
from reconciliation.matching.sent_payouts import Quoting, Sent

DAY: Final = date(2026, 9, 10)
R: Final = WaitingReceipt("r", "SEK", 294_50, DAY, "f", 1, "Ntry 1", ("REFPO-1AbC9",))


def payouts(*rows: tuple[str, str, int]) -> pl.DataFrame:
    said = [{"key": key, "kind": kind, "amount_minor": minor} for key, kind, minor in rows]
    return pl.DataFrame([one | {"currency": "SEK", "booked_on": DAY} for one in said])


def sent(**refs: str) -> Sent:
    return Sent({key: PayoutOf(f"cards.{ref}", "cards", ref, "payout_by_file") for key, ref in refs.items()})


ONE: Final = payouts(("k", "payout", -294_50))
KNOWN: Final = KnownPayout("cards.po_2AbC9", "cards", "po_2AbC9", "SEK", 100_00, 0, DAY)


def found(*waiting: WaitingReceipt, known: tuple[KnownPayout, ...] = ()) -> list[Quoting]:
    of = sent(k="po_1AbC9")
    return quoting(not_arrived(ONE, of, known), of, known, waiting)


def test_the_receipt_that_quotes_the_number_is_the_payout():
    assert found(R) == [Quoting("r", "k")]
    # With another amount, the number is a word of its own.
    assert found(R._replace(amount_minor=290_00)) == []
    assert found(R._replace(amount_minor=290_00, said=("PAY po_1AbC9 LESS FEE",))) == [Quoting("r", "k")]


@pytest.mark.parametrize(
    "other",
    [
        R._replace(said=("thanks",)),
        R._replace(currency="EUR"),
        R._replace(booked_on=date(2026, 9, 8)),
        R._replace(booked_on=date(2026, 9, 25)),
        R._replace(said=("po_1AbC9 po_2AbC9",)),
    ],
)
def test_an_equal_amount_another_day_or_two_numbers_say_nothing(other: WaitingReceipt):
    assert found(other, known=(KNOWN,)) == []


def test_of_two_receipts_that_quote_it_none_is_the_payout():
    assert found(R, R._replace(receipt_id="s")) == []


def test_what_has_a_line_is_below_zero_came_back_or_has_a_short_number_has_no_receipt():
    rows = payouts(
        ("a", "payout", -1_00), ("b", "payout", 1_00), ("c", "payout_returned", 1_00), ("d", "payout", -1_00)
    )
    of = sent(a="po_1AbC9", b="po_2AbC9", c="po_3AbC9", d="E-1")
    assert not_arrived(rows, of, ())["key"].to_list() == ["a"]
    came = KnownPayout("cards.po_1AbC9", "cards", "po_1AbC9", "SEK", 0, 1_00, DAY)
    assert not_arrived(rows, of, (came,)).is_empty()
    for taken in ({"joined": {"a": ("m",)}}, {"quoting": [Quoting("m", "a")]}, {"unsure": {"m": ("a",)}}):
        assert not_arrived(rows, Sent(of.payouts, **taken), ()).is_empty()

"""A receipt is a payout only if it alone quotes the payout's number, with its amount or as a word of its own."""

from __future__ import annotations

from datetime import date
from typing import Final

import polars as pl
import pytest

from reconciliation.matching.payouts import KnownPayout, PayoutOf
from reconciliation.matching.receipts_of_payouts import WaitingReceipt, add_receipts, not_arrived
from reconciliation.matching.sent_payouts import Beside, Quoting, Sent

DAY: Final = date(2026, 9, 10)
R: Final = WaitingReceipt("r", "SEK", 294_50, DAY, "f", 1, "Ntry 1", ("REF PO 1AbC9",))


def payouts(*rows: tuple[str, str, int]) -> pl.DataFrame:
    said = [{"key": key, "kind": kind, "amount_minor": minor} for key, kind, minor in rows]
    return pl.DataFrame([one | {"currency": "SEK", "booked_on": DAY} for one in said])


def sent(**refs: str) -> Sent:
    return Sent({key: PayoutOf(f"cards.{ref}", "cards", ref, "payout_by_file") for key, ref in refs.items()})


ONE: Final = payouts(("k", "payout", -294_50))
KNOWN: Final = KnownPayout("cards.po_2AbC9", "cards", "po_2AbC9", "SEK", 100_00, 0, DAY)


def found(*waiting: WaitingReceipt, known: tuple[KnownPayout, ...] = ()) -> list[Quoting]:
    of = sent(k="po_1AbC9")
    add_receipts(not_arrived(ONE, of, known), of, known, waiting)
    return of.receipts


def test_the_receipt_that_quotes_the_number_is_the_payout():
    assert found(R) == [Quoting("r", "k")]
    # With another amount, the number is written as the provider writes it.
    assert found(R._replace(amount_minor=290_00, said=("PO1 AbC9",))) == []
    assert found(R._replace(amount_minor=290_00, said=("PAY po_1AbC9 LESS FEE",))) == [Quoting("r", "k")]


@pytest.mark.parametrize(
    "other",
    [
        R._replace(said=("thanks",)),
        R._replace(currency="EUR"),
        R._replace(booked_on=date(2026, 9, 8)),
        R._replace(booked_on=date(2026, 9, 25)),
        R._replace(said=("REFPO-1AbC9",)),
        R._replace(amount_minor=390_00, said=("PO1AbC9 PO2AbC9",)),
    ],
)
def test_an_equal_amount_another_day_or_two_numbers_say_nothing(other: WaitingReceipt):
    assert found(other, known=(KNOWN,)) == []


def test_of_two_receipts_that_quote_it_none_is_the_payout():
    assert found(R, R._replace(receipt_id="s")) == []


def test_a_receipt_that_quotes_several_numbers_pays_them_together():
    rows = payouts(("k", "payout", -294_50), ("l", "payout", 94_50))
    for amount, paid in ((200_00, True), (300_00, True), (199_00, False)):
        of = sent(k="po_1AbC9", l="po_3AbC9")
        text = "po1AbC9 po2AbC9 po3AbC9" if amount != 200_00 else "po1AbC9, po3AbC9"
        add_receipts(rows, of, (KNOWN,), [R._replace(amount_minor=amount, said=(text,))])
        assert of.receipts == ([Quoting("r", "k")] if paid else [])
        others = ["cards.po_3AbC9", "cards.po_2AbC9"][: 1 + (amount == 300_00)] if paid else []
        assert of.beside == {id: Beside("cards.po_1AbC9", "k") for id in others}


def test_what_has_a_line_came_back_or_has_a_short_number_has_no_receipt():
    rows = payouts(("a", "payout", -1_00), ("c", "payout_returned", 1_00), ("d", "payout", -1_00))
    of = sent(a="po_1AbC9", c="po_3AbC9", d="E-1")
    assert not_arrived(rows, of, ())["key"].to_list() == ["a"]
    came = KnownPayout("cards.po_1AbC9", "cards", "po_1AbC9", "SEK", 0, 1_00, DAY)
    assert not_arrived(rows, of, (came,)).is_empty()
    beside = {"cards.po_1AbC9": Beside("cards.x", "k")}
    assert not_arrived(rows, Sent(of.payouts, beside=beside), ()).is_empty()
    for taken in ({"joined": {"a": ("m",)}}, {"quoting": [Quoting("m", "a")]}, {"unsure": {"m": ("a",)}}):
        assert not_arrived(rows, Sent(of.payouts, **taken), ()).is_empty()

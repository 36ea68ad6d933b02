"""Which payout a line is: by the provider's id, or as the only one with its amount; never a patient's payment."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import polars as pl
import pytest

from reconciliation.matching.payouts import (
    OpenPayout,
    PayoutOf,
    Sender,
    arrived,
    payout_id,
    sent,
    without_person,
)

DAY: Final = date(2026, 9, 11)
SENDERS: Final = [Sender("cards", "SEK", ("STRIPE", "SE3550000000054910000003")), Sender("swish", "SEK", ("Swish",))]
PO_1: Final = OpenPayout("cards.po_1", "cards", "po_1AbC9", "SEK", 294_50, date(2026, 9, 10))
PO_2: Final = OpenPayout("cards.po_2", "cards", "po_2AbC9", "SEK", 294_50, date(2026, 9, 10))


def line(key: str, amount_minor: int, **said: Any) -> dict[str, Any]:
    columns = ("reference", "text", "end_to_end_id", "bank_ref", "counterparty", "counterparty_account", "kind")
    plain = dict.fromkeys(columns) | {"part": "line", "currency": "SEK", "booked_on": DAY}
    return {"key": key, "amount_minor": amount_minor} | plain | said


def found(rows: list[dict[str, Any]], *under_way: OpenPayout) -> dict[str, tuple[str, str]]:
    entries = pl.DataFrame(rows, schema_overrides={"counterparty_account": pl.String, "kind": pl.String})
    return {key: (of.payout_id, of.rule) for key, of in arrived(entries, under_way, SENDERS).items()}


@pytest.mark.parametrize("field", ["text", "reference", "end_to_end_id", "bank_ref"])
def test_the_providers_id_says_which_payout_it_is_whatever_the_amount(field: str):
    one = line("k", 290_00, **{field: "REF PO-1 abc9 2026"})
    assert found([one], PO_1, PO_2) == {"k": ("cards.po_1", "payout_by_id")}


def test_a_short_id_counts_as_a_word_of_a_line_that_names_the_provider_with_the_amount():
    short = [PO_1._replace(payout_id=f"cards.{ref}", payout_ref=ref) for ref in ("E-1", "E-2")]
    assert found([line("k", 294_50, counterparty="Stripe", text="PAY*E-2*X")], *short) == {
        "k": ("cards.E-2", "payout_by_id")
    }
    waits = ("cards.k", "payout_by_sender")
    assert found([line("k", 294_50, counterparty="Stripe", text="PAY E-20")], *short) == {"k": waits}
    assert found([line("k", 294_51, counterparty="Stripe", text="PAY E-2")], *short) == {"k": waits}
    assert found([line("k", 294_50, counterparty="Eva Ek", text="PAY E-2")], *short) == {}


def test_an_id_in_a_line_of_the_other_direction_or_currency_is_not_it():
    assert found([line("k", -294_50, text="po_1AbC9")], PO_1) == {}
    assert found([line("k", 294_50, text="po_1AbC9", currency="EUR")], PO_1) == {}


@pytest.mark.parametrize(
    "named",
    [
        {"counterparty": "Stripe Technology Europe"},
        {"text": "payment from STRIPE"},
        {"counterparty_account": "SE35 5000 0000 0549 1000 0003"},
    ],
)
def test_the_only_payout_of_a_named_provider_with_the_amount_is_it(named: dict[str, str]):
    assert found([line("k", 294_50, **named)], PO_1) == {"k": ("cards.po_1", "payout_by_amount")}


def test_several_payouts_or_several_lines_with_the_amount_decide_nothing():
    one, other = (line(key, 294_50, counterparty="STRIPE") for key in ("k", "l"))
    assert found([one], PO_1, PO_2) == {"k": ("cards.k", "payout_by_sender")}
    assert found([one, other], PO_1) == {"k": ("cards.k", "payout_by_sender"), "l": ("cards.l", "payout_by_sender")}


def test_a_payout_sent_long_before_the_line_or_after_it_is_not_it():
    early, late = (PO_1._replace(last_on=day) for day in (date(2026, 8, 1), date(2026, 9, 13)))
    for payout in (early, late):
        assert found([line("k", 294_50, counterparty="STRIPE")], payout) == {"k": ("cards.k", "payout_by_sender")}


def test_a_line_that_names_nobody_or_two_providers_is_no_payout():
    assert found([line("k", 294_50, counterparty="Eva Ek")], PO_1) == {}
    assert found([line("k", 294_50, counterparty="STRIPED SHIRTS")], PO_1) == {}
    assert found([line("k", 99_00, text="Stripe and Swish")], PO_1) == {}


def test_a_payout_of_a_file_is_the_one_that_arrived_before_if_it_is_the_only_one_with_the_amount():
    of = {"account": "cards", "settlement": "po_1", "payment_ref": None}
    rows = [line("k", -294_50, kind="payout", bank_ref="po_1", **of)]
    entries = pl.DataFrame(rows)
    came = OpenPayout("cards.x", "cards", None, "SEK", -294_50, DAY)
    assert sent(entries, [came])["k"] == PayoutOf("cards.x", "cards", "po_1", "payout_by_file")
    twice = [came, came._replace(payout_id="cards.y")]
    assert sent(entries, twice)["k"].payout_id == "cards.po_1"
    assert sent(entries, [came._replace(left_minor=-1)])["k"].payout_id == "cards.po_1"


def test_what_comes_back_is_of_the_payout_that_it_names():
    row = line(
        "k", 294_50, kind="payout_returned", bank_ref="txn_3", account="cards", settlement="po_2", payment_ref="po_1"
    )
    assert sent(pl.DataFrame([row]), [])["k"].payout_id == "cards.po_1"
    assert sent(pl.DataFrame([row | {"payment_ref": None}]), [])["k"].payout_id == "cards.txn_3"


def test_an_id_that_may_be_a_persons_is_in_no_fact_and_in_no_name():
    assert without_person("pi_1") == "pi_1"
    assert without_person("19121212-1212") is None
    assert payout_id("cards", "po_1") == "cards.po_1"
    assert "1212" not in payout_id("cards", "19121212-1212")
    assert payout_id("cards", "TX 1 batch/41") == payout_id("cards", "TX 1 batch/41") != payout_id("cards", "TX 1")

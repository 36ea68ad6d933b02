"""Which payout a line is: by the provider's id, or as the only one with its amount; never a patient's payment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

import polars as pl
import pytest

from reconciliation.matching.arrived_payouts import arrived
from reconciliation.matching.payouts import Arrival, KnownPayout, Sender

DAY: Final = date(2026, 9, 11)
SENDERS: Final = [Sender("cards", "SEK", ("STRIPE", "SE3550000000054910000003")), Sender("swish", "SEK", ("Swish",))]
PO_1: Final = KnownPayout("cards.po_1", "cards", "po_1AbC9", "SEK", 294_50, 0, date(2026, 9, 10))
PO_2: Final = KnownPayout("cards.po_2", "cards", "po_2AbC9", "SEK", 294_50, 0, date(2026, 9, 10))
# What is known of PO_1 once it has arrived, and the line with which it did.
CAME: Final = PO_1._replace(arrived_minor=294_50)
LINE: Final = Arrival(
    "cards.po_1", "m1", "b1", "SEK", 294_50, date(2026, 9, 10), "id-1", "e2e-1", "f1", 1, "Ntry 1", "payout_by_id", None
)


COLUMNS: Final = (
    *("reference", "text", "end_to_end_id", "bank_ref", "counterparty", "counterparty_account", "kind", "reversal"),
    *("return_reason", "bank_id_key", "end_to_end_key"),
)


def line(key: str, amount_minor: int, **said: Any) -> dict[str, Any]:
    plain = dict.fromkeys(COLUMNS) | {"part": "line", "currency": "SEK", "booked_on": DAY, "account": "b1"}
    return {"key": key, "amount_minor": amount_minor} | plain | said


def found(rows: list[dict[str, Any]], *known: KnownPayout, lines: Sequence[Arrival] = ()) -> dict[str, tuple[str, str]]:
    entries = pl.DataFrame(rows, schema_overrides={"counterparty_account": pl.String, "kind": pl.String})
    return {key: (of.payout_id, of.rule) for key, of in arrived(entries, known, lines, SENDERS).items()}


@pytest.mark.parametrize("field", ["text", "reference", "end_to_end_id", "bank_ref"])
def test_the_providers_id_says_which_payout_it_is_whatever_the_amount(field: str):
    one = line("k", 290_00, **{field: "REF PO-1 abc9 2026"})
    assert found([one], PO_1, PO_2) == {"k": ("cards.po_1", "payout_by_id")}


def test_a_short_id_counts_as_a_word_of_a_line_that_names_the_provider_with_the_amount():
    short = [PO_1._replace(payout_id=f"cards.{ref}", payout_ref=ref) for ref in ("E-1", "E-2")]
    assert found([line("k", 294_50, counterparty="Stripe", text="PAY*E-2*X")], *short) == {
        "k": ("cards.E-2", "payout_by_id")
    }
    either = ("cards.k", "payout_ambiguous")
    assert found([line("k", 294_50, counterparty="Stripe", text="PAY E-20")], *short) == {"k": either}
    waits = ("cards.k", "payout_by_sender")
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
    assert found([one], PO_1, PO_2) == {"k": ("cards.k", "payout_ambiguous")}
    assert found([one, other], PO_1) == {"k": ("cards.k", "payout_ambiguous"), "l": ("cards.l", "payout_ambiguous")}


def test_a_payout_sent_long_before_the_line_or_after_it_is_not_it():
    early, late = (PO_1._replace(last_on=day) for day in (date(2026, 8, 1), date(2026, 9, 13)))
    for payout in (early, late):
        assert found([line("k", 294_50, counterparty="STRIPE")], payout) == {"k": ("cards.k", "payout_by_sender")}


def test_a_line_that_names_nobody_or_two_providers_is_no_payout():
    assert found([line("k", 294_50, counterparty="Eva Ek")], PO_1) == {}
    assert found([line("k", 294_50, counterparty="STRIPED SHIRTS")], PO_1) == {}
    assert found([line("k", 99_00, text="Stripe and Swish")], PO_1) == {}


def test_a_line_that_quotes_another_number_is_never_it_by_its_amount():
    trace = PO_1._replace(payout_id="cards.t1", payout_ref="EFT0005001")
    other = line("l", 294_50, counterparty="STRIPE", text="TRN*1*EFT0005002*1")
    assert found([other], trace) == {"l": ("cards.l", "payout_by_sender")}
    # So it is no rival of the one that may be it.
    plain = line("k", 294_50, counterparty="STRIPE")
    assert found([plain, other], trace)["k"] == ("cards.t1", "payout_by_amount")


def together(amount_minor: int, text: str, *known: KnownPayout) -> dict[str, tuple[str, tuple[str, ...]]]:
    entries = pl.DataFrame(
        [line("k", amount_minor, counterparty="STRIPE", text=text)],
        schema_overrides={"counterparty_account": pl.String, "kind": pl.String},
    )
    of = arrived(entries, known, (), SENDERS)
    return {key: (one.payout_id, one.beside) for key, one in of.items() if one.rule == "payout_by_id"}


BELOW: Final = PO_2._replace(sent_minor=-100_00)


def test_a_line_pays_all_payouts_that_it_quotes_also_one_below_zero():
    assert together(589_00, "po_1AbC9 po_2AbC9", PO_1, PO_2) == {"k": ("cards.po_1", ("cards.po_2",))}
    assert together(194_50, "po_1AbC9 po_2AbC9", PO_1, BELOW) == {"k": ("cards.po_1", ("cards.po_2",))}
    # The payout is the greatest that goes the line's way, and the others become it.
    assert together(194_50, "po_1AbC9 po_2AbC9", BELOW, PO_1) == {"k": ("cards.po_1", ("cards.po_2",))}
    assert together(-40_00, "po_1AbC9 po_2AbC9", BELOW, PO_1._replace(sent_minor=60_00)) == {
        "k": ("cards.po_2", ("cards.po_1",))
    }


def test_a_line_of_another_amount_than_the_sum_is_the_one_with_the_amount_or_else_all():
    more = PO_2._replace(sent_minor=300_00)
    assert together(294_50, "po_1AbC9 po_2AbC9", PO_1, more) == {"k": ("cards.po_1", ())}
    assert together(294_50, "po_1AbC9 po_2AbC9", PO_1, PO_2) == {"k": ("cards.po_1", ("cards.po_2",))}
    assert together(190_00, "po_1AbC9 po_2AbC9", PO_1, BELOW) == {"k": ("cards.po_1", ("cards.po_2",))}
    assert together(190_00, "po_1AbC9 po_2AbC9", PO_1, PO_2._replace(sent_minor=-400_00)) == {"k": ("cards.po_1", ())}


def test_payouts_of_two_accounts_or_of_which_some_arrived_are_not_paid_together():
    other = PO_2._replace(payout_id="swish.po_2", provider_account="swish")
    assert together(589_00, "po_1AbC9 po_2AbC9", PO_1, other) == {}
    some = PO_1._replace(arrived_minor=200_00), PO_2._replace(arrived_minor=200_00)
    assert together(189_00, "po_1AbC9 po_2AbC9", *some) == {}
    # What arrived of one stays there, so the other one becomes it.
    assert together(389_00, "po_1AbC9 po_2AbC9", PO_1, some[1]) == {"k": ("cards.po_2", ("cards.po_1",))}
    assert together(290_00, "po_1AbC9 po_2AbC9", PO_1, some[1]) == {"k": ("cards.po_1", ())}


def test_what_came_and_went_is_paid_again_together_with_another_one():
    gone = PO_2._replace(came_back=True)
    there, back = LINE._replace(payout_id="cards.po_2"), LINE._replace(payout_id="cards.po_2", amount_minor=-294_50)
    rows = [
        line("k", 589_00, counterparty="STRIPE", text="po_1AbC9 po_2AbC9"),
        line("l", -294_50, counterparty="STRIPE", reversal=True),
    ]
    of = found(rows, PO_1, gone, lines=[there, back])
    assert of == {"k": ("cards.po_1", "payout_by_id"), "l": ("cards.l", "payout_by_sender")}


def test_short_ids_are_paid_together_only_by_their_very_sum():
    short = [PO_1._replace(payout_id=f"cards.{ref}", payout_ref=ref) for ref in ("E-1", "E-2")]
    assert together(589_00, "PAY E-1 E-2", *short) == {"k": ("cards.E-1", ("cards.E-2",))}
    assert together(588_00, "PAY E-1 E-2", *short) == {}


def test_what_was_paid_together_goes_on_under_all_its_numbers():
    rows = [line(key, 294_50, text=f"po_{key}AbC9", counterparty="STRIPE") for key in ("1", "2")]
    rows[0]["text"] = "po_1AbC9 po_2AbC9"
    assert found(rows, PO_1, PO_2) == dict.fromkeys(("1", "2"), ("cards.po_1", "payout_by_id"))
    both = PO_1._replace(sent_minor=589_00, more_refs=("po_2AbC9",))
    assert found([rows[1]], both) == {"2": ("cards.po_1", "payout_by_id")}


def test_a_line_that_waits_with_the_amount_is_a_rival_unless_it_quotes_another_number():
    trace = PO_1._replace(payout_id="cards.t1", payout_ref="EFT0005001")
    waits = KnownPayout("cards.w", "cards", None, "SEK", 0, 294_50, date(2026, 9, 10))
    of_it = LINE._replace(payout_id="cards.w", rule="payout_by_sender")
    one = line("k", 294_50, counterparty="STRIPE")
    assert found([one], trace, waits, lines=[of_it]) == {"k": ("cards.k", "payout_ambiguous")}
    quoting = of_it._replace(said=("PAY EFT0005002",))
    assert found([one], trace, waits, lines=[quoting]) == {"k": ("cards.t1", "payout_by_amount")}


def test_a_line_may_quote_what_has_arrived_beside_what_is_under_way():
    both = line("k", 294_50, counterparty="STRIPE", text="po_1AbC9 po_2AbC9")
    assert found([both], CAME, PO_2, lines=[LINE]) == {"k": ("cards.po_2", "payout_by_id")}


def test_what_arrived_by_mistake_of_amounts_is_paid_again_by_the_line_that_quotes_it():
    again = line("k", 294_50, counterparty="STRIPE", text="po_1AbC9")
    assert found([again], CAME, lines=[LINE]) == {"k": ("cards.po_1", "payout_by_id")}
    # A payer may quote anything.
    assert found([line("k", 294_50, counterparty="Eva Ek", text="po_1AbC9")], CAME, lines=[LINE]) == {}


@pytest.mark.parametrize(
    "said",
    [
        {"bank_id_key": "id-1"},
        {"end_to_end_key": "e2e-1", "reversal": True},
        {"text": "RETURN po_1AbC9", "return_reason": "AC04"},
        {"text": "po_1AbC9", "counterparty": "Stripe"},
        {"counterparty": "Stripe", "reversal": True},
    ],
)
def test_what_the_bank_takes_back_is_of_the_payout_that_arrived(said: dict[str, Any]):
    back = line("k", -294_50, **said)
    assert found([back], CAME, PO_2, lines=[LINE]) == {"k": ("cards.po_1", "payout_taken_back")}


@pytest.mark.parametrize(
    "said",
    [
        {"end_to_end_key": "e2e-1"},
        {"reversal": True},
        {"bank_id_key": "id-1", "account": "b2"},
        {"bank_id_key": "id-1", "booked_on": date(2026, 9, 9)},
        {"text": "po_1AbC9"},
    ],
)
def test_a_debit_that_does_not_say_so_takes_no_payout_back(said: dict[str, Any]):
    assert found([line("k", -294_50, **said)], CAME, lines=[LINE]) == {}


def test_a_debit_that_only_names_the_provider_is_a_payout_of_its_own():
    debit = line("k", -294_50, counterparty="STRIPE")
    assert found([debit], CAME, lines=[LINE]) == {"k": ("cards.k", "payout_by_sender")}


def test_a_payout_is_taken_back_once_and_by_no_more_than_arrived():
    one, more = (line(key, -294_50, counterparty="STRIPE", reversal=True, bank_id_key="id-1") for key in ("k", "l"))
    both = found([one, more], CAME, lines=[LINE])
    assert both == {"k": ("cards.po_1", "payout_taken_back"), "l": ("cards.l", "payout_by_sender")}
    too_much = line("k", -294_51, text="po_1AbC9", counterparty="Stripe")
    assert found([too_much], CAME, lines=[LINE]) == {"k": ("cards.k", "payout_by_sender")}


def test_of_two_equal_payouts_that_arrived_none_is_taken_back_without_an_id():
    other = LINE._replace(payout_id="cards.po_2", part_id="m2", bank_id_key="id-2", end_to_end_key="e2e-2")
    back = line("k", -294_50, counterparty="STRIPE", reversal=True)
    known = (CAME, PO_2._replace(arrived_minor=294_50))
    assert found([back], *known, lines=[LINE, other]) == {"k": ("cards.k", "payout_ambiguous")}
    assert found([back | {"bank_id_key": "id-2"}], *known, lines=[LINE, other])["k"][0] == "cards.po_2"


def test_a_line_and_its_reversal_in_one_file_are_one_payout_whichever_stands_first():
    came = line("k", 294_50, counterparty="STRIPE", bank_id_key="id-9")
    back = line("l", -294_50, bank_id_key="id-9", reversal=True)
    for rows in ([came, back], [back, came]):
        assert found(rows) == {"k": ("cards.k", "payout_by_sender"), "l": ("cards.k", "payout_taken_back")}

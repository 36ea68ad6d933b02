"""Each transaction of a settlement is one entry, and what is only charged is a fee that is booked once."""

from __future__ import annotations

from datetime import date
from types import MappingProxyType
from typing import Any

import polars as pl
import pyarrow as pa
import pytest

from reconciliation.matching import settlements
from reconciliation.matching.settlements import entries, keyed
from reconciliation.statements.rows import Rows
from reconciliation.statements.shape import LINES, STATEMENTS, Line, Statement

DAY = date(2026, 9, 10)


def entries_of(*lines: Line, in_currency: Any = MappingProxyType({})) -> pl.DataFrame:
    heads, rows = Rows(STATEMENTS), Rows(LINES)
    heads.add([Statement(1, account="cards", currency="SEK", statement_id="po_1")])
    rows.add(lines)
    found = heads.table().append_column("rail", pa.array(["card"]))
    return keyed(entries(rows.kept(), found, date(2024, 1, 1), date(2026, 12, 31), in_currency))


def line(number: int, kind: str, amount: int | None, charges: int | None, tax: int | None = None) -> Line:
    return Line(
        1, number, 0, DAY, DAY, amount, "SEK", bank_ref=f"t{number}", kind=kind, charges_minor=charges,
        charges_tax_minor=tax,
    )  # fmt: skip


def money_of(found: dict[str, object]) -> list[object]:
    return [found[name] for name in ("kind", "amount_minor", "charges_minor", "charges_tax_minor")]


def test_a_settlement_may_be_in_several_pieces(monkeypatch):
    whole = Line(1, 1, 0, DAY, DAY, -700, "SEK", bank_ref="po_1", kind="payout")
    details = [Line(1, 1, no, DAY, DAY, no, "SEK", bank_ref=f"t{no}", kind="payment") for no in range(1, 15)]
    given, got = line(2, "exchange", -900, None), line(3, "exchange", 80, None)
    got.currency, given.payment_ref, got.payment_ref = "EUR", "t3", "t2"
    rows = [whole, *details, given, got]
    expected = entries_of(*rows)
    assert set(expected["settled_on"]) == {DAY}
    assert expected.filter(pl.col("currency") == "EUR")["instructed_minor"].to_list() == [900]
    for at_once in (1, 4):
        monkeypatch.setattr(settlements, "AT_ONCE", at_once)
        monkeypatch.setattr("reconciliation.statements.rows.BATCH_ROWS", 2)
        assert entries_of(*rows).equals(expected)


@pytest.mark.parametrize(("charges", "kind"), [(250, "fee"), (-250, "fee_returned")])
def test_charges_without_an_amount_are_a_fee(charges, kind):
    (found,) = entries_of(line(1, "payment", 0, charges)).to_dicts()
    assert money_of(found) == [kind, -charges, 0, None]
    (taxed,) = entries_of(line(1, "payment", 0, charges, charges // 5)).to_dicts()
    assert money_of(taxed) == [kind, -charges * 4 // 5, charges // 5, charges // 5]


@pytest.mark.parametrize(
    ("kind", "amount", "charges", "tax", "apart"),
    [
        # The tax is within the fee.
        ("fee", -125, None, 25, ("fee", -100, 25, 25)),
        ("fee_returned", 125, None, -25, ("fee_returned", 100, -25, -25)),
        # It is beside the fee.
        ("fee", -100, 25, 25, ("fee", -100, 25, 25)),
        # There is nothing else.
        ("fee", -25, None, 25, ("fee_tax", -25, 0, None)),
        ("fee_tax", -25, None, None, ("fee_tax", -25, 0, None)),
        ("fee", -125, None, None, ("fee", -125, 0, None)),
    ],
)
def test_the_tax_on_a_fee_is_apart_and_both_are_worth_the_same(kind, amount, charges, tax, apart):
    (found,) = entries_of(line(1, kind, amount, charges, tax)).to_dicts()
    assert money_of(found) == [*apart]
    assert found["amount_minor"] - found["charges_minor"] == amount - (charges or 0)


def test_charges_of_a_transaction_stay_with_it():
    (found,) = entries_of(line(1, "payment", 30_000, 550, 110)).to_dicts()
    assert [found[name] for name in ("kind", "amount_minor", "charges_minor", "charges_tax_minor")] == [
        "payment",
        30_000,
        550,
        110,
    ]


def test_heads_and_what_is_worth_nothing_are_no_entries():
    nothing = [line(1, "settlement", 0, 300), line(2, "carried_over", 900, None), line(3, "payment", 0, None)]
    assert entries_of(*nothing).is_empty()


def test_a_transaction_has_the_same_key_whatever_its_amount():
    one, other = entries_of(line(1, "payment", 300, None)), entries_of(line(1, "payment", 350, None))
    assert one["key"].to_list() == other["key"].to_list()


def of_one_id(number: int, amount: int) -> Line:
    return Line(1, number, 0, DAY, DAY, amount, "SEK", bank_ref="ICN", kind="payment")


def test_of_transactions_with_one_id_the_amounts_say_which_is_which():
    """A remittance that comes again may list the claims of one number in another order."""
    same = [of_one_id(at, amount) for at, amount in ((1, 40), (2, 60))]
    other = [of_one_id(at, amount) for at, amount in ((1, 60), (2, 40))]
    one, two = (dict(entries_of(*lines).select("key", "amount_minor").rows()) for lines in (same, other))
    assert one == two
    assert len(one) == 2


def test_what_was_paid_in_another_currency_is_on_the_account_in_that_currency_and_is_changed():
    paid = line(1, "payment", 27_00, 50)
    paid.instructed_minor, paid.instructed_currency, paid.payment_ref = 300_00, "DKK", "pay1"
    back = line(2, "refund", -9_00, None)
    back.instructed_minor, back.instructed_currency, back.end_to_end_id = 100_00, "DKK", "rf1"
    found = entries_of(paid, back, in_currency={("cards", "DKK"): "danish"}).to_dicts()
    assert [
        (one["account"], one["currency"], one["kind"], one["amount_minor"], one["charges_minor"]) for one in found
    ] == [
        ("danish", "DKK", "payment", 300_00, 0),
        ("danish", "DKK", "exchange", -300_00, 0),
        ("cards", "SEK", "exchange", 27_00, 50),
        ("danish", "DKK", "refund", -100_00, 0),
        ("danish", "DKK", "exchange", 100_00, 0),
        ("cards", "SEK", "exchange", -9_00, 0),
    ]
    assert len({one["key"] for one in found}) == 6
    # Only the payment and the refund have what names them; what the provider charged is for the payment.
    assert [one["payment_ref"] for one in found[:3]] == ["pay1", None, None]
    assert [one["end_to_end_id"] for one in found[3:]] == ["rf1", None, None]
    assert [one["of_kind"] for one in found] == ["payment", "exchange", "payment", "refund", "exchange", "refund"]
    assert [one["instructed_minor"] for one in found] == [None, None, 300_00, None, None, 100_00]


def test_without_an_account_in_that_currency_it_is_on_the_settlements_account():
    paid = line(1, "payment", 27_00, 50)
    paid.instructed_minor, paid.instructed_currency = 300_00, "DKK"
    for others in ({}, {("cards", "NOK"): "norwegian"}, {("wallet", "DKK"): "danish"}):
        (found,) = entries_of(paid, in_currency=others).to_dicts()
        assert (found["account"], found["currency"], found["amount_minor"]) == ("cards", "SEK", 27_00)
        assert (found["instructed_minor"], found["instructed_currency"]) == (300_00, "DKK")


def exchange(number: int, amount: int, currency: str, names: str | None) -> Line:
    made = line(number, "exchange", amount, None)
    made.currency, made.payment_ref = currency, names
    return made


@pytest.mark.parametrize(
    ("sides", "given"),
    [
        # They name each other, in any order.
        ([(1, -95_28, "EUR", "t2"), (2, 1_048_08, "SEK", "t1")], {"t2": (95_28, "EUR")}),
        ([(2, 1_048_08, "SEK", "t1"), (1, -95_28, "EUR", "t2")], {"t2": (95_28, "EUR")}),
        # Both name the payment that was exchanged.
        ([(1, -95_28, "EUR", "p1"), (2, 1_048_08, "SEK", "p1")], {"t2": (95_28, "EUR")}),
        # Two exchanges of the same amounts are two.
        (
            [(1, -95_28, "EUR", "t2"), (3, -95_28, "EUR", "t4"), (2, 10_00, "SEK", "t1"), (4, 9_00, "SEK", "t3")],
            {"t2": (95_28, "EUR"), "t4": (95_28, "EUR")},
        ),
        # The other side is not in the file, is in the same direction or currency, or is one of two.
        ([(1, -95_28, "EUR", "t2"), (3, 1_048_08, "SEK", "t4")], {}),
        ([(1, 95_28, "EUR", "t2"), (2, 1_048_08, "SEK", "t1")], {}),
        ([(1, -95_28, "SEK", "t2"), (2, 95_28, "SEK", "t1")], {}),
        ([(1, -95_28, "EUR", "p1"), (2, 1_048_08, "SEK", "p1"), (3, 10_00, "SEK", "p1")], {}),
        ([(1, -95_28, "EUR", None), (2, 1_048_08, "SEK", None)], {}),
    ],
)
def test_two_rows_are_one_exchange_if_they_name_each_other_or_the_same_transaction(sides: Any, given: Any):
    found = entries_of(*(exchange(*one) for one in sides)).to_dicts()
    assert [one["bank_ref"] for one in found] == sorted(f"t{number}" for number, *_ in sides)
    said = {one["bank_ref"]: (one["instructed_minor"], one["instructed_currency"]) for one in found}
    assert {ref: one for ref, one in said.items() if one != (None, None)} == given
    assert {one["kind"] for one in found} == {"exchange"}

"""Which receipt the bank takes back: only where an id or the reference, amount and account name exactly one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any, Final

import polars as pl
import pytest

from reconciliation.matching.recalls import Matched, asked, covered, ids, in_parts, match, quoted, unmatched

DAY: Final = date(2024, 7, 10)
# Name, amount, reference, and whether the bank calls it a reversal.
Line = tuple[str, int, str | None, bool]
PAID: Final[Line] = ("paid", 250_00, "71001184", False)
BACK: Final[Line] = ("back", -250_00, "71001184", True)


def entries(*lines: Line, ids: Mapping[str, dict[str, str]] = MappingProxyType({}), **changed: Any) -> pl.DataFrame:
    """A file's entries, in its order; `ids` are the hashes of ids, by key."""
    rows = [
        {
            "no": number,
            "key": key,
            "money_id": f"m-{key}",
            "account": "b1",
            "currency": "SEK",
            "part": "line",
            "amount_minor": amount,
            "reference": reference,
            "reversal": reversal,
            "kind": None,
            "return_reason": None,
            "booked_on": DAY,
            "end_to_end_key": None,
            "bank_id_key": None,
            "counterparty": None,
            "counterparty_account": None,
        }
        | changed
        | ids.get(key, {})
        for number, (key, amount, reference, reversal) in enumerate(lines)
    ]
    texts = ("reference", "return_reason", "end_to_end_key", "bank_id_key", "counterparty", "counterparty_account")
    return pl.DataFrame(rows, schema_overrides=dict.fromkeys(texts, pl.String))


_BOOKED: Final[dict[str, Any]] = {
    "bank_account": pl.String,
    "currency": pl.String,
    "amount_minor": pl.Int64,
    "booked_on": pl.Date,
    "end_to_end_key": pl.String,
    "bank_id_key": pl.String,
}


def booked(*receipts: tuple[str, int, str | None], account: str = "b1", **ids: str) -> Any:
    """Receipts in the book."""
    rows = [
        {"receipt_id": id, "bank_account": account, "currency": "SEK", "reference": reference, "amount_minor": amount}
        | {"booked_on": DAY}
        | ids
        for id, amount, reference in receipts
    ]
    return pl.DataFrame(rows, schema={"receipt_id": pl.String, "reference": pl.String, **_BOOKED}).to_arrow()


def waiting(*recalls: tuple[str, int], account: str = "b1", **ids: str) -> Any:
    """Recalls in the book whose receipts have not come."""
    rows = [
        {"part_id": id, "line_key": id, "bank_account": account, "currency": "SEK", "amount_minor": amount} | ids
        for id, amount in recalls
    ]
    names = dict.fromkeys(("part_id", "line_key", "reference"), pl.String)
    return pl.DataFrame(rows, schema={**names, **_BOOKED}).to_arrow()


def certain(matched: Matched) -> list[tuple[str, str, int]]:
    """Recall, receipt, and the number of the row that comes last."""
    last = pl.max_horizontal("no", "receipt_no").alias("last")
    return matched.certain.select("key", "receipt_id", last).rows()


@pytest.mark.parametrize(
    ("lines", "receipts", "found"),
    [
        ((BACK,), (("r", 250_00, "71001184"),), [("back", "r", 0)]),
        # Banks pad references with zeros.
        ((("back", -250_00, "0071001184", True),), (("r", 250_00, "71001184"),), [("back", "r", 0)]),
        # In the same file, in either order; the later of the two is the one to wait for.
        ((PAID, BACK), (), [("back", "m-paid", 1)]),
        ((BACK, PAID), (), [("back", "m-paid", 1)]),
        ((PAID, BACK), (("m-paid", 250_00, "71001184"),), [("back", "m-paid", 1)]),
        # No receipt, two receipts, two recalls of one receipt, another amount, no reference, not a recall.
        ((BACK,), (), []),
        ((BACK,), (("r", 250_00, "71001184"), ("r2", 250_00, "71001184")), []),
        ((BACK, ("again", -250_00, "71001184", True)), (("r", 250_00, "71001184"),), []),
        ((BACK,), (("r", 249_99, "71001184"),), []),
        ((("back", -250_00, None, True),), (("r", 250_00, "71001184"),), []),
        ((("out", -250_00, "71001184", False),), (("r", 250_00, "71001184"),), []),
    ],
)
def test_a_recall_is_certain_only_where_it_names_one_receipt(
    lines: tuple[Line, ...], receipts: tuple[tuple[str, int, str], ...], found: list[tuple[str, str, int]]
) -> None:
    assert certain(match(entries(*lines), booked(*receipts), waiting())) == found


def test_a_returned_payment_is_a_recall_without_the_flag_and_another_accounts_receipt_is_not_its() -> None:
    returned = entries(("back", -250_00, "71001184", False), return_reason="AC06")
    assert asked(returned, waiting()).references == ["71001184"]
    assert match(returned, booked(("r", 250_00, "71001184")), waiting()).certain.height == 1
    other = match(returned, booked(("r", 250_00, "71001184"), account="b2"), waiting())
    assert (other.certain.height, other.doubtful.height) == (0, 0)


def test_a_credit_that_is_a_reversal_takes_nothing_back() -> None:
    assert asked(entries(("in", 250_00, "71001184", True)), waiting()).references == []


@pytest.mark.parametrize("name", ["end_to_end_key", "bank_id_key"])
def test_an_id_says_more_than_a_reference(name: str) -> None:
    """Every payment of a bill has the same reference."""
    lines = (PAID, ("other", 250_00, "71001184", False), BACK)
    earlier = pl.when(pl.col("amount_minor") > 0).then(date(2024, 7, 1)).otherwise("booked_on")
    before = entries(*lines).with_columns(booked_on=earlier)
    without = match(before, booked(), waiting())
    assert (certain(without), without.doubtful["receipt_id"].to_list()) == ([], ["m-paid", "m-other"])
    named = entries(*lines, ids={"other": {name: "id"}, "back": {name: "id"}})
    assert certain(match(named, booked(), waiting())) == [("back", "m-other", 2)]
    old = booked(("r", 250_00, None), **{name: "id"})
    assert certain(match(entries(BACK, ids={"back": {name: "id"}}), old, waiting())) == [("back", "r", 0)]


def test_of_receipts_of_its_day_that_nothing_tells_apart_each_recall_takes_one() -> None:
    """None of them is applied yet, so it is the same whichever goes; but not if there are fewer than recalls."""
    other, again = ("other", 250_00, "71001184", False), ("again", -250_00, "71001184", True)
    assert certain(match(entries(PAID, other, BACK), booked(), waiting())) == [("back", "m-paid", 2)]
    both = match(entries(again, PAID, other, BACK), booked(), waiting())
    assert certain(both) == [("again", "m-paid", 1), ("back", "m-other", 3)]
    few = match(entries(PAID, BACK, again), booked(), waiting())
    assert (certain(few), few.doubtful.height) == ([], 2)
    for name in ("end_to_end_key", "counterparty"):
        apart = entries(PAID, other, BACK, ids={"other": {name: "another"}})
        assert match(apart, booked(), waiting()).doubtful.height == 2
    early = match(entries(PAID, other, BACK), booked(("r", 250_00, "71001184")), waiting())
    assert (certain(early), early.doubtful.height) == ([], 3)


def test_a_receipt_of_a_later_day_is_not_what_was_taken_back_if_one_before_it_fits() -> None:
    early = booked(("r", 250_00, "71001184"))
    late = entries(BACK).with_columns(booked_on=pl.lit(date(2024, 7, 11)))
    after = entries(PAID).with_columns(booked_on=pl.lit(date(2024, 7, 14)), no=pl.lit(1))
    assert certain(match(pl.concat([late, after], how="vertical_relaxed"), early, waiting())) == [("back", "r", 0)]
    assert certain(match(pl.concat([late, after], how="vertical_relaxed"), booked(), waiting())) == [
        ("back", "m-paid", 1)
    ]


def test_a_receipt_that_a_person_recorded_is_found_by_the_id_under_which_it_was_asked_for() -> None:
    by_hand = booked(("r", 250_00, None), bank_id_key="asked")
    named = entries(BACK, ids={"back": {"end_to_end_key": "asked", "bank_id_key": "own"}})
    assert asked(named, waiting()).bank_id_keys == ["asked", "own"]
    assert certain(match(named, by_hand, waiting())) == [("back", "r", 0)]


@pytest.mark.parametrize("name", ["end_to_end_key", "bank_id_key"])
def test_a_recall_waits_for_its_receipt(name: str) -> None:
    came = entries(PAID, ids={"paid": {name: "id"}})
    # Whoever records a payment by hand may give the id under which it was asked for as the bank's.
    times = {"end_to_end_key": 3, "bank_id_key": 2}[name]
    assert (*ids(came), *asked(came, waiting(("w", -250_00), **{name: "id"}))[1:]).count(["id"]) == times
    assert certain(match(came, booked(), waiting(("w", -250_00), **{name: "id"}))) == [("w", "m-paid", 0)]
    for other in (
        waiting(("w", -250_00), **{name: "other"}),
        waiting(("w", -249_99), **{name: "id"}),
        waiting(("w", -250_00), account="b2", **{name: "id"}),
    ):
        found = match(came, booked(), other)
        assert (found.certain.height, found.doubtful.height) == (0, 0)


def test_a_recall_waits_for_its_receipt_by_the_reference_alone() -> None:
    came = entries(PAID)
    assert quoted(came) == (["b1"], [250_00])
    assert quoted(entries(("paid", 250_00, None, False), BACK)) == ([], [])
    named = waiting(("w", -250_00), reference="0071001184")
    assert asked(came, named).references == ["0071001184", "71001184"]
    assert certain(match(came, booked(), named)) == [("w", "m-paid", 0)]
    for other in (waiting(("w", -250_00), reference="71001192"), waiting(("w", -250_00))):
        assert match(came, booked(), other).certain.is_empty()


def test_several_that_fit_are_for_a_person() -> None:
    id = {"end_to_end_key": "id"}
    one, two = entries(PAID, ids={"paid": id}), waiting(("w", -250_00), ("x", -250_00), **id)
    assert match(one, booked(), two).doubtful.select("key", "receipt_id").rows() == [("w", "m-paid"), ("x", "m-paid")]
    # A receipt that is in the book was there to be taken when the recall came, so it alone is no news.
    old, w = booked(("r", 250_00, None), **id), waiting(("w", -250_00), **id)
    assert match(entries(PAID), old, w).doubtful.is_empty()
    assert match(one, old, w).doubtful["receipt_id"].to_list() == ["r", "m-paid"]


TWICE: Final = (("d1", -250_00), ("d2", -250_00))
CAME: Final[Line] = ("came", 250_00, None, False)


def test_of_recalls_that_wait_for_one_payment_the_first_takes_it_back_and_the_other_waits():
    of_payment = {"came": {"bank_id_key": "ch_1"}}
    found = match(entries(CAME, ids=of_payment), booked(), waiting(*TWICE, bank_id_key="ch_1"))
    assert (certain(found), found.doubtful.height) == ([("d1", "m-came", 0)], 0)

    # What comes next is the other one's: the first receipt is recalled by then, so it is not given.
    rest = match(entries(CAME, ids=of_payment), booked(), waiting(TWICE[1], bank_id_key="ch_1"))
    assert certain(rest) == [("d2", "m-came", 0)]


def test_recalls_that_wait_take_back_as_much_of_a_payment_as_came():
    again = ("again", 250_00, None, False)
    of_payment = {"came": {"bank_id_key": "ch_1"}, "again": {"bank_id_key": "ch_1"}}
    found = match(entries(CAME, again, ids=of_payment), booked(), waiting(*TWICE, bank_id_key="ch_1"))
    assert certain(found) == [("d1", "m-came", 0), ("d2", "m-again", 1)]


def test_a_payment_that_is_disputed_won_and_disputed_again_is_taken_back_twice():
    """As Adyen writes it: Settled, Chargeback, ChargebackReversed and SecondChargeback all name the payment."""
    lines = (("d1", -250_00, None, True), ("won", 250_00, None, False), ("d2", -250_00, None, True))
    of_payment = {key: {"bank_id_key": "Z7"} for key in ("d1", "won", "d2")}
    for days in (1, 1, 1), (1, 2, 3):
        file = entries(*lines, ids=of_payment)
        file = file.with_columns(booked_on=pl.Series([DAY.replace(day=10 + day) for day in days]))
        found = match(file, booked(("paid", 250_00, None), bank_id_key="Z7"), waiting())
        assert (certain(found), found.doubtful.height) == ([("d1", "paid", 0), ("d2", "m-won", 2)], 0)
    # Nothing came back in between: the second debit takes nothing.
    twice = match(
        entries(lines[0], lines[2], ids=of_payment), booked(("paid", 250_00, None), bank_id_key="Z7"), waiting()
    )
    assert certain(twice) == [("d1", "paid", 0)]


def test_recalls_that_wait_and_only_quote_a_reference_take_back_nothing_by_themselves():
    """Every payment of a bill has its reference, so two debits may be of two payments."""
    lines = pl.DataFrame(pl.from_arrow(waiting(*TWICE))).with_columns(reference=pl.lit("71001184")).to_arrow()
    found = match(entries(("came", 250_00, "71001184", False)), booked(), lines)
    assert (certain(found), found.doubtful.height) == ([], 2)


def debit_receipt(left_minor: int, **said: Any) -> dict[str, Any]:
    """The receipt of a direct debit with the id `d`."""
    row = {"end_to_end_key": "d", "currency": "SEK", "receipt_id": "r", "receipt_key": None, "receipt_no": -1}
    return row | {"booked_on": DAY, "left_minor": left_minor, "items": ["i"]} | said


def test_parts_of_a_direct_debit_are_taken_day_by_day_as_long_as_they_are_left():
    """As if each day's returns had come by themselves: those of a day that are too much hold back no other day's."""
    minor, days = [40_00, 30_00, 15_00, 5_00, 1_00], [10, 12, 14, 15, 15]
    named = pl.DataFrame(
        {
            "end_to_end_key": ["d"] * 5,
            "recalled_on": [DAY.replace(day=day) for day in days],
            "minor": minor,
            "no": range(5),
            "part_id": [f"p{number}" for number in range(5)],
            "free": [60_00] * 5,
        }
    )
    assert covered(named.sample(fraction=1, shuffle=True, seed=1))["part_id"].to_list() == ["p0", "p2"]


def test_a_part_that_waits_or_stands_in_the_file_is_of_the_payment_with_its_id_and_of_nothing_else():
    debit = {"end_to_end_key": "d"}
    part = ("part", -20_00, None, True)
    file = entries(PAID, part, ids={"paid": debit, "part": debit})
    for lines, waits, no in ((file, waiting(), 1), (file.head(1), waiting(("part", -20_00), **debit), -1)):
        matched = match(lines, booked(), waits)
        left = unmatched(lines, waits, matched)
        mine = debit_receipt(250_00, receipt_id="m-paid", receipt_key="paid", receipt_no=0)
        found = in_parts(matched, left, [mine]).certain
        assert found.select("key", "no", "receipt_id", "in_part").rows() == [("part", no, "m-paid", True)]
        for other in (
            debit_receipt(19_99),
            debit_receipt(250_00, currency="EUR"),
            debit_receipt(1, end_to_end_key="x"),
        ):
            assert in_parts(matched, left, [other]).certain.is_empty()
        # Two receipts with one id name nobody for certain.
        assert in_parts(matched, left, [mine, debit_receipt(250_00)]).certain.is_empty()

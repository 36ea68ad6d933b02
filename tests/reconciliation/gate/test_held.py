"""What held is not asked again, and is never taken for an answer about anything else."""

from __future__ import annotations

from datetime import date
from functools import cache
from random import Random
from typing import Any, get_args

import polars as pl
import pytest

from reconciliation.gate import bench, examine
from reconciliation.gate.held import ROW_BY_ROW, Held, columns, digests
from reconciliation.statements.traits import Proof
from tests.reconciliation.gate.doubted_files import DOUBTED
from tests.reconciliation.gate.files import TERMS, camt053, movement
from tests.reconciliation.gate.refused_files import REFUSED

pytestmark = pytest.mark.usefixtures("nothing_held")
SOUND = camt053(movement(1, 5_00), movement(2, 7_00))


@pytest.fixture
def asked(monkeypatch) -> list[int]:
    """How many expectations Great Expectations was asked about, call by call."""
    from great_expectations.datasource.fluent.interfaces import Batch

    whole, counts = Batch.validate, []

    def counted(self, suite, result_format):
        counts.append(len(suite.expectations))
        return whole(self, suite, result_format=result_format)

    monkeypatch.setattr(Batch, "validate", counted)
    return counts


def test_the_same_file_again_has_the_same_verdict_and_asks_nothing(asked):
    first = examine(SOUND, TERMS)
    assert sum(asked) > 30
    asked.clear()
    assert examine(SOUND, TERMS) == first
    assert asked == []


def test_another_amount_asks_only_about_what_it_is_part_of(asked):
    examine(SOUND, TERMS)
    whole = sum(asked)
    asked.clear()
    assert examine(camt053(movement(1, 5_00), movement(2, 8_00)), TERMS).accepted
    assert 0 < sum(asked) < whole / 2


@pytest.mark.parametrize("parsed", [REFUSED[0][1], DOUBTED[0][1]])
def test_whatever_was_judged_before_no_verdict_changes(parsed, monkeypatch):
    fresh = examine(parsed, TERMS)
    monkeypatch.setattr(bench, "_HELD", Held())
    examine(SOUND, TERMS)
    assert [examine(parsed, TERMS), examine(parsed, TERMS)] == [fresh, fresh]


def test_a_failure_is_judged_each_time(asked):
    bad = camt053(movement(1, 0), movement(2, 7_00))
    assert examine(bad, TERMS).doubts
    asked.clear()
    assert examine(bad, TERMS).doubts
    assert asked == [1, 1]


def digest(values, dtype=None, expects="ExpectColumnValuesToBeInSet", **fields):
    """What is asked about one column."""
    import great_expectations.expectations as gxe

    one = pl.Series(values).cast(dtype) if dtype else pl.Series(values)
    frame = pl.DataFrame({"row": range(len(values)), "one": one})
    taken = {"meta": {"code": "amount_zero"}, **({"value_set": [1]} if expects.endswith("InSet") else {}), **fields}
    return digests(frame, [getattr(gxe, expects)(column="one", **taken)])[0]


def test_each_field_and_each_value_and_its_type_makes_another_digest():
    found = [
        digest([1, 2]),
        digest([1, 3]),
        digest([1, None]),
        digest([1, 2], dtype=pl.Int32),
        digest(["1", "2"]),
        digest(["1', '2"]),
        digest([True, False]),
        digest([date(2026, 1, 1), date(2026, 1, 2)]),
        digest([10_000_000, 10_000_001], dtype=pl.Date),
        digest([1, 2], value_set=["1"]),
        digest([1, 2], value_set=[1, 2]),
        digest([1, 2], mostly=0.5),
        digest([1, 2], expects="ExpectColumnValuesToNotBeInSet"),
    ]
    assert len(set(found)) == len(found)
    assert digest([1, 2]) == digest([1, 2], meta={"code": "another"})


def test_a_row_is_the_same_in_any_order_and_file_unless_all_rows_count():
    assert digest([2, 1, 2]) == digest([1, 2]) == digest([1]) | digest([2])
    unique = "ExpectColumnValuesToBeUnique"
    assert len({digest(one, expects=unique) for one in ([1, 2], [2, 1], [1, 2, 2], [1], [2])}) == 5


def test_what_an_expectation_looks_at_is_whether_a_value_is_there_or_nothing_of_an_ignored_row():
    import great_expectations.expectations as gxe

    there = "ExpectColumnValuesToNotBeNull"
    assert digest([1, 2], expects=there) == digest([3], expects=there) != digest([3, None], expects=there)

    def pair(ignored, *row):
        expects = gxe.ExpectColumnPairValuesToBeEqual(column_A="one", column_B="two", ignore_row_if=ignored)
        frame = pl.DataFrame([(0, *row)], schema={"row": pl.Int64, "one": pl.Int64, "two": pl.Int64}, orient="row")
        return digests(frame, [expects])[0]

    assert pair("either_value_is_missing", 1, None) == pair("either_value_is_missing", None, 2)
    assert pair("neither", 1, None) != pair("neither", None, 2)
    assert pair("either_value_is_missing", 1, 1) != pair("either_value_is_missing", 2, 2)


@cache
def by_type() -> dict[str, Any]:
    """An expectation of each type that the gate has; what they are imports Great Expectations."""
    from reconciliation.gate import suites

    proven = [(suites.statements(TERMS, one), suites.movements(TERMS, one)) for one in get_args(Proof)]
    parts = [suites.problems(), suites.totals(), suites.members(), *(one for both in proven for one in both)]
    return {one.expectation_type: one for part in parts for one in part}


TYPES = {"severity": pl.String, "format": pl.String, "currency": pl.String, "statement_currency": pl.String,
         "line_currency": pl.String, "identity": pl.String, "bank_id": pl.String, "content": pl.String,
         "from_on": pl.Date, "to_on": pl.Date, "created_on": pl.Date, "booked_on": pl.Date, "value_on": pl.Date,
         "currency_listed": pl.Boolean, "has_day": pl.Boolean, "amount_exact": pl.Boolean,
         "reference_valid": pl.Boolean, "listed_currency": pl.String}  # fmt: skip
VALUES = {
    pl.String: [None, "refuse", "doubt", "camt.053", "SEK", "USD"],
    pl.Date: [None, date(1600, 1, 1), date(2026, 1, 1), date(2026, 1, 2), date(2400, 1, 1)],
    pl.Boolean: [None, True, False],
    pl.Int64: [None, 0, 1, -1, 2, 3],
}


def test_each_expectation_is_judged_row_by_row_or_depends_on_all_rows():
    assert by_type().keys() - ROW_BY_ROW == {"expect_column_values_to_be_unique"}
    assert by_type().keys() >= ROW_BY_ROW


@pytest.mark.parametrize("name", sorted(ROW_BY_ROW))
def test_great_expectations_answers_for_each_row_alone_as_beside_others(name):
    expects, draw = by_type()[name], Random(3)
    needed = columns(expects)
    schema = {"row": pl.Int64, **{one: TYPES.get(one, pl.Int64) for one in needed}}
    rows = [(at, *(draw.choice(VALUES[schema[one]]) for one in needed)) for at in range(14)]

    def failing(rows):
        with bench.bench() as at:
            return set(at.judge("rows", pl.DataFrame(rows, schema=schema, orient="row"), [expects])[0].rows)

    together = failing(rows)
    assert together, "draw rows that fail"
    alone = {row[1:]: bool(failing([row])) for row in dict.fromkeys((0, *row[1:]) for row in rows)}
    assert together == {at for at, *row in rows if alone[tuple(row)]}
    by_digest = {}
    for row, fails in alone.items():
        frame = pl.DataFrame([(0, *row)], schema=schema, orient="row")
        assert by_digest.setdefault(digests(frame, [expects])[0], fails) == fails, row


def test_a_long_column_and_many_different_rows_have_no_digest():
    assert digest([1] * 1_001) is None
    assert digest([1] * 1_000) == digest([1])
    assert digest([*range(101)]) is None
    assert len(digest([*range(100)])) == 100
    held = Held()
    held.remember(None)
    assert None not in held


def test_what_is_remembered_has_an_end(monkeypatch):
    monkeypatch.setattr("reconciliation.gate.held._MOST_REMEMBERED", 2)
    held = Held()
    for number in b"abc":
        held.remember(frozenset([bytes([number])]))
    assert [frozenset([bytes([number])]) in held for number in b"abc"] == [False, False, True]
    assert frozenset(b"c") not in held


def test_an_expectation_is_asked_again_if_one_of_its_rows_is_new():
    held = Held()
    held.remember(frozenset([b"a", b"b"]))
    assert frozenset([b"b"]) in held
    assert frozenset([b"b", b"c"]) not in held

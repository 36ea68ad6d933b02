"""What held is not asked again, and is never taken for an answer about anything else."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from reconciliation.gate import bench, examine
from reconciliation.gate.held import Held, digests
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


def test_each_field_and_each_value_and_its_type_makes_another_digest():
    import great_expectations.expectations as gxe

    def digest(values, dtype=None, expects=gxe.ExpectColumnValuesToBeInSet, **fields):
        one = pl.Series(values).cast(dtype) if dtype else pl.Series(values)
        frame = pl.DataFrame({"row": range(len(values)), "one": one})
        meta = {"code": "amount_zero"}
        return digests(frame, [expects(column="one", **{"value_set": [1], "meta": meta, **fields})])[0]

    found = [
        digest([1, 2]),
        digest([2, 1]),
        digest([1, 2, 2]),
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
        digest([1, 2], expects=gxe.ExpectColumnValuesToNotBeInSet),
    ]
    assert len(set(found)) == len(found)
    assert digest([1, 2]) == digest([1, 2], meta={"code": "another"})


def test_a_long_column_has_no_digest():
    import great_expectations.expectations as gxe

    frame = pl.DataFrame({"row": range(1_001), "one": [1] * 1_001})
    found = digests(frame, [gxe.ExpectColumnValuesToNotBeNull(column="one")])
    assert found == [None]
    held = Held()
    held.remember(None)
    assert None not in held


def test_what_is_remembered_has_an_end(monkeypatch):
    monkeypatch.setattr("reconciliation.gate.held._MOST_REMEMBERED", 2)
    held = Held()
    for number in b"abc":
        held.remember(bytes([number]))
    assert [bytes([number]) in held for number in b"abc"] == [False, False, True]

"""What `inspect` gives is one documented shape for every format."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import jsonschema
import msgspec
import pytest

from reconciliation.statements.inspection import Inspected, inspected
from reconciliation.statements.rows import Rows
from reconciliation.statements.shape import LINES, STATEMENTS, TOTALS, Line, Parsed, Statement
from tests.kit.inspection import GOLDEN, golden_files, inspect
from tests.reconciliation.statements.written_files import bgmax, camt

# Where a row belongs is said by where it is shown.
PLACES = {"statement_no", "line_no", "detail_no"}
FIELDS = set(LINES.names) - PLACES
HEAD = {{"from_on": "from", "to_on": "to"}.get(name, name) for name in STATEMENTS.names}
FILES = {
    "camt": camt(),
    "bgmax": bgmax(),
    "cut": camt()[:-200],
    "empty": b"",
    "unknown": b"?",
    **{path.name: path.read_bytes() for path in golden_files()},
}


@pytest.mark.parametrize("data", FILES.values(), ids=FILES.keys())
def test_what_is_said_of_a_file_fits_the_schema(data: bytes):
    said = inspect(data)
    jsonschema.validate(said, msgspec.json.schema(Inspected))
    assert msgspec.json.decode(json.dumps(said).encode(), type=Inspected)


@pytest.mark.parametrize("data", [camt(), bgmax()], ids=["camt", "bgmax"])
def test_everything_that_a_reader_can_say_is_shown(data: bytes):
    said: dict[str, Any] = inspect(data)
    assert set(said) == {"format", "message", "encoding", "statements", "totals", "problems"}
    assert all(set(total) == set(TOTALS.names) for total in said["totals"])
    for statement in said["statements"]:
        assert set(statement) == HEAD | {"lines"}
        for line in statement["lines"]:
            assert set(line) == FIELDS | {"details"}
            assert line["details"]
            assert all(set(detail) == FIELDS for detail in line["details"])


def test_an_advice_shows_what_was_claimed_and_why_less_is_paid():
    (path,) = GOLDEN.glob("x12_835_adjustments*.835")
    details = [
        detail
        for statement in inspect(path.read_bytes())["statements"]
        for line in statement["lines"]
        for detail in line["details"]
    ]
    adjusted = [one for one in details if one["adjustments"]]
    assert adjusted
    assert {*adjusted[0]["adjustments"][0]} == {"group", "code", "amount_minor"}
    assert all(one["claimed_minor"] is not None for one in adjusted if one["kind"] == "payment")


def test_an_amount_more_precise_than_its_currency_is_shown_in_full():
    line = Line(1, 1, 0, amount_minor=1, currency="EUR", raw_position="line 1", unrounded=Decimal("0.0120"))
    lines, heads = Rows(LINES), Rows(STATEMENTS)
    lines.add([line])
    heads.add([Statement(1)])
    parsed = Parsed("mollie", None, None, heads.table(), lines.kept(), Rows(TOTALS).table(), ())
    assert inspected(parsed)["statements"][0]["lines"][0]["unrounded"] == "0.012"


def test_a_shape_that_is_not_the_documented_one_does_not_fit():
    said = inspect(camt())
    said["statements"][0]["lines"][0]["amount_minor"] = "125.00"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(said, msgspec.json.schema(Inspected))

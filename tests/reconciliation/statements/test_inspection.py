"""What `inspect` gives is one documented shape for every format."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import msgspec
import pytest

from reconciliation.statements.inspection import Inspected
from tests.kit.inspection import golden_files, inspect
from tests.reconciliation.statements.written_files import bgmax, camt

FIELDS = {
    "booked_on",
    "value_on",
    "amount_minor",
    "currency",
    "status",
    "reference",
    "reference_kind",
    "reference_valid",
    "counterparty",
    "text",
    "end_to_end_id",
    "charges_minor",
    "kind",
    "payment_ref",
    "bank_ref",
    "reversal",
    "raw_position",
}
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
def test_statements_lines_and_details_have_the_documented_fields_and_no_others(data: bytes):
    said: dict[str, Any] = inspect(data)
    assert set(said) == {"format", "statements", "problems"}
    for statement in said["statements"]:
        assert set(statement) == {"account", "currency", "opening_minor", "closing_minor", "from", "to", "lines"}
        for line in statement["lines"]:
            assert set(line) == FIELDS | {"details"}
            assert line["details"]
            assert all(set(detail) == FIELDS for detail in line["details"])


def test_a_shape_that_is_not_the_documented_one_does_not_fit():
    said = inspect(camt())
    said["statements"][0]["lines"][0]["amount_minor"] = "125.00"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(said, msgspec.json.schema(Inspected))

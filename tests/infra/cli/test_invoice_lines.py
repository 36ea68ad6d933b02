"""Whatever is on a line of an invoice file is told with its field, and with none of its texts."""

from __future__ import annotations

import json

import pytest

from tests.infra.cli.clinic import Clinic
from tests.infra.cli.test_invoice import invoice, written


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        (
            '"amount_minor": 20000, "vat',
            '"amount_minor": 1, "amount_minor": 20000, "vat',
            "that is twice (amount_minor)",
        ),
        ('"series"', '"Eva Ek": 1, "Eva Ek": 2, "series"', "a field that is twice; leave one out"),
        ('20000, "vat', f'{"9" * 5000}, "vat', "lines[0].amount_minor: expected a whole number"),
        ('20000, "vat', 'NaN, "vat', "lines[0].amount_minor: expected a whole number"),
        ('20000, "vat', '1e400, "vat', "got a number that is too large, or none"),
        ('"f2"', '"\\ud800"', "invoice_id: expected a text, got half a character"),
        ('"f2"', '"A\\u0000"', "(invoice_id: an id)"),
        ('"p1"', '"Eva-Ek"', "open it first. (payers[0].account_id)"),
        ('"SEK"', '"SEK', "what is written at character"),
    ],
)
def test_a_line_that_reads_strangely_is_told_with_its_field_and_no_text(
    clinic: Clinic, before: str, after: str, says: str
):
    text = json.dumps(invoice("f2")).replace(before, after, 1)
    assert text != json.dumps(invoice("f2"))
    path = written(clinic.folder, invoice("f1"), text)
    answered = clinic.reskontra("invoice", "issue", "--file", path, "--json", code=1)
    (problem,) = answered.json["problems"]
    assert "line 2: " in problem["sentence"]
    assert says in problem["sentence"]
    assert "Eva" not in problem["sentence"].replace(str(path), "")


def test_brackets_within_brackets_are_no_fault_of_the_program(clinic: Clinic):
    path = written(clinic.folder, invoice("f1"), "[" * 100_000)
    assert clinic.reskontra("invoice", "issue", "--file", path, "--json", code=1).codes == ["line_unreadable"]

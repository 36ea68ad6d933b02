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
        ('"p1"', '"Eva-Ek"', "with its invoice. (payers[0].account_id)"),
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


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_a_file_in_utf_16_is_one_error_that_says_so(clinic: Clinic, encoding: str):
    path = written(clinic.folder, invoice("f1"), invoice("f2"))
    path.write_bytes(path.read_text("utf-8").encode(encoding))
    (problem,) = clinic.reskontra("invoice", "issue", "--file", path, "--json", code=1).json["problems"]
    assert problem["code"] == "line_unreadable"
    assert "save it as UTF-8" in problem["sentence"]


def test_every_wrong_line_and_field_is_told_at_once(clinic: Clinic):
    wrong = {**invoice("f2"), "due_on": "31/10/2026", "note": "Eva Ek"}
    wrong["payers"] = [{"account_id": "p1", "amount_minor": "200.00"}]
    path = written(clinic.folder, wrong, invoice("f1"), {**invoice("f3"), "lines": [{"line_id": 1}]})
    first, second = clinic.reskontra("invoice", "issue", "--file", path, "--json", code=1).json["problems"]
    assert first["about"] == "line 1"
    for said in (
        "due_on: expected a day",
        "a field that is not known (note)",
        "(400.00 is written 40000), got a text",
    ):
        assert said in first["sentence"]
    assert "Eva" not in first["sentence"]
    assert "lines[0].service_code: missing" in second["sentence"]


@pytest.mark.parametrize("chunk", [1, 2, 2000])
def test_what_cannot_be_read_and_what_would_be_refused_is_told_in_one_round(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch, chunk: int
):
    monkeypatch.setattr("infra.desk.invoice_file.CHUNK", chunk)
    unread, refused = invoice("f2", due_on="31/10/2026"), invoice("f3", "p9")
    path = written(clinic.folder, refused, unread, invoice("f4"), invoice("f4"), invoice("f5", currency="USD"))
    answered = clinic.reskontra("invoice", "issue", "--file", path, "--json", code=1)
    assert [(one["about"], one["code"]) for one in answered.json["problems"]] == [
        ("line 1", "account_not_open"),
        ("line 2", "line_unreadable"),
        ("line 4", "invoice_repeated"),
        ("line 5", "currency_not_kept"),
    ]
    assert len(clinic.reskontra.json("open-items")["rows"]) == 3

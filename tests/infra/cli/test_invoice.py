"""Invoices are issued one by one or by file, and a file with anything wrong in it issues none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.house.invoice_docs import EXAMPLE
from tests.infra.cli.clinic import IBAN, Clinic
from tests.infra.cli.command_line import Answers, Reskontra

# The references of the clinic's own series begin with 4.
NEW_SERIES = "--series new --reference-prefix 5"


def invoice(invoice_id: str, owed_by: str = "p1", **changed: Any) -> dict[str, Any]:
    line = {"line_id": 1, "service_code": "VISIT", "service_on": "2026-10-05", "amount_minor": 20000}
    return {
        "invoice_id": invoice_id,
        "series": "inv",
        "currency": "SEK",
        "issued_on": "2026-10-05",
        "due_on": "2026-11-04",
        "lines": [line | {"vat_code": "SE-EXEMPT", "vat_minor": 0}],
        "payers": [{"account_id": owed_by, "amount_minor": 20000}],
        **changed,
    }


def written(folder: Path, *lines: object) -> Path:
    path = folder / "invoices.jsonl"
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    path.write_text("\n".join(texts) + "\n", encoding="utf-8")
    return path


def test_an_invoice_says_its_number_its_reference_and_its_key(clinic: Clinic):
    (row,) = clinic.reskontra.json(
        "invoice issue --account p2 --series inv --amount 125.00 --vat 25.00 --vat-code SE-25 --currency SEK "
        "--service COPY --issued-on 2026-10-05"
    )["rows"]
    assert (row["status"], row["number"], row["due_on"]) == ("done", 1004, "2026-11-04")
    (item,) = row["items"]
    assert (item["item_id"], item["account_id"], item["amount_minor"]) == (f"{row['invoice_id']}.1", "p2", 125_00)
    assert item["reference"].startswith("410041")
    assert row["key"]
    assert row["invoice_id"]


def test_a_free_visit_is_invoiced_and_nothing_is_owed(clinic: Clinic):
    typed = "invoice issue --account p2 --series inv --amount 0 --currency SEK --service VISIT"
    assert "invoice number 1004 of series inv" in (said := clinic.reskontra(typed).out)
    assert "; nothing is owed" in said
    assert "; nothing is owed" not in clinic.reskontra(typed.replace("0 ", "1 ", 1)).out


def test_an_invoice_opens_its_account_and_its_series_where_it_says_how(clinic: Clinic):
    typed = f"invoice issue --account p9 {NEW_SERIES} --amount 1.00 --service X --payer region --first 501"
    first, second = (clinic.reskontra.json(f"{typed} --issued-on 2026-10-0{day}")["rows"][0] for day in (5, 6))
    assert [row["number"] for row in (first, second)] == [501, 502]
    opened = clinic.reskontra.json("history account-p9")["rows"]
    assert [(row["occurred_on"], row["fact"]) for row in opened] == [("2026-10-05", "AccountOpened")]
    other = clinic.reskontra(f"{typed.replace('region', 'patient')} --json", code=1)
    assert other.codes == ["account_already_open"]


@pytest.mark.parametrize(
    ("left_out", "code"), [("--payer region", "account_not_open"), ("--first 501", "series_not_open")]
)
def test_what_is_not_open_is_not_opened_by_itself(clinic: Clinic, left_out: str, code: str):
    typed = f"invoice issue --account p9 {NEW_SERIES} --amount 1.00 --service X --payer region --first 501"
    assert clinic.reskontra(f"{typed.replace(left_out, '')} --json", code=1).codes == [code]


def test_the_same_key_is_the_same_invoice(clinic: Clinic):
    typed = "invoice issue --account p1 --series inv --amount 1.00 --currency SEK --service X --key once"
    first, second = clinic.reskontra.json(typed)["rows"][0], clinic.reskontra.json(typed)["rows"][0]
    assert (first["status"], second["status"]) == ("done", "nothing_new")
    assert (first["invoice_id"], first["number"]) == (second["invoice_id"], second["number"])
    other = typed.replace("--amount 1.00", "--amount 2.00")
    assert clinic.reskontra(f"{other} --json", code=1).codes == ["key_reused"]


def test_an_amount_that_is_none_opens_nothing(clinic: Clinic):
    typed = "invoice issue --account p9 --payer region --series new --first 1 --service X --amount 1,00.0 --json"
    assert clinic.reskontra(typed, code=1).codes == ["amount_malformed"]
    assert clinic.reskontra("account-statement p9 --json", code=1).codes == ["account_not_open"]


def test_a_refused_invoice_opens_neither_its_account_nor_its_series(clinic: Clinic):
    before = clinic.reskontra.json("history item-i3.1")["position"]
    typed = (
        "invoice issue --account p9 --payer region --series new --first 1 --service X --amount 1 --due-on 2026-10-01"
    )
    for refused in (typed, typed.replace("--first 1", "")):
        clinic.reskontra(f"{refused} --json", code=1)
        assert clinic.reskontra("account-statement p9 --json", code=1).codes == ["account_not_open"]
    assert clinic.reskontra.json("history item-i3.1")["position"] == before


@pytest.mark.parametrize(
    ("duty", "options", "named"),
    [
        ("nurse", "--payer region", "billing, finance, integrator"),
        ("approver", "--payer region", "billing, finance, integrator"),
        ("billing", "--payer region --first 1", "finance"),
        ("admin", "--payer region --first 1", "finance"),
    ],
)
def test_whoever_may_not_do_all_of_it_is_told_who_may(clinic: Clinic, duty: str, options: str, named: str):
    clinic.reskontra(f"person register nora --id nora --duty {duty}")
    typed = f"invoice issue --account p9 --series new --amount 1.00 --service X {options}"
    answered = clinic.reskontra.by("nora")(f"{typed} --json", code=1)
    assert answered.codes == ["duty_missing"]
    assert answered.json["problems"][0]["sentence"].endswith(f"(nora; {named})")
    assert clinic.reskontra("account-statement p9 --json", code=1).codes == ["account_not_open"]


def test_two_duties_may_do_it_together(clinic: Clinic):
    clinic.reskontra("person register nora --id nora --duty billing --duty admin")
    typed = f"invoice issue --account p9 {NEW_SERIES} --amount 1.00 --service X --payer region --first 7"
    assert clinic.reskontra.by("nora").json(typed)["rows"][0]["number"] == 7


def test_random_ids_rise_with_time(clinic: Clinic):
    typed = "invoice issue --account p1 --series inv --amount 1.00 --currency SEK --service X"
    ids = [clinic.reskontra.json(typed)["rows"][0]["invoice_id"] for _ in range(3)]
    assert ids == sorted(ids)
    assert len(set(ids)) == 3


def test_a_refused_invoice_says_the_ledgers_code(clinic: Clinic):
    answered = clinic.reskontra(
        "invoice issue --account nobody --series inv --amount 0.01 --currency SEK --service X --json", code=1
    )
    assert answered.codes == ["account_not_open"]


def test_a_file_of_invoices_is_issued_and_a_second_time_nothing_new(clinic: Clinic):
    path = written(clinic.folder, invoice("f1"), "", invoice("f2", "p2"))
    answer = clinic.reskontra.json("invoice", "issue", "--file", path)
    assert [(row["line"], row["status"]) for row in answer["rows"]] == [(1, "done"), (3, "done")]
    again = clinic.reskontra("invoice", "issue", "--file", path)
    assert again.out.startswith("nothing new: all 2 invoices were issued before\n")
    assert len(clinic.reskontra.json("open-items")["rows"]) == 5


@pytest.mark.parametrize(
    ("line", "code", "says"),
    [
        (invoice("f2", amount_minor=1), "line_unreadable", "amount_minor"),
        (invoice("f2", due_on="2026-13-01"), "line_unreadable", "due_on: expected a day"),
        (
            invoice("f2", payers=[{"account_id": "p1", "amount_minor": "1"}]),
            "line_unreadable",
            "payers[0].amount_minor: expected a whole number of minor units (400.00 is written 40000)",
        ),
        (
            invoice("f2", payers=[{"account_id": "p1", "amount_minor": 1.5}]),
            "line_unreadable",
            "got a number with decimals",
        ),
        (invoice("f2", currency="KRO"), "line_unreadable", "currency: expected a currency"),
        ('{"invoice_id": "f2"', "line_unreadable", "line 2"),
        (invoice("f2", payer="p1"), "line_unreadable", "a field that is not known (payer)"),
        (invoice("f2", "p9"), "account_not_open", "has not been opened"),
        (invoice("f2", payers=[{"account_id": "p1", "amount_minor": 1}]), "payers_do_not_sum", "do not sum"),
        (invoice("f1"), "invoice_repeated", "line 1 has the same id"),
        (invoice("f1", due_on="2026-12-04"), "invoice_repeated", "line 1 has the same id"),
        (invoice("f 2"), "id_malformed", "An id has"),
        (invoice("f2", due_on="9999-12-31"), "day_impossible", "to 2199-12-31; check the year. (due_on 9999-12-31)"),
        (invoice("f2", issued_on="1899-12-31"), "day_impossible", "(issued_on 1899-12-31)"),
        (
            invoice("f2", issued_on="2062-10-05", due_on="2062-11-04"),
            "day_far",
            "2062-10-05; the first possible",
        ),
        (invoice("f2", due_on="2062-11-04"), "due_far_after_issue", "check the year"),
    ],
)
def test_one_wrong_line_keeps_the_whole_file_out(clinic: Clinic, line: object, code: str, says: str):
    path = written(clinic.folder, invoice("f1"), line)
    answered = clinic.reskontra("invoice", "issue", "--file", path, "--json", code=1)
    assert answered.codes == [code]
    (problem,) = answered.json["problems"]
    assert problem["sentence"].startswith(f"{path} line 2: ")
    assert says in problem["sentence"]
    assert len(clinic.reskontra.json("open-items")["rows"]) == 3


def test_the_example_of_the_page_is_issued_and_answers_with_numbers_and_references(clinic: Clinic):
    clinic.reskontra("series open A --first 7 --reference-prefix 5")
    clinic.reskontra("account open r1 --payer region")
    issued = clinic.reskontra.json("invoice", "issue", "--file", EXAMPLE)["rows"]
    assert [(row["line"], row["invoice_id"], row["status"], row["number"]) for row in issued] == [
        (1, "2026-1", "done", 7),
        (2, "2026-2", "done", 8),
    ]
    assert [[item["account_id"] for item in row["items"]] for row in issued] == [["p1"], ["p2", "r1"]]
    references = [item["reference"] for row in issued for item in row["items"]]
    assert [reference[:-2] for reference in references] == ["571", "581", "582"]
    # The same file again says the same of invoices that were issued before.
    again = clinic.reskontra.json("invoice", "issue", "--file", EXAMPLE)["rows"]
    assert again == [{**row, "status": "nothing_new"} for row in issued]
    assert "571" in clinic.reskontra("invoice", "issue", "--file", EXAMPLE).out


def test_an_id_that_is_twice_in_a_file_is_told_with_both_lines(clinic: Clinic):
    path = written(clinic.folder, invoice("f1"), "", invoice("f2"), invoice("f1"))
    answered = clinic.reskontra("invoice", "issue", "--file", path, "--json", code=1)
    (problem,) = answered.json["problems"]
    assert problem["sentence"].startswith(f"{path} line 4: invoice_id: line 1 has the same id")


def test_a_file_is_issued_in_chunks(clinic: Clinic, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("infra.desk.invoice_file.CHUNK", 2)
    path = written(clinic.folder, *[invoice(f"f{number}") for number in range(5)])
    rows = clinic.reskontra.json("invoice", "issue", "--file", path)["rows"]
    assert [row["number"] for row in rows] == [1004, 1005, 1006, 1007, 1008]
    assert len({row["items"][0]["reference"] for row in rows}) == 5


def test_every_wrong_line_is_told_up_to_what_a_person_reads(clinic: Clinic):
    path = written(clinic.folder, *[invoice(f"f{number}", "p9") for number in range(60)])
    codes = clinic.reskontra("invoice", "issue", "--file", path, "--json", code=1).codes
    assert codes == ["account_not_open"] * 50 + ["lines_not_listed"]


@pytest.mark.parametrize(("name", "code"), [("missing.jsonl", "file_unreadable"), (".", "file_is_folder")])
def test_a_file_that_is_none_is_told(clinic: Clinic, name: str, code: str):
    path = clinic.folder / name
    assert clinic.reskontra("invoice", "issue", "--file", path, "--json", code=1).codes == [code]


def test_an_empty_file_and_one_in_another_encoding_are_told(clinic: Clinic):
    empty = written(clinic.folder)
    assert clinic.reskontra("invoice", "issue", "--file", empty, "--json", code=1).codes == ["file_empty"]
    latin = json.dumps(invoice("f1", care_unit="Åre"), ensure_ascii=False).encode("latin-1")
    empty.write_bytes(latin)
    assert clinic.reskontra("invoice", "issue", "--file", empty, "--json", code=1).codes == ["line_unreadable"]
    # A care unit is a code, which has no such letter in any encoding.
    empty.write_bytes(latin.decode("latin-1").encode())
    assert clinic.reskontra("invoice", "issue", "--file", empty, "--json", code=1).codes == ["code_malformed"]
    empty.write_bytes(b"\xef\xbb\xbf" + json.dumps(invoice("f1", care_unit="ARE")).encode())
    assert clinic.reskontra.json("invoice", "issue", "--file", empty)["totals"][0]["issued"] == 1


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("invoice issue", "--account, --series, --amount, --service"),
        ("invoice issue --file x.jsonl --vat 1", "leave out --vat"),
        ("invoice issue --file x.jsonl --account p1", "leave out --account"),
        ("invoice issue --file x.jsonl --key k", "leave out --key"),
        ("invoice issue --currency kr", "ISO 4217"),
        ("invoice issue --key å", "no spaces"),
        ("invoice issue --issued-on 1/2/2026", "2024-07-31"),
    ],
)
def test_wrong_usage_is_exit_code_two(reskontra: Reskontra, typed: str, says: str):
    assert says in reskontra(typed, code=2).err


# What each command is given for its answer, and the exit code it then ends with.
ANSWERS: Answers = {
    "account open": ("p9 --payer guardian", 0),
    "bank-account declare": (f"{IBAN} --currency SEK --name Main", 0),
    "bank-account list": ("", 0),
    "bank-account withdraw": (f"{IBAN} --reason MISTAKE", 1),
    "bank-account opening": (f"{IBAN} 10 --as-of 2026-08-31 --source statement", 0),
    "invoice issue": ("--account p1 --series inv --amount 1.00 --service X", 0),
    "series open": ("inv", 1),
}

"""Reports tie out under their table, on both clocks, and say first what is not right."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from typing import Any

import psycopg
import pytest

from ledger import execute, open_journal
from ledger.domain.bank.file import CompleteFile, IngestFile, LoadedFile, ProvenFile
from ledger.domain.fact import Command
from tests.infra.cli.clinic import IBAN, Clinic
from tests.infra.cli.command_line import Answers, Reskontra
from tests.kit.submissions import submit


def test_aging_puts_each_invoice_in_its_bucket_and_ties_out(clinic: Clinic):
    answer = clinic.reskontra.json("aging --as-of 2026-12-01")
    (patients, total) = answer["rows"]
    # Due on 31 October, 1 and 2 November: 31, 30 and 29 days past due.
    assert (patients["payer"], patients["d1_30_minor"], patients["d31_60_minor"]) == ("patient", 600_00, 150_00)
    assert total["total_minor"] == 750_00
    assert {(one["name"], one["difference_minor"]) for one in answer["totals"]} >= {("ar_patient", 0)}
    assert answer["as_of"] == "2026-12-01"
    assert answer["known_at"] == answer["position"] > 0


def test_a_vat_return_names_its_days_and_marks_what_is_not_confirmed(clinic: Clinic):
    lines = clinic.reskontra("vat-return --as-of 2026-10-31").out.splitlines()
    assert lines[0].startswith("VAT return from 2026-10-01, clinic as of 2026-10-31, known at position ")
    assert "whole, rounding unconfirmed" in lines[1]
    assert lines[-1] == "ties out"
    given = clinic.reskontra("vat-return --from 2026-07-01 --as-of 2026-09-30").out
    assert given.startswith("VAT return from 2026-07-01, clinic as of 2026-09-30, ")


UNUSED = ("great_expectations", "numpy", "pandas", "polars", "prefect")
PROBE = """
import sys
from infra.cli import main
sys.argv = ["reskontra", "aging", "--json"]
try:
    main()
finally:
    print(*[name for name in {unused!r} if name in sys.modules])
"""


def test_a_report_imports_none_of_what_takes_longer_than_the_report(clinic: Clinic):
    probe, environ = PROBE.format(unused=UNUSED), {**os.environ, **clinic.reskontra.environ}
    run = subprocess.run([sys.executable, "-c", probe], env=environ, capture_output=True, text=True, check=True)
    answer, imported = run.stdout.splitlines()
    assert '"ok":true' in answer
    assert not imported


def test_aging_for_people_has_exact_money_and_the_tie_out_below(clinic: Clinic):
    lines = clinic.reskontra("aging --as-of 2026-12-01").out.splitlines()
    assert lines[0].startswith("Aging, clinic as of 2026-12-01, known at position ")
    assert lines[2].split()[:5] == ["SEK", "patient", "0.00", "600.00", "150.00"]
    assert lines[-1] == "ties out"


def test_a_report_knows_only_what_was_known_then(clinic: Clinic):
    known = clinic.reskontra.json("aging")["known_at"]
    clinic.issue("i4", "p1", 100_00, "2026-10-04")
    assert len(clinic.reskontra.json("open-items --as-of 2026-12-01")["rows"]) == 4
    assert len(clinic.reskontra.json(f"open-items --as-of 2026-12-01 --known-at {known}")["rows"]) == 3
    long_ago = clinic.reskontra.json("open-items --known-at 2020-01-01T00:00Z")
    assert (long_ago["rows"], long_ago["known_at"]) == ([], 0)


def test_a_report_prints_the_end_of_the_save_that_a_position_is_inside_of(clinic: Clinic):
    known = clinic.reskontra.json("aging")["known_at"]
    clinic.issue("i4", "p1", 100_00, "2026-10-04")
    asked = f"aging --as-of 2026-12-01 --known-at {known + 1}"
    shown = clinic.reskontra.json(asked)
    assert (shown["known_at"], shown["position"] > known + 1, shown["ok"]) == (known, True, True)
    assert f"known at position {known}, read" in clinic.reskontra(asked).out


def test_a_report_of_a_day_holds_what_had_occurred(clinic: Clinic):
    issued = [row["invoice_id"] for row in clinic.reskontra.json("open-items --as-of 2026-10-02")["rows"]]
    assert issued == ["i1", "i2"]


def test_open_items_of_one_account_and_due_by_a_day(clinic: Clinic):
    answer = clinic.reskontra.json("open-items --account p1 --due-by 2026-10-31")
    assert [(row["invoice_id"], row["open_minor"]) for row in answer["rows"]] == [("i1", 150_00)]


def test_a_position_that_is_not_there_is_a_problem(clinic: Clinic):
    assert clinic.reskontra("aging --known-at 999999 --json", code=1).codes == ["known_at_unknown"]


def test_the_other_reports_answer_too(clinic: Clinic):
    reskontra = clinic.reskontra
    assert [row["balance_minor"] for row in reskontra.json("trial-balance")["rows"]] == [750_00, -750_00]
    assert [row["role"] for row in reskontra.json("tie-out")["rows"]] == ["ar_patient"]
    assert [row["balance_minor"] for row in reskontra.json("account-statement p1")["rows"]] == [150_00, 400_00]
    brought = reskontra.json("account-statement p1 --from 2026-10-02")["rows"][0]
    assert (brought["text"], brought["balance_minor"]) == ("Balance brought forward", 150_00)
    told = reskontra.json("history invoice-i1")
    assert [row["fact"] for row in told["rows"]] == ["InvoiceIssued"]
    assert told["totals"] == [{"name": "invoice-i1", "book": 1, "shown": 1, "difference": 0}]
    assert [row["fact"] for row in reskontra.json("history p1")["rows"]] == [
        "AccountOpened",
        *["InvoiceIssued", "ItemRaised"] * 2,
    ]


def test_what_nobody_recorded_is_said_so(reskontra: Reskontra):
    assert reskontra("account-statement nobody --json", code=1).codes == ["account_not_open"]
    assert "nothing is recorded for series-x" in reskontra("history series-x", code=1).err
    assert "no invoice is called '9'; looked for" in reskontra("history invoice-9", code=1).err


def test_a_report_that_does_not_tie_says_so_first(clinic: Clinic):
    clinic.reskontra("aging")
    with psycopg.connect(clinic.reskontra.environ["RESKONTRA_DATABASE_URL"]) as owner:
        owner.execute("UPDATE clinic.items SET open_minor = open_minor - 1 WHERE item_id = 'i1.1'")
    answered = clinic.reskontra("aging --as-of 2026-12-01", code=1)
    assert answered.out.startswith(
        "DOES NOT TIE OUT (ar_patient by 0.01 SEK): the report differs from the general ledger"
    )
    assert answered.out.rstrip().endswith("does not tie out: 1 of 5 totals differ")
    assert answered.err == ""
    assert clinic.reskontra("aging --as-of 2026-12-01 --json", code=1).codes == ["does_not_tie"]


def test_while_a_file_is_half_loaded_every_report_says_how_far(clinic: Clinic):
    record(clinic.reskontra, ingest())
    answered = clinic.reskontra("aging", code=1)
    assert answered.out.startswith(
        "the figures are incomplete: file aaaaaaaaaaaa is only partly loaded, 0 of 400 lines"
    )
    assert "run `reskontra reconcile` with the file again" in answered.out
    assert clinic.reskontra("trial-balance --json", code=1).codes == ["file_half_loaded"]
    position = known(clinic.reskontra)
    record(clinic.reskontra, CompleteFile(sha256="a" * 64, loaded=LoadedFile(400, 0, 0, 0, 0)), "two")
    assert clinic.reskontra("aging").out
    then = clinic.reskontra(f"aging --known-at {position}", code=1)
    assert then.out.startswith("the figures are incomplete: file aaaaaaaaaaaa was only partly loaded at this position")
    assert f"from position {known(clinic.reskontra)} on" in then.out
    assert "reconcile" not in then.out


def known(reskontra: Reskontra) -> int:
    """The last position that a report may ask for."""
    with open_journal(reskontra.environ["RESKONTRA_READER_URL"], "clinic") as journal:
        return journal.stable_position()


def ingest() -> IngestFile:
    return IngestFile(sha256="a" * 64, file=ProvenFile("camt.053", True, (), 400, 1))


def record(reskontra: Reskontra, command: Command, key: str = "one") -> None:
    """Record a command that no person gives."""
    with open_journal(reskontra.environ["RESKONTRA_WRITER_URL"], "clinic") as journal:
        assert execute(journal, submit(command, key, date(2026, 11, 10))).status == "done"


def test_bank_accounts_are_listed_with_how_far_the_bank_is_loaded(clinic: Clinic):
    answer = clinic.reskontra.json("bank-account list")
    (row,) = answer["rows"]
    assert (row["bank_account"], row["numbers"], row["ledger_account"], row["expected"]) == (
        IBAN,
        [IBAN],
        "1930",
        ["camt.053"],
    )
    assert answer["totals"] == [{"name": "bank", "loaded_through_on": None}]


def declared(reskontra: Reskontra) -> dict[str, dict[str, Any]]:
    return {row["bank_account"]: row for row in reskontra.json("bank-account list")["rows"]}


def test_a_bank_account_is_declared_as_people_write_it_and_declared_again_with_what_changed(reskontra: Reskontra):
    reskontra("bank-account", "declare", "se66 9990 0000 0012 3456 7890", "--currency", "SEK")
    reskontra("bank-account declare 999-0003 --currency SEK --name Giro --feed bgmax:..2026-06-30 --alias 12-5")
    reskontra("bank-account declare 9990003 --currency SEK --until 2026-06-30")
    found = declared(reskontra)
    assert list(found) == ["9990003", IBAN]
    giro = found["9990003"]
    assert (giro["name"], giro["numbers"], giro["expected"]) == ("Giro", ["9990003", "12-5"], ["bgmax:..2026-06-30"])
    assert (giro["until_on"], giro["ledger_account"], found[IBAN]["ledger_account"]) == ("2026-06-30", "1931", "1930")


def test_one_number_in_two_currencies_is_two_accounts_each_with_its_opening_balance(reskontra: Reskontra):
    reskontra("entity declare --currencies SEK --currencies EUR")
    for currency in ("SEK", "EUR"):
        reskontra(f"bank-account declare {IBAN} --currency {currency}")
    assert set(declared(reskontra)) == {IBAN, f"{IBAN}-EUR"}
    both = reskontra.json(f"bank-account opening {IBAN[4:]} 5 --as-of 2026-08-31 --source letter", code=1)
    assert both["problems"][0]["code"] == "bank_account_undeclared"
    for amount in ("10", "20"):
        reskontra(f"bank-account opening {IBAN}-EUR {amount} --as-of 2026-08-31 --source letter --overdrawn")
    found = declared(reskontra)
    assert (found[f"{IBAN}-EUR"]["opening_on"], found[f"{IBAN}-EUR"]["opening_minor"]) == ("2026-08-31", -20_00)
    rows = reskontra.json("trial-balance --as-of 2026-08-31")["rows"]
    assert [(row["account"], row["currency"], row["balance_minor"]) for row in rows] == [
        ("1931", "EUR", -20_00),
        ("2091", "EUR", 20_00),
    ]


def test_an_account_named_by_a_number_of_two_accounts_is_not_guessed(reskontra: Reskontra):
    reskontra("entity declare --currencies SEK --currencies EUR")
    for currency, id in (("SEK", "a1"), ("EUR", "b1")):
        reskontra(f"bank-account declare {IBAN} --currency {currency} --id {id}")
    answer = reskontra.json(f"bank-account opening {IBAN} 5 --as-of 2026-08-31 --source letter", code=1)
    assert answer["problems"][0]["code"] == "name_ambiguous"


def test_without_a_feed_statements_are_expected_or_a_giros_deposits(reskontra: Reskontra):
    for number in (IBAN, "999-0003", "12 34 56-6"):
        reskontra("bank-account", "declare", number, "--currency", "SEK")
    expected = {number: one["expected"] for number, one in declared(reskontra).items()}
    assert expected == {IBAN: ["camt.053"], "9990003": ["bgmax"], "123456-6": ["bgmax"]}


@pytest.mark.parametrize("feed", ["csv", "camt.052", "camt.053:2026-01-01", "bgmax:..2026-02-30"])
def test_a_feed_that_is_not_booked_or_has_no_such_days_is_refused(reskontra: Reskontra, feed: str):
    answer = reskontra.json(f"bank-account declare 1 --currency SEK --feed {feed}", code=1)
    assert [one["code"] for one in answer["problems"]] == ["feed_unknown"]
    if not feed.endswith("30"):
        assert "camt.053, camt.054, bgmax (money received only)" in answer["problems"][0]["sentence"]


# What each command is given for its answer, and the exit code it then ends with.
ANSWERS: Answers = {
    "aging": ("", 0),
    "bank": ("", 0),
    "cut-over": ("", 0),
    "diff": ("--since 5", 0),
    "history": ("p1", 0),
    "journal": ("", 0),
    "open-items": ("", 0),
    "account-statement": ("p1", 0),
    "tie-out": ("", 0),
    "treatment-history": ("", 0),
    "trial-balance": ("", 0),
    "vat-return": ("", 0),
}

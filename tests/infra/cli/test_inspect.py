"""Inspect shows all that can be read of a file beside what is wrong with it, and needs no database."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from reconciliation.statements.camt.writer import CamtEntry
from tests.infra.cli.clinic import BOOKED_ON, Clinic, paid
from tests.infra.cli.command_line import Reskontra
from tests.kit.inspection import GOLDEN, inspect

SCENARIOS = Path(__file__).parents[2] / "scenarios"
SHAPE = ["format", "message", "encoding", "statements", "totals", "problems", "judged", "answers", "zone"]


@pytest.fixture
def files(tmp_path: Path) -> Clinic:
    """A folder for bank files, and a command line without any books."""
    return Clinic(Reskontra({"RESKONTRA_DATA_DIR": str(tmp_path / "data")}), tmp_path, {})


def test_json_is_exactly_what_was_read_of_a_sound_file(files: Clinic):
    path = files.statement([paid(1, 150_00, "1001171"), CamtEntry(-15_00, BOOKED_ON, BOOKED_ON, "B2")])
    shown = json.loads(files.reskontra("inspect", path, "--json").out)
    assert shown == inspect(path.read_bytes()) | {"judged": False, "answers": {}, "zone": "Europe/Stockholm"}
    assert list(shown) == SHAPE
    assert [line["amount_minor"] for line in shown["statements"][0]["lines"]] == [150_00, -15_00]
    assert shown["problems"] == []
    assert not (files.folder / "data").exists()


def test_people_see_lines_members_and_balances(files: Clinic):
    path = files.statement([paid(1, 150_00, "1001171")])
    assert files.reskontra("inspect", path).out.startswith(f"{path}: camt.053, can be read; --judge says whether")
    out = files.reskontra("inspect", path, "--judge").out
    assert out.startswith(f"{path}: camt.053, sound (days in Europe/Stockholm)\n")
    assert "SEK 1000.00 to 1150.00, 1 lines" in out
    assert "1001171" in out


def test_people_see_what_a_provider_s_transactions_are_and_what_they_cost(files: Clinic):
    (path,) = GOLDEN.glob("paypal_*.csv")
    out = files.reskontra("inspect", path).out
    assert all(word in out for word in ("charges", "45.75", "exchange", "reserve_held"))


def test_what_the_gate_would_refuse_is_shown_with_the_reason(files: Clinic):
    path = files.statement([paid(1, 150_00)])
    path.write_bytes(path.read_bytes().replace(b">1150.00<", b">1151.00<"))
    files.reskontra("inspect", path)
    answered = files.reskontra("inspect", path, "--judge", "--json", code=1)
    shown = json.loads(answered.out)
    assert shown["judged"]
    assert [line["amount_minor"] for line in shown["statements"][0]["lines"]] == [150_00]
    assert [(one["code"], one["severity"]) for one in shown["problems"]] == [("balances_do_not_foot", "refuse")]
    assert "would be refused" in files.reskontra("inspect", path, "--judge", code=1).out


def test_a_currency_that_is_not_kept_is_refused_unless_it_is_named(files: Clinic):
    path = files.statement([paid(1, 150_00)])
    path.write_bytes(path.read_bytes().replace(b"SEK", b"EUR"))
    assert (
        json.loads(files.reskontra("inspect", path, "--judge", "--json", code=1).out)["problems"][0]["code"]
        == "currency_not_kept"
    )
    files.reskontra("inspect", path, "--currency", "SEK", "--currency", "EUR")


def test_a_day_beyond_belief_is_refused_as_of_the_day_it_is_looked_at(files: Clinic):
    path = files.statement([paid(1, 150_00)])
    files.reskontra("inspect", path, "--on", "2026-11-11")
    code = json.loads(files.reskontra("inspect", path, "--on", "2024-11-11", "--json", code=1).out)["problems"][0][
        "code"
    ]
    assert code == "statement_date_beyond_belief"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (b"PK\x03\x04\x14\x00\x00\x00\x08\x00", "file_compressed"),
        (b"%PDF-1.7", "file_is_document"),
        (b"date;amount\n2026-11-10;1,00\n", "file_not_mapped"),
        (b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "y">]><Document>&x;</Document>', "xml_document_type"),
    ],
)
def test_what_is_no_statement_is_told_by_its_content(files: Clinic, content: bytes, code: str):
    path = files.folder / "day.xml"
    path.write_bytes(content)
    shown = json.loads(files.reskontra("inspect", path, "--json", code=1).out)
    assert (list(shown), shown["statements"]) == (SHAPE, [])
    assert [problem["code"] for problem in shown["problems"]] == [code]


def test_a_truncated_file_shows_what_came_before_the_end(files: Clinic):
    path = files.statement([paid(1, 150_00), paid(2, 99_00), paid(3, 1_00)])
    path.write_bytes(path.read_bytes()[:-400])
    shown = json.loads(files.reskontra("inspect", path, "--json", code=1).out)
    assert shown["statements"][0]["lines"][0]["amount_minor"] == 150_00
    assert "file_truncated" in [problem["code"] for problem in shown["problems"]]


def test_a_missing_file_and_a_folder_are_told(files: Clinic):
    answered = files.reskontra("inspect", files.folder / "none.xml", files.folder, "--json", code=1)
    first, second = map(json.loads, answered.out.splitlines())
    assert "cannot be read (No such file or directory)" in first["problems"][0]["message"]
    assert "is a folder" in second["problems"][0]["message"]


def test_several_files_are_one_document_a_line_in_their_order(files: Clinic):
    sound, empty = files.statement([paid(1, 150_00)]), files.folder / "empty.txt"
    empty.write_bytes(b"")
    answered = files.reskontra("inspect", empty, sound, "--json", code=1)
    shown = list(map(json.loads, answered.out.splitlines()))
    assert [one["format"] for one in shown] == [None, "camt.053"]
    said = files.reskontra("inspect", empty, sound, code=1)
    assert f"{empty} would be refused" in said.err
    assert str(sound) not in said.err


@pytest.mark.parametrize(
    ("name", "answers"),
    [
        ("mandates_answered.ag", {"mandates_accepted": 3, "mandates_rejected": 1}),
        ("mandate_ended_by_payer.ag", {"mandates_ended": 1}),
        ("orders_rejected.ag", {"payments_rejected": 1}),
        ("sepa_rejected.xml", {"payments_rejected": 1}),
    ],
)
def test_a_file_that_only_answers_our_orders_is_judged_as_it_is_loaded(
    files: Clinic, name: str, answers: dict[str, int]
):
    path = SCENARIOS / "direct_debit" / name
    shown = json.loads(files.reskontra("inspect", path, "--judge", "--json").out)
    assert (shown["answers"], shown["problems"], shown["judged"]) == (answers, [], True)
    out = files.reskontra("inspect", path, "--judge").out
    assert "answers to our orders, no money (" in out
    assert "mandate or payment" in out
    cut = files.folder / name
    cut.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert "would be refused" in files.reskontra("inspect", cut, "--judge", code=1).out


def test_of_an_answer_people_see_what_it_names_and_why(files: Clinic):
    out = files.reskontra("inspect", SCENARIOS / "direct_debit" / "sepa_rejected.xml").out
    assert re.search(r"line 7 .* 3551a9c7006a5e1f928916368029-0001  RJCT +AC04 +ORDER-9\n", out)


def test_the_order_that_a_sum_quotes_is_shown(files: Clinic):
    path = files.statement([paid(1, 150_00)])
    assert "bank's id  reversal\n" in files.reskontra("inspect", path).out
    batch = b"<NtryDtls><Btch><PmtInfId>ORDER-1</PmtInfId><NbOfTxs>1</NbOfTxs></Btch>"
    content = path.read_bytes()
    assert content.count(b"<NtryDtls>") == 1
    path.write_bytes(content.replace(b"<NtryDtls>", batch))
    out = files.reskontra("inspect", path).out
    assert "reversal  order    payments" in out
    assert "ORDER-1" in out

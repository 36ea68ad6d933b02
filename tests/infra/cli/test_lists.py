"""Lists are searched by what people go by, in one form for all, and say how many more there are."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from projections.store.lists.registry import LISTS
from tests.infra.cli.clinic import IBAN, Clinic, today
from tests.infra.cli.command_line import Answers
from tests.infra.cli.conftest import copied
from tests.kit.commands import COMMANDS, options_of

# The command of each list.
COMMAND_OF = {
    "accounts": "account list",
    "invoices": "invoice list",
    "items": "item list",
    "credit-notes": "credit-note list",
    "series": "series list",
    "receipts": "receipt list",
    "allocations": "receipt allocations",
    "customer-credits": "customer-credit list",
    "refunds": "refund list",
    "mandates": "mandate list",
    "collections": "collection list",
    "write-offs": "write-off list",
    "movements": "movement list",
    "own-transfers": "movement transfers",
    "holds": "hold list",
    "transfers": "transfer list",
    "exchange-rates": "exchange-rate list",
    "files": "files",
}


def collected(clinic: Clinic) -> None:
    """A mandate, and a direct debit with it that is under way."""
    reskontra = clinic.reskontra
    reskontra(f"bank-account declare {IBAN} --currency SEK --alias 991-2346")
    reskontra(f"mandate request p2 --number 101 --scheme autogiro --bank-account {IBAN} --notice-days 0")
    reskontra("mandate accept 101")
    due = today() + timedelta(days=60)
    reskontra(f"collection order --bank-account {IBAN} --scheme autogiro --customer 471117 --on {due}")


@pytest.fixture(scope="module")
def worked_clinic(databases: Any, loaded_clinic: Clinic, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    """The bank day loaded, and a refund, a write-off, a use of credit and a hold; to be read, and else copied."""
    with copied(databases, loaded_clinic, tmp_path_factory.mktemp("worked")) as clinic:
        reskontra = clinic.reskontra
        reskontra("refund request --account p1 --amount 20 --currency SEK --reason PAID_TWICE")
        reskontra("write-off request 1003 --amount 10 --reason SMALL")
        collected(clinic)
        reskontra("exchange-rate declare EUR SEK --rate 11.4325 --on 2026-10-01 --source Riksbanken")
        reskontra("hold place 1003 --reason DISPUTE")
        reskontra("movement reclassify amount:70.00 --role own_transfers --reason SWEPT --amount 5.00")
        clinic.issue("i4", "p1", 100_00, "2026-10-04")
        reskontra("customer-credit apply p1 --item 1004 --amount 30")
        reskontra("series open K --first 3 --reference-kind none")
        reskontra("credit 1003 --series K --reason NO_VISIT --line 1=40.00")
        yield clinic


@pytest.fixture
def worked(databases: Any, worked_clinic: Clinic, tmp_path: Path) -> Iterator[Clinic]:
    """These books for one test."""
    with copied(databases, worked_clinic, tmp_path) as clinic:
        yield clinic


def found(clinic: Clinic, typed: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = clinic.reskontra.json(typed)["rows"]
    return rows


def test_a_word_that_no_row_can_have_is_refused_with_those_there_are(worked: Clinic):
    tried = 0
    for name, command in COMMAND_OF.items():
        for one in LISTS[name].filters:
            if one.words:
                (problem,) = worked.reskontra.json(f"{command} --{one.name} nonsense", code=1)["problems"]
                assert problem["code"] == "word_unknown"
                assert (
                    f"--{one.name} is never 'nonsense'; give one of {one.words[0]}, {one.words[1]}"
                    in problem["sentence"]
                )
                found(worked, f"{command} --{one.name} {one.words[0]}")
                # The example of the help is one of them.
                assert one.about.rstrip(".").rpartition(" ")[2] in one.words
                tried += 1
    assert tried > 6


def test_every_list_has_a_command_with_the_options_of_its_filters():
    assert COMMAND_OF.keys() == LISTS.keys()
    for name, command in COMMAND_OF.items():
        assert command in COMMANDS
        listing = LISTS[name]
        wanted = {one.name for one in listing.filters} | {"limit", "skip", "all"}
        if listing.narrow and listing.apart is not None:
            wanted = wanted - {listing.apart[0]} | {"ended"}
        assert {f"--{one}" for one in wanted} <= options_of(command), name


@pytest.mark.parametrize("name", sorted(LISTS))
def test_every_list_shows_all_its_columns_and_takes_every_filter(worked_clinic: Clinic, name: str):
    listing, command = LISTS[name], COMMAND_OF[name]
    rows = found(worked_clinic, command)
    assert rows or name == "transfers"
    for row in rows:
        assert {one.name for one in listing.columns} <= row.keys(), name
    for filtered in searches(worked_clinic, name):
        worked_clinic.reskontra.json(f"{command} {filtered}")


def searches(clinic: Clinic, name: str) -> Iterator[str]:
    values = {"part": "abcd", "number": "1001", "amount": "1.00", "account": "p1", "item": "1003", "word": "none"}
    values |= {"from": "today", "to": "yesterday", "receipt": clinic.unmatched()[-8:], "reference": "0 1 2"}
    listing = LISTS[name]
    for one in listing.filters:
        if not (listing.narrow and listing.apart is not None and one.name == listing.apart[0]):
            value = one.words[0] if one.words else values.get(one.kind, "")
            yield f"--{one.name}" if one.kind == "flag" else f"--{one.name} {value.replace(' ', '')}"
    if listing.narrow:
        yield "--ended"


def test_an_invoice_is_found_by_number_reference_amount_day_account_and_part_of_its_id(worked: Clinic):
    reference = worked.reference["i2"]
    for search in (
        "--number 1002",
        f"--reference {reference}",
        f"--reference 000{reference}",
        "--amount 250",
        "--amount 250,00",
        "--from 2026-10-02 --to 2026-10-02",
    ):
        assert [row["invoice_id"] for row in found(worked, f"invoice list {search}")] == ["i2"], search
    spaced = worked.reskontra.json("invoice", "list", "--reference", f"{reference[:3]} {reference[3:]}")
    assert [row["number"] for row in spaced["rows"]] == [1002]
    assert [row["number"] for row in found(worked, "invoice list --account p2")] == [1003]
    assert [row["number"] for row in found(worked, "invoice list --open")] == [1004, 1003]
    (row,) = found(worked, "invoice list --number 1003")
    assert (row["original_minor"], row["open_minor"], row["accounts"]) == (350_00, 310_00, ["p2"])
    assert row["reference"] == [worked.reference["i3"]]


def test_a_credit_note_is_found_by_its_number_and_by_its_invoice(worked: Clinic):
    (note,) = found(worked, "credit-note list --number 3")
    end = note["credit_note_id"][-8:]
    assert (note["invoice_number"], note["amount_minor"], note["excess_minor"]) == (1003, 40_00, 0)
    for search in (
        "--invoice 1003",
        "--series K",
        "--account p2",
        "--amount 40",
        f"--id {end}",
    ):
        assert found(worked, f"credit-note list {search}") == [note], search
    assert found(worked, "credit-note list --number 4") == found(worked, "credit-note list --invoice 1001") == []
    for name in ("3", "creditnote-3", end):
        assert [row["fact"] for row in found(worked, f"history {name}")] == ["CreditNoteIssued"], name
    assert "Credit note K 3" in [row["text"] for row in found(worked, "account-statement p2")]


def test_a_number_of_an_invoice_and_a_credit_note_has_to_say_which_it_is(worked: Clinic):
    worked.reskontra("series open L --first 1001 --reference-kind none")
    worked.reskontra("credit 1003 --series L --reason NO_VISIT --line 1=10.00")
    refused = worked.reskontra("history 1001 --json", code=1)
    assert refused.codes == ["subject_ambiguous"]
    said = refused.json["problems"][0]["sentence"]
    assert "invoice-i1 (number 1001, series inv" in said
    assert "(number 1001, series L, invoice 1003" in said
    assert found(worked, "history creditnote-1001") != found(worked, "history invoice-1001")


def test_items_are_called_by_number_and_found_as_they_were_and_as_they_are_open(worked: Clinic):
    assert [row["called"] for row in found(worked, "item list")] == ["1004.1", "1003.1", "1002.1", "1001.1"]
    assert [row["called"] for row in found(worked, "item list --amount 70.00")] == ["1004.1"]
    assert [row["called"] for row in found(worked, "item list --amount 100.00")] == ["1004.1"]
    assert [row["called"] for row in found(worked, "item list --open --account p2")] == ["1003.1"]


def test_all_receipts_are_listed_and_what_waits_has_a_list_of_its_own(worked: Clinic):
    assert [row["amount_minor"] for row in found(worked, "receipt list --amount 300")] == [300_00]
    assert len(found(worked, "receipt list")) == 3
    assert len(found(worked, "receipts")) == 1
    (paid,) = found(worked, f"receipt list --reference {worked.reference['i1']}")
    assert paid["unallocated_minor"] == 0
    assert [row["receipt_id"] for row in found(worked, "receipt list --number 1001")] == [paid["receipt_id"]]
    assert [row["receipt_id"] for row in found(worked, f"receipt list --id {paid['receipt_id'][-8:]}")] == [
        paid["receipt_id"]
    ]


def test_allocations_of_a_receipt_can_be_reversed_by_what_the_list_shows(worked: Clinic):
    (paid,) = found(worked, "receipt list --amount 300")
    receipt = paid["receipt_id"][-8:]
    (row,) = found(worked, f"receipt allocations --receipt {receipt}")
    assert (row["items"], row["applied_minor"], row["amount_minor"]) == (["1002.1"], 300_00, 300_00)
    (row,) = found(worked, "receipt allocations --item 1004")
    assert (row["receipt_id"], row["account_id"], row["amount_minor"]) == (None, "p1", 30_00)
    worked.reskontra("customer-credit release 1004 1004")
    assert found(worked, "receipt allocations --item 1004")[0]["amount_minor"] == 0
    # Only what was not applied elsewhere meanwhile comes back.
    worked.reskontra("refund cancel amount:20 --reason MISTAKE")
    worked.reskontra(f"allocate {receipt} --reverse 1002 --because mistake")
    assert found(worked, "receipt allocations --amount 300")[0]["amount_minor"] == 0


def test_what_waits_says_whose_turn_it_is(worked: Clinic):
    (refund,) = found(worked, "refund list")
    assert refund["turn"] == f"approver, not {refund['requester'].removeprefix('person:')}"
    (write_off,) = found(worked, "write-off list --number 1003")
    assert write_off["turn"] == f"approver, not {write_off['requester'].removeprefix('person:')}"
    assert write_off["called"] == "1003.1"
    worked.reskontra("refund cancel amount:20.00 --reason MISTAKE")
    assert found(worked, "refund list") == []
    (ended,) = found(worked, "refund list --ended")
    assert (ended["status"], ended["turn"]) == ("cancelled", None)


def test_a_page_says_how_many_more_there_are(worked: Clinic):
    said = worked.reskontra("item list --limit 3").out
    assert said.startswith("4 items of clinic, 2 of them open\n")
    assert "3 shown, 1 more: --skip 3 shows them, --all shows all" in said
    answer = worked.reskontra.json("item list --limit 3")
    assert answer["totals"] == [{"name": "found", "rows": 4, "shown": 3}]
    assert [row["called"] for row in found(worked, "item list --limit 3 --skip 3")] == ["1001.1"]
    beyond = worked.reskontra.json("item list --skip 9")
    assert (beyond["rows"], beyond["totals"][0]["rows"]) == ([], 4)


@pytest.mark.parametrize("name", sorted(LISTS))
def test_the_pages_of_a_list_are_the_whole_list(worked_clinic: Clinic, name: str):
    command = COMMAND_OF[name]
    whole = found(worked_clinic, command)
    pages = [found(worked_clinic, f"{command} --limit 2 --skip {skip}") for skip in range(0, len(whole), 2)]
    assert [row for page in pages for row in page] == whole
    for number, page in enumerate(pages):
        assert len(page) == min(2, len(whole) - 2 * number)


def test_what_cannot_be_searched_for_is_refused_with_what_can(worked: Clinic):
    for typed, code in (
        ("item list --amount 1.234", "amount_malformed"),
        ("item list --number x1", "number_malformed"),
        ("item list --id abc", "id_malformed"),
        ("item list --account nobody", "account_not_open"),
    ):
        assert worked.reskontra(f"{typed} --json", code=1).codes == [code], typed


def test_history_takes_any_plain_name(worked: Clinic):
    facts = {row["fact"] for row in found(worked, "history 1002")}
    assert {"InvoiceIssued", "ItemRaised", "ItemAllocated"} <= facts
    assert {row["stream"] for row in found(worked, "history 1002")} == {"invoice-i2", "item-i2.1"}
    assert {row["stream"] for row in found(worked, f"history {worked.reference['i3']}")} == {"item-i3.1"}
    assert {row["stream"] for row in found(worked, f"history {worked.unmatched()[-8:]}")} == {
        f"receipt-{worked.unmatched()}"
    }
    assert any(row["stream"] == "account-p1" for row in found(worked, "history p1"))


def test_every_entity_with_books_is_listed(clinic: Clinic):
    assert found(clinic, "entity list") == [{"entity": "clinic", "chosen": True}]


# What each command is given for its answer, and the exit code it then ends with.
ANSWERS: Answers = {
    "account list": ("--owing", 0),
    "invoice list": ("--number 1001", 0),
    "credit-note list": ("", 0),
    "item list": ("--open", 0),
    "series list": ("", 0),
    "receipt list": ("--from 2026-11-01", 0),
    "receipt allocations": ("--receipt {receipt}", 0),
    "entity list": ("", 0),
    "movement transfers": ("--open", 0),
}


def test_accounts_are_counted_and_not_their_currencies(loaded: Clinic):
    loaded.reskontra("entity declare --currencies SEK --currencies EUR")
    typed = "invoice issue --account p1 --series inv --amount 20 --currency EUR --service VISIT"
    loaded.reskontra(typed)
    assert "2 accounts of clinic, 3 rows: one for each currency" in loaded.reskontra("account list").out
    assert "2 accounts of clinic, 3 rows: one for each currency" in loaded.reskontra("account list --limit 1").out
    assert "1 account of clinic\n" in loaded.reskontra("account list --amount 350").out

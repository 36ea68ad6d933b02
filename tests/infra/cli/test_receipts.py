"""What no rule could place is listed with reasons, and a person places it."""

from __future__ import annotations

from pathlib import Path

import pytest

from reconciliation.archive import Archive
from reconciliation.statements import Parsed, Profile
from tests.infra.cli.clinic import Clinic, paid
from tests.infra.cli.command_line import Answers, Reskontra


def open_minor(clinic: Clinic) -> dict[str, int]:
    return {row["invoice_id"]: row["open_minor"] for row in clinic.reskontra.json("open-items")["rows"]}


def test_receipts_say_why_and_what_they_might_be_for(clinic: Clinic):
    clinic.load(clinic.statement([paid(1, 350_00)]))
    (row,) = clinic.reskontra.json("receipts")["rows"]
    assert (row["unallocated_minor"], row["codes"]) == (350_00, ["no_reference"])
    assert [(one["item_id"], one["why"], one["currency"]) for one in row["candidates"]] == [
        ("i3.1", "same_amount", "SEK")
    ]
    shown = clinic.reskontra("receipts").out
    assert "1003 = i3.1 (same_amount)" in shown
    assert "no_reference: The payer gave no reference that is one of ours." in shown
    assert clinic.reskontra.json("receipts")["totals"][0]["unallocated_minor"] == 350_00


def test_a_receipt_whose_allocation_is_undone_waits_with_its_candidates_at_once(clinic: Clinic):
    clinic.load(clinic.statement([paid(1, 350_00)]))
    (row,) = clinic.reskontra.json("receipts")["rows"]
    clinic.reskontra(f"allocate {row['receipt_id']} --item 1003")
    assert clinic.reskontra.json("receipts")["rows"] == []
    clinic.reskontra(f"allocate {row['receipt_id']} --reverse 1003 --because mistake")
    (again,) = clinic.reskontra.json("receipts")["rows"]
    assert (again["codes"], again["candidates"]) == (row["codes"], row["candidates"])


def test_receipts_show_who_paid_and_each_file_is_opened_once(loaded: Clinic, monkeypatch: pytest.MonkeyPatch):
    loaded.load(loaded.next_day(1400_00, [10_00, 10_00, 10_00]))
    opened: list[str] = []
    read = Archive.parsed

    def seen(archive: Archive, sha256: str, profile: Profile | None = None) -> Parsed:
        opened.append(sha256)
        return read(archive, sha256, profile)

    monkeypatch.setattr(Archive, "parsed", seen)
    assert "Eva Ek" not in loaded.reskontra("receipts").out
    assert opened == []
    rows = loaded.reskontra.json("receipts --purpose payment_enquiry")["rows"]
    assert [row["payer_name"] for row in rows] == ["Eva Ek"] * 4
    assert len(opened) == len(set(opened)) == 2
    assert "Eva Ek" in loaded.reskontra("receipts --purpose payment_enquiry").out
    logged = loaded.reskontra.json("vault log")["rows"]
    assert {one["subject_id"] for one in logged} == {row["receipt_id"] for row in rows}
    assert len(logged) == 8, "two lists of four"


def test_who_has_no_duty_for_it_is_told_what_is_left_out(loaded: Clinic):
    assert "--purpose payment_enquiry` shows names" in loaded.reskontra("receipts").out
    loaded.reskontra("person register ada --duty auditor")
    for user in ("ada", "stranger"):
        for typed in ("receipts", "receipts --purpose audit"):
            said = loaded.reskontra.by(user)(typed).out
            assert "no_reference" in said
            assert "Eva Ek" not in said
            assert "duties front_desk, nurse, billing, manager, finance" in said
    assert loaded.reskontra.json("vault log")["rows"] == []


def test_a_file_that_cannot_be_read_leaves_the_others_shown(loaded: Clinic):
    loaded.load(loaded.next_day(1400_00, [10_00]))
    (first, _) = loaded.reskontra.json("receipts")["rows"]
    archive = Path(loaded.reskontra.environ["RESKONTRA_DATA_DIR"]) / "archive" / "clinic"
    for path in archive.glob(f"*/{first['file']}*"):
        path.unlink()
    rows = {row["file"]: row for row in loaded.reskontra.json("receipts --purpose payment_enquiry")["rows"]}
    assert {row["payer_name"] for row in rows.values()} == {None, "Eva Ek"}
    assert rows[first["file"]]["payer_unsaid"] == "file_not_readable"
    assert "(the file cannot be read" in loaded.reskontra("receipts --purpose payment_enquiry").out


def test_a_receipt_is_identified_and_then_one_of_its_accounts(loaded: Clinic):
    receipt = loaded.unmatched()
    loaded.reskontra(f"identify {receipt} --account p2")
    (row,) = loaded.reskontra.json("receipts --account p2")["rows"]
    assert row["receipt_id"] == receipt
    assert loaded.reskontra(f"identify {receipt} --account p2").out.startswith(
        f"receipt {receipt}, account p2: nothing"
    )
    assert loaded.reskontra(f"identify {receipt} --account nobody --json", code=1).codes == ["account_not_open"]
    loaded.reskontra(f"identify {receipt} --undo --reason NOT_THEIRS")
    assert loaded.reskontra.json("receipts --account p2")["rows"] == []
    answered = loaded.reskontra(f"identify {receipt} --undo --reason NOT_THEIRS --json", code=1)
    assert answered.codes == ["receipt_not_identified"]


def test_a_receipt_is_allocated_on_the_day_it_came(loaded: Clinic):
    receipt = loaded.unmatched()
    answer = loaded.reskontra.json(f"allocate {receipt} --item i3 --accounting-date 2026-12-01")
    assert answer["rows"][0]["unallocated_minor"] == 0
    assert open_minor(loaded) == {"i3": 315_00}
    (told,) = [
        row for row in loaded.reskontra.json(f"history receipt-{receipt}")["rows"] if row["fact"] == "ReceiptAllocated"
    ]
    assert (told["occurred_on"], told["accounting_date"]) == ("2026-11-10", "2026-12-01")
    assert told["actor"] == "person:me"
    assert loaded.reskontra.json("receipts")["rows"] == []


def test_an_allocation_never_occurs_before_its_invoice(loaded: Clinic):
    loaded.issue("later", "p2", 35_00, "2026-11-15")
    loaded.reskontra(f"allocate {loaded.unmatched()} --item later --id a1")
    rows = loaded.reskontra.json("history item-later.1")["rows"]
    assert [(row["fact"], row["occurred_on"]) for row in rows] == [
        ("ItemRaised", "2026-11-15"),
        ("ItemAllocated", "2026-11-15"),
    ]


def test_what_a_person_allocated_waits_no_more_until_it_is_undone(loaded: Clinic):
    receipt = loaded.unmatched()
    loaded.reskontra(f"allocate {receipt} --item i3=10.00 --id a1")
    assert loaded.reskontra.json("receipts")["rows"][0]["codes"] == ["no_reference"]
    loaded.reskontra(f"allocate {receipt} --credit-account p2 --id a2")
    assert loaded.reskontra.json("receipts")["rows"] == []
    loaded.reskontra(f"allocate {receipt} --reverse a2")
    (row,) = loaded.reskontra.json("receipts")["rows"]
    assert (row["unallocated_minor"], row["codes"]) == (25_00, ["no_reference"])


def test_amounts_items_and_the_rest_as_credit(loaded: Clinic):
    receipt = loaded.unmatched()
    loaded.reskontra(f"allocate {receipt} --item i3.1=10,00 --credit-account p2 --id a1")
    assert open_minor(loaded) == {"i3": 340_00}
    patients = loaded.reskontra.json("aging")["rows"][0]
    # 50.00 too much for i2 and 25.00 of this receipt.
    assert patients["credit_minor"] == -75_00


def test_an_allocation_is_taken_back_whole(loaded: Clinic):
    receipt = loaded.unmatched()
    loaded.reskontra(f"allocate {receipt} --item i3=10.00 --credit-account p2 --id a1")
    typed = f"allocate {receipt} --reverse a1 --key back"
    assert loaded.reskontra.json(typed)["rows"][0]["unallocated_minor"] == 35_00
    assert loaded.reskontra.json(typed)["rows"][0]["status"] == "nothing_new"
    assert open_minor(loaded) == {"i3": 350_00}
    assert loaded.reskontra(f"allocate {receipt} --reverse a9 --json", code=1).codes == ["allocation_unknown"]


def test_what_may_not_be_is_refused_with_the_ledgers_code(loaded: Clinic):
    receipt = loaded.unmatched()
    for typed, code in (
        (f"allocate {receipt} --item i3=35.01", "amount_exceeds_unallocated"),
        (f"allocate {receipt} --item i3=350.01", "amount_exceeds_balance"),
        (f"allocate {receipt} --item i1", "item_not_open"),
        (f"allocate {receipt} --item i3.2", "item_unknown"),
        (f"allocate {receipt} --item i9", "item_unknown"),
        ("allocate r9 --item i3", "receipt_unknown"),
    ):
        assert loaded.reskontra(f"{typed} --json", code=1).codes == [code], typed
    assert loaded.unmatched() == receipt


def test_movements_nobody_explained_stand_in_quarantine_until_somebody_explains_them(loaded: Clinic):
    answer = loaded.reskontra.json("quarantine")
    (row,) = answer["rows"]
    assert (row["code"], row["part_id"] is not None) == ("debit_unexplained", True)
    assert answer["totals"] == [{"name": "open", "doubts": 0, "movements": 1}]
    assert row["id"] in loaded.reskontra("quarantine").out
    assert loaded.reskontra(f"doubt close {row['id']} --reason X --json", code=1).codes == ["movement_in_suspense"]
    loaded.reskontra(f"movement reclassify {row['part_id']} --role suppliers --reason SUPPLIER")
    assert loaded.reskontra.json("quarantine")["rows"] == []
    for command in ("close", "reopen"):
        for name, code in ((row["id"], "review_explained"), ("7", "id_malformed"), ("doubt-7", "doubt_unknown")):
            assert loaded.reskontra(f"doubt {command} {name} --reason X --json", code=1).codes == [code], name


@pytest.mark.parametrize(
    "typed",
    [
        "allocate r1",
        "allocate r1 --item",
        "allocate r1 --item i1 --reverse a1",
        "identify r1",
        "identify r1 --account p1 --undo",
        "doubt close doubt-1",
    ],
)
def test_wrong_usage_is_exit_code_two(reskontra: Reskontra, typed: str):
    reskontra(typed, code=2)


# What each command is given for its answer, and the exit code it then ends with.
ANSWERS: Answers = {
    "allocate": ("{receipt} --item i3", 0),
    "identify": ("{receipt} --account p2", 0),
    "doubt close": ("doubt-1 --reason SEEN", 1),
    "doubt reopen": ("doubt-1 --reason SEEN", 1),
    "quarantine": ("--closed", 0),
    "receipts": ("--purpose payment_enquiry", 0),
}

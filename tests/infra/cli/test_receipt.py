"""The bank takes a payment back: by itself where the file says which, otherwise by a person's word."""

from __future__ import annotations

import pytest

from reconciliation.statements.camt.writer import CamtDetail, CamtEntry, CamtReference
from tests.infra.cli.clinic import BOOKED_ON, Clinic, paid
from tests.infra.cli.command_line import Answers, Reskontra


def back(number: int, amount_minor: int, reference: str | None = None) -> CamtEntry:
    """A payment that the bank takes back."""
    references = () if reference is None else (CamtReference(reference),)
    detail = CamtDetail(-amount_minor, references=references, return_reason="AC06")
    return CamtEntry(
        -amount_minor,
        BOOKED_ON,
        BOOKED_ON,
        f"B{number}",
        details=[detail],
        reversal=True,
        code=("PMNT", "IDDT", "UPDD"),
    )


def open_minor(clinic: Clinic) -> dict[str, int]:
    return {row["invoice_id"]: row["open_minor"] for row in clinic.reskontra.json("open-items")["rows"]}


def roles(clinic: Clinic) -> dict[str, int]:
    rows = clinic.reskontra.json(f"trial-balance --as-of {BOOKED_ON}")["rows"]
    return {row["role"]: row["balance_minor"] for row in rows if row["balance_minor"]}


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_file_that_says_which_payment_is_taken_back_opens_its_invoice_again(clinic: Clinic, order: tuple[int, int]):
    lines = (paid(1, 150_00, clinic.reference["i1"]), back(2, 150_00, clinic.reference["i1"]))
    clinic.load(clinic.statement([lines[place] for place in order]))
    assert open_minor(clinic)["i1"] == 150_00
    assert "recalls" not in roles(clinic)
    assert clinic.reskontra.json("quarantine")["rows"] == []
    assert clinic.reskontra.json("tie-out")["ok"]


def test_a_later_file_takes_a_payment_back_and_nothing_is_left_to_pay_with(clinic: Clinic):
    clinic.load(clinic.statement([paid(1, 200_00, clinic.reference["i1"])]))
    clinic.load(clinic.statement([back(2, 200_00, clinic.reference["i1"])], "next.xml", 2))
    assert open_minor(clinic)["i1"] == 150_00
    assert clinic.reskontra.json("customer-credit list")["rows"] == []
    assert clinic.reskontra.json("receipts")["rows"] == []


def test_where_the_file_does_not_say_which_a_person_does(clinic: Clinic):
    clinic.load(clinic.statement([paid(1, 150_00, clinic.reference["i1"]), back(2, 150_00)]))
    reskontra = clinic.reskontra
    (waiting,) = reskontra.json("quarantine")["rows"]
    assert waiting["code"] == "recall_unexplained"
    assert roles(clinic)["bank_suspense"] == 150_00
    assert "i1" not in open_minor(clinic)
    receipt = f"{BOOKED_ON:%Y%m%d}"
    part = waiting["part_id"]
    answered = reskontra(f"receipt recall {receipt} --movement {part} --reason AC06 --amount 150.01 --json", code=1)
    assert answered.codes == ["amount_exceeds_movement"]
    assert f"takes effect on {BOOKED_ON}" in reskontra(f"receipt recall {receipt} --movement {part} --reason AC06").out
    assert open_minor(clinic)["i1"] == 150_00
    assert "bank_suspense" not in roles(clinic)
    assert reskontra.json("quarantine")["rows"] == []


def test_a_debit_waits_until_all_of_it_is_assigned(clinic: Clinic):
    clinic.load(clinic.statement([paid(1, 150_00, clinic.reference["i1"]), back(2, 150_00)]))
    reskontra = clinic.reskontra
    (waiting,) = reskontra.json("quarantine")["rows"]
    recall = f"receipt recall {BOOKED_ON:%Y%m%d} --movement {waiting['part_id']} --reason AC06"
    reskontra(f"{recall} --amount 100.00")
    (debit,) = reskontra.json("movement list")["rows"]
    assert (debit["in_suspense"], debit["amount_minor"], debit["cleared_minor"]) == (True, -150_00, -100_00)
    assert reskontra.json("quarantine")["rows"] == [waiting | {"amount_minor": -50_00}]

    reskontra(f"{recall} --amount 50.00 --key rest")
    (debit,) = reskontra.json("movement list")["rows"]
    assert (debit["in_suspense"], debit["cleared_minor"]) == (False, -150_00)
    assert reskontra.json("quarantine")["rows"] == []


def test_a_debit_that_took_another_receipt_back_waits_again_and_the_receipt_says_what_it_may_be_for(clinic: Clinic):
    clinic.load(clinic.statement([paid(1, 150_00, clinic.reference["i1"])]))
    clinic.load(clinic.statement([back(2, 150_00, clinic.reference["i1"])], "next.xml", 2))
    reskontra = clinic.reskontra
    assert open_minor(clinic)["i1"] == 150_00
    (debit,) = reskontra.json("movement list")["rows"]
    undo = f"receipt recall {clinic.reference['i1']} --movement amount:-150.00 --back --reason BANK_SAID"
    reskontra(f"{undo} --amount 1.00", code=2)
    assert "left to allocate: 150.00 SEK" in reskontra(undo).out
    assert reskontra.json(undo)["rows"][0]["status"] == "nothing_new"
    (row,) = reskontra.json("receipts")["rows"]
    assert (row["unallocated_minor"], row["candidates"] != []) == (150_00, True)
    assert reskontra.json("quarantine")["rows"][0]["part_id"] == debit["part_id"]
    reskontra(f"allocate {clinic.reference['i1']} --item i1")
    assert "i1" not in open_minor(clinic)
    # The same file again does not take it back again.
    clinic.load(clinic.statement([back(2, 150_00, clinic.reference["i1"])], "again.xml", 2))
    assert "i1" not in open_minor(clinic)
    reskontra("movement reclassify amount:-150.00 --role suppliers --reason BANK_SAID")
    assert reskontra.json("quarantine")["rows"] == []


def test_a_payment_that_a_person_found_in_suspense_can_be_taken_back_too(clinic: Clinic):
    unclear = CamtEntry(100_00, BOOKED_ON, BOOKED_ON, "C2", details=(CamtDetail(60_00), CamtDetail(30_00)))
    clinic.load(clinic.statement([unclear, back(2, 10_00)]))
    reskontra = clinic.reskontra
    by_amount = {row["amount_minor"]: row["part_id"] for row in reskontra.json("movement list")["rows"]}
    reskontra(f"movement reclassify {by_amount[10_00]} --receipt --reason PAYER_ASKED")
    reskontra(f"receipt recall {by_amount[10_00]} --movement {by_amount[-10_00]} --reason AC06 --amount 10.00")
    # What the movement was counts in the ledger from today on.
    rows = reskontra.json("trial-balance")["rows"]
    assert {row["role"]: row["balance_minor"] for row in rows}["bank_suspense"] == 0


def test_cash_is_recorded_by_hand_and_voided_with_all_that_was_done_with_it(clinic: Clinic):
    reskontra = clinic.reskontra
    assert (
        "left to allocate: 200.00 SEK"
        in reskontra(f"receipt record --amount 200.00 --currency SEK --id till --on {BOOKED_ON}").out
    )
    reskontra("allocate till --item i1 --credit-account p1")
    assert (roles(clinic)["cash_on_hand"], "i1" in open_minor(clinic)) == (200_00, False)
    reskontra("receipt void till --reason TWICE")
    assert open_minor(clinic)["i1"] == 150_00
    assert reskontra.json(f"tie-out --as-of {BOOKED_ON}")["ok"]
    assert reskontra.json("receipt void till --reason TWICE")["rows"][0]["status"] == "nothing_new"
    clinic.load(clinic.statement([paid(1, 150_00)]))
    answered = reskontra(f"receipt void {clinic.unmatched()} --reason TWICE --json", code=1)
    assert answered.codes == ["receipt_not_by_hand"]


def test_what_was_undone_before_a_mistake_is_found_stays_until_then_and_the_answer_says_how_much(clinic: Clinic):
    reskontra = clinic.reskontra
    reskontra(f"receipt record --amount 200.00 --currency SEK --id till --on {BOOKED_ON}")
    reskontra("allocate till --item i1=80.00 --id a1")
    reskontra("allocate till --item i1=20.00 --id a2")
    reskontra("allocate till --reverse a1")
    said = "undone before, so it stays until that day"
    assert said not in reskontra("allocate till --reverse a2 --because mistake").out
    assert f"{said}: 80.00 SEK" in reskontra("receipt void till --reason TWICE").out


def test_wrong_usage_is_exit_code_two(reskontra: Reskontra):
    reskontra("receipt recall r1 --reason AC06", code=2)
    reskontra("receipt recall r1 --movement m1 --reason AC06 --back --item i1", code=2)
    reskontra("receipt reclassify r1 --reason X", code=2)
    reskontra("receipt reclassify r1 --role suppliers --payout po_1 --reason X", code=2)


# What each command is given for its answer, and the exit code it then ends with.
ANSWERS: Answers = {
    "receipt payer": ("{receipt} --purpose audit", 0),
    "receipt reclassify": ("{receipt} --role suppliers --reason THEIR_REFUND", 0),
    "receipt recall": ("{receipt} --movement none --reason AC06", 1),
    "receipt record": ("--amount 10.00 --currency SEK", 0),
    "receipt void": ("{receipt} --reason TWICE", 1),
}

"""Bank movements besides receipts, as a person lists and explains them; no other way out of suspense."""

from __future__ import annotations

from typing import Any

import pytest

from projections import open_books
from reconciliation.statements.camt.writer import CamtDetail, CamtEntry
from tests.infra.cli.clinic import BOOKED_ON, IBAN, Clinic
from tests.infra.cli.command_line import Answers, Reskontra
from tests.kit.clinic import statement


def movements(clinic: Clinic) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = clinic.reskontra.json("movement list")["rows"]
    return rows


def test_movements_in_suspense_come_first_and_leave_it_when_a_person_says_what_they_were(loaded: Clinic):
    reskontra = loaded.reskontra
    waiting, fee = movements(loaded)
    assert (waiting["amount_minor"], waiting["role"], waiting["in_suspense"]) == (-70_00, "bank_suspense", True)
    assert (waiting["bank_account"], waiting["age_days"] >= 0, waiting["raw_position"]) == (
        IBAN,
        True,
        "Ntry 5, line 17",
    )
    assert waiting["why"] == (
        "No rule explains why this money left the account. Say what it was for, with `reskontra movement reclassify`."
    )
    assert (fee["role"], fee["in_suspense"], fee["why"]) == ("bank_fees", False, "bank_code_charges")
    assert "2 bank movements of clinic, 1 of them in suspense" in reskontra("movement list").out
    (review,) = reskontra.json("quarantine")["rows"]
    closing = reskontra(f"doubt close {review['id']} --reason SUPPLIER --json", code=1)
    assert closing.codes == ["movement_in_suspense"]

    id = waiting["part_id"]
    said = reskontra(f"movement reclassify {id} --role suppliers --reason INVOICE_77")
    assert (f"takes effect on {BOOKED_ON}" in said.out, "-70.00 SEK" in said.out) == (True, True)
    assert reskontra.json("quarantine")["rows"] == []
    (explained,) = (row for row in movements(loaded) if row["part_id"] == id)
    assert (explained["role"], explained["why"], explained["in_suspense"]) == ("suppliers", "INVOICE_77", False)
    again = reskontra.json(f"movement reclassify {id} --role tax_account --reason NO_TAX")
    assert (again["rows"][0]["status"], again["rows"][0]["role"]) == ("done", "tax_account")
    told = [row["fact"] for row in reskontra.json(f"history movement-{id}")["rows"]]
    assert told == ["MovementClassified", "MovementReclassified", "MovementReclassified"]
    assert reskontra.json("tie-out")["ok"]


def test_a_movement_is_a_refunds_payment_or_somebodys_receipt(clinic: Clinic):
    reskontra = clinic.reskontra
    clinic.load(clinic.day())
    paid_out = CamtEntry(-50_00, BOOKED_ON, BOOKED_ON, "C1", details=(CamtDetail(-50_00, "BY-TELEPHONE"),))
    unclear = CamtEntry(100_00, BOOKED_ON, BOOKED_ON, "C2", details=(CamtDetail(60_00), CamtDetail(30_00)))
    path = clinic.folder / "second.xml"
    path.write_bytes(statement([paid_out, unclear], 1400_00, "S2", BOOKED_ON, account=IBAN, sequence=2))
    clinic.load(path)
    by_amount = {row["amount_minor"]: row for row in movements(clinic)}
    debit, rest = by_amount[-50_00], by_amount[10_00]

    reskontra("refund request --account p1 --amount 50.00 --currency SEK --reason OVERPAID --id f1")
    refused = reskontra(f"movement reclassify {debit['part_id']} --refund f1 --reason SEEN --json", code=1)
    assert refused.codes == ["refund_not_sent"]
    reskontra.by("bo")("refund approve f1")
    (could_be,) = (row["could_be"] for row in movements(clinic) if row["part_id"] == debit["part_id"])
    assert could_be == ["f1"]
    reskontra(f"movement reclassify {debit['part_id']} --refund f1 --reason SEEN")
    assert reskontra.json("refund list")["rows"] == []

    reskontra(f"movement reclassify {rest['part_id']} --receipt --rail bankgiro --reason PAYER_ASKED")
    found = {row["receipt_id"]: row for row in reskontra.json("receipts")["rows"]}[rest["part_id"]]
    assert (found["unallocated_minor"], found["booked_on"], found["rail"]) == (10_00, str(BOOKED_ON), "bankgiro")
    assert rest["part_id"] not in {row["part_id"] for row in movements(clinic)}
    reskontra(f"allocate {rest['part_id']} --item i3")
    assert reskontra.json("tie-out")["ok"]
    # The gate's doubt about the line is another matter than the movement.
    waiting = [row["code"] for row in reskontra.json("quarantine")["rows"] if row["part_id"] is not None]
    assert waiting == ["debit_unexplained"]


def test_the_review_of_a_movement_closes_when_its_last_part_is_explained(loaded: Clinic):
    reskontra = loaded.reskontra
    id = movements(loaded)[0]["part_id"]
    said = reskontra(f"movement reclassify {id} --amount 20.00 --role suppliers --reason INVOICE_77 --key k")
    assert (f"movement {id}.1" in said.out, "-20.00 SEK" in said.out) == (True, True)
    assert f"-50.00 SEK of {id} stays on bank_suspense" in said.out
    # The same command once more is the same part.
    again = reskontra.json(f"movement reclassify {id} --amount 20.00 --role suppliers --reason INVOICE_77 --key k")
    assert (again["rows"][0]["status"], again["rows"][0]["movement_id"]) == ("nothing_new", f"{id}.1")
    by_id = {row["part_id"]: (row["amount_minor"], row["role"], row["in_suspense"]) for row in movements(loaded)}
    assert (by_id[id], by_id[f"{id}.1"]) == ((-50_00, "bank_suspense", True), (-20_00, "suppliers", False))
    (review,) = reskontra.json("quarantine")["rows"]
    assert review["part_id"] == id
    done = reskontra.json(f"movement reclassify {id} --amount 50.00 --role tax_account --reason TAX")["rows"][0]
    assert (done["movement_id"], done["rest_minor"], done["rest_role"]) == (id, 0, None)
    assert reskontra.json("quarantine")["rows"] == []
    told = [row["fact"] for row in reskontra.json(f"history movement-{id}.1")["rows"]]
    assert told == ["MovementPartBegun", "MovementReclassified"]
    assert reskontra.json("tie-out")["ok"]


def test_a_file_counts_the_same_lines_however_its_movements_are_split(clinic: Clinic):
    unclear = CamtEntry(100_00, BOOKED_ON, BOOKED_ON, "C2", details=(CamtDetail(60_00), CamtDetail(30_00)))
    clinic.load(clinic.statement([unclear, CamtEntry(-70_00, BOOKED_ON, BOOKED_ON, "C3")]))
    (sha256,) = (row["sha256"] for row in clinic.reskontra.json("files")["rows"])
    by_amount = {row["amount_minor"]: row["part_id"] for row in movements(clinic)}
    with open_books(clinic.reskontra.environ["RESKONTRA_WRITER_URL"], "clinic") as books:
        before = books.store.matching.counts_of_file(sha256)
        clinic.reskontra(f"movement reclassify {by_amount[10_00]} --amount 4.00 --receipt --reason ASKED")
        clinic.reskontra(f"movement reclassify {by_amount[-70_00]} --amount 4.00 --role suppliers --reason ASKED")
        assert books.store.matching.counts_of_file(sha256) == before == (2, 2, 0, 0)


@pytest.mark.parametrize(
    "typed",
    [
        "movement reclassify m1 --reason X",
        "movement reclassify m1 --role suppliers --receipt --reason X",
        "movement reclassify m1 --payout po_1 --receipt --reason X",
        "movement reclassify m1 --role suppliers",
        "movement reclassify m1 --receipt --rail pigeon --reason X",
    ],
)
def test_wrong_usage_is_exit_code_two(reskontra: Reskontra, typed: str):
    reskontra(typed, code=2)


# What each command is given for its answer, and the exit code it then ends with.
ANSWERS: Answers = {
    "movement list": ("", 0),
    "movement reclassify": ("m1 --role suppliers --reason X", 1),
}

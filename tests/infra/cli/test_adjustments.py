"""Credit notes, refunds and write-offs: each asked for, approved by another where it must be, and told back."""

from __future__ import annotations

import pytest

from tests.infra.cli.clinic import Clinic
from tests.infra.cli.command_line import Answers, Reskontra


def open_minor(clinic: Clinic) -> dict[str, int]:
    return {row["invoice_id"]: row["open_minor"] for row in clinic.reskontra.json("open-items")["rows"]}


def test_an_invoice_is_credited_by_line_and_then_in_full(clinic: Clinic):
    (row,) = clinic.reskontra.json("credit i3 --reason SERVICE --series cre --line 1=100.00")["rows"]
    assert (row["number"], row["mode"], row["amount_minor"], row["credit_minor"]) == (1, "lines", 100_00, 0)
    assert open_minor(clinic)["i3"] == 250_00
    said = clinic.reskontra("credit i3 --reason SERVICE --series cre").out
    assert "credit note number 2: 250.00 SEK" in said
    assert "i3" not in open_minor(clinic)
    answered = clinic.reskontra("credit i3 --reason SERVICE --series cre --json", code=1)
    assert answered.codes == ["amount_exceeds_creditable"]


def test_a_line_is_its_number_and_an_amount(clinic: Clinic):
    for line, code in (("1", "line_malformed"), ("x=1", "line_malformed"), ("1=", "amount_malformed"),
                       ("1=1.005", "amount_malformed")):  # fmt: skip
        answered = clinic.reskontra(f"credit 1003 --reason X --series cre --line {line} --json", code=1)
        assert answered.codes == [code], line


def test_what_was_paid_of_a_credited_invoice_becomes_credit(loaded: Clinic):
    said = loaded.reskontra("credit i1 --reason SERVICE --series cre").out
    assert "150.00 SEK, of which 150.00 became customer credit" in said


def test_a_refund_goes_its_way_and_another_approves_it(loaded: Clinic):
    reskontra = loaded.reskontra
    asked = "refund request --account p1 --amount 50.00 --currency SEK --reason OVERPAID --id f1"
    requested = reskontra(asked)
    assert "50.00 SEK, account p1" in requested.out
    (waiting,) = reskontra.json("refund list")["rows"]
    assert (waiting["refund_id"], waiting["amount_minor"], waiting["status"]) == ("f1", 50_00, "requested")
    assert reskontra("refund approve f1 --json", code=1).codes == ["approver_is_requester"]
    approved = reskontra.by("bo")("refund approve f1")
    assert approved.err == ""
    assert "50.00 SEK, account p1" in approved.out
    assert reskontra("refund list").out.startswith("1 refund of clinic under way\n")
    assert reskontra("refund send f1 --end-to-end-id E1").code == 0
    assert reskontra("refund settle f1 --bank-ref B9").code == 0
    assert reskontra("refund settle f1 --json", code=1).codes == ["refund_settled"]
    # Settled by hand; the bank's line has not come.
    listed = reskontra.json("refund list")
    (waiting,) = listed["rows"]
    assert (waiting["status"], waiting["waits_for"], waiting["age_days"]) == ("settled", "bank_payment", 0)
    assert listed["totals"][:-1] == [
        {"name": name, "currency": "SEK", "refunds_minor": owed, "ledger_minor": owed, "difference_minor": 0}
        for name, owed in (("cash_in_transit", 50_00), ("refunds_payable", 0))
    ]
    told = {row["fact"]: row for row in reskontra.json("history refund-f1")["rows"]}
    assert list(told) == ["RefundRequested", "RefundApproved", "RefundSent", "RefundSettled"]
    assert [told[fact]["actor"] for fact in ("RefundRequested", "RefundApproved")] == ["person:me", "person:bo"]


def test_a_refund_is_rejected_or_fails(loaded: Clinic):
    reskontra = loaded.reskontra
    for refund in ("f1", "f2"):
        reskontra(f"refund request --account p1 --amount 20.00 --currency SEK --reason OVERPAID --id {refund}")
    reskontra.by("bo")("refund reject f1 --reason KEEP")
    reskontra.by("bo")("refund approve f2")
    reskontra("refund send f2 --end-to-end-id E2")
    assert loaded.reskontra.json("aging")["rows"][0]["credit_minor"] == -30_00
    reskontra("refund fail f2 --reason ACCOUNT_CLOSED")
    assert loaded.reskontra.json("aging")["rows"][0]["credit_minor"] == -50_00
    assert reskontra.by("bo")("refund approve f9 --json", code=1).codes == ["refund_unknown"]
    too_much = "refund request --account p1 --amount 50.01 --currency SEK --reason X --json"
    assert reskontra(too_much, code=1).codes == ["amount_exceeds_credit"]


def test_a_refund_is_cancelled_before_it_is_sent_even_by_who_requested_it(loaded: Clinic):
    reskontra = loaded.reskontra
    reskontra("refund request --account p1 --amount 50.00 --currency SEK --reason OVERPAID --id f1")
    reskontra.by("bo")("refund approve f1")
    cancelled = reskontra("refund cancel f1 --reason PAYEE_UNKNOWN")
    assert "50.00 SEK, account p1" in cancelled.out
    assert reskontra.json("refund list")["rows"] == []
    assert reskontra.json("aging")["rows"][0]["credit_minor"] == -50_00
    assert reskontra("refund send f1 --end-to-end-id E1 --json", code=1).codes == ["refund_cancelled"]


def test_the_order_of_a_refund_has_an_id_that_a_bank_can_repeat(loaded: Clinic):
    reskontra = loaded.reskontra
    reskontra("refund request --account p1 --amount 50.00 --currency SEK --reason OVERPAID")
    ((refund_id, order_id),) = [
        (row["refund_id"], row["end_to_end_id"]) for row in reskontra.json("refund list")["rows"]
    ]
    assert (len(order_id), order_id) == (32, refund_id.replace("-", ""))
    reskontra.by("bo")(f"refund approve {refund_id}")
    assert f"end-to-end id {order_id}: the bank" in reskontra(f"refund send {refund_id}").out
    assert reskontra.json("refund list")["rows"][0]["end_to_end_id"] == order_id


def test_a_refund_is_sent_under_its_own_id_and_its_money_comes_back(loaded: Clinic):
    reskontra = loaded.reskontra
    reskontra("refund request --account p1 --amount 50.00 --currency SEK --reason OVERPAID --id f1")
    reskontra.by("bo")("refund approve f1")
    reskontra("refund send f1")
    (under_way,) = reskontra.json("refund list")["rows"]
    assert under_way["end_to_end_id"] == "f1"
    assert reskontra("refund return f1 --reason AC04 --json", code=1).codes == ["refund_sent"]
    reskontra("refund settle f1")
    reskontra("refund return f1 --reason AC04")
    assert reskontra.json("aging")["rows"][0]["credit_minor"] == -50_00
    assert reskontra("refund resume f1 --reason SLIP").code == 0
    assert [row["waits_for"] for row in reskontra.json("refund list")["rows"]] == ["bank_payment"]
    assert reskontra("refund resume f1 --reason SLIP --json", code=1).codes == ["refund_not_to_resume"]


def test_a_write_off_is_approved_by_another_and_taken_back(clinic: Clinic):
    reskontra = clinic.reskontra
    reskontra("write-off request i3 --reason UNECONOMIC --amount 300.00 --id w1")
    (waiting,) = reskontra.json("write-off list")["rows"]
    assert (waiting["write_off_id"], waiting["item_id"], waiting["amount_minor"]) == ("w1", "i3.1", 300_00)
    assert waiting["number"] == 1003
    assert reskontra("write-off approve w1 --json", code=1).codes == ["approver_is_requester"]
    approved = reskontra.by("bo")("write-off approve w1")
    assert approved.err == ""
    assert "300.00 SEK, item i3.1" in approved.out
    assert reskontra.json("write-off list")["rows"] == []
    assert open_minor(clinic)["i3"] == 50_00
    reskontra("write-off reverse w1 --reason PAID_AFTER_ALL")
    assert open_minor(clinic)["i3"] == 350_00
    assert reskontra("write-off reverse w1 --reason AGAIN --json", code=1).codes == ["write_off_unknown"]
    (ended,) = reskontra.json("write-off list --ended")["rows"]
    assert (ended["requester"], ended["approver"], ended["reversed_by"]) == ("person:me", "person:bo", "person:me")
    assert (ended["because"], ended["ended_reason"], ended["turn"]) == ("moved", "PAID_AFTER_ALL", None)
    assert ended["who"] == "asked by me, approved by bo, reversed by me: PAID_AFTER_ALL (moved)"


def test_a_write_off_is_rejected(clinic: Clinic):
    reskontra = clinic.reskontra
    reskontra("write-off request i3 --reason UNECONOMIC --id w1")
    reskontra.by("bo")("write-off reject w1 --reason TRY_AGAIN")
    assert reskontra.by("bo")("write-off approve w1 --json", code=1).codes == ["write_off_not_requested"]
    assert open_minor(clinic)["i3"] == 350_00


@pytest.mark.parametrize(
    "typed",
    [
        "credit i1 --series cre",
        "credit i1 --reason X",
        "refund request --account p1 --reason X",
        "refund approve",
        "refund pay f1",
        "refund send f1 --rail pigeon",
        "write-off request i1",
        "write-off approve w1 --on tomorrow",
    ],
)
def test_wrong_usage_is_exit_code_two(reskontra: Reskontra, typed: str):
    reskontra(typed, code=2)


# What each command is given for its answer, and the exit code it then ends with.
ANSWERS: Answers = {
    "credit": ("i3 --reason SERVICE --series cre", 0),
    "refund approve": ("f1", 1),
    "refund cancel": ("f1 --reason X", 1),
    "refund fail": ("f1 --reason X", 1),
    "refund list": ("", 0),
    "refund reject": ("f1 --reason X", 1),
    "refund request": ("--account p1 --amount 1.00 --currency SEK --reason X", 0),
    "refund resume": ("f1 --reason X", 1),
    "refund return": ("f1 --reason X", 1),
    "refund send": ("f1", 1),
    "refund settle": ("f1", 1),
    "write-off approve": ("w1", 1),
    "write-off list": ("", 0),
    "write-off reject": ("w1 --reason X", 1),
    "write-off request": ("i3 --reason X", 0),
    "write-off reverse": ("w1 --reason X", 1),
}

"""What a proposed submission carries: when, by whom, why, from where, and nothing that names a person."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from ledger.domain.cash.allocation import AllocateReceipt
from ledger.domain.cash.receipt import RecordReceipt
from ledger.domain.cash.receipt_facts import Payment
from ledger.domain.cash.refund_movement import BankView
from ledger.domain.fact import Command
from reconciliation.proposals.statement import money_id
from tests.reconciliation.matching.battery import world_of
from tests.reconciliation.matching.written_files import ACCOUNT, DAY, BankFile, Issued, quoted, wrote
from tests.reconciliation.proposals.proposal_book import (
    AT,
    CORRELATION,
    SHA,
    Refunds,
    clinic,
    issued,
    money_of,
    proposed,
    reference_of,
)


def test_a_submission_says_when_by_whom_why_and_from_where() -> None:
    book = clinic()
    file = BankFile().line(250_00, reference_of(book, "i1"), booked_on=date(2024, 7, 9), value_on=DAY)
    made = proposed(file, issued(book))
    (key,) = file.keys()
    recorded, allocated = made.submissions
    for one in made.submissions:
        envelope = one.envelope
        assert (envelope.occurred_on, envelope.accounting_date) == (date(2024, 7, 9), date(2024, 7, 9))
        assert (envelope.recorded_at, envelope.actor, envelope.cause) == (AT, "job:bank-day", f"file-{SHA}")
        assert (envelope.correlation, envelope.evidence) == (CORRELATION, (f"{SHA}#Ntry 1",))
    assert (recorded.envelope.key, recorded.envelope.policy) == (f"line:{key}", None)
    assert allocated.envelope.key == f"match:{key}"
    assert allocated.envelope.policy is not None
    assert msgspec.structs.astuple(allocated.envelope.policy) == (
        "cash_application",
        2,
        "reference_of_one_request",
    )
    assert isinstance(recorded.command, RecordReceipt)
    command = recorded.command
    assert command.receipt_id == money_id(date(2024, 7, 9), key) == f"20240709-{key}"
    payment = command.payment
    assert (payment.rail, payment.bank_account, payment.line_key) == ("bank_transfer", ACCOUNT, key)
    assert (payment.file, payment.raw_position, payment.value_on) == (SHA, "Ntry 1", DAY)
    assert (payment.reference_kind, payment.reference_valid) == ("ocr", True)
    assert (payment.movement_id, payment.movement_minor) == (command.receipt_id, 250_00)
    assert isinstance(allocated.command, AllocateReceipt)
    assert (allocated.command.receipt_id, allocated.command.request_id) == (command.receipt_id, "i1.1")


def test_each_payment_says_by_which_rail_it_came() -> None:
    file = BankFile().statement(account_kind="bankgiro").line(1_00).line(2_00, bank_code="PMNT-CCRD-POSP")
    file.line(9_00, {"amount_minor": 4_00}, {"amount_minor": 5_00, "bank_code": "PMNT-RCDT-ESCT"})
    payments = [one for one in money_of(proposed(file, [])) if isinstance(one, Payment)]
    assert [one.rail for one in payments] == ["bankgiro", "card", "bankgiro", "bank_transfer"]


def test_a_line_without_a_place_in_its_file_is_evidenced_by_the_file() -> None:
    made = proposed(BankFile().line(1_00, raw_position=None), [])
    assert made.submissions[0].envelope.evidence == (SHA,)


def test_no_two_submissions_share_a_key_and_a_second_plan_is_the_same_plan() -> None:
    world = world_of(3)
    made = proposed(world.file, world.items)
    keys = [one.envelope.key for one in made.submissions]
    assert len(set(keys)) == len(keys)
    assert proposed(world.file, world.items) == made


def test_submissions_stand_in_the_order_of_the_file_each_allocation_after_its_receipt() -> None:
    world = world_of(4)
    made = proposed(world.file, world.items)
    lines = [one for one in made.submissions if one.envelope.key.startswith("line:")]
    assert [one.envelope.key[5:] for one in lines] == world.file.keys()
    for place, one in enumerate(made.submissions):
        if isinstance(one.command, AllocateReceipt):
            before = made.submissions[place - 1].command
            # A payment that its payer divided has several allocations.
            assert isinstance(before, RecordReceipt | AllocateReceipt)
            assert before.receipt_id == one.command.receipt_id


# Personal data

CANARY = "CANARY"
PERSONAL = ["850709-9805", "8507099805", "198507099805", "8507699801", "0701234567", "46701234567", "0046701234567"]
# The same within a reference field, and birth dates.
PERSONAL += ["19850709", "850709", "0000198507099805", "RF90198507099805"]
# What the payer writes in free text, and the reference that is found in it.
WRITTEN = {
    "Betalning 19800101-9994": "19800101",
    "visit 19800101-1234": "19800101",
    "f 19500107": "19500107",
    "19800101 9994": "19800101",
    "77 800101 9992": "778001019992",
    "tel 070-1234566": "1234566",
}


OUR_REFUND = BankView("r1", 250_00, "SEK", "sent", paid_minor=0, brought_back_minor=0)


@pytest.mark.parametrize("refunds", [{}, {f"{CANARY} E2E": (OUR_REFUND,)}])
def test_nothing_a_payer_writes_leaves_the_plan_but_a_checked_reference(refunds: Refunds) -> None:
    said = {
        "counterparty": f"{CANARY} NAME",
        "counterparty_account": f"{CANARY} IBAN",
        "text": f"{CANARY} TEXT",
        "end_to_end_id": f"{CANARY} E2E",
        "return_reason": f"{CANARY} RETURN",
        "further_references": [{"reference": f"{CANARY} FURTHER", "kind": "text", "valid": None, "amount_minor": None}],
        **{name: value for name, value in quoted(f"{CANARY} REFERENCE").items() if name != "further_references"},
    }
    file = BankFile().line(250_00, said).line(-250_00, said)
    file = file.line(90_00, {"amount_minor": 60_00, **said}, {"amount_minor": 20_00, **said}, **said)
    made = proposed(file, [Issued("i1.1", "12345674", 250_00)], refunds)
    assert len(made.submissions) == 5
    assert len(made.reviews) == (3 if refunds else 5)
    assert CANARY.encode() not in msgspec.json.encode(made.submissions)
    assert CANARY.encode() not in msgspec.json.encode([made.reviews, made.matches])


@pytest.mark.parametrize("written", PERSONAL)
def test_a_number_that_may_be_a_persons_is_not_kept(written: str) -> None:
    made = proposed(BankFile().line(250_00, quoted(written)), [])
    assert written.encode() not in msgspec.json.encode([made.submissions, made.reviews])
    (recorded,) = (one.command for one in made.submissions)
    paid = payment_of(recorded)
    assert (paid.reference, paid.reference_kind, paid.reference_valid) == (None, None, None)


@pytest.mark.parametrize("text", WRITTEN)
def test_a_reference_within_what_may_be_a_persons_number_is_not_kept(text: str) -> None:
    said, found = wrote(text), WRITTEN[text]
    assert (said["reference"], said["reference_valid"]) == (found, True)
    (recorded,) = (one.command for one in proposed(BankFile().line(250_00, said), []).submissions)
    assert payment_of(recorded).reference is None
    # A line and its only detail may each have a text.
    lone = BankFile().line(250_00, {"amount_minor": 250_00, **said}, text="Insättning")
    assert payment_of(proposed(lone, []).submissions[0].command).reference is None
    ours = proposed(BankFile().line(250_00, said), [Issued("i1.1", found, 250_00)])
    assert payment_of(ours.submissions[0].command).reference == found
    assert isinstance(ours.submissions[1].command, AllocateReceipt)


def test_a_reference_beside_a_persons_number_is_kept() -> None:
    made = proposed(BankFile().line(250_00, wrote("OCR 12345674", "tel 0701234567")), [])
    assert payment_of(made.submissions[0].command).reference == "12345674"


@pytest.mark.parametrize("written", ["12345674", "12345675", "9999999999", "8513099805", "RF18539007547034"])
def test_other_numbers_are_kept_right_or_wrong(written: str) -> None:
    (recorded,) = (one.command for one in proposed(BankFile().line(250_00, quoted(written)), []).submissions)
    assert payment_of(recorded).reference == written


def test_our_own_reference_is_kept_whatever_it_looks_like() -> None:
    looks_personal = "8507099805"
    items = [Issued("i1.1", looks_personal, 250_00)]
    kept = proposed(BankFile().line(250_00, quoted(looks_personal)), items).submissions[0].command
    assert payment_of(kept).reference == looks_personal


def payment_of(command: Command) -> Payment:
    assert isinstance(command, RecordReceipt)
    return command.payment

"""A person is erased by two others, once nothing is open and no law keeps the accounts; then nothing new is billed."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace

from ledger.domain.cash.identification import IdentifyReceipt
from ledger.domain.catalogue import CATALOGUE
from ledger.domain.disputes_and_relief.write_off import ReverseWriteOff
from ledger.domain.fact import NewFact
from ledger.domain.personal_data.subject import ErasureRejected, ErasureRequested, RejectErasure, SubjectErased
from ledger.domain.receivables.item_facts import ReminderSuppressed
from ledger.domain.receivables.mark_facts import PayerErased
from ledger.domain.terms.entity import DeclareTerms, Terms
from tests.kit.book import DAY, Ask, Book, Raised, by, on
from tests.kit.care import (
    DUE,
    allocate,
    approve_erasure,
    approve_write_off,
    credit,
    declare_bank_account,
    hold,
    invoice,
    mark,
    open_account,
    open_clinic,
    receipt,
    remind,
    request_erasure,
    request_refund,
    request_write_off,
    reverse,
    unmark,
)
from tests.kit.debits import accept_mandate, order_collection, request_mandate
from tests.ledger.domain.cash.test_recall import debit, recall

# The last day on which accounts of 2024 must be kept, and the first on which they need not be.
KEPT = date(2031, 12, 31)
FREE = date(2032, 1, 1)
REJECT = RejectErasure(subject_id="p1", reason_code="NO")


def settled() -> Book:
    """Patient p1 was billed and has paid."""
    return open_clinic().given(invoice("i1"), receipt("r", 250_00), allocate("r", "i1"))


def asked(*streams: str, last_on: date | None = DUE) -> Ask:
    """Anna asks to erase p1 when the law allows it."""
    return on(FREE, request_erasure("p1", "p1", last_on, streams))


def approved(*streams: str) -> Ask:
    """Bo approves."""
    return by("bo", on(FREE, approve_erasure("p1", "p1", DUE, streams)))


def erased() -> Book:
    """P1 is erased."""
    return settled().given(asked("item-i1.1", "receipt-r"), approved("item-i1.1", "receipt-r"))


def test_one_asks_and_another_approves() -> None:
    wanted = ErasureRequested(
        subject_id="p1",
        account_id="p1",
        last_on=DUE,
        ledger_position=42,
        reason_code="SUBJECT_ASKED",
        requester="anna",
        on_behalf_of=None,
    )
    book = settled().when(asked("item-i1.1")).then(NewFact("subject-p1", wanted))
    gone = SubjectErased(
        approver="bo", last_on=DUE, ledger_position=43, retention="SE-1999:1078-7:2-2010:1514", kept_through=KEPT
    )
    before = book.balances()
    book.when(approved("item-i1.1")).then(
        NewFact("subject-p1", gone), NewFact("account-p1", PayerErased(subject_id="p1"))
    )
    book.when(approved()).nothing_new()
    assert book.balances() == before


def test_nobody_writes_to_an_erased_payer_whose_payment_was_taken_back() -> None:
    (new,) = erased().given(reverse("r")).do(remind("i1"))
    assert new.fact == ReminderSuppressed(level=0, on=DUE, why="erased")


def test_nobody_approves_or_rejects_their_own_request() -> None:
    book = settled().given(asked())
    book.when(on(FREE, approve_erasure("p1", "p1", DUE))).refused("approver_is_requester")
    book.when(on(FREE, REJECT)).refused("approver_is_requester")


@pytest.mark.parametrize(("day", "ok"), [(KEPT, False), (FREE, True), (DAY, False)])
def test_the_law_keeps_the_accounts_through_a_day(day: date, ok: bool) -> None:
    when = settled().when(on(day, request_erasure("p1", "p1", DUE)))
    assert when.then if ok else when.refused("retention_not_over")


def test_what_was_allowed_when_asked_may_be_forbidden_when_approved() -> None:
    book = settled().given(asked())
    later = by("bo", on(FREE, approve_erasure("p1", "p1", date(2025, 1, 1))))
    book.when(later).refused("retention_not_over")
    book.given(invoice("i9")).when(approved("item-i9.1")).refused("subject_not_settled")


OPEN: dict[str, tuple[tuple[Ask, ...], str]] = {
    "an open item": ((invoice("i2"),), "item-i2.1"),
    "money that is not allocated": ((receipt("r2", 1),), "receipt-r2"),
    "a refund under way": ((credit("c", "i1"), request_refund("f", 1)), "refund-f"),
    "a write-off that waits": ((invoice("i2"), request_write_off("w", "i2")), "writeoff-w"),
}


@pytest.mark.parametrize(("before", "stream"), OPEN.values(), ids=OPEN)
def test_nobody_is_erased_while_money_is_open_left_or_under_way(before: tuple[Ask, ...], stream: str) -> None:
    settled().given(*before).when(asked(stream)).refused("subject_not_settled")


def test_nobody_is_erased_while_customer_credit_is_left() -> None:
    settled().given(credit("c", "i1")).when(asked()).refused("subject_not_settled")


def test_what_is_decided_and_paid_stands_in_nobodys_way() -> None:
    book = settled().given(invoice("i2"), request_write_off("w", "i2"), approve_write_off("w"))
    book.given(asked("item-i1.1", "item-i2.1", "receipt-r", "writeoff-w", "account-p2"))


def test_a_guardian_is_not_erased_before_the_minor_has_another() -> None:
    book = settled().given(mark("p2", "minor", "p1"))
    book.when(asked("account-p2")).refused("subject_is_guardian")
    book.given(unmark("p2", "minor"), asked("account-p2"))


def test_a_person_of_whom_the_book_has_nothing_is_kept_by_no_law() -> None:
    book = settled().given(request_erasure("payee-7"), by("bo", approve_erasure("payee-7")))
    (_, fact) = book.facts("subject-payee-7")
    assert isinstance(fact, SubjectErased)
    assert (fact.retention, fact.kept_through) == (None, None)


def test_a_rejected_request_can_be_made_again() -> None:
    said = ErasureRejected(approver="bo", reason_code="NO")
    book = settled().given(asked()).when(by("bo", REJECT)).then(said)
    book.when(approved()).refused("erasure_not_requested")
    book.when(by("bo", REJECT)).refused("erasure_not_requested")
    book.given(asked(), approved())


# What would add to an erased payer's documents: what is recorded before, and what is then refused.
REFUSED: dict[str, tuple[tuple[Ask, ...], Ask]] = {
    "IssueInvoice": ((), invoice("i2")),
    "IssueCreditNote": ((), credit("c", "i1")),
    "MarkAccount": ((), mark("p1", "dead")),
    "IdentifyReceipt": ((receipt("late", 1_00),), IdentifyReceipt(receipt_id="late", account_id="p1")),
    "AllocateReceipt": ((receipt("late", 1_00),), allocate("late", rest_to="p1")),
    "OrderCollection": (
        (declare_bank_account("b1"), request_mandate(account_id="p2"), accept_mandate()),
        order_collection(),
    ),
    "PlaceHold": ((), hold("i1")),
    "RequestMandate": ((), request_mandate()),
    "ReverseWriteOff": ((), ReverseWriteOff(write_off_id="w", reason_code="PAID")),
}
# What the bank does, what moves money away or ends a claim, what takes something back, and the erasure itself. A
# reminder is suppressed, an account that is open is not opened again, and of what is settled no tax falls due.
ALLOWED = """
    RecordReceipt ClassifyMovement RecallReceipt BookRefundMovement BookPayoutMovement
    ReclassifyMovement ReclassifyAsReceipt ReclassifyAsRefund ReclassifyAsPayout ReclassifyAsPayments
    ReclassifyReceipt ReclassifyReceiptAsPayout
    RequestRefund ApproveRefund RejectRefund CancelRefund SendRefund SettleRefund FailRefund ReturnRefund ResumeRefund
    BeginTransfer ReceiveTransfer DeclineTransfer CompleteTransfer CancelTransfer
    ApplyCredit RequestWriteOff ApproveWriteOff RejectWriteOff
    WithdrawIdentification ReverseAllocation ReverseRecall ReleaseCredit VoidReceipt EndMark LiftHold
    AcceptMandate RejectMandate AmendMandate CancelMandate SendMandate
    DelayCollection FailCollection SettleCollection ReturnCollection ReopenCollection
    RemindItem LetUnpaidTaxFallDue OpenAccount RequestErasure ApproveErasure RejectErasure
"""
# What is about no payer.
OF_NOBODY = tuple(
    f"ledger.domain.{one}"
    for one in (
        "bank.account",
        "bank.adjudication",
        "bank.withdrawal",
        "bank.doubt",
        "bank.fee_schedule",
        "bank.file",
        "bank.file_mapping",
        "bank.line_rule",
        "bank.provider_account",
        "bank.settlement",
        "people",
        "terms",
        "receivables.number_series",
    )
)


@pytest.mark.parametrize(("before", "command"), REFUSED.values(), ids=REFUSED)
def test_nothing_is_added_to_the_documents_of_an_erased_payer(before: tuple[Ask, ...], command: Ask) -> None:
    book = settled().given(invoice("i3"), request_write_off("w", "i3"), approve_write_off("w"), asked(), approved())
    book.given(*before).when(command).refused("payer_erased")


def test_of_every_command_somebody_has_said_whether_it_adds_to_the_documents_of_an_erased_payer() -> None:
    of_payers = {one.__name__ for one in CATALOGUE.duties if not one.__module__.startswith(OF_NOBODY)}
    assert of_payers == {*REFUSED, *ALLOWED.split()}


def test_money_that_comes_for_an_erased_payer_goes_back_to_its_sender() -> None:
    book = erased().given(receipt("late", 250_00))
    book.when(allocate("late", request_id="i1.1")).refused("payer_erased")
    book.given(open_account("sender"), IdentifyReceipt(receipt_id="late", account_id="sender"))
    book.given(allocate("late", rest_to="sender"), request_refund("f", 250_00, "sender"))


def test_what_the_bank_took_back_of_an_erased_payer_is_written_off_and_never_reminded() -> None:
    book = erased().given(debit(250_00), recall())
    assert book.do(remind("i1", DUE, DUE))[0].fact.why == "erased"  # type: ignore[attr-defined]
    book.given(request_write_off("w", "i1"), approve_write_off("w"))
    assert "ar_patient" not in book.balances()
    book.when(request_erasure("p1", "p1", DUE)).refused("subject_is_erased")


def test_an_erased_payer_is_no_guardian() -> None:
    erased().when(mark("p2", "minor", "p1")).refused("payer_erased")


def test_an_erasure_needs_a_reason() -> None:
    settled().when(replace(request_erasure("p1"), reason_code="")).refused("reason_missing")
    settled().given(asked()).when(by("bo", replace(REJECT, reason_code=""))).refused("reason_missing")


_ERASED = (request_erasure("p9"), by("bo", approve_erasure("p9")))
RAISED: Raised = {
    "erasure_not_requested": ((), approve_erasure("p1")),
    "erasure_requested": ((request_erasure("p9"),), request_erasure("p9")),
    "retention_not_over": ((), request_erasure("p9", last_on=DUE)),
    "retention_unknown": ((DeclareTerms(terms=Terms(jurisdiction="NO")),), request_erasure("p9", last_on=DUE)),
    "subject_is_erased": (_ERASED, request_erasure("p9")),
    "subject_is_guardian": (
        (mark("p2", "minor", "p1"),),
        request_erasure("p1", "p1", streams=("account-p2",)),
    ),
    "subject_not_settled": ((), request_erasure("p1", "p1", streams=("item-i1.1",))),
}

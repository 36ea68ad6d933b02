"""One example of every fact, with every field filled in, as it might stand in a clinic's book."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Final

from ledger.domain.account import (
    AccountOpened,
    CustomerCreditApplied,
    CustomerCreditCreated,
    CustomerCreditRefunded,
    CustomerCreditRestored,
    CustomerCreditWithdrawn,
)
from ledger.domain.bank_account import BankAccountDeclared
from ledger.domain.bank_file import FileCompleted, FileIngested, FileRejected, StatementProven
from ledger.domain.bank_movement import BankMovementClassified
from ledger.domain.credit_note import CreditNoteIssued
from ledger.domain.fact import Envelope, Fact, PolicyRef, Reason
from ledger.domain.invoice import (
    AllocationApplied,
    AllocationWithdrawn,
    BalanceWrittenOff,
    InvoiceCredited,
    InvoiceIssued,
    WriteOffReversed,
)
from ledger.domain.invoice_parts import CreditedLine, CreditedShare, InvoiceLine, Share
from ledger.domain.number_series import NumberTaken, SeriesOpened
from ledger.domain.receipt import AllocationReversed, ReceiptAllocated, ReceiptIdentified, ReceiptRecorded, Target
from ledger.domain.refund import (
    RefundApproved,
    RefundFailed,
    RefundRejected,
    RefundRequested,
    RefundSent,
    RefundSettled,
)
from ledger.domain.reminder import ReminderSent, ReminderSuppressed
from ledger.domain.write_off import WriteOffApproved, WriteOffRejected, WriteOffRequested, WriteOffTakenBack

PATIENT: Final = "5b7c1f0e-0a6e-4a57-9d0e-6f2f3a1c9b10"
REGION: Final = "9f0d2c44-7c1e-4f0b-8f59-1d2e3c4b5a60"
INVOICE: Final = "0e6a4b52-33b1-4e0f-a9a7-2f1d0c9b8a70"
RECEIPT: Final = "c1d2e3f4-5a6b-4c7d-8e9f-0a1b2c3d4e5f"
SHA: Final = "9c56cc51b374c3ba189210d5b6d4bf57790d351c96c47c02190ecf1e430635ab"
DAY: Final = date(2024, 7, 10)

ENVELOPE: Final = Envelope(
    occurred_on=DAY,
    accounting_date=date(2024, 7, 12),
    recorded_at=datetime(2024, 7, 12, 5, 30, 0, 250_000, tzinfo=UTC),
    actor="job:bank-day",
    key="line-5566778899",
    role="cashier",
    on_behalf_of="user:anna",
    cause="3141",
    correlation="bank-day-2024-07-12",
    policy=PolicyRef("allocation-se", 1, "reference"),
    reason=Reason("PAID_BY_REFERENCE", "vault:note-17"),
    evidence=(f"file:{SHA}#Ntry[17]",),
    system="0.1.0",
)

_LINES = (
    InvoiceLine(1, "VISIT", date(2024, 6, 3), 480_00, "SE-EXEMPT", 0),
    InvoiceLine(2, "CERTIFICATE", date(2024, 6, 3), 16_30, "SE25", 4_08),
)
_SHARES = (
    Share(1, PATIENT, "patient", 250_00, "71001184", "ocr"),
    Share(2, REGION, "region", 250_00, "RF1910012", "rf"),
)
_CREDITED_LINES = (CreditedLine(2, 16_30, 4_08),)
_CREDITED_SHARES = (CreditedShare(1, PATIENT, "ar_patient", 5_00, 15_00),)
_TARGETS = (Target(INVOICE, 1, PATIENT, 250_00, "ar_patient"), Target("i-2", 2, REGION, 10_00, "ar_payer"))
_STATEMENT = StatementProven("b-1", "SEK", "STM-2024-07-10", DAY, DAY, 1_000_00, 1_250_00, 2, 250_00)

_ALL: tuple[Fact, ...] = (
    AccountOpened(account_id=PATIENT, payer="patient"),
    CustomerCreditCreated(amount_minor=15_00, currency="SEK", source="creditnote-c-1"),
    CustomerCreditWithdrawn(amount_minor=50_00, currency="SEK", source=f"receipt-{RECEIPT}"),
    CustomerCreditApplied(
        allocation_id="a-2", invoice_id=INVOICE, share=1, amount_minor=15_00, currency="SEK", ar_role="ar_patient"
    ),
    CustomerCreditRefunded(refund_id="f-1", amount_minor=15_00, currency="SEK"),
    CustomerCreditRestored(refund_id="f-1", amount_minor=15_00, currency="SEK"),
    BankAccountDeclared(bank_account="b-1", currency="SEK", source="camt.053"),
    FileIngested(sha256=SHA, format="camt.053", books=True, statements=(_STATEMENT,), lines=2, chunks=1),
    FileCompleted(receipts=1, movements=1, allocations=1, seen_before=0, in_doubt=0),
    FileRejected(sha256=SHA, format="camt.053", reasons=("balances_do_not_foot",)),
    BankMovementClassified(
        movement_id="m-1",
        bank_account="b-1",
        amount_minor=-12_50,
        currency="SEK",
        booked_on=DAY,
        value_on=DAY,
        role="bank_fees",
        rule="fee_code",
        line_key="b-1/STM-2024-07-10/2",
        source=SHA,
        position="Ntry[2]",
    ),
    CreditNoteIssued(
        credit_note_id="c-1",
        series="credit-notes",
        number=7,
        invoice_id=INVOICE,
        currency="SEK",
        mode="lines",
        lines=_CREDITED_LINES,
        rounding_minor=-38,
        shares=_CREDITED_SHARES,
        reason_code="SERVICE",
    ),
    InvoiceIssued(
        invoice_id=INVOICE,
        series="invoices",
        number=1001,
        currency="SEK",
        issued_on=date(2024, 6, 3),
        due_on=date(2024, 7, 3),
        lines=_LINES,
        rounding_minor=-38,
        shares=_SHARES,
        care_unit="unit-4",
        care_case="case-8f2a",
    ),
    AllocationApplied(
        allocation_id="a-1",
        source=f"receipt-{RECEIPT}",
        account_id=PATIENT,
        share=1,
        amount_minor=250_00,
        currency="SEK",
    ),
    AllocationWithdrawn(
        allocation_id="a-1",
        source=f"receipt-{RECEIPT}",
        account_id=PATIENT,
        share=1,
        amount_minor=250_00,
        currency="SEK",
    ),
    InvoiceCredited(
        credit_note_id="c-1", currency="SEK", lines=_CREDITED_LINES, rounding_minor=-38, shares=_CREDITED_SHARES
    ),
    BalanceWrittenOff(
        write_off_id="w-1", account_id=PATIENT, share=1, amount_minor=9_00, currency="SEK", ar_role="ar_patient"
    ),
    WriteOffReversed(
        write_off_id="w-1", account_id=PATIENT, share=1, amount_minor=9_00, currency="SEK", ar_role="ar_patient"
    ),
    ReminderSent(
        account_id=PATIENT,
        share=1,
        level=0,
        channel="letter",
        balance_minor=250_00,
        currency="SEK",
        due_on=date(2024, 7, 3),
        ledger_position=2718,
        bank_loaded_through=date(2024, 7, 3),
    ),
    ReminderSuppressed(account_id=PATIENT, share=1, level=0, on=date(2024, 7, 3), why="STALE_FEED"),
    ReceiptRecorded(
        receipt_id=RECEIPT,
        rail="bankgiro",
        bank_account="b-1",
        amount_minor=310_00,
        currency="SEK",
        booked_on=DAY,
        value_on=DAY,
        reference="71001184",
        reference_kind="ocr",
        reference_valid=True,
        line_key="b-1/STM-2024-07-10/1",
        source=SHA,
        position="Ntry[1]",
    ),
    ReceiptIdentified(account_id=PATIENT, method="manual"),
    ReceiptAllocated(
        allocation_id="a-1",
        account_id=PATIENT,
        currency="SEK",
        targets=_TARGETS,
        credit_minor=50_00,
        credit_account=PATIENT,
        rule="reference",
    ),
    AllocationReversed(
        allocation_id="a-1", currency="SEK", targets=_TARGETS, credit_minor=50_00, credit_account=PATIENT
    ),
    RefundRequested(
        refund_id="f-1",
        account_id=PATIENT,
        amount_minor=15_00,
        currency="SEK",
        payee_ref="vault:payee-3",
        reason_code="OVERPAID",
        requester="user:anna",
    ),
    RefundApproved(refund_id="f-1", amount_minor=15_00, currency="SEK", approver="user:bo"),
    RefundRejected(approver="user:bo", reason_code="NOT_OWED"),
    RefundSent(refund_id="f-1", amount_minor=15_00, currency="SEK", rail="bank_transfer", end_to_end_id="E2E-f-1"),
    RefundSettled(bank_ref="BREF-77"),
    RefundFailed(refund_id="f-1", amount_minor=15_00, currency="SEK", reason_code="AC04"),
    SeriesOpened(series="invoices", first=1001, reference_kind="ocr", reference_prefix="7"),
    NumberTaken(
        series="invoices", number=1001, holder=f"invoice-{INVOICE}", reference_kind="ocr", reference_prefix="7"
    ),
    WriteOffRequested(
        write_off_id="w-1",
        invoice_id=INVOICE,
        share=1,
        amount_minor=9_00,
        currency="SEK",
        reason_code="UNECONOMIC",
        requester="user:anna",
    ),
    WriteOffApproved(approver="user:bo"),
    WriteOffRejected(approver="user:bo", reason_code="PATIENT_PAYS"),
    WriteOffTakenBack(reason_code="PAID"),
)

EXAMPLES: Final[dict[str, Fact]] = {type(fact).__name__: fact for fact in _ALL}

"""One example of every fact, with every field filled in, as it might stand in a clinic's book."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Final

from ledger.domain.cash import refund_facts as refund
from ledger.domain.cash.receipt_facts import (
    AllocationReversed,
    Payment,
    ReceiptAllocated,
    ReceiptFound,
    ReceiptIdentified,
    ReceiptRecorded,
    Target,
)
from ledger.domain.disputes_and_relief.write_off_facts import (
    WriteOffApproved,
    WriteOffRejected,
    WriteOffRequested,
    WriteOffReversed,
)
from ledger.domain.fact import Envelope, Fact, PolicyRef, Reason
from ledger.domain.personal_data.subject import ErasureRejected, ErasureRequested, SubjectErased
from ledger.domain.receivables.account import (
    AccountOpened,
    CustomerCreditCreated,
    CustomerCreditRefunded,
    CustomerCreditRestored,
    CustomerCreditWithdrawn,
)
from ledger.domain.receivables.credit_facts import CustomerCreditApplied, RefundReservationEnded, RefundReserved
from ledger.domain.receivables.credit_note import CreditNoteIssued
from ledger.domain.receivables.given_reference import ReferenceGiven
from ledger.domain.receivables.invoice import InvoiceCredited, InvoiceIssued
from ledger.domain.receivables.invoice_parts import BilledLine, CreditedItem, CreditedLine, Owed
from ledger.domain.receivables.mark_facts import AccountMarked, AccountMarkEnded, PayerErased
from ledger.domain.receivables.number_series import NumberTaken, SeriesOpened
from ledger.domain.receivables.reference_register import GivenReferences, ReferencesRegistered, SeriesReferences
from ledger.domain.receivables.request import PaymentRequested
from ledger.domain.terms.tax_codes import tax_on
from tests.museum.bank_examples import OF_BANK
from tests.museum.debits import OF_DEBITS
from tests.museum.items import CREDITED_PARTS, OF_ITEMS
from tests.museum.people import OF_PEOPLE
from tests.museum.periods import OF_PERIODS
from tests.museum.subjects import DAY, DUE, INVOICE, ISSUED, ITEM, PATIENT, RECEIPT, REGION, SHA
from tests.museum.terms import OF_TERMS
from tests.museum.transfers import OF_TRANSFERS
from tests.museum.way_back import OF_THE_WAY_BACK

ENVELOPE: Final = Envelope(
    occurred_on=DAY,
    accounting_date=date(2024, 7, 12),
    recorded_at=datetime(2024, 7, 12, 5, 30, 0, 250_000, tzinfo=UTC),
    actor="job:bank-day",
    key="line-5566778899",
    duty="finance",
    on_behalf_of="person:anna",
    cause="3141",
    correlation="bank-day-2024-07-12",
    policy=PolicyRef("allocation-se", 1, "reference"),
    reason=Reason("PAID_BY_REFERENCE", "vault:note-17"),
    evidence=(f"file:{SHA}#Ntry[17]",),
    system="0.1.0",
)

_LINES = (
    BilledLine(1, "VISIT", ISSUED, 1000, "visit", "prices-2024", 480_00, tax_on("SE-EXEMPT", ISSUED), 0),
    BilledLine(2, "CERTIFICATE", ISSUED, 2000, "page", "prices-2024", 16_30, tax_on("SE-25", ISSUED), 4_08),
)
_OWED = (Owed(ITEM, PATIENT, "patient", 250_00), Owed(f"{INVOICE}.2", REGION, "region", 250_00))
_CREDITED_LINES = (CreditedLine(2, 16_30, 4_08, "SE-25"),)
_CREDITED_ITEMS = (CreditedItem(ITEM, PATIENT, "ar_patient", 5_00, 15_00, CREDITED_PARTS),)
_TARGETS = (Target(ITEM, PATIENT, 250_00, "ar_patient"), Target("i-2.1", REGION, 10_00, "ar_payer"))

_OF_ACCOUNTS_AND_DOCUMENTS: tuple[Fact, ...] = (
    AccountOpened(account_id=PATIENT, payer="patient"),
    AccountMarked(mark="minor", reason_code="REGISTER", guardian_id="p-2"),
    AccountMarkEnded(mark="minor", reason_code="OF_AGE"),
    PayerErased(subject_id=PATIENT),
    ErasureRequested(
        subject_id=PATIENT,
        account_id=PATIENT,
        last_on=DUE,
        ledger_position=1250,
        reason_code="SUBJECT_ASKED",
        requester="anna",
        on_behalf_of="person:cy",
    ),
    ErasureRejected(approver="bo", reason_code="STILL_A_PATIENT"),
    SubjectErased(
        approver="bo",
        last_on=DUE,
        ledger_position=9870,
        retention="SE-1999:1078-7:2-2010:1514",
        kept_through=date(2031, 12, 31),
    ),
    CustomerCreditCreated(amount_minor=15_00, currency="SEK", document="creditnote-c-1"),
    CustomerCreditWithdrawn(amount_minor=50_00, currency="SEK", document=f"receipt-{RECEIPT}"),
    CustomerCreditApplied(allocation_id="a-2", item_id=ITEM, amount_minor=15_00, currency="SEK", ar_role="ar_patient"),
    CustomerCreditRefunded(refund_id="f-1", amount_minor=15_00, currency="SEK"),
    CustomerCreditRestored(refund_id="f-1", amount_minor=15_00, currency="SEK"),
    RefundReserved(refund_id="f-1", amount_minor=15_00, currency="SEK"),
    RefundReservationEnded(refund_id="f-1", amount_minor=15_00, currency="SEK"),
    SeriesOpened(series="invoices", first=1001, reference_kind="ocr", reference_prefix="7"),
    NumberTaken(
        series="invoices", number=1001, holder=f"invoice-{INVOICE}", reference_kind="ocr", reference_prefix="7"
    ),
    ReferencesRegistered(
        series=(SeriesReferences("invoices", "ocr", "7", 1001),), given=(GivenReferences("rf", "10011", "20079"),)
    ),
    ReferenceGiven(reference="RF12200799", reference_kind="rf", request_id=ITEM),
    InvoiceIssued(
        invoice_id=INVOICE,
        series="invoices",
        number=1001,
        currency="SEK",
        issued_on=ISSUED,
        due_on=DUE,
        lines=_LINES,
        rounding_minor=-38,
        owed=_OWED,
        care_unit="unit-4",
        care_case="case-8f2a",
        tax_role="vat_output",
    ),
    InvoiceCredited(
        credit_note_id="c-1", currency="SEK", lines=_CREDITED_LINES, rounding_minor=-38, items=_CREDITED_ITEMS
    ),
    PaymentRequested(
        request_id=ITEM,
        document=f"invoice-{INVOICE}",
        account_id=PATIENT,
        reference="71001184",
        reference_kind="ocr",
        items=(ITEM,),
        pay_to="b-1",
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
        items=_CREDITED_ITEMS,
        reason_code="SERVICE",
        unit="unit-4",
        tax_role="vat_deferred",
    ),
)

_PAYMENT: Final = Payment(
    rail="bankgiro",
    bank_account="b-1",
    amount_minor=310_00,
    currency="SEK",
    booked_on=DAY,
    value_on=DAY,
    movement_id="m-2",
    movement_minor=620_00,
    line_key="b-1/STM-2024-07-10/1",
    file=SHA,
    statement_no=1,
    raw_position="Ntry[1]",
    bank_id_key="3f1c9a7e5b2d4f60817263a4",
    end_to_end_key="9d0e6f2f3a1c9b105b7c1f0e",
    held_by="card",
    payment_ref="pi_1",
    reference="71001184",
    reference_kind="ocr",
    reference_valid=True,
)

_OF_CASH_AND_RELIEF: tuple[Fact, ...] = (
    ReceiptRecorded(receipt_id=RECEIPT, payment=_PAYMENT),
    ReceiptFound(receipt_id="m-3", payment=_PAYMENT),
    ReceiptIdentified(account_id=PATIENT, method="manual", currency="SEK"),
    ReceiptAllocated(
        allocation_id="a-1",
        account_id=PATIENT,
        request_id=ITEM,
        currency="SEK",
        targets=_TARGETS,
        credit_minor=50_00,
        credit_account=PATIENT,
        rule="reference",
    ),
    AllocationReversed(
        allocation_id="a-1",
        account_id=PATIENT,
        because="mistake",
        currency="SEK",
        targets=_TARGETS,
        credit_minor=50_00,
        credit_account=PATIENT,
    ),
    refund.RefundRequested(
        refund_id="f-1",
        account_id=PATIENT,
        amount_minor=15_00,
        currency="SEK",
        payee_ref="vault:payee-3",
        reason_code="OVERPAID",
        requester="person:anna",
        on_behalf_of="person:carl",
    ),
    refund.RefundApproved(refund_id="f-1", amount_minor=15_00, currency="SEK", approver="person:bo"),
    refund.RefundRejected(approver="person:bo", reason_code="NOT_OWED"),
    refund.RefundCancelled(refund_id="f-1", amount_minor=15_00, currency="SEK", approved=True, reason_code="NO_PAYEE"),
    refund.RefundSent(
        refund_id="f-1",
        amount_minor=15_00,
        currency="SEK",
        rail="bank_transfer",
        end_to_end_id="E2E-f-1",
        order_file="5" * 64,
    ),
    refund.RefundSettled(bank_ref="BREF-77"),
    refund.RefundFailed(refund_id="f-1", amount_minor=15_00, currency="SEK", reason_code="AC04"),
    refund.RefundReturned(refund_id="f-1", amount_minor=15_00, currency="SEK", reason_code="AC04", part_id="m-3"),
    refund.RefundResumed(
        refund_id="f-1", amount_minor=15_00, currency="SEK", part_id="m-3", settled=True, reason_code="SLIP"
    ),
    refund.RefundMovementAdded(part_id="m-2", amount_minor=-15_00, currency="SEK"),
    refund.RefundMovementRemoved(part_id="m-2", amount_minor=-15_00, currency="SEK"),
    WriteOffRequested(
        write_off_id="w-1",
        item_id=ITEM,
        amount_minor=9_00,
        currency="SEK",
        reason_code="UNECONOMIC",
        requester="person:anna",
        on_behalf_of="person:carl",
    ),
    WriteOffApproved(
        amount_minor=9_00,
        currency="SEK",
        ar_role="ar_patient",
        tax_code="SE-25",
        unit="unit-4",
        approver="person:bo",
    ),
    WriteOffRejected(approver="person:bo", reason_code="PATIENT_PAYS"),
    WriteOffReversed(
        amount_minor=9_00,
        currency="SEK",
        ar_role="ar_patient",
        tax_code="SE-25",
        unit="unit-4",
        because="moved",
        reason_code="PAID",
    ),
)

_ALL: Final = (
    *OF_TERMS,
    *OF_PEOPLE,
    *OF_PERIODS,
    *OF_BANK,
    *OF_DEBITS,
    *_OF_ACCOUNTS_AND_DOCUMENTS,
    *OF_ITEMS,
    *_OF_CASH_AND_RELIEF,
    *OF_THE_WAY_BACK,
    *OF_TRANSFERS,
)

EXAMPLES: Final[dict[str, Fact]] = {type(fact).__name__: fact for fact in _ALL}

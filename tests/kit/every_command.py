"""A story in which every command of the catalogue is accepted once or more, in one book."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from msgspec.structs import replace

from ledger.domain.bank.account import RecordBankOpening
from ledger.domain.bank.adjudication import AdjudicateClaims, AdjudicatedClaim, ClaimAdjustment
from ledger.domain.bank.doubt import CloseDoubt, ReopenDoubt
from ledger.domain.bank.fee_schedule import AgreedFee, AgreeFee
from ledger.domain.bank.file import (
    CompleteFile,
    IngestFile,
    LoadedFile,
    ProvenFile,
    RecordSeenAgain,
    RejectFile,
    Seen,
    StatementProven,
)
from ledger.domain.bank.file_mapping import (
    ApproveFileMapping,
    EndFileMapping,
    RejectFileMapping,
    RequestFileMapping,
)
from ledger.domain.bank.line_rule import ApproveLineRule, EndLineRule, RejectLineRule, RequestLineRule
from ledger.domain.bank.line_rule_facts import LineRule
from ledger.domain.bank.movement import ClassifyMovement
from ledger.domain.bank.settlement import Settled, SettleTransactions
from ledger.domain.bank.withdrawal import WithdrawBankAccount
from ledger.domain.cash.captured_sum import ReclassifyAsPayments
from ledger.domain.cash.customer_credit import ApplyCredit, ReleaseCredit
from ledger.domain.cash.identification import IdentifyReceipt, WithdrawIdentification
from ledger.domain.cash.payout import BookPayoutMovement
from ledger.domain.cash.payout_reclassification import ReclassifyAsPayout
from ledger.domain.cash.recall import RecallReceipt
from ledger.domain.cash.receipt import RecordReceipt
from ledger.domain.cash.receipt_as_payout import ReclassifyReceiptAsPayout
from ledger.domain.cash.receipt_reclassification import ReclassifyReceipt
from ledger.domain.cash.reclassification import ReclassifyAsReceipt, ReclassifyAsRefund, ReclassifyMovement
from ledger.domain.cash.refund import CancelRefund, RejectRefund
from ledger.domain.cash.refund_movement import BookRefundMovement
from ledger.domain.cash.refund_payment import FailRefund, ReturnRefund, SendRefund, SettleRefund
from ledger.domain.cash.refund_resumption import ResumeRefund
from ledger.domain.cash.transfer import (
    BeginTransfer,
    CancelTransfer,
    CompleteTransfer,
    DeclineTransfer,
    ReceiveTransfer,
)
from ledger.domain.cash.transfer_facts import Quoted
from ledger.domain.cash.void import VoidReceipt
from ledger.domain.disputes_and_relief.write_off import RejectWriteOff, ReverseWriteOff
from ledger.domain.people.authority import GrantException
from ledger.domain.people.limit import SetLimit
from ledger.domain.people.person import EndDuty, GiveDuty
from ledger.domain.people.registration import RegisterPerson
from ledger.domain.people.sign_in import GiveSignIn, WithdrawSignIn
from ledger.domain.personal_data.subject import RejectErasure
from ledger.domain.receivables.unpaid_tax import LetUnpaidTaxFallDue
from ledger.domain.terms.entity import DeclareTerms, Terms
from ledger.domain.terms.exchange_rate import DeclareExchangeRate, ExchangeRate
from ledger.domain.terms.mapping import EndMapping, SetMapping
from ledger.domain.terms.mapping_facts import AccountMapped, Dimension
from ledger.domain.terms.period import (
    ApprovePeriodClose,
    ApprovePeriodReopening,
    RejectPeriodRequest,
    RequestPeriodClose,
    RequestPeriodReopening,
)
from tests.kit.book import DAY, Ask, by
from tests.kit.care import (
    BOOKED,
    DUE,
    allocate,
    approve_erasure,
    approve_refund,
    approve_write_off,
    credit,
    declare_bank_account,
    hold,
    invoice,
    item_id,
    lift,
    mark,
    open_account,
    open_series,
    payment,
    receipt,
    remind,
    request_erasure,
    request_refund,
    request_write_off,
    reverse,
    taxed,
    unmark,
)
from tests.kit.every_debit import DEBITS
from tests.kit.mappings import COLLECTOR
from tests.kit.moved_lines import line_of, moved
from tests.kit.providers import declare_provider_account

MAY, JUNE = date(2024, 5, 31), date(2024, 6, 30)
SHA, OTHER_SHA = "ab" * 32, "cd" * 32
LATER: Final = DAY + timedelta(days=10)
_PROVEN = StatementProven("b1", "SEK", "S-1", BOOKED, BOOKED, 0, 250_00, 1, 250_00)
_DIMENSIONS = (Dimension("bank_account", "b1"),)
_TAX_RULE = LineRule(from_on=DAY, role="tax_account", bank_account="b1", direction="out", phrases=("SKATTEVERKET",))


def _refund(id: str) -> list[Ask]:
    return [request_refund(id, 10_00), approve_refund(id)]


def _send(id: str) -> SendRefund:
    return SendRefund(refund_id=id, rail="bank_transfer", end_to_end_id=f"E2E-{id}")


PEOPLE: list[Ask] = [
    RegisterPerson(person_id="eva", sign_in="e" * 32, duties=("nurse",)),
    by("bo", GiveDuty(person_id="eva", duty="finance", from_on=DAY)),
    by("bo", EndDuty(person_id="eva", duty="nurse", reason_code="MOVED")),
    GiveSignIn(person_id="eva", sign_in="f" * 32),
    WithdrawSignIn(sign_in="f" * 32, reason_code="LEFT"),
    SetLimit(
        set_by="anna", duty="billing", kind="credit", currency="SEK", single_minor=1, month_minor=None, from_on=DAY
    ),
    GrantException(
        person_id="bo",
        kind="refund",
        document="refund-f1",
        amount_minor=1,
        currency="SEK",
        reason_code="URGENT",
        month=DAY,
    ),
]
TERMS: list[Ask] = [
    DeclareTerms(terms=Terms(currencies=("SEK", "EUR", "JPY", "KWD"), vat_method="cash")),
    RequestPeriodClose(kind="hard", through_on=MAY),
    by("bo", RejectPeriodRequest(through_on=MAY, reason_code="EARLY")),
    RequestPeriodClose(kind="soft", through_on=MAY),
    by("bo", ApprovePeriodClose(kind="soft", through_on=MAY)),
    RequestPeriodReopening(through_on=MAY, reason_code="FORGOTTEN"),
    by("bo", ApprovePeriodReopening(through_on=MAY)),
    SetMapping(mapping=AccountMapped("suppliers", _DIMENSIONS, "2441", "Suppliers", DAY, None, "own", confirmed=True)),
    EndMapping(role="suppliers", dimensions=_DIMENSIONS, until_on=LATER),
]
_CONTRACT: Final = ClaimAdjustment("CO", "45", 50_00)
BANK: list[Ask] = [
    declare_bank_account("b1"),
    declare_bank_account("b9"),
    WithdrawBankAccount(bank_account="b9", reason_code="DECLARED_BY_MISTAKE"),
    declare_provider_account(),
    AgreeFee(
        provider_account="cards",
        kind="payment",
        from_on=MAY,
        fee=AgreedFee(15_000, 1_80, 2_00, 50_00),
        source="contract",
    ),
    DeclareExchangeRate(
        base_currency="EUR", quote_currency="SEK", rate_on=BOOKED, rate=ExchangeRate(114_325, 4), source="Riksbanken"
    ),
    SettleTransactions(
        settlement_id="s1",
        provider_account="cards",
        settlement_ref="batch 380",
        currency="SEK",
        file=SHA,
        settled_on=BOOKED,
        settled=(Settled("r1", "line-9", "payment", 250_00, 5_00, 1_00, 22_50, "DKK"),),
    ),
    AdjudicateClaims(
        remittance_id="e1",
        provider_account="cards",
        remittance_ref="EFT0004711",
        currency="SEK",
        file=SHA,
        paid_on=BOOKED,
        claims=(AdjudicatedClaim("c1", "1001171", "ICN1", "1", "r1", 250_00, 200_00, (_CONTRACT,)),),
    ),
    BookPayoutMovement(
        part_id="m9",
        line=replace(line_of("m9", -10_00), bank_account="cards", held_by="card"),
        payout_id="po1",
        provider_account="cards",
        payout_ref="po_1",
        side="sent",
        rule="payout_by_file",
    ),
    RecordBankOpening(bank_account="b1", as_of=MAY, balance_minor=0, source="the bank's letter"),
    IngestFile(sha256=SHA, file=ProvenFile("camt.053", True, (_PROVEN,), lines=1, chunks=1)),
    RecordSeenAgain(sha256=SHA, format="camt.053", seen=(Seen("line-9", None, "r1", BOOKED, 1, "1"),)),
    CompleteFile(sha256=SHA, loaded=LoadedFile(1, 0, 1, 0, 0)),
    RejectFile(sha256=OTHER_SHA, format="camt.053", reasons=("balances_do_not_foot",)),
    RequestLineRule(rule_id="tax", line_rule=_TAX_RULE),
    by("bo", RejectLineRule(rule_id="tax", version=1, reason_code="TOO_WIDE")),
    RequestLineRule(rule_id="tax", line_rule=_TAX_RULE),
    by("bo", ApproveLineRule(rule_id="tax", version=2)),
    EndLineRule(rule_id="tax", reason_code="MOVED", last_on=LATER),
    RequestFileMapping(mapping_id="collector", file_mapping=COLLECTOR),
    by("bo", RejectFileMapping(mapping_id="collector", version=1, reason_code="TOO_WIDE")),
    RequestFileMapping(mapping_id="collector", file_mapping=COLLECTOR),
    by("bo", ApproveFileMapping(mapping_id="collector", version=2)),
    EndFileMapping(mapping_id="collector", reason_code="MOVED", last_on=LATER),
    CloseDoubt(doubt_id="d1", code="unmatched", reason_code="LOOKED_INTO"),
    ReopenDoubt(doubt_id="d1", reason_code="TOO_EARLY"),
]
CLAIMS: list[Ask] = [
    open_series("inv"),
    open_series("cre", 1, kind="none"),
    *(open_account(f"p{number}") for number in range(1, 6)),
    *(invoice(f"i{number}") for number in range(1, 8)),
    credit("c1", "i1"),
    remind("i2", DUE),
    hold("i2"),
    lift("i2"),
    invoice("i8", taxed(1, 100_00, "SE-25"), issued_on=date(2023, 12, 20), due_on=date(2024, 1, 20)),
    LetUnpaidTaxFallDue(item_id=item_id("i8"), through_on=date(2023, 12, 31)),
    mark("p4", "confidential"),
    unmark("p4", "confidential"),
    request_write_off("w1", "i2"),
    approve_write_off("w1"),
    ReverseWriteOff(write_off_id="w1", reason_code="PAID"),
    request_write_off("w2", "i2"),
    by("bo", RejectWriteOff(write_off_id="w2", reason_code="TOO_EARLY")),
]
CASH: list[Ask] = [
    *(receipt(f"r{number}", 250_00) for number in range(1, 8)),
    IdentifyReceipt(receipt_id="r1", account_id="p1"),
    WithdrawIdentification(receipt_id="r1", reason_code="NOT_THEIRS"),
    allocate("r1", "i3"),
    reverse("r1"),
    allocate("r2", "i4"),
    moved("m1", -250_00, "recalls"),
    RecallReceipt(receipt_id="r2", part_id="m1", reason_code="AC06"),
    ReclassifyReceipt(receipt_id="r3", role="suppliers", reason_code="THEIR_REFUND"),
    ReclassifyReceiptAsPayout(receipt_id="r4", payout_id="po1", reason_code="SEEN", amount_minor=1_00),
    RecordReceipt(receipt_id="till", payment=replace(payment(250_00), rail="cash", bank_account="cash")),
    VoidReceipt(receipt_id="till", reason_code="TWICE"),
    allocate("r5", rest_to="p1"),
    ApplyCredit(allocation_id="ap1", account_id="p1", item_id=item_id("i5"), amount_minor=10_00),
    ReleaseCredit(allocation_id="ap1", account_id="p1"),
]
TRANSFERS: list[Ask] = [
    BeginTransfer(transfer_id="t1", receipt_id="r4", entity="north", reason_code="PAID_US", amount_minor=10_00),
    CancelTransfer(transfer_id="t1", reason_code="OURS"),
    BeginTransfer(transfer_id="t2", receipt_id="r4", entity="north", reason_code="PAID_US", amount_minor=10_00),
    CompleteTransfer(transfer_id="t2"),
    ReceiveTransfer(transfer_id="t3", entity="south", amount_minor=10_00, currency="SEK", quoted=Quoted(BOOKED)),
    DeclineTransfer(transfer_id="t4", entity="south"),
]
REFUNDS: list[Ask] = [
    request_refund("f1", 10_00),
    by("bo", RejectRefund(refund_id="f1", reason_code="NOT_OWED")),
    *_refund("f2"),
    CancelRefund(refund_id="f2", reason_code="PAYEE_UNKNOWN"),
    *_refund("f3"),
    _send("f3"),
    SettleRefund(refund_id="f3", bank_ref="B-3"),
    ReturnRefund(refund_id="f3", reason_code="AC04"),
    *_refund("f4"),
    _send("f4"),
    FailRefund(refund_id="f4", reason_code="AC04"),
    ResumeRefund(refund_id="f4", reason_code="SLIP"),
    BookRefundMovement(part_id="m2", line=line_of("m2", -10_00), refund_id="f4", bank_ref="B-4", return_reason=None),
    *_refund("f5"),
    _send("f5"),
    moved("m3", -10_00),
    ReclassifyAsRefund(part_id="m3", refund_id="f5", reason_code="SEEN_ON_PAPER"),
    moved("m4", -10_00),
    ReclassifyMovement(part_id="m4", role="tax_account", reason_code="TAX"),
    moved("m6", 10_00),
    ReclassifyAsPayout(part_id="m6", payout_id="po1", reason_code="BANK_SAID"),
    moved("m5", 10_00),
    ReclassifyAsReceipt(part_id="m5", reason_code="PAYER_ASKED"),
    RecordReceipt(receipt_id="tr1", payment=replace(payment(10_00), rail="card", bank_account="cards", held_by="card")),
    ClassifyMovement(
        part_id="m7",
        line=replace(line_of("m7", 10_00), bank_account="cards", held_by="card"),
        role="bank_suspense",
        rule="captured_sum",
    ),
    ReclassifyAsPayments(part_id="m7", settlement_id="s1", receipt_ids=("tr1",), reason_code="SEEN_AT_PROVIDER"),
]
ERASURES: list[Ask] = [
    request_erasure("p6"),
    by("bo", RejectErasure(subject_id="p6", reason_code="NO")),
    request_erasure("p7"),
    by("bo", approve_erasure("p7")),
]
# In the order in which they can all be accepted; each on the day DAY, if it names no other.
STORY: Final[list[Ask]] = [*TERMS, *BANK, *CLAIMS, *PEOPLE, *CASH, *TRANSFERS, *REFUNDS, *DEBITS, *ERASURES]

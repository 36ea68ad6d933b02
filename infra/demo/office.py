"""The office's submissions to the ledger, day by day: the opening, invoices, credit notes, write-offs, refunds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from infra.demo.accounts import BANK_ACCOUNTS, GIRO_ACCOUNT, STATEMENT_ACCOUNT, SWISH_ACCOUNT, OwnAccount
from infra.demo.bills import (
    BROUGHT_SERIES,
    CREDIT_SERIES,
    CURRENCY,
    FIRST_NUMBER,
    INVOICE_SERIES,
    REFERENCE_PREFIX,
    TERMS,
    Bill,
    Billing,
)
from infra.demo.corrections import Credit, WriteOff
from infra.demo.fictions import id_of
from infra.demo.outgoings import Refund
from infra.demo.period import Period
from infra.demo.staff import CLERK, FINANCE, LEAD
from infra.demo.submissions import submission
from ledger import Submission
from ledger.domain.bank.account import DeclareBankAccount, RecordBankOpening
from ledger.domain.bank.declaration import BankAccount, Feed
from ledger.domain.bank.ledger_account import LEDGER_ACCOUNTS
from ledger.domain.cash.refund import ApproveRefund, RejectRefund, RequestRefund
from ledger.domain.cash.refund_payment import FailRefund, SendRefund
from ledger.domain.disputes_and_relief.write_off import (
    ApproveWriteOff,
    RejectWriteOff,
    RequestWriteOff,
    ReverseWriteOff,
)
from ledger.domain.receivables.account import OpenAccount
from ledger.domain.receivables.credit_note import IssueCreditNote
from ledger.domain.receivables.invoice import IssueInvoice
from ledger.domain.receivables.invoice_parts import PayerAsked
from ledger.domain.receivables.number_series import OpenSeries
from ledger.domain.terms.entity import DeclareTerms


class Office:
    """Everything the office does, as submissions for each day; the days can be read in any order."""

    def __init__(
        self,
        seed: int,
        period: Period,
        billed: Billing,
        credits: Sequence[Credit],
        write_offs: Sequence[WriteOff],
        refunds: Sequence[Refund],
    ) -> None:
        self._seed, self._period = seed, period
        self._billed, self._credits, self._write_offs, self._refunds = billed, credits, write_offs, refunds
        self._bills_on: dict[date, list[Bill]] = {}
        for bill in billed.bills:
            self._bills_on.setdefault(bill.recorded_on, []).append(bill)

    def submissions_of(self, day: date) -> list[Submission]:
        """The submissions of a day, to be executed in this order and before the day's bank files are loaded."""
        opening = self._opening(day) if day == self._period.opening_on else ()
        return [
            *opening,
            *(
                submission(
                    self._seed, OpenAccount(account_id=one.account_id, payer=one.payer), "account", one.account_id, day
                )
                for one in self._billed.accounts
                if one.opened_on == day
            ),
            *(self._invoice(bill, day) for bill in self._bills_on.get(day, ())),
            *(self._credit(credit, day) for credit in self._credits if credit.on == day),
            *self._of_write_offs(day),
            *self._of_refunds(day),
        ]

    def _opening(self, day: date) -> Iterator[Submission]:
        yield submission(self._seed, DeclareTerms(terms=TERMS), "terms", "entity", day, by=FINANCE)
        for opened in (
            OpenSeries(series=INVOICE_SERIES, first=FIRST_NUMBER, reference_prefix=REFERENCE_PREFIX),
            OpenSeries(series=BROUGHT_SERIES, reference_kind="none"),
            OpenSeries(series=CREDIT_SERIES, reference_kind="none"),
        ):
            yield submission(self._seed, opened, "series", opened.series, day, by=FINANCE)
        for ledger_account, account in zip(LEDGER_ACCOUNTS, BANK_ACCOUNTS, strict=False):
            declared = BankAccount(
                bank_account=account.number,
                name=account.name,
                currency=CURRENCY,
                aliases=account.aliases,
                feeds=(Feed("camt.053"), *self._in_detail(account)),
            )
            command = DeclareBankAccount(account=declared, ledger_account=ledger_account)
            yield submission(self._seed, command, "bank-account", account.number, day, by=FINANCE)
        balance = RecordBankOpening(
            bank_account=STATEMENT_ACCOUNT.number,
            as_of=day,
            balance_minor=STATEMENT_ACCOUNT.opening_minor,
            source="statement of the old system",
        )
        yield submission(self._seed, balance, "bank-opening", STATEMENT_ACCOUNT.number, day, by=FINANCE)

    def _in_detail(self, account: OwnAccount) -> tuple[Feed, ...]:
        """The feeds that show the payments behind an account's sums."""
        period = self._period
        if account != GIRO_ACCOUNT:
            return (Feed("swish.handelsbanken"),) if account == SWISH_ACCOUNT else ()
        changed = Feed("bgmax", until_on=period.bgmax_until), Feed("camt.054", from_on=period.notified_from)
        return *changed, Feed("autogiro")

    def _invoice(self, bill: Bill, day: date) -> Submission:
        command = IssueInvoice(
            invoice_id=bill.invoice_id,
            series=bill.series,
            currency=CURRENCY,
            issued_on=bill.issued_on,
            due_on=bill.due_on,
            lines=bill.lines,
            payers=tuple(
                PayerAsked(one.account_id, one.amount_minor, one.reference if bill.brought else None)
                for one in bill.owed
            ),
            rounding_minor=bill.rounding_minor,
            care_unit=bill.care_unit,
            care_case=bill.care_case,
        )
        return submission(self._seed, command, "invoice", bill.invoice_id, day, occurred_on=bill.issued_on)

    def _credit(self, credit: Credit, day: date) -> Submission:
        command = IssueCreditNote(
            credit_note_id=credit.credit_note_id,
            series=CREDIT_SERIES,
            invoice_id=credit.invoice_id,
            reason_code=credit.reason_code,
            lines=credit.lines,
        )
        return submission(
            self._seed, command, "credit", credit.credit_note_id, day, by=CLERK,
            accounting_date=credit.accounting_on, reason=credit.reason_code,
        )  # fmt: skip

    def _of_write_offs(self, day: date) -> Iterator[Submission]:
        for one in self._write_offs:
            id = one.write_off_id
            if one.requested_on == day:
                request = RequestWriteOff(write_off_id=id, item_id=one.owed.item_id, reason_code="UNECONOMIC")
                yield submission(self._seed, request, "write-off-request", id, day, by=CLERK, reason="UNECONOMIC")
            if one.decided_on == day and one.outcome == "rejected":
                reject = RejectWriteOff(write_off_id=id, reason_code="TRY_AGAIN")
                yield submission(self._seed, reject, "write-off-decision", id, day, by=LEAD, reason="TRY_AGAIN")
            elif one.decided_on == day:
                yield submission(self._seed, ApproveWriteOff(write_off_id=id), "write-off-decision", id, day, by=LEAD)
            if one.reversed_on == day:
                reverse = ReverseWriteOff(write_off_id=id, reason_code="PAYER_FOUND")
                yield submission(self._seed, reverse, "write-off-reversal", id, day, by=FINANCE, reason="PAYER_FOUND")

    def _of_refunds(self, day: date) -> Iterator[Submission]:
        for one in self._refunds:
            if one.requested_on == day:
                yield self._requested(one, day)
            if one.decided_on == day and one.outcome == "rejected":
                reject = RejectRefund(refund_id=one.refund_id, reason_code="KEEP_AS_CREDIT")
                yield submission(self._seed, reject, "refund-decision", one.refund_id, day, by=LEAD)
            elif one.decided_on == day:
                approve = ApproveRefund(refund_id=one.refund_id)
                yield submission(self._seed, approve, "refund-decision", one.refund_id, day, by=LEAD)
            if one.sent_on == day:
                send = SendRefund(refund_id=one.refund_id, rail="bank_transfer", end_to_end_id=one.end_to_end_id)
                yield submission(self._seed, send, "refund-sent", one.refund_id, day, by=FINANCE)
            if one.back_on == day and one.outcome == "failed":
                fail = FailRefund(refund_id=one.refund_id, reason_code="ACCOUNT_CLOSED")
                yield submission(
                    self._seed, fail, "refund-failed", one.refund_id, day, by=FINANCE, reason="ACCOUNT_CLOSED"
                )

    def _requested(self, one: Refund, day: date) -> Submission:
        command = RequestRefund(
            refund_id=one.refund_id,
            account_id=one.account_id,
            amount_minor=one.amount_minor,
            currency=CURRENCY,
            reason_code=one.reason_code,
            payee_ref=f"vault-{id_of(self._seed, 'payee', one.account_id)}",
        )
        return submission(self._seed, command, "refund-request", one.refund_id, day, by=CLERK, reason=one.reason_code)

"""A clinic's months at random, the same for the same seed: every kind of fact, late, early and taken back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from random import Random

from ledger.domain.bank.account import BankAccount, DeclareBankAccount
from ledger.domain.bank.file import (
    CompleteFile,
    IngestFile,
    LoadedFile,
    ProvenFile,
    RejectFile,
    StatementProven,
)
from ledger.domain.bank.line import BankLine
from ledger.domain.bank.movement import ClassifyMovement
from ledger.domain.cash.allocation import AllocateReceipt, ItemToPay, ReverseAllocation
from ledger.domain.cash.customer_credit import ApplyCredit
from ledger.domain.cash.receipt import IdentifyReceipt, ReceiptAllocated
from ledger.domain.cash.refund import FailRefund, RejectRefund, SendRefund, SettleRefund
from ledger.domain.fact import Command
from ledger.domain.receivables.credit_note import IssueCreditNote, LineToCredit
from ledger.domain.receivables.number_series import OpenSeries
from ledger.domain.relief.write_off import RejectWriteOff, ReverseWriteOff
from ledger.domain.terms.entity import DeclareTerms, Terms
from tests.kit.book import Ask, by
from tests.kit.care import (
    approve_refund,
    approve_write_off,
    hold,
    invoice,
    lift,
    line,
    open_account,
    receipt,
    remind,
    request_refund,
    request_write_off,
)
from tests.projections.telling import Log

FIRST = date(2024, 6, 1)
DAYS = 120
PATIENTS = ("p1", "p2", "p3", "g1")
ACCOUNTS = (*PATIENTS, "r1", "quiet")


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


def month(seed: int, commands: int) -> Log:
    """A log of as many commands, refused ones left out."""
    return Month(seed).told(commands)


class Month:
    """One clinic's random life."""

    def __init__(self, seed: int) -> None:
        self.rnd = Random(seed)
        self.log = Log()
        self.taken = 0
        self.invoices: list[str] = []
        self.items: list[str] = []
        self.receipts: list[str] = []
        self.held: list[tuple[str, str]] = []
        self.write_offs: list[str] = []
        self.refunds: list[str] = []
        self.files: list[str] = []

    def told(self, commands: int) -> Log:
        opening: list[Command] = [
            DeclareTerms(terms=Terms(currencies=("SEK", "EUR"))),
            OpenSeries(series="inv", first=1001),
            OpenSeries(series="cre", first=1),
            *(open_account(account) for account in ("p1", "p2", "p3")),
            open_account("g1", "guardian"),
            open_account("r1", "region"),
            open_account("quiet", "insurer"),
            DeclareBankAccount(account=BankAccount("b1", "SEK", "camt.053")),
        ]
        self.log.do(*opening, on=day(0))
        for _ in range(commands):
            self.today = day(self.rnd.randrange(DAYS))
            self.log.attempt(self.command(), on=self.today, accounted=self.accounted())
        return self.log

    def accounted(self) -> date:
        # Mostly the same day; after a close later; sometimes, for an early invoice, before.
        return self.today + timedelta(days=self.rnd.choice((0, 0, 0, 0, 0, 4, 31, -6)))

    def id(self, letter: str) -> str:
        self.taken += 1
        return f"{letter}{self.taken}"

    def command(self) -> Ask:
        kinds: list[Callable[[], Ask]] = [
            *[self.bill] * 5,
            *[self.receive] * 5,
            *[self.allocate] * 7,
            *[self.reverse] * 2,
            *[self.credit] * 2,
            *[self.write_off] * 4,
            *[self.refund] * 5,
            *[self.remind] * 2,
            *[self.hold] * 2,
            *[self.load] * 3,
            self.identify,
            self.apply_credit,
            self.classify,
        ]
        return self.rnd.choice(kinds)()

    def bill(self) -> Ask:
        id = self.id("i")
        amount = self.rnd.choice((100_00, 250_00, 333_33))
        payers = {self.rnd.choice(PATIENTS): amount}
        if self.rnd.random() < 0.4:
            payers["r1"] = 70_00
        self.invoices.append(id)
        self.items += [f"{id}.{number}" for number in range(1, len(payers) + 1)]
        lines = [line(number, owed) for number, owed in enumerate(payers.values(), 1)]
        currency = "EUR" if self.rnd.random() < 0.1 else "SEK"
        due_on = day(self.rnd.randrange(10, DAYS))
        # Issued before, on or after the day it is told of.
        issued_on = min(due_on, self.today + timedelta(days=self.rnd.choice((0, 0, 0, -9, 12))))
        return invoice(id, *lines, payers=payers, currency=currency, issued_on=issued_on, due_on=due_on)

    def receive(self) -> Ask:
        self.receipts.append(self.id("r"))
        amount = self.rnd.choice((100_00, 250_00, 333_33, 500_00, 12_34))
        file = self.rnd.choice([*self.files, None])
        currency = "EUR" if self.rnd.random() < 0.1 else "SEK"
        booked_on = self.today + timedelta(days=self.rnd.choice((0, 0, -7, 3)))
        return receipt(self.receipts[-1], amount, currency, file=file, booked_on=booked_on)

    def some(self, options: list[str]) -> str:
        return self.rnd.choice(options) if options else "none"

    def to_pay(self) -> tuple[ItemToPay, ...]:
        chosen = dict.fromkeys(self.some(self.items) for _ in range(self.rnd.choice((1, 1, 1, 2, 3))))
        return tuple(ItemToPay(one, self.rnd.choice((None, None, 50_00))) for one in chosen)

    def allocate(self) -> Ask:
        allocation_id, receipt_id = self.id("a"), self.some(self.receipts)
        if self.rnd.random() < 0.3:
            # The request of an item has its id.
            request_id = self.some(self.items)
            return AllocateReceipt(allocation_id=allocation_id, receipt_id=receipt_id, request_id=request_id)
        rest_to = self.rnd.choice((None, None, *PATIENTS))
        return AllocateReceipt(
            allocation_id=allocation_id, receipt_id=receipt_id, items=self.to_pay(), credit_account=rest_to
        )

    def reverse(self) -> Ask:
        made = [one for one in self.log.recorded if isinstance(one.fact, ReceiptAllocated)]
        if not made:
            return self.allocate()
        chosen = self.rnd.choice(made)
        return ReverseAllocation(allocation_id=chosen.fact.allocation_id, receipt_id=chosen.stream.partition("-")[2])

    def identify(self) -> Ask:
        return IdentifyReceipt(receipt_id=self.some(self.receipts), account_id=self.rnd.choice(PATIENTS))

    def apply_credit(self) -> Ask:
        return ApplyCredit(
            allocation_id=self.id("a"),
            account_id=self.rnd.choice(PATIENTS),
            item_id=self.some(self.items),
            amount_minor=self.rnd.choice((1, 10_00, 50_00)),
        )

    def credit(self) -> Ask:
        lines = self.rnd.choice(((), (LineToCredit(1, 30_00),)))
        return IssueCreditNote(
            credit_note_id=self.id("c"),
            series="cre",
            invoice_id=self.some(self.invoices),
            reason_code="SERVICE",
            lines=lines,
        )

    def write_off(self) -> Ask:
        if not self.write_offs or self.rnd.random() < 0.4:
            self.write_offs.append(self.id("w"))
            return request_write_off(self.write_offs[-1], self.some(self.items), self.rnd.choice((None, 10_00)))
        id = self.rnd.choice(self.write_offs)
        return self.rnd.choice(
            (
                approve_write_off(id),
                approve_write_off(id),
                by("bo", RejectWriteOff(write_off_id=id, reason_code="PAYS")),
                ReverseWriteOff(write_off_id=id, reason_code="PAID"),
            )
        )

    def refund(self) -> Ask:
        if not self.refunds or self.rnd.random() < 0.3:
            self.refunds.append(self.id("f"))
            return request_refund(self.refunds[-1], self.rnd.choice((1, 20_00)), self.rnd.choice(PATIENTS))
        id = self.rnd.choice(self.refunds)
        state = self.log.book.states.get(f"refund-{id}")
        steps: dict[str, tuple[Ask, ...]] = {
            "requested": (
                approve_refund(id),
                approve_refund(id),
                by("bo", RejectRefund(refund_id=id, reason_code="NO")),
            ),
            "approved": (SendRefund(refund_id=id, rail="bank_transfer", end_to_end_id=f"e2e-{id}"),),
            "sent": (SettleRefund(refund_id=id, bank_ref="paid"), FailRefund(refund_id=id, reason_code="CLOSED")),
        }
        return self.rnd.choice(steps.get(getattr(state, "status", ""), (approve_refund(id),)))

    def classify(self) -> Ask:
        line = BankLine(
            bank_account="b1",
            amount_minor=self.rnd.choice((-15_00, 15_00)),
            currency="SEK",
            booked_on=day(self.rnd.randrange(DAYS)),
            file=self.rnd.choice([*self.files, None]),
        )
        role = self.rnd.choice(("bank_fees", "bank_suspense", "cash_in_transit"))
        return ClassifyMovement(part_id=self.id("m"), line=line, role=role, rule="manual")

    def remind(self) -> Ask:
        on = day(DAYS)
        return remind(self.some(self.items), on, self.rnd.choice((on, None)), level=self.rnd.choice((0, 1)))

    def hold(self) -> Ask:
        if self.held and self.rnd.random() < 0.5:
            return lift(*self.rnd.choice(self.held))
        self.held.append((self.some(self.items), self.id("h")))
        item, hold_id = self.held[-1]
        return hold(item, self.rnd.choice((None, day(DAYS))), hold_id)

    def load(self) -> Ask:
        if self.files and self.rnd.random() < 0.5:
            loaded = LoadedFile(receipts=1, movements=1, allocations=1, seen_before=0, in_doubt=0)
            return CompleteFile(sha256=self.rnd.choice(self.files), loaded=loaded)
        sha256 = self.id("sha")
        if self.rnd.random() < 0.2:
            return RejectFile(sha256=sha256, format=None, reasons=("not_footing", "no_balance"))
        self.files.append(sha256)
        on = day(self.rnd.randrange(DAYS))
        proven = StatementProven("b1", "SEK", f"s-{sha256}", on, on, 0, 5, 2, 5)
        file = ProvenFile(format="camt.053", books=True, statements=(proven, proven), lines=4, chunks=1)
        return IngestFile(sha256=sha256, file=file)

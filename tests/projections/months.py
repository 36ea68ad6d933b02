"""A clinic's months at random, the same for the same seed: every kind of fact, late, early and taken back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from random import Random

from ledger.domain.bank_account import DeclareBankAccount
from ledger.domain.bank_file import CompleteFile, IngestFile, RejectFile, StatementProven
from ledger.domain.bank_movement import ClassifyBankMovement
from ledger.domain.cash_application import AllocateReceipt, ApplyCredit, Item, ReverseAllocation
from ledger.domain.credit_note import IssueCreditNote, LineToCredit
from ledger.domain.fact import Command
from ledger.domain.number_series import OpenSeries
from ledger.domain.receipt import IdentifyReceipt
from ledger.domain.refund import FailRefund, RejectRefund, SendRefund, SettleRefund
from ledger.domain.write_off import RejectWriteOff, ReverseWriteOff
from tests.kit.care import (
    approve_refund,
    approve_write_off,
    invoice,
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
        self.receipts: list[str] = []
        self.write_offs: list[tuple[str, str]] = []
        self.refunds: list[tuple[str, str]] = []
        self.files: list[str] = []

    def told(self, commands: int) -> Log:
        opening: list[Command] = [
            OpenSeries(series="inv", first=1001),
            OpenSeries(series="cre"),
            *(open_account(account) for account in ("p1", "p2", "p3")),
            open_account("g1", "guardian"),
            open_account("r1", "region"),
            open_account("quiet", "insurer"),
            DeclareBankAccount(bank_account="b1", currency="SEK", source="camt.053"),
        ]
        self.log.do(*opening, on=day(0))
        for _ in range(commands):
            self.log.attempt(self.command(), on=self.on(), accounted=self.accounted())
        return self.log

    def on(self) -> date:
        self.today = day(self.rnd.randrange(DAYS))
        return self.today

    def accounted(self) -> date:
        # Mostly the same day; after a close later; sometimes, for an early invoice, before.
        return self.today + timedelta(days=self.rnd.choice((0, 0, 0, 0, 0, 4, 31, -6)))

    def id(self, letter: str) -> str:
        self.taken += 1
        return f"{letter}{self.taken}"

    def command(self) -> Command:
        kinds: list[Callable[[], Command]] = [
            *[self.bill] * 5,
            *[self.receive] * 5,
            *[self.allocate] * 7,
            *[self.reverse] * 2,
            *[self.credit] * 2,
            *[self.write_off] * 4,
            *[self.refund] * 5,
            *[self.remind] * 2,
            *[self.load] * 3,
            self.identify,
            self.apply_credit,
            self.classify,
        ]
        return self.rnd.choice(kinds)()

    def bill(self) -> Command:
        self.invoices.append(self.id("i"))
        amount = self.rnd.choice((100_00, 250_00, 333_33))
        shares = {self.rnd.choice(PATIENTS): amount}
        if self.rnd.random() < 0.4:
            shares["r1"] = 70_00
        lines = [line(number, owed) for number, owed in enumerate(shares.values(), 1)]
        currency = "EUR" if self.rnd.random() < 0.1 else "SEK"
        due_on = day(self.rnd.randrange(10, DAYS))
        return invoice(self.invoices[-1], *lines, shares=shares, currency=currency, due_on=due_on)

    def receive(self) -> Command:
        self.receipts.append(self.id("r"))
        amount = self.rnd.choice((100_00, 250_00, 333_33, 500_00, 12_34))
        source = self.rnd.choice([*self.files, None])
        return receipt(self.receipts[-1], amount, "EUR" if self.rnd.random() < 0.1 else "SEK", source=source)

    def some(self, options: list[str]) -> str:
        return self.rnd.choice(options) if options else "none"

    def items(self) -> tuple[Item, ...]:
        chosen = dict.fromkeys(self.some(self.invoices) for _ in range(self.rnd.choice((1, 1, 1, 2, 3))))
        return tuple(Item(one, self.rnd.choice((1, 1, 1, 2)), self.rnd.choice((None, None, 50_00))) for one in chosen)

    def allocate(self) -> Command:
        rest_to = self.rnd.choice((None, None, *PATIENTS))
        return AllocateReceipt(
            allocation_id=self.id("a"), receipt_id=self.some(self.receipts), items=self.items(), credit_account=rest_to
        )

    def reverse(self) -> Command:
        made = [one for one in self.log.recorded if one.name == "ReceiptAllocated"]
        if not made:
            return self.allocate()
        chosen = self.rnd.choice(made)
        fact = chosen.fact
        return ReverseAllocation(
            allocation_id=fact.allocation_id,
            receipt_id=chosen.stream.partition("-")[2],
            items=tuple(Item(target.invoice_id) for target in fact.targets),
            credit_account=fact.credit_account,
        )

    def identify(self) -> Command:
        return IdentifyReceipt(receipt_id=self.some(self.receipts), account_id=self.rnd.choice(PATIENTS))

    def apply_credit(self) -> Command:
        return ApplyCredit(
            allocation_id=self.id("a"),
            account_id=self.rnd.choice(PATIENTS),
            invoice_id=self.some(self.invoices),
            amount_minor=self.rnd.choice((1, 10_00, 50_00)),
        )

    def credit(self) -> Command:
        lines = self.rnd.choice(((), (LineToCredit(1, 30_00),)))
        return IssueCreditNote(
            credit_note_id=self.id("c"),
            series="cre",
            invoice_id=self.some(self.invoices),
            accounts=(*PATIENTS, "r1"),
            reason_code="SERVICE",
            lines=lines,
        )

    def write_off(self) -> Command:
        if not self.write_offs or self.rnd.random() < 0.4:
            self.write_offs.append((self.id("w"), self.some(self.invoices)))
            return request_write_off(*self.write_offs[-1], self.rnd.choice((None, 10_00)))
        id, invoice_id = self.rnd.choice(self.write_offs)
        return self.rnd.choice(
            (
                approve_write_off(id, invoice_id),
                approve_write_off(id, invoice_id),
                RejectWriteOff(write_off_id=id, approver="bo", reason_code="PAYS"),
                ReverseWriteOff(write_off_id=id, invoice_id=invoice_id, reason_code="PAID"),
            )
        )

    def refund(self) -> Command:
        if not self.refunds or self.rnd.random() < 0.3:
            self.refunds.append((self.id("f"), self.rnd.choice(PATIENTS)))
            return request_refund(self.refunds[-1][0], self.rnd.choice((1, 20_00)), self.refunds[-1][1])
        id, account = self.rnd.choice(self.refunds)
        state = self.log.book.states.get(f"refund-{id}")
        steps: dict[str, tuple[Command, ...]] = {
            "requested": (
                approve_refund(id, account_id=account),
                approve_refund(id, account_id=account),
                RejectRefund(refund_id=id, approver="bo", reason_code="NO"),
            ),
            "approved": (SendRefund(refund_id=id, rail="bank_transfer", end_to_end_id=f"e2e-{id}"),),
            "sent": (
                SettleRefund(refund_id=id, bank_ref="paid"),
                FailRefund(refund_id=id, account_id=account, reason_code="CLOSED"),
            ),
        }
        return self.rnd.choice(steps.get(getattr(state, "standing", ""), (approve_refund(id, account_id=account),)))

    def classify(self) -> Command:
        return ClassifyBankMovement(
            movement_id=self.id("m"),
            bank_account="b1",
            amount_minor=self.rnd.choice((-15_00, 15_00)),
            currency="SEK",
            booked_on=day(self.rnd.randrange(DAYS)),
            role=self.rnd.choice(("bank_fees", "bank_suspense", "cash_in_transit")),
            rule="manual",
            source=self.rnd.choice([*self.files, None]),
        )

    def remind(self) -> Command:
        on = day(DAYS)
        return remind(self.some(self.invoices), on, self.rnd.choice((on, None)), level=self.rnd.choice((0, 1)))

    def load(self) -> Command:
        if self.files and self.rnd.random() < 0.5:
            counts = {"receipts": 1, "movements": 1, "allocations": 1, "seen_before": 0, "in_doubt": 0}
            return CompleteFile(sha256=self.rnd.choice(self.files), **counts)
        sha256 = self.id("sha")
        if self.rnd.random() < 0.2:
            return RejectFile(sha256=sha256, format=None, reasons=("not_footing", "no_balance"))
        self.files.append(sha256)
        on = day(self.rnd.randrange(DAYS))
        proven = StatementProven("b1", "SEK", f"s-{sha256}", on, on, 0, 5, 2, 5)
        return IngestFile(sha256=sha256, format="camt.053", books=True, statements=(proven, proven), lines=4, chunks=1)

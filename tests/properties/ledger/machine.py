"""A clinic's day in any order: commands drawn at random, good and bad, and the invariants after each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from msgspec.structs import replace

from ledger.domain.bank.file import CompleteFile, IngestFile, LoadedFile, ProvenFile, RejectFile
from ledger.domain.bank.line import BankLine
from ledger.domain.bank.movement import ClassifyMovement
from ledger.domain.cash.allocation import AllocateReceipt, ItemToPay, ReverseAllocation
from ledger.domain.cash.customer_credit import ApplyCredit
from ledger.domain.cash.receipt import IdentifyReceipt, Receipt, RecordReceipt
from ledger.domain.cash.refund import ApproveRefund, FailRefund, RejectRefund, RequestRefund, SendRefund, SettleRefund
from ledger.domain.fact import Command, Decision
from ledger.domain.receivables.account import Account
from ledger.domain.receivables.credit_note import IssueCreditNote, LineToCredit
from ledger.domain.receivables.invoice import Invoice
from ledger.domain.receivables.item import Item
from ledger.domain.receivables.number_series import OpenSeries
from ledger.domain.refusals import Refused
from ledger.domain.relief.write_off import ApproveWriteOff, RejectWriteOff, RequestWriteOff, ReverseWriteOff
from tests.kit.book import Ask, Book, by, on
from tests.kit.care import DUE, hold, invoice, lift, line, open_account, receipt, remind
from tests.properties.ledger.draws import (
    AMOUNT,
    ANY_AMOUNT,
    APPROVER,
    CURRENCY,
    DAYS,
    ITEMS,
    LINES,
    PAYER,
    PICK,
    REFUND_STEPS,
    ROUNDING,
    WHICH,
    WRITE_OFF_STEP,
    pick_of,
)
from tests.properties.ledger.invariants import INVARIANTS, READ_FROM_THE_START, states_of


class Bookkeeping(RuleBasedStateMachine):
    """Every command the domain knows, against one book in memory."""

    checked: ClassVar[tuple[str, ...]] = tuple(INVARIANTS)

    def __init__(self) -> None:
        super().__init__()
        self.book = Book()
        self.ids_taken = 0
        self.checked_through = 0

    @initialize(first=st.integers(1, 2000), billed=st.lists(LINES, min_size=1, max_size=3), paid=AMOUNT)
    def open(self, first: int, billed: list[list[tuple[int, int]]], paid: int) -> None:
        self.book.given(OpenSeries(series="inv", first=first), OpenSeries(series="cre"))
        self.book.given(open_account("p1"), open_account("p2", "guardian"), open_account("r1", "region"))
        for lines in billed:
            self.bill(lines, 5, 0, 0, "SEK")
        self.receive(paid, "SEK")

    def attempt(self, ask: Ask) -> Decision:
        """Decide and record it; a refusal is a right answer too."""
        try:
            return self.book.do(ask)
        except Refused:
            return ()

    def new_id(self, letter: str) -> str:
        self.ids_taken += 1
        return f"{letter}{self.ids_taken}"

    def an_invoice(self, pick: int) -> Invoice:
        return pick_of(list(states_of(self.book, Invoice)), pick)

    def an_item(self, pick: int, which: int) -> str:
        """An item of an invoice, its second payer's now and then, who may not be there."""
        return f"{self.an_invoice(pick).invoice_id}.{which}"

    def the_first_item(self, pick: int) -> Item:
        found = self.book.states[f"item-{self.an_item(pick, 1)}"]
        assert isinstance(found, Item)
        return found

    def receipts(self) -> list[str]:
        """The ids of all receipts."""
        return [stream.partition("-")[2] for stream in self.book.states if stream.startswith("receipt-")]

    def receipt_of(self, receipt_id: str) -> Receipt:
        found = self.book.states[f"receipt-{receipt_id}"]
        assert isinstance(found, Receipt)
        return found

    def in_credit(self) -> list[Account]:
        return [one for one in states_of(self.book, Account) if any(one.credit.values())]

    def has_credit(self) -> bool:
        return bool(self.in_credit())

    # What was billed, and what of it is taken back

    @rule(lines=LINES, region=st.sampled_from([0, 5, 10]), rounding=ROUNDING, off=st.integers(0, 7), currency=CURRENCY)
    def bill(self, lines: list[tuple[int, int]], region: int, rounding: int, off: int, currency: str) -> None:
        billed = tuple(line(number, net, vat) for number, (net, vat) in enumerate(lines, 1))
        total = sum(net + vat for net, vat in lines) + rounding
        by_region = total * region // 20
        # Now and then what they owe is off by one, which must be refused.
        owing = {"p1": total - by_region + off // 7, "r1": by_region}
        owed = {account: amount for account, amount in owing.items() if amount}
        self.attempt(invoice(self.new_id("i"), *billed, payers=owed, rounding_minor=rounding, currency=currency))

    @rule(pick=PICK, how=st.sampled_from(["line", "line", "all lines", "full"]), amount=ANY_AMOUNT, which=WHICH)
    def credit(self, pick: int, how: str, amount: int | None, which: int) -> None:
        billed = self.an_invoice(pick)
        left = [LineToCredit(number, net + vat) for number, (net, vat) in billed.creditable_lines.items() if net]
        lines = {"line": left[:1], "all lines": left, "full": []}[how]
        if how == "line" and lines and amount is not None:
            lines = [LineToCredit(lines[0].line_id, amount)]
        self.attempt(
            IssueCreditNote(
                credit_note_id=self.new_id("c"),
                series="cre",
                invoice_id=billed.invoice_id,
                reason_code="SERVICE",
                lines=tuple(lines),
                item_id=self.an_item(pick, which),
            )
        )

    @rule(pick=PICK, amount=ANY_AMOUNT, person=APPROVER, which=WHICH, step=WRITE_OFF_STEP)
    def write_off(self, pick: int, amount: int | None, person: str, which: int, step: str) -> None:
        id = self.new_id("w")
        asked_for = RequestWriteOff(
            write_off_id=id, item_id=self.an_item(pick, which), reason_code="UNECONOMIC", amount_minor=amount
        )
        self.attempt(asked_for)
        if step.startswith("approve"):
            self.attempt(by(person, ApproveWriteOff(write_off_id=id)))
        if step == "reject":
            self.attempt(by(person, RejectWriteOff(write_off_id=id, reason_code="NO")))
        if step == "approve and credit":
            self.credit(pick, "full", None, which)

    @precondition(lambda self: any(one.written_off for one in states_of(self.book, Item)))
    @rule(pick=PICK, at=PICK)
    def take_a_write_off_back(self, pick: int, at: int) -> None:
        item = pick_of([one for one in states_of(self.book, Item) if one.written_off], pick)
        self.attempt(ReverseWriteOff(write_off_id=pick_of(list(item.written_off), at), reason_code="PAID"))

    # What was paid

    @rule(amount=st.integers(0, 500), currency=CURRENCY)
    def receive(self, amount: int, currency: str) -> None:
        self.attempt(receipt(self.new_id("r"), amount or 1, currency))

    @rule(pick=PICK)
    def receive_the_same_line_again(self, pick: int) -> None:
        receipt_id = pick_of(self.receipts(), pick)
        again = replace(self.receipt_of(receipt_id).payment, file="another file", raw_position="9")
        self.attempt(RecordReceipt(receipt_id=receipt_id, payment=again))

    @rule(pick=PICK, payer=PAYER)
    def identify(self, pick: int, payer: str) -> None:
        self.attempt(IdentifyReceipt(receipt_id=pick_of(self.receipts(), pick), account_id=payer))

    @rule(pick=PICK, items=ITEMS, rest_to=st.none() | PAYER)
    def apply_a_receipt(self, pick: int, items: list[tuple[int, int, int | None]], rest_to: str | None) -> None:
        self._apply(pick_of(self.receipts(), pick), items, rest_to)

    @rule(pick=PICK, items=ITEMS, more=st.sampled_from([-30, 0, 0, 70]), rest_to=st.sampled_from([None, "p1", "p1"]))
    def pay(self, pick: int, items: list[tuple[int, int, int | None]], more: int, rest_to: str | None) -> None:
        item, receipt_id = self.the_first_item(pick), self.new_id("r")
        # A paid item is paid a second time.
        self.attempt(receipt(receipt_id, max(item.open_minor + more, 5), item.raised.currency))
        self._apply(receipt_id, [(pick, 1, None), *items[1:]], rest_to)

    def _apply(self, receipt_id: str, items: list[tuple[int, int, int | None]], rest_to: str | None) -> None:
        asked_for = tuple(ItemToPay(self.an_item(at, which), amount) for at, which, amount in items)
        self.attempt(
            AllocateReceipt(
                allocation_id=self.new_id("a"), receipt_id=receipt_id, items=asked_for, credit_account=rest_to
            )
        )

    @rule(pick=PICK, which=WHICH, more=st.sampled_from([-30, 0, 0, 70]))
    def pay_what_was_requested(self, pick: int, which: int, more: int) -> None:
        item, receipt_id = self.the_first_item(pick), self.new_id("r")
        self.attempt(receipt(receipt_id, max(item.open_minor + more, 5), item.raised.currency))
        self.attempt(
            AllocateReceipt(allocation_id=self.new_id("a"), receipt_id=receipt_id, request_id=self.an_item(pick, which))
        )

    @precondition(lambda self: any(one.allocations for one in states_of(self.book, Receipt)))
    @rule(pick=PICK, at=PICK)
    def take_an_allocation_back(self, pick: int, at: int) -> None:
        found = pick_of([one for one in self.receipts() if self.receipt_of(one).allocations], pick)
        made = pick_of(list(self.receipt_of(found).allocations), at)
        self.attempt(ReverseAllocation(allocation_id=made, receipt_id=found))

    @precondition(has_credit)
    @rule(pick=PICK, at=PICK, amount=AMOUNT, which=WHICH)
    def use_credit(self, pick: int, at: int, amount: int, which: int) -> None:
        self.attempt(
            ApplyCredit(
                allocation_id=self.new_id("a"),
                account_id=pick_of(self.in_credit(), pick).account_id,
                item_id=self.an_item(at, which),
                amount_minor=amount,
            )
        )

    @precondition(has_credit)
    @rule(pick=PICK, less=st.sampled_from([0, 0, 1, -1]), person=APPROVER, steps=REFUND_STEPS)
    def refund(self, pick: int, less: int, person: str, steps: str) -> None:
        account, id = pick_of(self.in_credit(), pick), self.new_id("f")
        currency = max(account.credit, key=account.credit_in)
        asked_for = RequestRefund(
            refund_id=id,
            account_id=account.account_id,
            amount_minor=account.credit_in(currency) - less,
            currency=currency,
            reason_code="OVERPAID",
        )
        self.attempt(asked_for)
        commands: dict[str, Ask] = {
            "approve": by(person, ApproveRefund(refund_id=id)),
            "reject": by(person, RejectRefund(refund_id=id, reason_code="NO")),
            "send": SendRefund(refund_id=id, rail="bank_transfer", end_to_end_id=f"E2E-{id}"),
            "settle": SettleRefund(refund_id=id),
            "fail": FailRefund(refund_id=id, reason_code="AC04"),
        }
        for step in steps.split():
            self.attempt(commands[step])

    # What is sent, and what the bank's files say

    @rule(pick=PICK, day=DAYS, loaded=st.none() | DAYS, which=WHICH, level=st.integers(0, 1))
    def remind(self, pick: int, day: int, loaded: int | None, which: int, level: int) -> None:
        through = None if loaded is None else DUE + timedelta(days=loaded)
        self.attempt(remind(self.an_item(pick, which), DUE + timedelta(days=day), through, level=level))

    @rule(pick=PICK, which=WHICH, days=st.none() | DAYS, step=st.sampled_from(["hold", "hold", "lift", "lift other"]))
    def hold_an_item(self, pick: int, which: int, days: int | None, step: str) -> None:
        item, until = self.an_item(pick, which), None if days is None else DUE + timedelta(days=days)
        asked_for = hold(item, until) if step == "hold" else lift(item, "h" if step == "lift" else "other")
        self.attempt(on(DUE, asked_for))

    @rule(number=st.integers(1, 2), step=st.sampled_from(["ingest", "complete", "reject", "fee", "unknown", "return"]))
    def hear_from_the_bank(self, number: int, step: str) -> None:
        sha256 = f"{number}" * 64
        roles = {"fee": "bank_fees", "unknown": "bank_suspense", "return": "unallocated"}
        commands: dict[str, Command] = {
            "ingest": IngestFile(sha256=sha256, file=ProvenFile("bgmax", True, (), lines=0, chunks=0)),
            "complete": CompleteFile(sha256=sha256, loaded=LoadedFile(0, 0, 0, 0, 0)),
            "reject": RejectFile(sha256=sha256, format="bgmax", reasons=("empty",)),
        }
        moved = BankLine(
            bank_account="b1", amount_minor=-100 * number, currency="SEK", booked_on=DUE, line_key=f"line-m{number}"
        )
        movement = ClassifyMovement(part_id=f"m{number}", line=moved, role=roles.get(step, "bank_fees"), rule="by_text")
        self.attempt(commands.get(step, movement))

    @invariant()
    def the_book_holds(self) -> None:
        if len(self.book.log) > self.checked_through:
            self.checked_through = len(self.book.log)
            self._check(lambda name: name not in READ_FROM_THE_START)

    def teardown(self) -> None:
        """These read the whole book again, so once at the end."""
        self._check(lambda name: name in READ_FROM_THE_START)

    def _check(self, due: Callable[[str], bool]) -> None:
        for name in filter(due, self.checked):
            INVARIANTS[name](self.book)

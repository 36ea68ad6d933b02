"""A clinic's day in any order: commands drawn at random, good and bad, and the invariants after each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import ClassVar

import msgspec
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from ledger.domain.account import Account
from ledger.domain.bank_file import CompleteFile, IngestFile, RejectFile
from ledger.domain.bank_movement import ClassifyBankMovement
from ledger.domain.cash_application import AllocateReceipt, ApplyCredit, Item, ReverseAllocation
from ledger.domain.credit_note import IssueCreditNote, LineToCredit
from ledger.domain.fact import Command, Decision
from ledger.domain.invoice import Invoice
from ledger.domain.number_series import OpenSeries
from ledger.domain.receipt import IdentifyReceipt, Receipt, RecordReceipt
from ledger.domain.refund import ApproveRefund, FailRefund, RejectRefund, RequestRefund, SendRefund, SettleRefund
from ledger.domain.refusals import Refused
from ledger.domain.write_off import ApproveWriteOff, RejectWriteOff, RequestWriteOff, ReverseWriteOff
from tests.kit.book import Book
from tests.kit.care import DUE, invoice, line, open_account, receipt, remind
from tests.properties.ledger.draws import (
    AMOUNT,
    ANY_AMOUNT,
    APPROVER,
    CURRENCY,
    DAYS,
    ITEMS,
    LINES,
    PAYER,
    PAYERS,
    PICK,
    REFUND_STEPS,
    ROUNDING,
    SHARE,
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

    def attempt(self, command: Command) -> Decision:
        """Decide and record it; a refusal is a right answer too."""
        try:
            return self.book.do(command)
        except Refused:
            return ()

    def new_id(self, letter: str) -> str:
        self.ids_taken += 1
        return f"{letter}{self.ids_taken}"

    def an_invoice(self, pick: int) -> Invoice:
        return pick_of(list(states_of(self.book, Invoice)), pick)

    def a_receipt(self, pick: int) -> Receipt:
        return pick_of(list(states_of(self.book, Receipt)), pick)

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
        # Now and then the shares are off by one, which must be refused.
        shares = {"p1": total - by_region + off // 7, "r1": by_region}
        owed = {account: amount for account, amount in shares.items() if amount}
        self.attempt(invoice(self.new_id("i"), *billed, shares=owed, rounding_minor=rounding, currency=currency))

    @rule(pick=PICK, how=st.sampled_from(["line", "line", "all lines", "full"]), amount=ANY_AMOUNT, share=SHARE)
    def credit(self, pick: int, how: str, amount: int | None, share: int) -> None:
        item = self.an_invoice(pick)
        left = [LineToCredit(number, net + vat) for number, (net, vat) in item.creditable_lines.items() if net]
        lines = {"line": left[:1], "all lines": left, "full": []}[how]
        if how == "line" and lines and amount is not None:
            lines = [LineToCredit(lines[0].line_id, amount)]
        self.attempt(
            IssueCreditNote(
                credit_note_id=self.new_id("c"),
                series="cre",
                invoice_id=item.invoice_id,
                accounts=PAYERS,
                reason_code="SERVICE",
                lines=tuple(lines),
                share=share,
            )
        )

    @rule(pick=PICK, amount=ANY_AMOUNT, person=APPROVER, share=SHARE, step=WRITE_OFF_STEP)
    def write_off(self, pick: int, amount: int | None, person: str, share: int, step: str) -> None:
        id, invoice_id = self.new_id("w"), self.an_invoice(pick).invoice_id
        asked = RequestWriteOff(
            write_off_id=id,
            invoice_id=invoice_id,
            reason_code="UNECONOMIC",
            requester="anna",
            share=share,
            amount_minor=amount,
        )
        self.attempt(asked)
        if step.startswith("approve"):
            self.attempt(ApproveWriteOff(write_off_id=id, invoice_id=invoice_id, approver=person))
        if step == "reject":
            self.attempt(RejectWriteOff(write_off_id=id, approver=person, reason_code="NO"))
        if step == "approve and credit":
            self.credit(pick, "full", None, share)

    @precondition(lambda self: any(one.written_off for one in states_of(self.book, Invoice)))
    @rule(pick=PICK, at=PICK)
    def take_a_write_off_back(self, pick: int, at: int) -> None:
        item = pick_of([one for one in states_of(self.book, Invoice) if one.written_off], pick)
        id = pick_of(list(item.written_off), at)
        self.attempt(ReverseWriteOff(write_off_id=id, invoice_id=item.invoice_id, reason_code="PAID"))

    # What was paid

    @rule(amount=st.integers(0, 500), currency=CURRENCY)
    def receive(self, amount: int, currency: str) -> None:
        self.attempt(receipt(self.new_id("r"), amount or 1, currency))

    @rule(pick=PICK)
    def receive_the_same_line_again(self, pick: int) -> None:
        seen = msgspec.structs.asdict(self.a_receipt(pick).recorded)
        self.attempt(RecordReceipt(**{**seen, "source": "another file", "position": "9"}))

    @rule(pick=PICK, payer=PAYER)
    def identify(self, pick: int, payer: str) -> None:
        self.attempt(IdentifyReceipt(receipt_id=self.a_receipt(pick).recorded.receipt_id, account_id=payer))

    @rule(pick=PICK, items=ITEMS, rest_to=st.none() | PAYER)
    def apply_a_receipt(self, pick: int, items: list[tuple[int, int, int | None]], rest_to: str | None) -> None:
        self._apply(self.a_receipt(pick).recorded.receipt_id, items, rest_to)

    @rule(pick=PICK, items=ITEMS, more=st.sampled_from([-30, 0, 0, 70]), rest_to=st.sampled_from([None, "p1", "p1"]))
    def pay(self, pick: int, items: list[tuple[int, int, int | None]], more: int, rest_to: str | None) -> None:
        item, receipt_id = self.an_invoice(pick), self.new_id("r")
        # A paid item is paid a second time.
        self.attempt(receipt(receipt_id, max(item.open_minor[0] + more, 5), item.currency))
        self._apply(receipt_id, [(pick, 1, None), *items[1:]], rest_to)

    def _apply(self, receipt_id: str, items: list[tuple[int, int, int | None]], rest_to: str | None) -> None:
        asked = tuple(Item(self.an_invoice(at).invoice_id, share, amount) for at, share, amount in items)
        self.attempt(
            AllocateReceipt(allocation_id=self.new_id("a"), receipt_id=receipt_id, items=asked, credit_account=rest_to)
        )

    @precondition(lambda self: any(one.allocations for one in states_of(self.book, Receipt)))
    @rule(pick=PICK, at=PICK)
    def take_an_allocation_back(self, pick: int, at: int) -> None:
        found = pick_of([one for one in states_of(self.book, Receipt) if one.allocations], pick)
        made = pick_of(list(found.allocations.values()), at)
        self.attempt(
            ReverseAllocation(
                allocation_id=made.allocation_id,
                receipt_id=found.recorded.receipt_id,
                items=tuple(Item(target.invoice_id, target.share) for target in made.targets),
                credit_account=made.credit_account,
            )
        )

    @precondition(has_credit)
    @rule(pick=PICK, at=PICK, amount=AMOUNT, share=SHARE)
    def use_credit(self, pick: int, at: int, amount: int, share: int) -> None:
        self.attempt(
            ApplyCredit(
                allocation_id=self.new_id("a"),
                account_id=pick_of(self.in_credit(), pick).account_id,
                invoice_id=self.an_invoice(at).invoice_id,
                amount_minor=amount,
                share=share,
            )
        )

    @precondition(has_credit)
    @rule(pick=PICK, less=st.sampled_from([0, 0, 1, -1]), person=APPROVER, steps=REFUND_STEPS)
    def refund(self, pick: int, less: int, person: str, steps: str) -> None:
        account, id = pick_of(self.in_credit(), pick), self.new_id("f")
        currency = max(account.credit, key=account.credit_in)
        asked = RequestRefund(
            refund_id=id,
            account_id=account.account_id,
            amount_minor=account.credit_in(currency) - less,
            currency=currency,
            reason_code="OVERPAID",
            requester="anna",
        )
        self.attempt(asked)
        commands: dict[str, Command] = {
            "approve": ApproveRefund(refund_id=id, account_id=account.account_id, approver=person),
            "reject": RejectRefund(refund_id=id, approver=person, reason_code="NO"),
            "send": SendRefund(refund_id=id, rail="bank_transfer", end_to_end_id=f"E2E-{id}"),
            "settle": SettleRefund(refund_id=id),
            "fail": FailRefund(refund_id=id, account_id=account.account_id, reason_code="AC04"),
        }
        for step in steps.split():
            self.attempt(commands[step])

    # What is sent, and what the bank's files say

    @rule(pick=PICK, on=DAYS, loaded=st.none() | DAYS, share=SHARE, level=st.integers(0, 1))
    def remind(self, pick: int, on: int, loaded: int | None, share: int, level: int) -> None:
        through = None if loaded is None else DUE + timedelta(days=loaded)
        item = self.an_invoice(pick)
        self.attempt(remind(item.invoice_id, DUE + timedelta(days=on), through, level=level, share=share))

    @rule(number=st.integers(1, 2), step=st.sampled_from(["ingest", "complete", "reject", "fee", "unknown", "return"]))
    def hear_from_the_bank(self, number: int, step: str) -> None:
        sha256 = f"{number}" * 64
        roles = {"fee": "bank_fees", "unknown": "bank_suspense", "return": "unallocated"}
        commands: dict[str, Command] = {
            "ingest": IngestFile(sha256=sha256, format="bgmax", books=True, statements=(), lines=0, chunks=0),
            "complete": CompleteFile(sha256=sha256, receipts=0, movements=0, allocations=0, seen_before=0, in_doubt=0),
            "reject": RejectFile(sha256=sha256, format="bgmax", reasons=("empty",)),
        }
        movement = ClassifyBankMovement(
            movement_id=f"m{number}",
            bank_account="b1",
            amount_minor=-100 * number,
            currency="SEK",
            booked_on=DUE,
            role=roles.get(step, "bank_fees"),
            rule="by_text",
            line_key=f"line-m{number}",
        )
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

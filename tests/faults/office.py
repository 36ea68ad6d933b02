"""An office that a seed works in: it draws the next command from what the book says, now and then a wrong one."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import TypeVar

from ledger.domain.cash.allocation import AllocateReceipt, ItemToPay, ReverseAllocation
from ledger.domain.cash.customer_credit import ApplyCredit
from ledger.domain.cash.receipt import IdentifyReceipt, Receipt
from ledger.domain.cash.refund import FailRefund, Refund, SendRefund, SettleRefund
from ledger.domain.fact import Command, State
from ledger.domain.receivables.account import Account
from ledger.domain.receivables.credit_note import LineToCredit
from ledger.domain.receivables.invoice import Invoice
from ledger.domain.receivables.item import Item
from ledger.domain.receivables.number_series import OpenSeries
from ledger.domain.receivables.request import Request
from ledger.domain.relief.write_off import ReverseWriteOff, WriteOff
from ledger.domain.terms.entity import DeclareTerms, Terms
from tests.kit.book import Ask, Book
from tests.kit.care import (
    DUE,
    allocate,
    approve_refund,
    approve_write_off,
    credit,
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

AMOUNTS = (1, 50, 99, 100, 250)
PAYERS = ("p1", "p2", "r1")
S = TypeVar("S", bound=State)


class Office:
    """Draws commands; the book is only read."""

    def __init__(self, rng: random.Random, book: Book, prefix: str = "") -> None:
        self._rng = rng
        self._book = book
        self._prefix = prefix
        self._ids = 0
        self._draws: tuple[tuple[int, Callable[[], Ask | None]], ...] = (
            (5, self.bill), (3, self.receive), (4, self.apply), (2, self.apply_as_asked), (2, self.reverse),
            (3, self.credit), (2, self.ask_to_write_off), (2, self.decide_write_off), (1, self.take_write_off_back),
            (2, self.use_credit), (2, self.ask_for_refund), (3, self.move_refund), (2, self.remind),
            (1, self.identify), (2, self.hold), (1, self.lift), (1, self.declare),
        )  # fmt: skip

    def opening(self) -> list[Command]:
        """What every run begins with."""
        return [
            OpenSeries(series="inv", first=1001),
            OpenSeries(series="cre", first=1),
            open_account("p1"),
            open_account("p2", "guardian"),
            open_account("r1", "region"),
        ]

    def draw(self) -> Ask:
        """The next command."""
        weights = [weight for weight, _ in self._draws]
        while True:
            ((_, draw),) = self._rng.choices(self._draws, weights)
            command = draw()
            if command is not None:
                return command

    def draw_of(self, names: Sequence[str]) -> Ask:
        """The next command of these kinds."""
        while True:
            command: Ask | None = getattr(self, self._rng.choice(names))()
            if command is not None:
                return command

    def draw_many(self, count: int) -> list[Ask]:
        """Commands that can stand in one batch: each as if the others were not there."""
        return [self.draw() for _ in range(count)]

    def bulk(self, count: int) -> list[Command]:
        """More commands than one statement takes: new invoices and receipts."""
        return [self.bill() if number % 4 else self.receive() for number in range(count)]

    # What is billed

    def bill(self, sound: bool = False) -> Command:
        """An invoice of one to three lines; unless sound, now and then its payers are off by one, which is refused."""
        lines = tuple(
            line(number, self._amount(), self._rng.choice((0, 0, 12, 25)))
            for number in range(1, self._rng.randint(2, 4))
        )
        total = sum(one.amount_minor + one.vat_minor for one in lines)
        by_region = self._rng.choice((0, 0, total // 2))
        off = self._rng.random() < 0.04 and not sound
        payers = {self._rng.choice(("p1", "p2")): total - by_region + off, "r1": by_region}
        return invoice(
            self._id("i"),
            *lines,
            payers={account: amount for account, amount in payers.items() if amount},
            currency=self._currency(),
            due_on=DUE + timedelta(days=self._rng.randrange(0, 120, 10)),
        )

    def credit(self) -> Command | None:
        """A credit note in full or of one line."""
        found = self._one(Invoice, lambda one: any(net + vat for net, vat in one.creditable_lines.values()))
        if found is None:
            return None
        left = [LineToCredit(number, net + vat) for number, (net, vat) in found.creditable_lines.items() if net + vat]
        lines = left[:1] if left and self._rng.random() < 0.6 else []
        return credit(self._id("c"), found.invoice_id, *lines)

    # What is paid

    def receive(self) -> Command:
        """A payment, often of what an item is open by."""
        item = self._one(Item, lambda one: bool(one.open_minor))
        if item is None or self._rng.random() < 0.3:
            return receipt(self._id("r"), self._amount() * 3, self._currency())
        over = self._rng.choice((0, 0, 7))
        return receipt(self._id("r"), item.open_minor + over, item.raised.currency)

    def apply(self) -> Command | None:
        """A receipt over one to three items, the rest to a payer's credit or left; now and then too much of it."""
        found = self._stream_of(Receipt, lambda one: one.unallocated_minor > 0)
        if found is None:
            return None
        receipt_id, of = found
        currency = of.payment.currency
        items = [one for one in self._all(Item) if one.raised.currency == currency and one.open_minor]
        if not items:
            return None
        targets = []
        for one in self._rng.sample(items, min(len(items), self._rng.randint(1, 3))):
            amount = None if self._rng.random() < 0.8 else self._amount()
            targets.append(ItemToPay(one.raised.item_id, amount))
        rest = of.account_id or self._rng.choice(PAYERS)
        return allocate(
            receipt_id,
            *targets,
            rest_to=rest if self._rng.random() < 0.5 else None,
            allocation_id=self._id("a"),
        )

    def apply_as_asked(self) -> Command | None:
        """A receipt over what a request asks for, the rest to the payer's credit."""
        found = self._stream_of(Receipt, lambda one: one.unallocated_minor > 0)
        request = self._one(Request)
        if found is None or request is None:
            return None
        return AllocateReceipt(
            allocation_id=self._id("a"), receipt_id=found[0], request_id=request.requested.request_id
        )

    def reverse(self) -> Command | None:
        """An allocation taken back."""
        found = self._stream_of(Receipt, lambda one: bool(one.allocations))
        if found is None:
            return None
        receipt_id, of = found
        return ReverseAllocation(allocation_id=self._rng.choice(list(of.allocations)), receipt_id=receipt_id)

    def identify(self) -> Command | None:
        """Whose a receipt is."""
        found = self._stream_of(Receipt, lambda one: one.account_id is None)
        if found is None:
            return None
        return IdentifyReceipt(receipt_id=found[0], account_id=self._rng.choice(PAYERS))

    def use_credit(self) -> Command | None:
        """Customer credit used on an item of the account's; the same twice would be applied twice."""
        account = self._one(Account, lambda one: any(one.credit.values()))
        if account is None:
            return None
        item = self._one(Item, lambda one: bool(one.open_minor) and one.raised.account_id == account.account_id)
        if item is None:
            return None
        most = min(item.open_minor, account.credit_in(item.raised.currency))
        return ApplyCredit(
            allocation_id=self._id("a"),
            account_id=account.account_id,
            item_id=item.raised.item_id,
            amount_minor=max(1, most // self._rng.choice((1, 2, 3))),
        )

    # What is given up, and what goes back

    def ask_to_write_off(self) -> Command | None:
        """Some of what is open, or all."""
        item = self._one(Item, lambda one: bool(one.open_minor))
        if item is None:
            return None
        some = None if self._rng.random() < 0.5 else max(1, item.open_minor // 2)
        return request_write_off(self._id("w"), item.raised.item_id, some)

    def decide_write_off(self) -> Ask | None:
        """Approved by another person; now and then by the same, which is refused."""
        asked = self._one(WriteOff, lambda one: one.status == "requested")
        if asked is None:
            return None
        person = "anna" if self._rng.random() < 0.1 else "bo"
        return approve_write_off(asked.requested.write_off_id, person)

    def take_write_off_back(self) -> Command | None:
        """A write-off reversed."""
        made = self._one(WriteOff, lambda one: one.status == "approved")
        if made is None:
            return None
        return ReverseWriteOff(write_off_id=made.requested.write_off_id, reason_code="PAID")

    def ask_for_refund(self) -> Command | None:
        """Some of the credit of an account."""
        account = self._one(Account, lambda one: one.credit_in("SEK") > 0)
        if account is None:
            return None
        amount = max(1, account.credit_in("SEK") // self._rng.choice((1, 2)))
        return request_refund(self._id("f"), amount, account.account_id)

    def move_refund(self) -> Ask | None:
        """A refund one step further."""
        found = self._one(Refund, lambda one: one.status in ("requested", "approved", "sent"))
        if found is None:
            return None
        id = found.requested.refund_id
        if found.status == "requested":
            return approve_refund(id)
        if found.status == "approved":
            return SendRefund(refund_id=id, rail="bank_transfer", end_to_end_id=f"E2E-{id}")
        if self._rng.random() < 0.5:
            return SettleRefund(refund_id=id)
        return FailRefund(refund_id=id, reason_code="AC04")

    def remind(self) -> Command | None:
        """A reminder on the due date or later, at the first or second level."""
        item = self._one(Item)
        if item is None:
            return None
        on = item.raised.due[0].on + timedelta(days=self._rng.randrange(3))
        return remind(item.raised.item_id, on, on, level=self._rng.randrange(2))

    def hold(self) -> Command | None:
        """An item held; now and then through a day that is over by then, which is refused."""
        item = self._one(Item)
        if item is None:
            return None
        until = self._rng.choice((None, item.raised.due[0].on + timedelta(days=self._rng.choice((-60, 30)))))
        return hold(item.raised.item_id, until, self._id("h"))

    def lift(self) -> Command | None:
        """A hold lifted."""
        item = self._one(Item, lambda one: bool(one.holds))
        return None if item is None else lift(item.raised.item_id, self._rng.choice(list(item.holds)))

    def declare(self) -> Command:
        """Terms, often those that hold."""
        return DeclareTerms(terms=Terms(currencies=("SEK", "EUR"), days_to_pay=self._rng.choice((14, 30))))

    def _id(self, letter: str) -> str:
        self._ids += 1
        return f"{letter}{self._prefix}{self._ids}"

    def _amount(self) -> int:
        return self._rng.choice(AMOUNTS)

    def _currency(self) -> str:
        return self._rng.choice(("SEK", "SEK", "SEK", "SEK", "EUR"))

    def _stream_of(self, kind: type[S], having: Callable[[S], bool]) -> tuple[str, S] | None:
        """One of a kind and the id in the name of its stream."""
        found = [
            (stream.partition("-")[2], state)
            for stream, state in self._book.states.items()
            if isinstance(state, kind) and having(state)
        ]
        return self._rng.choice(found) if found else None

    def _all(self, kind: type[S]) -> list[S]:
        return [state for state in self._book.states.values() if isinstance(state, kind)]

    def _one(self, kind: type[S], having: Callable[[S], bool] = lambda _: True) -> S | None:
        found = [state for state in self._all(kind) if having(state)]
        return self._rng.choice(found) if found else None

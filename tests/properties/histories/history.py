"""One small history: a payer or two, their items and their money, drawn by dice around a plot, day by day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Any, Final

import msgspec

from infra.desk import credit_note, customer_credit, hold, invoice, invoice_file, receipt, refund, write_off
from infra.desk.account import open_account
from infra.desk.desk import Desk, Done, Occasion
from ledger.domain.cash.receipt import Receipt
from ledger.domain.receivables.account import Account
from ledger.domain.receivables.item import Item
from tests.kit import care
from tests.properties.histories.bank import PROMPT
from tests.properties.histories.giro import DEPOSITS, GIRO, NOTIFICATIONS
from tests.properties.histories.world import FIRST, World

ANNA: Final = "anna"
BO: Final = "bo"


def kronor(amount_minor: int) -> str:
    """An amount as people type it."""
    return f"{amount_minor // 100}.{amount_minor % 100:02}"


class History:
    """What a few payers do and what is done about them; its dice are its own, so that a seed is always the same."""

    def __init__(self, world: World, seed: int) -> None:
        self.world = world
        self.seed = seed
        self.dice = Random(seed)
        self.agenda: dict[int, list[Callable[[], object]]] = defaultdict(list)
        self.received: list[str] = []
        self.movements: list[str] = []
        self.items: list[str] = []
        self.invoices: list[str] = []
        self.allocations: list[tuple[str, str]] = []
        self.accounts: list[str] = []
        # How often a person gives the day.
        self._dated = 0.12
        self._ids = 0
        world.histories.append(self)

    def work(self, offset: int) -> None:
        """Do what the agenda says for a day."""
        for act in self.agenda.pop(offset, ()):
            act()

    def at(self, offset: int, act: Callable[[], object]) -> None:
        """Put something on the agenda."""
        self.agenda[offset].append(act)

    def id(self, letter: str) -> str:
        """An id that says whose it is."""
        self._ids += 1
        return f"h{self.seed}{letter}{self._ids}"

    def do(
        self, text: str, act: Callable[[Desk, Occasion], Done], user: str = ANNA, *, nobody_dates: bool = False
    ) -> Done | None:
        """Do something, mostly on the day that the desk chooses.

        Sometimes a person gives the day, or the accounting date; where that is refused, the desk chooses. If
        `nobody_dates`, a person cannot give the day.
        """
        dated = self.dice.random() < self._dated and not nobody_dates
        on = self.world.day + timedelta(days=self.dice.choice((-20, -9, -1, 0, 2))) if dated else None
        counts = self.world.day + timedelta(days=self.dice.choice((-8, 3))) if self.dice.random() < 0.06 else None
        done = self.world.do(self.seed, text, act, on, counts, user)
        if done is None and dated:
            done = self.world.do(self.seed, text, act, None, counts, user)
        if done is None and counts is not None:
            done = self.world.do(self.seed, text, act, None, None, user)
        return done

    # What is billed

    def issue(self, account: str, amount_minor: int, issued: int = 0) -> None:
        """An invoice with one item, issued so many days after today."""
        id, on = self.id("i"), self.world.day + timedelta(days=issued)
        named = f"h{self.seed}{account}"
        payer: Any = {"p": "patient", "g": "guardian", "r": "region"}[account]
        code, issued_on = "SE-25" if self.dice.random() < 0.3 else "SE-EXEMPT", on if issued else None
        billed = invoice.Billed(
            named, "A", kronor(amount_minor), "VISIT", issued_on=issued_on, payer=payer, vat_code=code
        )
        settings = self.world.settings
        if self.do(
            f"issue {id} {amount_minor} on {on}", lambda desk, at: invoice.issue(desk, settings, billed, at, id)
        ):
            self._issued(id, named)

    def issue_shared(self, patient_minor: int, region_minor: int) -> None:
        """An invoice of two lines that a patient and a region share."""
        for account, payer in (("p", "patient"), ("r", "region")):
            self._open(f"h{self.seed}{account}", payer)
        id, on = self.id("i"), self.world.day
        net = region_minor - (region_minor + 2) // 5
        command = care.invoice(
            id,
            care.line(1, patient_minor),
            care.line(2, net, region_minor - net),
            payers={f"h{self.seed}p": patient_minor, f"h{self.seed}r": region_minor},
            issued_on=on,
            due_on=on + timedelta(days=30),
            series="A",
        )
        path = self.world.folder / f"{id}.json"
        path.write_bytes(msgspec.json.encode(command))
        desk = self.world.desk()
        issued = invoice_file.issue_file(desk, self.world.settings, path, None, lambda count, total=None: None)
        assert issued.done == 1, issued.problems
        self._issued(id, f"h{self.seed}p", f"h{self.seed}r")

    def _open(self, account: str, payer: Any) -> None:
        self.world.do(self.seed, f"open {account}", lambda desk, at: open_account(desk, payer, at, account))

    def _issued(self, id: str, *accounts: str) -> None:
        self.invoices.append(id)
        for number, account in enumerate(accounts, 1):
            self.items.append(f"{id}.{number}")
            self.accounts += [account] if account not in self.accounts else []
            self.world.references[self.reference(f"{id}.{number}")] = self

    def reference(self, item: str) -> str:
        """The reference with which an item is paid."""
        (asked,) = self.world.desk().facts([f"request-{item}"])
        return str(asked.reference)  # type: ignore[attr-defined]

    def credit(self, number: str, part: str = "") -> None:
        """A credit note on an invoice: all of it, or an amount of the first line."""
        id = self.id("c")
        lines = [f"1={part}"] if part else []
        self.do(
            f"credit {id} on {number} {part}",
            lambda desk, at: credit_note.issue(desk, number, "C", "WRONG", at, lines, id=id),
        )

    # What is paid

    def pay(self, item: str, amount_minor: int, offset: int, account: str = PROMPT) -> None:
        """A payment that quotes the item's reference, booked on a day."""
        if amount_minor > 0:
            self._paid(account, FIRST + timedelta(days=offset), amount_minor, self.reference(item))

    def send(self, amount_minor: int, offset: int, account: str = PROMPT) -> None:
        """A payment without a reference; its öre say whose it is."""
        on = FIRST + timedelta(days=offset)
        amount = self.world.expect(self, account, on, amount_minor // 100 * 100 + self.seed % 100)
        self._paid(account, on, amount)

    def _paid(self, account: str, on: date, amount_minor: int, reference: str | None = None) -> None:
        """Booked by itself, or paid to the bankgiro, which one feed shows or both."""
        if account != GIRO:
            self.world.bank.book(account, on, amount_minor, reference)
            return
        feeds = self.dice.choice(((DEPOSITS,), (NOTIFICATIONS,), *[(DEPOSITS, NOTIFICATIONS)] * 4))
        self.world.bank.giro.pay(on, amount_minor, reference, feeds)

    def fee(self, offset: int, account: str = PROMPT) -> None:
        """A fee of the bank, whose öre say whose history it belongs to."""
        on = FIRST + timedelta(days=offset)
        self.world.bank.fee(account, on, self.world.expect(self, account, on, -(500 + self.seed % 100)))

    def open_minor(self, item: str) -> int:
        """What is open on an item."""
        state = self.world.state(f"item-{item}")
        return state.open_minor if isinstance(state, Item) else 0

    def loose(self) -> list[tuple[str, int]]:
        """Receipts with unallocated money, the newest first."""
        states = ((id, self.world.state(f"receipt-{id}")) for id in reversed(self.received))
        return [(id, one.unallocated_minor) for id, one in states if isinstance(one, Receipt) and one.unallocated_minor]

    def allocate(self, *items: str, rest: str | None = None) -> None:
        """The newest receipt with money over items, the rest to a payer's credit or left."""
        loose = self.loose()
        if not loose:
            return
        id, whose = loose[0][0], self.id("a")
        text = f"allocate {whose}: {id} to {' '.join(items)} rest {rest}"
        if self.do(text, lambda desk, at: receipt.allocate(desk, id, items, at, rest, whose)):
            self.allocations.append((id, whose))

    def made(self) -> list[tuple[str, str]]:
        """Allocations in force, receipt and id, the newest last."""
        states = ((id, self.world.state(f"receipt-{id}")) for id in self.received)
        return [(id, one) for id, state in states if isinstance(state, Receipt) for one in state.allocations]

    def reverse(self, because: Any, credited: bool = False) -> None:
        """The newest allocation in force, or the newest that made credit, taken back."""
        made = [(id, one) for id, one in self.made() if not credited or self._credited(id, one)]
        if made:
            id, whose = made[-1]
            text = f"reverse {whose} of {id} because {because}"
            settings = self.world.settings
            self.do(text, lambda desk, at: receipt.reverse(desk, settings, id, whose, because, at))

    def _credited(self, id: str, allocation: str) -> bool:
        state = self.world.state(f"receipt-{id}")
        assert isinstance(state, Receipt)
        return any(one.fact.credit_minor for one in state.allocations[allocation])

    def identify(self, account: str) -> None:
        """Whose the newest receipt with money is."""
        loose = self.loose()
        if loose:
            id = loose[0][0]
            self.do(f"identify {id} as {account}", lambda desk, at: receipt.identify(desk, id, account, at))

    def credit_minor(self, account: str) -> int:
        """What is to an account's credit."""
        state = self.world.state(f"account-{account}")
        return state.credit_in("SEK").latest if isinstance(state, Account) else 0

    def apply_credit(self, account: str, item: str) -> None:
        """The account's credit used on an item, as much as fits or half of that."""
        id, half = self.id("a"), min(self.credit_minor(account), self.open_minor(item)) // 2
        amount = kronor(half) if half and self.dice.random() < 0.3 else None
        self.do(
            f"apply credit {id} {amount} of {account} to {item}",
            lambda desk, at: customer_credit.apply(desk, account, item, at, amount, id),
        )

    def release_credit(self, account: str, because: Any) -> None:
        """The newest use of the account's credit taken back."""
        state = self.world.state(f"account-{account}")
        if isinstance(state, Account) and state.applied:
            id = [*state.applied][-1]
            text = f"release credit {id} of {account} because {because}"
            self.do(text, lambda desk, at: customer_credit.release(desk, account, id, because, at))

    # What is given up, paid back and held

    def write_off(self, item: str, part_minor: int | None = None) -> str:
        """Anna asks to write an item off, and Bo approves."""
        id = self.id("w")
        amount = None if part_minor is None else kronor(part_minor)
        self.do(
            f"ask write-off {id} of {item} {amount}",
            lambda desk, at: write_off.request(desk, item, "LOST", at, amount, id),
        )
        self.do(f"approve write-off {id}", lambda desk, at: write_off.approve(desk, id, at), BO)
        return id

    def ask_in_vain(self, item: str) -> None:
        """Anna asks to write an item off, cannot approve it herself, and Bo rejects it."""
        id = self.id("w")
        self.do(f"ask write-off {id} of {item}", lambda desk, at: write_off.request(desk, item, "LOST", at, None, id))
        self.do(f"approve write-off {id} oneself", lambda desk, at: write_off.approve(desk, id, at))
        self.do(f"reject write-off {id}", lambda desk, at: write_off.reject(desk, id, "PAYS", at), BO)

    def restore(self, id: str, because: Any) -> None:
        """A write-off taken back."""
        text = f"reverse write-off {id} because {because}"
        self.do(text, lambda desk, at: write_off.reverse(desk, id, "PAID", because, at))

    def refund(self, account: str) -> str:
        """Anna asks to pay an account's credit back, Bo approves, and the order goes to the bank."""
        id, amount = self.id("f"), kronor(self.credit_minor(account))
        self.do(
            f"ask refund {id} of {amount} to {account}",
            lambda desk, at: refund.request(desk, account, amount, "SEK", "TOO_MUCH", at, id=id),
        )
        self.do(f"approve refund {id}", lambda desk, at: refund.approve(desk, id, at), BO)
        self.world.references[f"refund-{id}"] = self
        return id

    def send_refund(self, id: str) -> None:
        """The payment order goes to the bank."""
        self.do(f"send refund {id}", lambda desk, at: refund.send(desk, id, "bank_transfer", f"E{id}", at))

    def fail_refund(self, id: str) -> None:
        """The bank could not pay."""
        self.do(f"fail refund {id}", lambda desk, at: refund.fail(desk, id, "AC04", at))

    def hold(self, item: str, until: date) -> None:
        """An item on hold."""
        id = self.id("h")
        self.do(f"hold {item}", lambda desk, at: hold.place(desk, item, "DISPUTE", at, until, id))

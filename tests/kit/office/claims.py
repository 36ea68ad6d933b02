"""What is billed, credited, asked for, held and given up."""

from __future__ import annotations

from datetime import date, timedelta
from typing import get_args

from msgspec.structs import replace

from ledger.domain.disputes_and_relief.write_off import RejectWriteOff, ReverseWriteOff, WriteOff
from ledger.domain.dunning.hold import LiftHold
from ledger.domain.fact import Command
from ledger.domain.personal_data.subject import RejectErasure, Subject
from ledger.domain.receivables.account import Account
from ledger.domain.receivables.credit_lines import LineToCredit
from ledger.domain.receivables.invoice import Invoice
from ledger.domain.receivables.item import Item
from ledger.domain.receivables.mark_facts import Mark
from ledger.domain.receivables.unpaid_tax import LetUnpaidTaxFallDue
from ledger.domain.terms.entity import DeclareTerms, Terms
from ledger.domain.terms.rounding import rounding_law
from tests.kit.book import Ask, by
from tests.kit.care import (
    VISIT,
    approve_erasure,
    approve_write_off,
    credit,
    hold,
    invoice,
    lift,
    mark,
    open_account,
    remind,
    request_erasure,
    request_write_off,
    taxed,
    unmark,
)
from tests.kit.office.draws import Draws


class Claims(Draws):
    """Draws of the office that claims."""

    def bill(self, sound: bool = False) -> Command:
        """An invoice of one to three lines; unless sound, now and then its payers owe another sum, which is refused."""
        lines = tuple(
            taxed(number, self.amount(), self.rng.choice(("SE-EXEMPT", "SE-EXEMPT", "SE-25", "SE-12", "SE-6")))
            for number in range(1, self.rng.randint(2, 4))
        )
        if self.rng.random() < 0.2:
            lines += (taxed(len(lines) + 1, -lines[0].amount_minor // 3, lines[0].vat_code),)
        total = sum(one.amount_minor + one.vat_minor for one in lines)
        currency = self.currency()
        law = rounding_law("SE", currency, VISIT)
        rounding = law.rounded(total) - total if law and self.rng.random() < 0.5 and total >= 50 else 0
        wrong = self.dares() and not sound
        if wrong and self.rng.random() < 0.5:
            rounding, wrong = 151, False
        by_region = (total + rounding) * self.rng.choice((0, 0, 1, 2)) // 400 * 100
        payers = {self.rng.choice(("p1", "p2", "p3")): total + rounding - by_region + wrong, "r1": by_region}
        due_on = self.day(*range(-20, 110, 10))
        return invoice(
            self.id("i"),
            *lines,
            payers={account: amount for account, amount in payers.items() if amount},
            rounding_minor=rounding,
            currency=currency,
            issued_on=min(due_on, self.day(0, 0, 0, -9, 12, -200)),
            due_on=due_on,
        )

    def credit(self) -> Command | None:
        """A credit note: a line or some of it, all lines, or in full; on one item, or some of a line on each."""
        found = self.one(Invoice, lambda one: any(line.net_minor for line in one.creditable_lines.values()))
        if found is None:
            return None
        gross = {number: one.net_minor + one.tax_minor for number, one in found.creditable_lines.items()}
        left = [LineToCredit(number, amount) for number, amount in gross.items() if amount]
        how = self.rng.choice(("line", "line", "all lines", "full", "each item"))
        each = [
            LineToCredit(one.line_id, one.amount_minor // 3 or 1, of.item_id) for one in left[:1] for of in found.owed
        ]
        lines = {"line": left[:1], "all lines": left, "full": [], "each item": each}[how]
        if how == "line" and left:
            lines = [replace(left[0], amount_minor=self.some_of(left[0].amount_minor))]
        item = self.rng.choice((None, f"{found.invoice_id}.1", f"{found.invoice_id}.{len(found.owed)}"))
        return credit(self.id("c"), found.invoice_id, *lines, item=item)

    def remind(self) -> Command | None:
        """A reminder about the due date or long after it, the bank loaded through that day, another, or none known."""
        item = self.one(Item, lambda one: bool(one.open_minor))
        if item is None:
            return None
        due = item.raised.due[0].on
        on = min(due + timedelta(days=self.rng.choice((0, 0, 1, 2, 90, -1))), self.latest)
        through = self.rng.choice((on, on, due, due - timedelta(days=1), None))
        return remind(item.raised.item_id, on, through, level=self.rng.randrange(2))

    def hold(self) -> Command | None:
        """An item held, for good or through a day; the same hold twice is refused."""
        item = self.one(Item, lambda one: not one.holds)
        if item is None:
            return None
        due = item.raised.due[0].on
        until = self.rng.choice((None, due + timedelta(days=self.rng.choice((-60, 0, 1, 30)))))
        again = self.rng.choice(list(item.holds)) if item.holds and self.rng.random() < 0.5 else self.id("h")
        return hold(item.raised.item_id, until, again)

    def lift(self) -> LiftHold | None:
        """A hold lifted; now and then one that is not there."""
        item = self.one(Item, lambda one: bool(one.holds))
        if item is None:
            return None
        return lift(item.raised.item_id, self.rng.choice([*item.holds] or ["none"]))

    def mark(self) -> Command | None:
        """A payer marked, a minor with or without a guardian, the dead with some items held; often wrong."""
        found = self.one(Account, lambda one: one.payer in ("patient", "guardian"))
        if found is None:
            return None
        kind = self.rng.choice(("minor", *get_args(Mark)))
        guardian = self.rng.choice((None, "p2", "p2")) if kind == "minor" or self.dares() else None
        owed = [one for one in self.book.states.values() if isinstance(one, Item)]
        items = [one.raised.item_id for one in owed if one.raised.account_id == found.account_id]
        return mark(found.account_id, kind, guardian, tuple(items[:2]))

    def unmark(self) -> Command | None:
        """A mark ended."""
        found = self.one(Account, lambda one: bool(one.marks))
        if found is None:
            return None
        owed = [one for one in self.book.states.values() if isinstance(one, Item) and "dead" in one.holds]
        items = tuple(one.raised.item_id for one in owed if one.raised.account_id == found.account_id)
        return unmark(found.account_id, self.rng.choice([*found.marks] or ["dead"]), items)

    def ask_to_erase(self) -> Command | None:
        """The erasure of a payer on whose account nothing happened; there is one only after this was drawn before."""
        found = self.one(Account, lambda one: one.account_id.startswith("gone") and not one.erased)
        if found is None or not found.account_id.startswith("gone"):
            return open_account(self.id("gone"))
        last_on = None if self.rng.random() < 0.8 else VISIT
        return request_erasure(found.account_id, found.account_id, last_on)

    def decide_erasure(self) -> Ask | None:
        """Approved or rejected by another person; by the same it is refused."""
        found = self.one(Subject, lambda one: one.status == "requested")
        if found is None:
            return None
        asked = found.requested
        person = "anna" if self.dares() else "bo"
        if self.rng.random() < 0.3:
            return by(person, RejectErasure(subject_id=asked.subject_id, reason_code="NO"))
        return by(person, approve_erasure(asked.subject_id, asked.account_id, asked.last_on))

    def ask_to_write_off(self) -> Command | None:
        """Some of what is open, or all."""
        item = self.one(Item, lambda one: bool(one.open_minor))
        if item is None:
            return None
        some = None if self.rng.random() < 0.5 else self.some_of(item.open_minor)
        return request_write_off(self.id("w"), item.raised.item_id, some)

    def decide_write_off(self) -> Ask | None:
        """Approved or rejected by another person; by the same it is refused."""
        asked = self.one(WriteOff, lambda one: one.status == "requested")
        if asked is None:
            return None
        id = asked.requested.write_off_id
        person = "anna" if self.dares() else "bo"
        if self.rng.random() < 0.2:
            return by(person, RejectWriteOff(write_off_id=id, reason_code="PAYS"))
        return approve_write_off(id, person)

    def take_write_off_back(self) -> Command | None:
        """A write-off reversed."""
        made = self.one(WriteOff, lambda one: one.status == "approved")
        return None if made is None else ReverseWriteOff(write_off_id=made.requested.write_off_id, reason_code="PAID")

    def declare(self) -> Command:
        """Terms, often those that hold."""
        days, method = self.rng.choice((14, 30)), self.rng.choice(("invoice", "cash"))
        return DeclareTerms(terms=Terms(currencies=("SEK", "EUR"), days_to_pay=days, vat_method=method))

    def end_year(self) -> Command | None:
        """Unpaid tax falls due at the end of the last year; now and then a day before, which is refused."""
        item = self.one(Item, lambda one: one.raised.terms.vat_method == "cash")
        if item is None:
            return None
        last_on = date(self.today.year - 1, 12, 31) - timedelta(days=self.dares())
        return LetUnpaidTaxFallDue(item_id=item.raised.item_id, through_on=last_on)

"""Rules made wrong on purpose, each with a short history in which the calculator must turn red."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any, Final, NamedTuple

import pytest

from infra.desk import credit_note, refund, write_off
from ledger.domain.cash import allocation, way_back
from ledger.domain.cash.receipt import Receipt
from ledger.domain.cash.receipt_facts import ReceiptRecalled
from ledger.domain.chart_of_accounts import roles_of
from ledger.domain.disputes_and_relief import write_off as write_off_rules
from ledger.domain.fact import Envelope
from ledger.domain.receivables import credit_note as credit_note_rules
from ledger.domain.receivables.account import Account
from ledger.domain.receivables.item import Item
from ledger.execution import attempt
from ledger.journal.journal import Journal
from projections.store import feed_sums, sums
from tests.properties.histories.bank import PROMPT, Delivery
from tests.properties.histories.clerk import Clerk
from tests.properties.histories.giro import DEPOSITS, GIRO, NOTIFICATIONS, STATEMENTS
from tests.properties.histories.history import BO, History
from tests.properties.histories.world import FIRST, World

Monkey = pytest.MonkeyPatch
# How a mutant is seen: by what is wrong in the facts, or by a report that differs at some position.
DIFFERS: Final = "a report differs"


class Mutant(NamedTuple):
    """What was made wrong, how, the history that shows it, and what the calculator says."""

    what: str
    make: Callable[[Monkey], None]
    history: Callable[[World], None]
    wrong: str


# Histories


def _paid(world: World, *issued: int) -> Clerk:
    """Items that arise on some days after the first, and cash on the third day."""
    h = Clerk(world, 0)
    for days in issued:
        h.issue("p", 25000, days)
    world.go(2)
    h.count_cash(30000)
    world.go(9)
    return h


def _moved_and_given_again(world: World) -> None:
    h = _paid(world, 0)
    h.allocate(*h.items)
    world.go(20)
    h.reverse("moved")
    h.allocate(*h.items)


def _over_an_old_item_and_a_young_one(world: World) -> None:
    h = _paid(world, 0, 6)
    h.allocate(*h.items)


def _approved_for_the_week_before(world: World) -> None:
    h = History(world, 0)
    h.issue("p", 25000)
    world.go(9)
    item, before = h.items[0], world.day - timedelta(days=7)
    world.do(0, "ask", lambda desk, at: write_off.request(desk, item, "LOST", at, None, "h0w"))
    world.do(0, "approve", lambda desk, at: write_off.approve(desk, "h0w", at), before, user=BO)


def _credited_for_a_day_before_the_invoice(world: World) -> None:
    h = History(world, 0)
    world.go(9)
    h.issue("p", 25000)
    before = world.day - timedelta(days=4)
    world.do(0, "credit", lambda desk, at: credit_note.issue(desk, h.invoices[0], "C", "WRONG", at), before)


def _reversed_as_a_mistake(world: World) -> None:
    h = _paid(world, 0)
    h.allocate(*h.items)
    world.go(20)
    h.reverse("mistake")


def _credited_when_paid_then_moved(world: World) -> None:
    h = _paid(world, 0)
    h.allocate(*h.items)
    world.go(12)
    h.credit(h.invoices[0])
    world.go(20)
    h.reverse("moved")


def _taken_back_by_the_bank(world: World) -> None:
    h = Clerk(world, 0)
    h.send(30000, 2)
    h.world.bank.book(PROMPT, FIRST + timedelta(days=5), world.expect(h, PROMPT, FIRST + timedelta(days=5), -30000))
    world.go(9)
    world.load(Delivery(9, PROMPT, STATEMENTS, 0, 8))
    h.recall()


def _asked_for_twice(world: World) -> None:
    h = _paid(world, 0)
    h.allocate(rest="h0p")

    def ask(id: str) -> None:
        world.do(0, "ask", lambda desk, at: refund.request(desk, "h0p", "300.00", "SEK", "TOO_MUCH", at, id=id))

    ask("h0f")
    ask("h0g")


def _paid_to_the_bankgiro(world: World) -> None:
    h = History(world, 0)
    h.send(30000, 2, GIRO)
    world.go(9)
    world.load(*(Delivery(9, GIRO, feed, 0, 8) for feed in (DEPOSITS, NOTIFICATIONS)))
    world.load(Delivery(9, GIRO, STATEMENTS, 0, 8))
    h.issue("p", 25000)


# What is made wrong


def _booking_day(monkey: Monkey) -> None:
    def by_day(given: date | None, receipt: Receipt, items: dict[str, Item], targets: Any, credit: int, _: Any) -> Any:
        on = max((receipt.payment.booked_on, *(one.raised.arose_on for one in items.values())))
        return [(on, targets, credit)]

    monkey.setattr(allocation, "by_day", by_day)


def _youngest(monkey: Monkey) -> None:
    right: Any = allocation.by_day

    def by_day(given: date | None, receipt: Receipt, items: dict[str, Item], targets: Any, credit: int, _: Any) -> Any:
        days = [on for on, _, _ in right(given, receipt, items, targets, credit, _)]
        return [(max(days), targets, credit)]

    monkey.setattr(allocation, "by_day", by_day)


def _never_refusing(module: Any) -> Callable[[Monkey], None]:
    """A person's day is taken as it is."""

    def make(monkey: Monkey) -> None:
        monkey.setattr(module, "effective_day", lambda given, natural, *not_before: given or natural)

    return make


def _moving_silently(monkey: Monkey) -> None:
    def effective_day(given: date | None, natural: date, *not_before: date | None) -> date:
        return max((given or natural, *_days(not_before)))

    monkey.setattr(credit_note_rules, "effective_day", effective_day)


def _days(days: Iterable[date | None]) -> Iterable[date]:
    return (day for day in days if day is not None)


def _counting_when_found(monkey: Monkey) -> None:
    right = attempt.effective

    def effective(envelope: Envelope, on: date, with_on: date | None, *given: Any) -> Envelope:
        return right(envelope, on, with_on and envelope.accounting_date, *given)

    monkey.setattr(attempt, "effective", effective)


def _leaving_the_excess(monkey: Monkey) -> None:
    monkey.setattr(way_back.Draft, "_move_excess", lambda draft, item_id, amount, on: None)


def _recalled_when_found(monkey: Monkey) -> None:
    right = way_back.Draft.add

    def add(draft: way_back.Draft, noun: str, id: str, fact: Any, on: date, **more: bool) -> None:
        right(draft, noun, id, fact, on + timedelta(days=7 * isinstance(fact, ReceiptRecalled)), **more)

    monkey.setattr(way_back.Draft, "add", add)


def _all_is_free(monkey: Monkey) -> None:
    monkey.setattr(Account, "free_in", Account.credit_in)


def _only_in_the_first_file(monkey: Monkey) -> None:
    again = feed_sums.FEEDS.replace("NULL, format, true, 0 FROM seen", "NULL, NULL, true, 0 FROM seen")
    assert again != feed_sums.FEEDS
    monkey.setattr(sums, "FEEDS", again)


def _details_as_money(monkey: Monkey) -> None:
    money = list(roles_of("money"))
    monkey.setattr(sums.AsOf, "detail_days", lambda of: of.query(feed_sums.DETAIL_DAYS, money))


def _inside_a_save(monkey: Monkey) -> None:
    monkey.setattr(Journal, "end_of_save", lambda journal, position: position)


MUTANTS: Final[tuple[Mutant, ...]] = (
    Mutant(
        "money is applied as of its booking day, whatever it was applied to in between",
        _booking_day,
        _moved_and_given_again,
        "receipt below zero",
    ),
    Mutant(
        "several items are paid on the day of the youngest",
        _youngest,
        _over_an_old_item_and_a_young_one,
        "item paid later than it could be",
    ),
    Mutant(
        "a write-off is approved before it was asked for",
        _never_refusing(write_off_rules),
        _approved_for_the_week_before,
        "step before the step that it follows",
    ),
    Mutant(
        "a credit note is moved to another day than the person gave",
        _moving_silently,
        _credited_for_a_day_before_the_invoice,
        "day that a person gave was moved",
    ),
    Mutant(
        "a credit note is taken for a day before its invoice",
        _never_refusing(credit_note_rules),
        _credited_for_a_day_before_the_invoice,
        "item below zero",
    ),
    Mutant(
        "a mistake is corrected in another month than it was made in",
        _counting_when_found,
        _reversed_as_a_mistake,
        "correction counts apart from what it corrects",
    ),
    Mutant(
        "what a credit note gave back stays, although its payment is taken away",
        _leaving_the_excess,
        _credited_when_paid_then_moved,
        "item open by more than is owed",
    ),
    Mutant(
        "a recall takes effect on a later day than the bank's",
        _recalled_when_found,
        _taken_back_by_the_bank,
        "recall later than it could be",
    ),
    Mutant("credit is asked for twice", _all_is_free, _asked_for_twice, "free credit below zero"),
    Mutant("payments are shown in the file that came first", _only_in_the_first_file, _paid_to_the_bankgiro, DIFFERS),
    Mutant("the bank's money is what is only in detail", _details_as_money, _paid_to_the_bankgiro, DIFFERS),
    Mutant("a position inside a save is shown", _inside_a_save, _approved_for_the_week_before, DIFFERS),
)

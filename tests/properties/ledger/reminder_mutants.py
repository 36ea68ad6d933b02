"""Mutants of reminders: each turns I14 red."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ledger.domain.dunning import reminder
from ledger.domain.receivables.item import Item
from ledger.domain.receivables.item_facts import Suppression
from tests.properties.ledger.mutants import Monkey, Mutant


def _letters_go_to_the_payer(monkey: Monkey) -> None:
    monkey.setattr(reminder, "addressee", lambda states, account_id: account_id)


def _reminders_ignore(why: Suppression) -> Callable[[Monkey], None]:
    def make(monkey: Monkey) -> None:
        right = reminder._suppression

        def suppression(
            item: Item, command: reminder.RemindItem, of_payer: Suppression | None, enough: Suppression | None
        ) -> Suppression | None:
            found = right(item, command, of_payer, enough)
            return None if found == why and command.bank_loaded_through is not None else found

        monkey.setattr(reminder, "_suppression", suppression)

    return make


def _waiting_money_is_forgotten(monkey: Monkey) -> None:
    monkey.setattr(reminder, "waiting", lambda states, item, to, may_pay: ())


MUTANTS: Final = (
    Mutant("a paid item is reminded of", "I14", _reminders_ignore("paid")),
    Mutant("an item is reminded of while it is held", "I14", _reminders_ignore("held")),
    Mutant("a region is reminded", "I14", _reminders_ignore("not_a_patient")),
    Mutant("a reminder does not wait for the bank", "I14", _reminders_ignore("bank_not_loaded")),
    Mutant("a dead payer is reminded", "I14", _reminders_ignore("dead")),
    Mutant("customer credit is not looked at", "I14", _waiting_money_is_forgotten),
    Mutant("an item that customer credit covers is reminded of", "I14", _reminders_ignore("money_waits")),
    Mutant("a minor gets the letter", "I14", _letters_go_to_the_payer),
)

"""The one random office: it draws the next command from what the book says, now and then a wrong one.

Whoever lets it work says with which dice, how daring it is, and which kinds of command it draws how often.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from ledger.domain.fact import Command
from ledger.domain.receivables.number_series import OpenSeries
from ledger.domain.terms.entity import DeclareTerms, Terms
from tests.kit.book import Ask
from tests.kit.care import declare_bank_account, open_account
from tests.kit.office.claims import Claims
from tests.kit.office.debits import Debits
from tests.kit.office.money import Money
from tests.kit.office.transfers import Transfers

# Every kind of command, and how often it is drawn; a kind is a draw of this name.
KINDS: Final[Mapping[str, int]] = {
    "bill": 5,
    "receive": 4,
    "apply": 5,
    "apply_as_asked": 2,
    "reverse": 2,
    "credit": 3,
    "ask_to_write_off": 2,
    "decide_write_off": 2,
    "take_write_off_back": 1,
    "use_credit": 2,
    "release_credit": 1,
    "ask_for_refund": 3,
    "move_refund": 6,
    "remind": 2,
    "identify": 1,
    "hold": 2,
    "lift": 1,
    "mark": 1,
    "unmark": 1,
    "ask_to_erase": 1,
    "decide_erasure": 1,
    "declare": 1,
    "end_year": 2,
    "receive_again": 1,
    "load": 3,
    "classify": 2,
    "change_bank": 1,
    "pay_out": 2,
    "settle_cards": 2,
    "rule_lines": 1,
    "doubt": 1,
    "pay_refund": 5,
    "recall": 2,
    "reverse_recall": 1,
    "explain": 8,
    "misdirect": 2,
    "receive_cash": 1,
    "void": 1,
    "send_across": 1,
    "end_across": 1,
    "receive_across": 1,
    "agree_fee": 1,
    "declare_rate": 1,
    "debit": 1,
}


class Office(Claims, Debits, Money, Transfers):
    """Draws commands of every kind."""

    def opening(self, first: int = 1001) -> list[Command]:
        """What every office begins with."""
        return [
            DeclareTerms(terms=Terms(currencies=("SEK", "EUR"))),
            OpenSeries(series="inv", first=first),
            OpenSeries(series="cre", reference_kind="none"),
            open_account("p1"),
            open_account("p2", "guardian"),
            open_account("p3"),
            open_account("r1", "region"),
            open_account("quiet", "insurer"),
            declare_bank_account("b1", "camt.053"),
        ]

    def draw(self, fact_classes: Mapping[str, int] = KINDS) -> Ask:
        """The next command."""
        while True:
            (kind,) = self.rng.choices([*fact_classes], [*fact_classes.values()])
            command = self.drawn(kind)
            if command is not None:
                return command

    def draw_many(self, count: int) -> list[Ask]:
        """Commands that can come in one batch: each as if the others were not there."""
        return [self.draw() for _ in range(count)]

    def bulk(self, count: int) -> Sequence[Command]:
        """More commands than one statement takes: new invoices and receipts."""
        return [self.bill() if number % 4 else self.receive() for number in range(count)]

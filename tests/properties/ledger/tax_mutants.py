"""The tax that follows an item made wrong on purpose (I20)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ledger.domain import catalogue
from ledger.domain.receivables import following_tax
from ledger.domain.receivables.item_facts import ItemCredited, ItemPart
from tests.properties.ledger.mutants import Monkey, Mutant


def _tax_follows_nothing(monkey: Monkey) -> None:
    monkey.setattr(catalogue, "with_tax", lambda states, decided, today: decided)


def _tax_follows_no_credit(monkey: Monkey) -> None:
    monkey.setattr(following_tax, "_MOVING", following_tax._MOVING - {ItemCredited})


def _rounding_is_taxed(monkey: Monkey) -> None:
    right = following_tax.split

    def with_rounding(parts: Sequence[ItemPart], whole_minor: int, amount_minor: int) -> following_tax.Split:
        found = right(parts, whole_minor, amount_minor)
        rest = amount_minor - sum(net + tax for net, tax in found.values())
        return {code: (net + rest * (code == min(found)), tax) for code, (net, tax) in found.items()}

    monkey.setattr(following_tax, "split", with_rounding)


MUTANTS: Final[tuple[Mutant, ...]] = (
    Mutant("a write-off keeps the tax", "I20", _tax_follows_nothing),
    Mutant("tax follows payments alone", "I20", _tax_follows_no_credit),
    Mutant("rounding is in the net that is taxed", "I20", _rounding_is_taxed),
)

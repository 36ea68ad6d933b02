"""The way back of money made wrong on purpose."""

from __future__ import annotations

from datetime import date

import pytest

from ledger.domain.balance import Balance
from ledger.domain.cash import way_back
from ledger.domain.cash.receipt_facts import ReceiptRecalled
from ledger.domain.cash.way_back import Draft
from ledger.domain.catalogue import CATALOGUE
from ledger.domain.chart_of_accounts import pair
from ledger.domain.receivables.item_facts import ItemDeallocated

Monkey = pytest.MonkeyPatch


def an_excess_stays_customer_credit(monkey: Monkey) -> None:
    def take_off(self: Draft, item_id: str, allocation_id: str, document: str, amount_minor: int, on: date) -> None:
        taken = ItemDeallocated(
            allocation_id=allocation_id, document=document, because="moved", amount_minor=amount_minor, currency="SEK"
        )
        self.add("item", item_id, taken, on)

    monkey.setattr(Draft, "_take_off", take_off)


def a_recall_always_has_the_banks_day(monkey: Monkey) -> None:
    monkey.setattr(Balance, "parts_of", lambda self, amount_minor, from_on: ((from_on, amount_minor),))


def a_recall_leaves_its_debit_unassigned(monkey: Monkey) -> None:
    monkey.setitem(
        CATALOGUE.posting,
        ReceiptRecalled,
        lambda fact: pair("unallocated", "rounding", fact.amount_minor, fact.currency),
    )


def a_difference_stays_closed(monkey: Monkey) -> None:
    monkey.setattr(way_back, "reopened", lambda *closed: ())

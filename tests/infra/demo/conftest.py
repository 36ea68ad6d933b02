"""A small month of the demo, and its files as the readers read them, made once for all tests of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from infra.demo.accounts import GIRO_ACCOUNT, SWISH_ACCOUNT, OwnAccount
from infra.demo.month import Month
from ledger.domain.cash.receipt_facts import ReceiptAllocated, ReceiptRecorded, applied_minor
from ledger.domain.fact import Fact
from reconciliation.statements import Parsed, read
from tests.kit.paper_bank import OURS, PaperBank

SEED = 7
INVOICES = 1_500


@dataclass(frozen=True)
class Sent:
    """A file as the bank sent it and as it is read."""

    on: date
    name: str
    content: bytes
    parsed: Parsed

    @property
    def statements(self) -> list[dict[str, Any]]:
        """The statements, as plain rows."""
        rows: list[dict[str, Any]] = self.parsed.statements.to_pylist()
        return rows

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Movements and their members, as plain rows."""
        rows: list[dict[str, Any]] = self.parsed.lines.to_pylist()
        return rows

    @property
    def booked(self) -> list[dict[str, Any]]:
        """Booked movements without their members."""
        return [line for line in self.lines if line["detail_no"] == 0 and line["status"] == "booked"]

    def members(self, line: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The members of one movement."""
        place = (line["statement_no"], line["line_no"])
        return [one for one in self.lines if one["detail_no"] and (one["statement_no"], one["line_no"]) == place]


def paper_bank(account: OwnAccount) -> PaperBank:
    """The account as its files are decided about."""
    numbers = tuple(alias.number for alias in account.aliases)
    in_detail = {GIRO_ACCOUNT: ("bgmax", "camt.054", "autogiro"), SWISH_ACCOUNT: ("swish.handelsbanken",)}
    formats = ("camt.053", *in_detail.get(account, ()))
    feeds = [{"format": one, "from_on": None, "until_on": None} for one in formats]
    return PaperBank(ours=OURS | {"bank_account": account.number, "numbers": numbers, "feeds": feeds})


def applied(facts: Iterable[tuple[str, Fact]]) -> Counter[tuple[date, str, int]]:
    """What receipts were applied to: how often by booking day, item and amount with any excess; facts with streams.

    Each request of the demo asks for one item and has its id; what a person applies is for one item too.
    """
    booked_on: dict[str, date] = {}
    amounts: Counter[tuple[str, str]] = Counter()
    for stream, fact in facts:
        if isinstance(fact, ReceiptRecorded):
            booked_on[stream] = fact.payment.booked_on
        elif isinstance(fact, ReceiptAllocated):
            amounts[stream, fact.request_id or fact.targets[0].item_id] += applied_minor(fact)
    return Counter((booked_on[stream], item_id, amount) for (stream, item_id), amount in amounts.items())


@pytest.fixture(scope="session")
def month() -> Month:
    return Month(SEED, invoices=INVOICES)


@pytest.fixture(scope="session")
def sent(month: Month) -> list[Sent]:
    return [Sent(day, name, content, read(content)) for day in month.days for name, content in month.bank_files_of(day)]

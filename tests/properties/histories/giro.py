"""The bank account that several feeds show: statements with each day's sum, and files with the payments behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import groupby
from typing import Final, NamedTuple

from reconciliation.statements.bgmax.writer import BgMaxPayment, BgMaxSection, write_bgmax
from reconciliation.statements.camt.writer import CamtDetail, CamtEntry, CamtReference, CamtStatement, write_camt054

GIRO: Final = "54910000029"
BANKGIRO: Final = "9990003"
DEPOSITS, NOTIFICATIONS, STATEMENTS = "bgmax", "camt.054", "camt.053"
FEEDS: Final = (STATEMENTS, DEPOSITS, NOTIFICATIONS)


class Paid(NamedTuple):
    """A payment to the bankgiro, its number, and the feeds that show it; without a feed, only the day's sum has it."""

    on: date
    amount_minor: int
    reference: str | None
    number: int
    feeds: tuple[str, ...]


@dataclass
class Giro:
    """What was paid to the bankgiro."""

    paid: list[Paid] = field(default_factory=list)

    def pay(self, on: date, amount_minor: int, reference: str | None, feeds: Sequence[str]) -> None:
        """Book one payment, which these feeds show."""
        self.paid.append(Paid(on, amount_minor, reference, len(self.paid) + 1, tuple(feeds)))

    def sums(self) -> list[CamtEntry]:
        """What the account's statements say: the amount of each day."""
        return [
            CamtEntry(sum(one.amount_minor for one in of_day), day, day, f"G{day}", text="Bankgiroinsättning")
            for day, of_day in groupby(sorted(self.paid), key=lambda one: one.on)
            for of_day in [list(of_day)]
        ]

    def shown(self, feed: str, first: date, last: date) -> bytes:
        """The file of a feed for some days; empty if there is none, because nothing was paid."""
        paid = [one for one in sorted(self.paid) if feed in one.feeds and first <= one.on <= last]
        if not paid:
            return b""
        if feed == DEPOSITS:
            days = groupby(paid, key=lambda one: one.on)
            sections = [_deposit(day, serial, list(of_day)) for serial, (day, of_day) in enumerate(days, 1)]
            return write_bgmax(datetime.combine(last, time(16)), sections)
        at, told = f"{last}T17:00:00", [_told(one) for one in paid]
        return write_camt054(
            f"N{first}", at, [CamtStatement(f"N{first}", BANKGIRO, "SEK", 1, at, first, last, told, scheme="BGNR")]
        )


def _deposit(day: date, serial: int, paid: Sequence[Paid]) -> BgMaxSection:
    records = [
        BgMaxPayment(one.amount_minor, one.reference or "", 2 if one.reference else 0, serial=one.number)
        for one in paid
    ]
    return BgMaxSection(BANKGIRO, "1234", day, serial, records, deposit_type="D")


def _told(one: Paid) -> CamtEntry:
    references = [CamtReference(one.reference)] if one.reference else []
    detail = CamtDetail(one.amount_minor, bank_ref=f"n{one.number}", references=references)
    return CamtEntry(one.amount_minor, one.on, one.on, detail.bank_ref, [detail])

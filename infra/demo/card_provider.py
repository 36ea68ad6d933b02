"""The provider of the demo's card payments: what it charges, keeps and takes back, its payouts and its files."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time
from functools import cached_property
from typing import Final, NamedTuple

from infra.demo.captures import ARRIVES_AFTER, QUIET_ON, SETTLED_AFTER, Capture
from infra.demo.fictions import CARD_PROVIDER, id_of
from infra.demo.outgoings import Movement
from infra.demo.period import Period
from ledger.domain.bank.fee_schedule import AgreedFee
from reconciliation.statements.stripe.writer import StripePayout, StripeTransaction, write_stripe_payouts

File = tuple[str, bytes]

# What is agreed: 1.5 per cent and 1.80 for a payment; 150.00 for a chargeback, which come back if we win the dispute.
FEE: Final = AgreedFee(rate_ppm=15_000, fixed_minor=1_80)
DISPUTE_FEE: Final = AgreedFee(rate_ppm=0, fixed_minor=150_00)
DISPUTE_FEE_BACK: Final = AgreedFee(rate_ppm=0, fixed_minor=-150_00)
OVERCHARGED_MINOR: Final = 2_00

# Bank days of the month, counted from zero. A payout is called by the day of its payments.
LATE: Final = 1
CONTRADICTED, CONTRADICTED_ON = 2, 5
RECUT_OF, RECUT_ON = 3, 6
OVERLAPPING_ON: Final = 8
MISSING, FOUND_ON = 8, 14
WON_ON: Final = 9
_LATE_BY: Final = 2
_OVERCHARGED_ON: Final = 6
# The days on which the provider keeps a part of the payments; the first part comes back, and the second is still kept.
_KEPT_ON, _BACK_ON, _KEPT_AGAIN_ON = 3, 10, 15
_KEPT_PER_CENT: Final = 25

_CAPTURED_AT: Final = time(10, tzinfo=UTC)
_PAID_OUT_AT: Final = time(2, tzinfo=UTC)


class Dispute(NamedTuple):
    """A payment that the payer's bank took back and that we won: the days of both."""

    capture: Capture
    taken_on: date
    won_on: date


class CardProvider:
    """What the provider does with the captured payments in the month, and the files about that."""

    def __init__(self, seed: int, period: Period, captures: Iterable[Capture]) -> None:
        self._seed, self._days = seed, period.bank_days
        self.captures = tuple(captures)

    @cached_property
    def dispute(self) -> Dispute:
        """The chargeback of the month: on a day without payments, of a payment that only the file shows."""
        first = [one for one in self.captures if one.payment.booked_on == self._days[0] and not one.recorded]
        of = max(first, key=lambda one: one.payment.items[0].due_on)
        return Dispute(of, self._days[QUIET_ON], self._days[WON_ON])

    @cached_property
    def payouts(self) -> dict[int, StripePayout]:
        """The payouts that were sent in the month, by the bank day of their payments."""
        sent = {}
        for index in range(len(self._days) - SETTLED_AFTER):
            if transactions := self.transactions_of(index):
                at = datetime.combine(self._days[index + SETTLED_AFTER], _PAID_OUT_AT)
                number = f"po_{id_of(self._seed, 'payout', index)}"
                sent[index] = StripePayout(number, at, at, transactions)
        return sent

    @property
    def answered_on(self) -> date:
        """The day on which the provider says which of its contradicting files is right."""
        return self._days[CONTRADICTED_ON + 1]

    @property
    def arrived(self) -> list[Movement]:
        """The payouts that our bank books in the month; one below zero is taken from us."""
        after = SETTLED_AFTER + ARRIVES_AFTER
        return [
            Movement(self._days[index + after], net_minor(payout), "payout", by=CARD_PROVIDER)
            for index, payout in self.payouts.items()
            if index + after < len(self._days)
        ]

    @property
    def reserved_minor(self) -> int:
        """What the provider still keeps at the month's end."""
        return self._kept_minor(_KEPT_AGAIN_ON)

    def known_on(self, one: Capture) -> date:
        """The day on which the office or a file first says that a payment was captured."""
        return one.payment.booked_on if one.recorded else self.shown_from(one)

    def shown_from(self, one: Capture) -> date:
        """The day on which a file first shows a captured payment; the last of all days if none of the month does."""
        on = _comes_on(self._days.index(one.payment.booked_on))
        return self._days[on] if on < len(self._days) else date.max

    def shown_on(self, day: date) -> list[StripePayout]:
        """The payouts of which a file comes on a bank day for the first time."""
        on = self._days.index(day)
        return [payout for index, payout in self.payouts.items() if _comes_on(index) == on]

    def files_of(self, day: date) -> Iterator[File]:
        """The files that come on a bank day."""
        on, news = self._days.index(day), self.shown_on(day)
        if on == OVERLAPPING_ON:
            yield self._file([self.payouts[on - SETTLED_AFTER - 1], *news], "-overlapping")
        else:
            yield from (self._file([payout]) for payout in news)
        if on == RECUT_ON:
            name, content = self._file([self.payouts[RECUT_OF]], "-recut")
            yield name, _recut(content)
        if on == CONTRADICTED_ON:
            payout = self.payouts[CONTRADICTED]
            first, *others = payout.transactions
            dearer = replace(first, fee_minor=first.fee_minor + 1_00)
            yield self._file([replace(payout, transactions=(dearer, *others))], "-contradicting")

    def _file(self, payouts: Sequence[StripePayout], cut: str = "") -> File:
        name = f"stripe-payout-{payouts[-1].effective_at.date()}{cut}.csv"
        return name, write_stripe_payouts(payouts)

    def transactions_of(self, index: int) -> list[StripeTransaction]:
        """What happened on a bank day, in the order in which the provider numbers it."""
        day = self._days[index]
        made = [
            self._transaction(one, "charge", one.payment.amount_minor, FEE.for_amount(one.payment.amount_minor), day)
            for one in self.captures
            if one.payment.booked_on == day
        ]
        if index == _OVERCHARGED_ON and made:
            made[0] = replace(made[0], fee_minor=made[0].fee_minor + OVERCHARGED_MINOR)
        of, taken_on, won_on = self.dispute
        amount = of.payment.amount_minor
        if day == taken_on:
            made.append(self._transaction(of, "dispute", -amount, DISPUTE_FEE.fixed_minor, day))
        if day == won_on:
            made.append(self._transaction(of, "dispute_reversal", amount, DISPUTE_FEE_BACK.fixed_minor, day))
        kept = {_KEPT_ON: -self._kept_minor(_KEPT_ON), _BACK_ON: self._kept_minor(_KEPT_ON)}
        kept[_KEPT_AGAIN_ON] = -self._kept_minor(_KEPT_AGAIN_ON)
        if kept.get(index):
            number = f"txn_{id_of(self._seed, 'reserve', index)}"
            made.append(StripeTransaction(number, "risk_reserved_funds", kept[index], created_at=_at(day)))
        return made

    def _transaction(self, of: Capture, category: str, gross: int, fee: int, day: date) -> StripeTransaction:
        disputed = category != "charge"
        return StripeTransaction(
            number=f"txn_{id_of(self._seed, category, of.charge)}",
            category=category,
            gross_minor=gross,
            fee_minor=fee,
            created_at=_at(day),
            source=f"dp_{id_of(self._seed, 'dispute', of.charge)}" if disputed else of.charge,
            charge=of.charge,
            intent=of.intent,
            invoice=of.payment.quoted[0].reference,
        )

    def _kept_minor(self, index: int) -> int:
        paid = (one.payment.amount_minor for one in self.captures if one.payment.booked_on == self._days[index])
        return sum(paid) * _KEPT_PER_CENT // 100


def net_minor(payout: StripePayout) -> int:
    """What a payout moves to our bank; below zero, the provider takes it from there."""
    return sum(one.gross_minor - one.fee_minor for one in payout.transactions)


def _comes_on(index: int) -> int:
    """The bank day on which the first file with a payout comes."""
    if index == MISSING:
        return FOUND_ON
    return index + SETTLED_AFTER + (_LATE_BY if index == LATE else 0)


def _at(day: date) -> datetime:
    return datetime.combine(day, _CAPTURED_AT)


def _recut(content: bytes) -> bytes:
    """The same rows once more, with columns and rows in another order."""
    header, *rows = csv.reader(io.StringIO(content.decode(), newline=""))
    text = io.StringIO(newline="")
    csv.writer(text).writerows(row[::-1] for row in [header, *rows[::-1]])
    return text.getvalue().encode()

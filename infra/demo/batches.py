"""What regions and insurers pay: one bank movement for many invoices, each invoice with its own reference."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple

from infra.demo.bills import Bill, Owed, account_of
from infra.demo.corrections import Corrections
from infra.demo.fictions import INSURER, REGIONS, REMITTING, randomness
from infra.demo.payments import Payment, Quoted
from infra.demo.period import Period
from ledger.domain.terms import bank_days

BATCH_CHARGE_MINOR: Final = 50_00
# What the remitting region keeps of a lump, and the remittance that does so and pays the rest of a claim.
KEPT_MINOR: Final = 500_00
_REST_IN: Final = 1
_PAYS_AFTER: Final = timedelta(days=14)
_THURSDAY: Final = 3
_HELD_BACK_PER_MILLE: Final = 20
# Bank days of the month, counted from zero, on which the insurer pays. On the later day, two of the batches cannot be
# divided among their invoices, because the bank files do not say enough about these two batches. `_UNSOUND` is the
# number of invoices in each of these two batches.
_INSURER_PAYS_ON: Final = (5, 13)
_UNSOUND: Final = 3


class Batch(NamedTuple):
    """One bank movement for several payments; `stated` is true if the movement says what each payment is worth.

    `charge_minor` is the charge that the bank states. `left_out_minor` is the part of the amount that belongs to none
    of the payments that the movement names.
    """

    booked_on: date
    payer: str
    payments: tuple[Payment, ...]
    stated: bool = True
    charge_minor: int = 0
    left_out_minor: int = 0
    with_ids: bool = False
    # Whether a remittance says what it pays, so that the bank's line has no details.
    advised: bool = False

    @property
    def named_minor(self) -> int:
        """The sum of the payments that the movement names."""
        return sum(payment.amount_minor for payment in self.payments)

    @property
    def moved_minor(self) -> int:
        """The amount by which the movement changes the account."""
        return self.named_minor + self.left_out_minor - self.charge_minor


def batches(seed: int, period: Period, bills: Sequence[Bill], corrected: Corrections) -> tuple[Batch, ...]:
    """The batches of the month, by day."""
    cancelled = corrected.cancelled
    owed = [one for bill in bills if bill.invoice_id not in cancelled for one in bill.owed]
    rng = randomness(seed, "batches")
    paid = [one for one in owed if one.payer == "region" and rng.randrange(1000) >= _HELD_BACK_PER_MILLE]
    made: list[Batch] = []
    for region, name in REGIONS.items():
        account_id = account_of(seed, f"region-{region}")
        weekly = _weekly(period, [one for one in paid if one.account_id == account_id], name)
        made += _advised(list(weekly)) if region == REMITTING else weekly
    made += _of_insurer(period, [one for one in owed if one.payer == "insurer"])
    return tuple(sorted(made, key=lambda batch: batch.booked_on))


def _weekly(period: Period, owed: Iterable[Owed], name: str) -> Iterator[Batch]:
    """Yield a batch on each Thursday, for the unpaid invoices issued at least two weeks before."""
    waiting = list(owed)
    for thursday in (day for day in period.days if day.weekday() == _THURSDAY):
        booked_on = period.clipped(bank_days.on_or_before(max(thursday, period.bank_days[0])))
        now = [one for one in waiting if one.issued_on + _PAYS_AFTER <= booked_on]
        waiting = waiting[len(now) :]
        if now:
            yield Batch(booked_on, name, _of(now, booked_on, "region"), with_ids=True)


def _advised(weekly: list[Batch]) -> list[Batch]:
    """The batches with a remittance each: one pays a claim in part, the next one the rest, and it keeps something."""
    weekly = [one._replace(advised=True) for one in weekly]
    if len(weekly) > _REST_IN:
        before, after = weekly[_REST_IN - 1], weekly[_REST_IN]
        first, *others = before.payments
        part = first.amount_minor // 2
        rest = first._replace(booked_on=after.booked_on, amount_minor=first.amount_minor - part, habit="region_rest")
        weekly[_REST_IN - 1] = before._replace(payments=(first._replace(amount_minor=part), *others))
        weekly[_REST_IN] = after._replace(payments=(*after.payments, rest), left_out_minor=-KEPT_MINOR)
    return weekly


def unpaid_of_remitter(seed: int, bills: Sequence[Bill], made: Iterable[Batch]) -> list[Owed]:
    """The invoices of the remitting region that it pays in none of the batches, oldest first."""
    account_id = account_of(seed, f"region-{REMITTING}")
    paid = {item.item_id for batch in made for payment in batch.payments for item in payment.items}
    return [one for bill in bills for one in bill.owed if one.account_id == account_id and one.item_id not in paid]


def _of_insurer(period: Period, owed: Sequence[Owed]) -> Iterator[Batch]:
    """Yield correct batches, a batch that does not say what each payment is worth, and one that omits a payment."""
    first_on, second_on = (period.bank_days[index] for index in _INSURER_PAYS_ON)
    due_first = [one for one in owed if one.issued_on + _PAYS_AFTER <= first_on]
    first = due_first[: -2 * _UNSOUND - 1]
    second = [one for one in owed[len(first) :] if one.issued_on + _PAYS_AFTER <= second_on]
    yield Batch(first_on, INSURER, _of(first, first_on, "insurer"), charge_minor=BATCH_CHARGE_MINOR)
    undivided, left_out, short, sound = (
        second[:_UNSOUND], second[_UNSOUND], second[_UNSOUND + 1 : 2 * _UNSOUND + 1], second[2 * _UNSOUND + 1 :],
    )  # fmt: skip
    yield Batch(second_on, INSURER, _of(undivided, second_on, "not_divided"), stated=False)
    yield Batch(second_on, INSURER, _of(short, second_on, "member_left_out"), left_out_minor=left_out.amount_minor)
    if sound:
        yield Batch(second_on, INSURER, _of(sound, second_on, "insurer"))


def _of(owed: Iterable[Owed], booked_on: date, habit: str) -> tuple[Payment, ...]:
    return tuple(
        Payment(booked_on, "statement", one.amount_minor, habit, (one,), (Quoted(one.reference),)) for one in owed
    )

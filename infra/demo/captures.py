"""The ways in which payments come: some that patients make are captured by a payment provider or collected by us.

They have the day and the amount that they would have at a bank, so who owes what is the same however they pay.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple

from infra.demo.direct_debits import collected
from infra.demo.fictions import id_of, randomness
from infra.demo.payments import Payment, Way
from infra.demo.period import Period

# Bank days from a payment by card to the payout that contains it, and from there to our bank.
SETTLED_AFTER: Final = 2
ARRIVES_AFTER: Final = 1
# The bank day of the month, counted from zero, on which nobody pays by card.
QUIET_ON: Final = 4

_PER_MILLE: Final = 60
_FEWEST: Final = 3
_ONLY_IN_FILES_PER_MILLE: Final = 600
# What only a file shows is due so much later that nobody is reminded before the file comes, even if it is missing.
_DUE_MUCH_LATER: Final = timedelta(days=14)


class Capture(NamedTuple):
    """A payment that the provider captured, with its ids there; if it is `recorded`, the office says so at once."""

    payment: Payment
    charge: str
    intent: str
    recorded: bool


def by_other_ways(seed: int, period: Period, drawn: Sequence[Payment], apart: Collection[str]) -> tuple[Payment, ...]:
    """The payments, some by direct debit, card or Swish instead; none of those is for one of the invoices `apart`."""
    times = Counter(item.item_id for payment in drawn for item in payment.items)
    ways: dict[Payment, Way] = {}
    for index, day in enumerate(period.bank_days):
        apt = [
            one
            for one in drawn
            if one.booked_on == day
            and (one.habit, one.form, one.charge_minor) == ("on_time", "structured", 0)
            and one.amount_minor == one.items[0].amount_minor
            and times[one.items[0].item_id] == 1
            and one.items[0].invoice_id not in apart
        ]
        ways |= dict.fromkeys(collected(seed, period, day, apt), "direct_debit")
        apt = [one for one in apt if one not in ways]
        count = min(max(len(apt) * _PER_MILLE // 1000, _FEWEST), len(apt))
        if index != QUIET_ON and apt:
            # One of each day is due late enough for the office to leave it to the file.
            ways[max(apt, key=lambda one: one.items[0].due_on)] = "card"
            ways |= dict.fromkeys(randomness(seed, "cards", day).sample(apt, count), "card")
        rest = [one for one in apt if one not in ways]
        ways |= dict.fromkeys(randomness(seed, "by-swish", day).sample(rest, min(count, len(rest))), "swish")
    return tuple(one._replace(way=ways.get(one, one.way)) for one in drawn)


def captures(seed: int, period: Period, payments: Iterable[Payment]) -> tuple[Capture, ...]:
    """The payments by card, with their ids; what no file of the month shows is recorded by the office."""
    chance = randomness(seed, "recorded")
    shown_until = period.bank_days[-1 - SETTLED_AFTER]
    found = []
    for one in (one for one in payments if one.way == "card"):
        item = one.items[0]
        late_enough = one.booked_on <= shown_until and item.due_on - one.booked_on >= _DUE_MUCH_LATER
        left_to_file = late_enough and chance.randrange(1000) < _ONLY_IN_FILES_PER_MILLE
        charge, intent = (f"{prefix}_{id_of(seed, prefix, item.item_id)}" for prefix in ("ch", "pi"))
        found.append(Capture(one, charge, intent, recorded=not left_to_file))
    return tuple(_with_one_due_late(found, period.bank_days[0]))


def _with_one_due_late(found: Sequence[Capture], first: date) -> Iterable[Capture]:
    """Leave the payment of the first day that is due last to the file: it will be charged back before it is due."""
    last = max((one for one in found if one.payment.booked_on == first), key=lambda one: one.payment.items[0].due_on)
    return (one._replace(recorded=False) if one is last else one for one in found)

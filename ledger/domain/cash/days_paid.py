"""The days on which the parts of an allocation take effect."""

from __future__ import annotations

from datetime import date

from ledger.domain.balance import Balance, effective_day
from ledger.domain.cash.receipt import Receipt
from ledger.domain.cash.share import Share
from ledger.domain.receivables.item import Item

# The shares that are paid on a day, and how much becomes customer credit on that day.
OnDay = tuple[date, tuple[Share, ...], int]


def by_day(
    given: date | None,
    receipt: Receipt,
    items: dict[str, Item],
    shares: list[Share],
    credit: int,
    credit_from: date | None,
) -> list[OnDay]:
    """The parts of an allocation by the days on which they take effect, first day first.

    The rest is customer credit not before `credit_from`: until then, it is a payment in advance.
    """
    booked_on, left = receipt.payment.booked_on, receipt.balance
    payable: dict[tuple[str, str | None], Balance] = {}
    for id, item in items.items():
        payable[id, None] = item.balance
        payable |= {(id, lost): balance for lost, balance in item.written_off.items()}
    paid: dict[date, list[Share]] = {}
    for share in shares:
        key, amount = (share.target.item_id, share.write_off_id), share.target.amount_minor
        arose_on = items[share.target.item_id].raised.arose_on
        opened = share.target.item_id, None
        if share.write_off_id is not None:
            # The item is open again by what is recovered, so that the money pays it from its own day on.
            regained = effective_day(given, booked_on, payable[key].first_day_of(amount))
            payable[key], payable[opened] = (
                payable[key].moved(regained, -amount),
                payable[opened].moved(regained, amount),
            )
            share = share._replace(recovered_on=regained)
        on = effective_day(given, booked_on, arose_on, left.first_day_of(amount), payable[opened].first_day_of(amount))
        left, payable[opened] = left.moved(on, -amount), payable[opened].moved(on, -amount)
        paid.setdefault(on, []).append(share)
    rest_on = None
    if credit:
        rest_on = effective_day(given, booked_on, left.first_day_of(credit), credit_from)
        paid.setdefault(rest_on, [])
    return [(on, tuple(paid[on]), credit if on == rest_on else 0) for on in sorted(paid)]

"""Which sums of our orders detail files have shown: each payment of them is the receipt of a direct debit of the order.

So it is with debits that take an order back, and their amounts without the sign: each return is of a direct debit.
A sum is what a detail file shows in one line, or on the sum's day, or all that is left of the order. What other sums of
the order have taken is not left.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Row = Mapping[str, Any]


def shown(lines: Sequence[Row], receipts: Sequence[Row], taken: Mapping[str, int]) -> frozenset[str]:
    """The keys of those of these sums of which detail files have shown the payments.

    `receipts` are those of direct debits that detail files show, and `taken` is how much of each order other sums have.
    """
    found: set[str] = set()
    left: dict[str, list[Row]] = {}
    for one in receipts:
        left.setdefault(one["order_id"], []).append(one)
    room = {order: _sum(of) - taken.get(order, 0) for order, of in left.items()}
    for line in lines:
        order = line["our_order"]
        mine = [one for one in left.get(order, ()) if _on_account(one, line)]
        members = next((group for group in _groups(mine, line) if _is(group, line)), None)
        if members is not None and line["amount_minor"] <= room[order]:
            left[order] = [one for one in left[order] if one not in members]
        elif not mine or line["amount_minor"] != room[order] or not _counts(mine, line):
            continue
        room[order] -= line["amount_minor"]
        found.add(line["key"])
    return frozenset(found)


def _groups(receipts: Sequence[Row], line: Row) -> Iterator[Sequence[Row]]:
    """Receipts that may be a sum: of each line of a detail file, all of the sum's day, and all."""
    of_day = [one for one in receipts if one["booked_on"] == line["booked_on"]]
    for movement in dict.fromkeys(one["movement_id"] for one in of_day):
        yield [one for one in of_day if one["movement_id"] == movement]
    yield of_day
    yield receipts


def _is(receipts: Sequence[Row], line: Row) -> bool:
    return bool(receipts) and _sum(receipts) == line["amount_minor"] and _counts(receipts, line, exactly=True)


def _counts(receipts: Sequence[Row], line: Row, *, exactly: bool = False) -> bool:
    """Whether there are as many receipts as the line says; at least so many, if some of them are in another sum."""
    number = line["declared_details"]
    return number is None or (len(receipts) == number if exactly else len(receipts) >= number)


def _on_account(receipt: Row, line: Row) -> bool:
    return (receipt["bank_account"], receipt["currency"]) == (line["account"], line["currency"])


def _sum(receipts: Sequence[Row]) -> int:
    return sum(one["amount_minor"] for one in receipts)

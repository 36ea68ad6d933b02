"""The use cases of bank movements that are not receipts: list them, and say what they were."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from infra.desk import names
from infra.desk.desk import Desk, Done, Listed, Occasion

if TYPE_CHECKING:
    from ledger.domain.cash.receipt_facts import Rail
    from ledger.domain.fact import Command

# At most this many open reviews are read for their reasons.
_MOST: Final = 100_000


def listed(desk: Desk) -> Listed:
    """List the movements, those in suspense first, with age, reason and the refunds that each could be of."""
    position = desk.books.follow()
    reviews = {one["part_id"]: one for one in desk.lists.reviews(most=_MOST) if one["part_id"] is not None}
    refunds = desk.books.store.now.refunds()
    rows = []
    for one in desk.books.store.now.movements():
        waits = is_unexplained(one)
        review = reviews.get(one["part_id"])
        rows.append(
            {
                **one,
                "in_suspense": waits,
                "age_days": (desk.today - one["booked_on"]).days,
                "why": one["reason_code"] or (one["rule"] if review is None else " ".join(review["reasons"])),
                "could_be": _could_be(one, refunds) if waits else [],
            }
        )
    return Listed(rows, position)


def is_unexplained(movement: Mapping[str, Any]) -> bool:
    """Whether some of a movement's money is in suspense: nobody said what it was, nor which receipt it took back."""
    from ledger.domain.chart_of_accounts import roles_of

    return movement["role"] in roles_of("suspense") and movement["amount_minor"] != movement["cleared_minor"]


def _could_be(movement: Mapping[str, Any], refunds: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the ids of the refunds with the movement's amount that have no such movement yet."""
    from ledger.domain.cash.refund_movement import BankView

    views = (BankView(*(one[name] for name in BankView._fields)) for one in refunds)
    # A return may be a part of the refund, but any small amount could be a part of any refund.
    alike = (view for view in views if view.amount_minor == abs(movement["amount_minor"]))
    return [view.refund_id for view in alike if view.obstacle(movement["amount_minor"], movement["currency"]) is None]


def to_role(desk: Desk, movement: str, role: str, reason: str, occasion: Occasion) -> Done:
    """Say on which ledger account, named by its role, a movement belongs."""
    from ledger.domain.cash.reclassification import ReclassifyMovement

    part_id = names.movement(desk, movement)
    command = ReclassifyMovement(part_id=part_id, role=role, reason_code=reason)
    return _said(desk, part_id, command, occasion, reason, role=role)


def to_refund(desk: Desk, movement: str, refund: str, reason: str, occasion: Occasion) -> Done:
    """Say that a movement paid a refund, or brought a refund's money back."""
    from ledger.domain.cash.reclassification import ReclassifyAsRefund

    part_id, refund_id = names.movement(desk, movement), names.refund(desk, refund)
    command = ReclassifyAsRefund(part_id=part_id, refund_id=refund_id, reason_code=reason)
    return _said(desk, part_id, command, occasion, reason, refund_id=refund_id)


def to_receipt(desk: Desk, movement: str, rail: Rail, reason: str, occasion: Occasion) -> Done:
    """Say that a movement was somebody's payment; it becomes an unallocated receipt."""
    from ledger.domain.cash.reclassification import ReclassifyAsReceipt

    part_id = names.movement(desk, movement)
    command = ReclassifyAsReceipt(part_id=part_id, rail=rail, reason_code=reason)
    return _said(desk, part_id, command, occasion, reason, receipt_id=part_id)


def _said(desk: Desk, part_id: str, command: Command, occasion: Occasion, reason: str, **named: str) -> Done:
    """Record what a movement was, and close its reviews unless its money is in suspense again."""
    done = desk.record(command, occasion, movement_id=part_id, **named)
    movement = desk.books.store.now.movement(part_id)
    assert movement is not None, "the read tables follow each recorded command"
    if not is_unexplained(movement):
        desk.lists.close_reviews_of([part_id], desk.actor, reason, desk.now)
    moved = movement["amount_minor"] - movement["cleared_minor"]
    return done._replace(more={"amount_minor": moved, "currency": movement["currency"]})

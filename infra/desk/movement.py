"""The use cases of bank movements that are not receipts: list them, and say what they were."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from infra.desk import names
from infra.desk.amounts import minor_units
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

    return movement["role"] in roles_of("suspense") and _left(movement) != 0


def _could_be(movement: Mapping[str, Any], refunds: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the ids of the refunds with the movement's amount that have no such movement yet."""
    from ledger.domain.cash.refund_movement import BankView

    views = (BankView(*(one[name] for name in BankView._fields)) for one in refunds)
    # A return may be a part of the refund, but any small amount could be a part of any refund.
    alike = (view for view in views if view.amount_minor == abs(movement["amount_minor"]))
    return [view.refund_id for view in alike if view.obstacle(movement["amount_minor"], movement["currency"]) is None]


def to_role(desk: Desk, movement: str, role: str, reason: str, occasion: Occasion, amount: str | None = None) -> Done:
    """Say on which ledger account, named by its role, a movement belongs, or an amount of it."""
    from ledger.domain.cash.reclassification import ReclassifyMovement

    part_id = names.movement(desk, movement)
    minor = _minor(desk, part_id, amount)
    command = ReclassifyMovement(part_id=part_id, role=role, reason_code=reason, amount_minor=minor)
    return _said(desk, part_id, command, occasion, reason, role=role)


def to_refund(
    desk: Desk, movement: str, refund: str, reason: str, occasion: Occasion, amount: str | None = None
) -> Done:
    """Say that a movement, or an amount of it, paid a refund, or brought a refund's money back."""
    from ledger.domain.cash.reclassification import ReclassifyAsRefund

    part_id, refund_id = names.movement(desk, movement), names.refund(desk, refund)
    minor = _minor(desk, part_id, amount)
    command = ReclassifyAsRefund(part_id=part_id, refund_id=refund_id, reason_code=reason, amount_minor=minor)
    return _said(desk, part_id, command, occasion, reason, refund_id=refund_id)


def to_receipt(
    desk: Desk, movement: str, rail: Rail, reason: str, occasion: Occasion, amount: str | None = None
) -> Done:
    """Say that a movement, or an amount of it, was somebody's payment; it becomes an unallocated receipt."""
    from ledger.domain.cash.reclassification import ReclassifyAsReceipt

    part_id = names.movement(desk, movement)
    minor = _minor(desk, part_id, amount)
    command = ReclassifyAsReceipt(part_id=part_id, rail=rail, reason_code=reason, amount_minor=minor)
    done = _said(desk, part_id, command, occasion, reason)
    return done._replace(named={**done.named, "receipt_id": done.named["movement_id"]})


def _minor(desk: Desk, part_id: str, amount: str | None) -> int | None:
    """Parse the amount of a movement that is meant; None means all that is left of it."""
    return None if amount is None else minor_units(amount, _row(desk, part_id)["currency"])


def _said(desk: Desk, part_id: str, command: Command, occasion: Occasion, reason: str, **named: str) -> Done:
    """Record what a movement was, or a part of it, and close its reviews if all of it is explained."""
    done = desk.record(command, occasion, movement_id=part_id, **named)
    into = _split_off(desk, done)
    said, whole = _row(desk, into or part_id), _row(desk, part_id)
    # What is left after a part was split off is as unexplained as it was.
    if into is None and not is_unexplained(whole):
        desk.lists.close_reviews_of([part_id], desk.actor, reason, desk.now)
    more = {
        "amount_minor": _left(said),
        "currency": said["currency"],
        "split_from": said["split_from"],
        "rest_minor": 0 if into is None else _left(whole),
        "rest_role": None if into is None else whole["role"],
    }
    return done._replace(named={**done.named, "movement_id": said["part_id"]}, more=more)


def _split_off(desk: Desk, done: Done) -> str | None:
    """Return the id of the part that a command split off, if it did; the first fact of the command says so."""
    from ledger.domain.bank.movement import MovementSplit

    if done.outcome.first_position is None:
        return None
    (first,) = desk.books.journal.follow(done.outcome.first_position - 1, 1)
    return first.fact.into if isinstance(first.fact, MovementSplit) else None


def _left(movement: Mapping[str, Any]) -> int:
    """Return what is left of a movement: what no receipt explains."""
    return int(movement["amount_minor"] - movement["cleared_minor"])


def _row(desk: Desk, part_id: str) -> Mapping[str, Any]:
    movement = desk.books.store.now.movement(part_id)
    assert movement is not None, "the read tables follow each recorded command"
    return movement

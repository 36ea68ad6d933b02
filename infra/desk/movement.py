"""The use cases of bank movements that are not receipts: say what they were."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from infra.desk import captured_payment, names
from infra.desk.amounts import minor_units
from infra.desk.desk import Desk, Done, Occasion
from infra.desk.payout_roles import require_payout_named
from infra.desk.possible import left

if TYPE_CHECKING:
    from ledger.domain.fact import Command
    from ledger.domain.rails import Rail


def is_unexplained(movement: Mapping[str, Any]) -> bool:
    """Whether some of a movement's money is in suspense: nobody said what it was, nor which receipt it took back."""
    from ledger.domain.chart_of_accounts import roles_of

    return movement["role"] in roles_of("suspense") and left_minor(movement) != 0


def to_role(
    desk: Desk,
    movement: str,
    role: str,
    reason: str,
    occasion: Occasion,
    amount: str | None = None,
    tax_code: str | None = None,
) -> Done:
    """Say on which ledger account, named by its role and tax code, a movement belongs, or an amount of it."""
    from ledger.domain.cash.reclassification import ReclassifyMovement

    part_id = names.movement(desk, movement, left)
    minor = _minor(desk, part_id, amount)
    row = _row(desk, part_id)
    require_payout_named(desk, part_id, role, left_minor(row) if minor is None else minor, row["currency"])
    command = ReclassifyMovement(part_id=part_id, role=role, reason_code=reason, amount_minor=minor, tax_code=tax_code)
    return _said(desk, part_id, command, occasion, reason, role=role)


def to_refund(
    desk: Desk, movement: str, refund: str, reason: str, occasion: Occasion, amount: str | None = None
) -> Done:
    """Say that a movement, or an amount of it, paid a refund, or brought a refund's money back."""
    from ledger.domain.cash.reclassification import ReclassifyAsRefund

    part_id, refund_id = names.movement(desk, movement, left), names.refund(desk, refund, "sent")
    minor = _minor(desk, part_id, amount)
    command = ReclassifyAsRefund(part_id=part_id, refund_id=refund_id, reason_code=reason, amount_minor=minor)
    return _said(desk, part_id, command, occasion, reason, refund_id=refund_id)


def to_payout(
    desk: Desk, movement: str, payout: str, reason: str, occasion: Occasion, amount: str | None = None
) -> Done:
    """Say that a movement, or an amount of it, is of a payout, although their amounts may differ."""
    from ledger.domain.cash.payout_reclassification import ReclassifyAsPayout

    part_id, payout_id = names.movement(desk, movement, left), names.payout(desk, payout)
    minor = _minor(desk, part_id, amount)
    command = ReclassifyAsPayout(part_id=part_id, payout_id=payout_id, reason_code=reason, amount_minor=minor)
    return _said(desk, part_id, command, occasion, reason, payout_id=payout_id)


def to_receipt(
    desk: Desk, movement: str, rail: Rail, reason: str, occasion: Occasion, amount: str | None = None
) -> Done:
    """Say that a movement, or an amount of it, was somebody's payment; it becomes an unallocated receipt."""
    from ledger.domain.cash.reclassification import ReclassifyAsReceipt

    part_id = names.movement(desk, movement, left)
    minor = _minor(desk, part_id, amount)
    command = ReclassifyAsReceipt(part_id=part_id, rail=rail, reason_code=reason, amount_minor=minor)
    done = _said(desk, part_id, command, occasion, reason)
    return done._replace(named={**done.named, "receipt_id": done.named["movement_id"]})


def to_payments(
    desk: Desk, movement: str, payments: Sequence[str], reason: str, occasion: Occasion, amount: str | None = None
) -> Done:
    """Say that a movement, or an amount of it, is the sum of payments that were recorded when they were captured."""
    from ledger.domain.cash.captured_sum import ReclassifyAsPayments

    part_id = names.movement(desk, movement)
    receipts = tuple(dict.fromkeys(names.receipt(desk, one) for one in payments))
    minor, row = _minor(desk, part_id, amount), _row(desk, part_id)
    desk.books.follow()
    known = desk.books.store.settlements.settlement_of(_file_part(row))
    if minor is None and not row["split_minor"] and known is not None:
        captured_payment.require_number(part_id, len(receipts), known["transactions"])
    captured_payment.require_waiting(desk, receipts, row["line_key"])
    command = ReclassifyAsPayments(
        part_id=part_id,
        settlement_id=part_id if known is None else known["settlement_id"],
        receipt_ids=receipts,
        reason_code=reason,
        amount_minor=minor,
    )
    return _said(desk, part_id, command, occasion, reason)


def _file_part(movement: Mapping[str, Any]) -> str:
    """The id of the part that a file showed, of which a movement was split off."""
    id: str = movement["part_id"]
    return id.partition(".")[0] if movement["split_from"] is not None else id


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
        "amount_minor": left_minor(said),
        "currency": said["currency"],
        "split_from": said["split_from"],
        "rest_minor": 0 if into is None else left_minor(whole),
        "rest_role": None if into is None else whole["role"],
    }
    return done._replace(named={**done.named, "movement_id": said["part_id"]}, more=more)


def _split_off(desk: Desk, done: Done) -> str | None:
    """Return the id of the part that a command split off, if it did; the first fact of the command says so."""
    from ledger.domain.bank.movement_facts import MovementSplit

    if done.outcome.first_position is None:
        return None
    (first,) = desk.books.journal.follow(done.outcome.first_position - 1, 1)
    return first.fact.into if isinstance(first.fact, MovementSplit) else None


def left_minor(movement: Mapping[str, Any]) -> int:
    """Return what is left of a movement: what no receipt explains."""
    return int(movement["amount_minor"] - movement["cleared_minor"])


def _row(desk: Desk, part_id: str) -> Mapping[str, Any]:
    movement = desk.books.store.now.movement(part_id)
    assert movement is not None, "the read tables follow each recorded command"
    return movement

"""The columns of lists that the read tables do not have: whose turn it is, how old something is, and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from infra.desk.desk import Desk
    from ledger.domain.fact import Command

Rows = list[dict[str, Any]]
# At most this many open reviews are read for their reasons.
_MOST: Final = 100_000


def completed(desk: Desk, name: str, rows: Rows) -> Rows:
    """Return the rows of a list with the columns that the desk adds."""
    add = _ADDED.get(name)
    return rows if add is None or not rows else add(desk, rows)


def _refunds(desk: Desk, rows: Rows) -> Rows:
    from ledger.domain.cash.refund import ApproveRefund
    from ledger.domain.cash.refund_payment import SendRefund

    waits = {"approval": _turn(desk, ApproveRefund), "payment_order": _turn(desk, SendRefund)}
    bank = {"bank_payment": "the bank", "bank_return": "the bank"}
    return [
        row
        | {"age_days": (desk.today - row["since"]).days}
        | {"turn": _said({**waits, **bank}.get(row["waits_for"]), row if row["waits_for"] == "approval" else {})}
        for row in rows
    ]


def _write_offs(desk: Desk, rows: Rows) -> Rows:
    from ledger.domain.disputes_and_relief.write_off import ApproveWriteOff

    turn = _turn(desk, ApproveWriteOff)
    turns = [_said(turn, row) if row["status"] == "requested" else None for row in rows]
    return [row | {"turn": one, "who": _who(row, one)} for row, one in zip(rows, turns, strict=True)]


def _who(write_off: Mapping[str, Any], turn: str | None) -> str:
    """Say in one line who asked for a write-off, who decided, and who reversed it and why, or whose turn it is."""
    named = {name: _person(write_off[name]) for name in ("requester", "on_behalf_of", "approver", "reversed_by")}
    asked = f"asked by {named['requester']}" + (f" for {named['on_behalf_of']}" if named["on_behalf_of"] else "")
    reason = write_off["ended_reason"]
    if write_off["status"] == "requested":
        return f"{asked}; {turn}"
    if write_off["status"] == "rejected":
        return f"{asked}, rejected by {named['approver']}: {reason}"
    approved = f"{asked}, approved by {named['approver']}"
    if write_off["status"] != "reversed":
        return approved
    return f"{approved}, reversed by {named['reversed_by']}: {reason} ({write_off['because']})"


def _person(actor: str | None) -> str | None:
    return None if actor is None else actor.removeprefix("person:")


def _transfers(desk: Desk, rows: Rows) -> Rows:
    return [row | {"waits_for": _word_of(row) if row["status"] == "under_way" else None} for row in rows]


def _word_of(row: Mapping[str, Any]) -> str:
    return f"the word of entity {row['entity']} that it has it"


def _movements(desk: Desk, rows: Rows) -> Rows:
    reviews = {one["part_id"]: one for one in desk.lists.reviews(most=_MOST) if one["part_id"] is not None}
    refunds = desk.books.store.now.refunds() if any(row["in_suspense"] for row in rows) else []
    return [
        row
        | {
            "age_days": (desk.today - row["booked_on"]).days,
            "why": _why(row, reviews.get(row["part_id"])),
            "could_be": _could_be(row, refunds) if row["in_suspense"] else [],
        }
        for row in rows
    ]


def _why(movement: Mapping[str, Any], review: Mapping[str, Any] | None) -> str:
    from reconciliation.matching.movements import RECALL

    if movement["amount_minor"] and movement["amount_minor"] == movement["cleared_minor"]:
        return RECALL[1]
    return str(movement["reason_code"] or (movement["rule"] if review is None else " ".join(review["reasons"])))


def _could_be(movement: Mapping[str, Any], refunds: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the ids of the refunds with the movement's amount that have no such movement yet."""
    from ledger.domain.cash.refund_movement import BankView

    views = (BankView(*(one[name] for name in BankView._fields)) for one in refunds)
    # A return may be a part of the refund, but any small amount could be a part of any refund.
    alike = (view for view in views if view.amount_minor == abs(movement["amount_minor"]))
    return [view.refund_id for view in alike if view.obstacle(movement["amount_minor"], movement["currency"]) is None]


def _turn(desk: Desk, command: type[Command]) -> str:
    """The duties of persons that may give a command."""
    from ledger.domain.duty import of_persons

    return " or ".join(of_persons(desk.books.catalogue.duties[command]))


def _said(turn: str | None, row: Mapping[str, Any]) -> str | None:
    """Say whose turn it is, and who may not take it: whoever asked for it."""
    asking = [one for one in (row.get("requester"), row.get("on_behalf_of")) if one is not None]
    if turn is None or not asking:
        return turn
    return f"{turn}, not {' nor '.join(one.removeprefix('person:') for one in asking)}"


_ADDED: Final[Mapping[str, Callable[[Desk, Rows], Rows]]] = {
    "refunds": _refunds,
    "write-offs": _write_offs,
    "transfers": _transfers,
    "movements": _movements,
}

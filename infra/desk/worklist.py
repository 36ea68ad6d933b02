"""Lists what waits for a person: receipts not fully allocated, doubts about bank lines, unexplained movements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from infra.desk import names
from infra.desk.amounts import written
from infra.desk.desk import Desk
from infra.desk.movement import is_unexplained
from infra.desk.payer import Paid, who_paid_each
from infra.desk.problems import Problem, Stopped
from infra.desk.vault import CLERKS, VaultDoor

if TYPE_CHECKING:
    from ledger.domain.duty import Duty
    from ledger.vault.purposes import Purpose

# Whose duty it is, although it leaves no fact.
CLOSING: Final[tuple[Duty, ...]] = ("billing", "finance")
# At most this many open rows are listed.
_MOST: Final = 100_000


class Reading(NamedTuple):
    """Why somebody reads who paid, and where the vault is that logs it."""

    door: VaultDoor
    purpose: Purpose


class Waiting(NamedTuple):
    """Receipts not fully allocated, each with the reason why it was not matched and the items that it could pay.

    `payers` says whether they show who paid: it was not asked for, or the person's duties do not allow it.
    """

    rows: list[dict[str, Any]]
    totals: list[dict[str, Any]]
    position: int
    payers: Literal["shown", "not_asked", "not_allowed"]


class Quarantine(NamedTuple):
    """Doubts about bank lines (their money is booked nevertheless) and unexplained bank movements."""

    doubts: list[dict[str, Any]]
    movements: list[dict[str, Any]]


def receipts(desk: Desk, account: str | None = None, reading: Reading | None = None) -> Waiting:
    """Return the receipts that wait for a person, of one account or of all accounts.

    With a `reading`, each row also has what the bank's file says of the payer, if the person's duties allow it.
    """
    position = desk.books.follow()
    account = None if account is None else names.account(desk, account)
    waiting = desk.books.store.now.receipts(account_id=account).to_pylist()
    reviews: dict[str, list[dict[str, Any]]] = {}
    for review in desk.lists.reviews(most=_MOST):
        reviews.setdefault(review["receipt_id"] or "", []).append(review)
    theirs = [(receipt, reviews.get(receipt["receipt_id"], [])) for receipt in waiting]
    suggested = (one["item_id"] for _, found in theirs for review in found for one in review["candidates"])
    called = names.called(desk, suggested)
    rows = [_receipt(receipt, found, called) for receipt, found in theirs]
    allowed = _allowed(desk)
    if reading is not None and allowed:
        paid = who_paid_each(desk, reading.door, [row["receipt_id"] for row in rows], reading.purpose).receipts
        rows = [row | _payer(paid[row["receipt_id"]]) for row in rows]
        return Waiting(rows, _sums(rows), position, "shown")
    return Waiting(rows, _sums(rows), position, "not_asked" if allowed else "not_allowed")


def _allowed(desk: Desk) -> bool:
    """Whether whoever is at the desk may read who paid; the list itself is for everybody, known or not."""
    try:
        return desk.holds(*CLERKS)
    except Stopped:
        return False


def _payer(paid: Paid) -> dict[str, Any]:
    said = {"payer_name": paid.name, "payer_account": paid.payer_account, "message_text": paid.message_text}
    return {**said, "masked": paid.masked, "payer_unsaid": paid.unsaid}


def quarantine(desk: Desk) -> Quarantine:
    """Return the open doubts and reviews."""
    return Quarantine(
        doubts=[_doubt(row) for row in desk.lists.quarantine(most=_MOST)],
        movements=[_movement(row) for row in desk.lists.reviews(most=_MOST) if row["part_id"] is not None],
    )


def close(desk: Desk, id: str, reason: str) -> None:
    """Close a doubt or a review, given its id in the list and a reason."""
    desk.require(*CLOSING)
    _require_code(desk, reason)
    kind, _, number = id.partition("-")
    if kind not in ("doubt", "review") or not number.isdecimal():
        sentence = f"{id!r} is not an id in the list; give one such as doubt-12 or review-7"
        raise Stopped(Problem("id_malformed", sentence, id))
    if kind == "review":
        _require_explained(desk, id, int(number))
    closing = desk.lists.close_doubt if kind == "doubt" else desk.lists.close_review
    closing(int(number), desk.actor, reason, desk.now)


def _require_code(desk: Desk, reason: str) -> None:
    """Refuse a reason in words, as the ledger does: the list is for everybody to read."""
    from ledger import Refused
    from ledger.domain.fact import require_reason

    try:
        require_reason(reason, "")
    except Refused as refused:
        raise Stopped(Problem(refused.code, desk.books.catalogue.refusal(refused))) from None


def _require_explained(desk: Desk, id: str, number: int) -> None:
    """Refuse to close the review of a bank movement that is in suspense: closing it would explain nothing."""
    review = desk.lists.review(number)
    if review is None or review["part_id"] is None:
        return
    desk.books.follow()
    movement = desk.books.store.now.movement(review["part_id"])
    # Another review of the movement, such as a possible repeat, may be closed before the movement is explained.
    asks = movement is not None and review["code"] == movement["rule"]
    if movement is not None and asks and is_unexplained(movement):
        sentence = (
            f"the money of {id} is still in suspense; say what it was with `reskontra movement reclassify "
            f"{review['part_id']}`, which also closes the review"
        )
        raise Stopped(Problem("movement_in_suspense", sentence, review["part_id"]))


def _receipt(
    receipt: Mapping[str, Any], reviews: Sequence[Mapping[str, Any]], called: Mapping[str, Mapping[str, object]]
) -> dict[str, Any]:
    currency = receipt["currency"]
    candidates = [
        {**one, "currency": currency, **called.get(one["item_id"], {})}
        for review in reviews
        for one in review["candidates"]
    ]
    return {
        **receipt,
        "codes": [review["code"] for review in reviews],
        "reasons": [" ".join(review["reasons"]) for review in reviews],
        "candidates": candidates,
        "suggested": [_suggestion(one) for one in candidates],
    }


def _sums(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    sums: dict[str, list[int]] = {}
    for row in rows:
        found = sums.setdefault(row["currency"], [0, 0])
        found[0] += 1
        found[1] += row["unallocated_minor"]
    return [
        {"name": "unallocated", "currency": currency, "receipts": count, "unallocated_minor": amount}
        for currency, (count, amount) in sorted(sums.items())
    ]


def _doubt(row: Mapping[str, Any]) -> dict[str, Any]:
    named = ("sha256", "statement_no", "line_no", "detail_no", "code", "sentence", "raw_position")
    shown = {name: row[name] for name in named}
    return {"id": f"doubt-{row['id']}", **shown, "part_id": None, "candidates": [], "fits": [], **_origin(row)}


def _movement(row: Mapping[str, Any]) -> dict[str, Any]:
    shown = {name: row[name] for name in ("sha256", "code", "raw_position", "part_id", "candidates")}
    fits = [_fitting(one) for one in row["candidates"]]
    return {"id": f"review-{row['id']}", **shown, "sentence": " ".join(row["reasons"]), "fits": fits, **_origin(row)}


def _fitting(receipt: Mapping[str, Any]) -> str:
    """Return what a person needs to see of a receipt that a recall may have taken back."""
    said = written(receipt["amount_minor"], receipt["currency"])
    return f"{receipt['receipt_id']} ({said} {receipt['currency']} of {receipt['booked_on']})"


def _origin(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"file": (row["sha256"] or "")[:12] or None, "opened_at": row["opened_at"].astimezone(UTC)}


def _suggestion(one: Mapping[str, Any]) -> str:
    """Return what a person can type to name the item in the next command, and why the item is suggested."""
    number = "" if one.get("number") is None else f"{one['number']} = "
    return f"{number}{one['item_id']} ({one['why']})"

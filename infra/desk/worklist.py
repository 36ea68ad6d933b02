"""Lists the receipts that wait for a person: those that are not fully allocated, with what they may be for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from infra.desk import names
from infra.desk.amounts import written
from infra.desk.desk import Desk
from infra.desk.payer import Paid, who_paid_each
from infra.desk.vault import VaultDoor, deals_with_payers

if TYPE_CHECKING:
    from ledger.vault.purposes import Purpose

# At most this many open reviews are read for their reasons.
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
    candidates = (one for _, found in theirs for review in found for one in review["candidates"])
    suggested = (one["item_id"] for one in candidates if one["item_id"] is not None)
    called = names.called(desk, suggested)
    rows = [_receipt(receipt, found, called) for receipt, found in theirs]
    allowed = deals_with_payers(desk)
    if reading is not None and allowed:
        paid = who_paid_each(desk, reading.door, [row["receipt_id"] for row in rows], reading.purpose).receipts
        rows = [row | _payer(paid[row["receipt_id"]]) for row in rows]
        return Waiting(rows, _sums(rows), position, "shown")
    return Waiting(rows, _sums(rows), position, "not_asked" if allowed else "not_allowed")


def _payer(paid: Paid) -> dict[str, Any]:
    said = {"payer_name": paid.name, "payer_account": paid.payer_account, "message_text": paid.message_text}
    return {**said, "masked": paid.masked, "payer_unsaid": paid.unsaid}


def _receipt(
    receipt: Mapping[str, Any], reviews: Sequence[Mapping[str, Any]], called: Mapping[str, Mapping[str, object]]
) -> dict[str, Any]:
    currency = receipt["currency"]
    candidates = [
        {**one, "currency": currency, **called.get(one["item_id"], {})}
        for review in reviews
        for one in review["candidates"]
    ]
    # What is open with exactly the amount that is left comes first; otherwise the order of matching stays.
    candidates.sort(key=lambda one: one["open_minor"] != receipt["unallocated_minor"])
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


def _suggestion(one: Mapping[str, Any]) -> str:
    """Return what a person can type to name the item in the next command, and why the item is suggested.

    Many items of one price are only counted.
    """
    if one["item_id"] is None:
        return f"{one['count']} items of {written(one['open_minor'], one['currency'])} ({one['why']})"
    number = "" if one.get("number") is None else f"{one['number']} = "
    return f"{number}{one['item_id']} ({one['why']})"

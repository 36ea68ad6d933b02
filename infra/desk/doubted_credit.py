"""Customer credit of which nobody knows yet whether the bank has the money: it is not approved to be paid out."""

from __future__ import annotations

from typing import Any, Final

from infra.desk.amounts import written
from infra.desk.desk import Desk
from infra.desk.problems import Problem, Stopped

# So many payments are named.
_NAMED: Final = 5
_SENTENCE: Final = (
    "files show more payments than the statements of days on which this account paid ({named}), so one of them may be "
    "in the book twice, and the credit be nobody's. `reskontra bank` shows the days; say first what the excess is, as "
    "`reskontra reconcile` tells"
)


def require_undoubted(desk: Desk, refund_id: str) -> None:
    """Refuse to pay credit out of an account that has payments of a day on which files show more than the statements.

    One of them may be in the book twice. What was withdrawn, or taken back, has no money any more.
    """
    desk.books.follow()
    asked = {one["refund_id"]: one["account_id"] for one in desk.books.store.now.refunds("requested")}
    if refund_id not in asked:
        return
    rows: list[dict[str, Any]] = desk.books.report("bank", desk.today).table.to_pylist()
    days = {
        (row["bank_account"], row["through_on"]) for row in rows if row["what"] == "excess" and row["details_minor"] > 0
    }
    if not days:
        return
    paid = desk.books.store.now.receipts(asked[refund_id], unallocated_only=False).to_pylist()
    doubted = [
        one
        for one in paid
        if one["in_detail"]
        and (one["bank_account"], one["booked_on"]) in days
        and one["reclassified_minor"] + one["recalled_minor"] < one["amount_minor"]
    ]
    if doubted:
        named = ", ".join(
            f"{written(one['amount_minor'], one['currency'])} {one['currency']} on {one['booked_on']}"
            for one in doubted[:_NAMED]
        )
        raise Stopped(Problem("credit_in_doubt", _SENTENCE.format(named=named), refund_id))

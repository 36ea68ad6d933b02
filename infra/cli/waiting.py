"""What waits for a person: receipts not all allocated, doubts about bank lines, movements that nobody has explained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from infra.cli.answer import Table, Told
from infra.cli.asking import Call, Commands
from infra.cli.options import Everything

if TYPE_CHECKING:
    from reconciliation.store import ReconciliationStore

COMMANDS: Final = Commands()

# More open rows than this are not listed at once; the totals say how many there are.
_MOST: Final = 100_000
_RECEIPTS: Final = (
    ("receipt", "receipt_id"),
    ("booked", "booked_on"),
    ("bank account", "bank_account"),
    ("currency", "currency"),
    ("amount", "amount_minor"),
    ("unallocated", "unallocated_minor"),
    ("reference", "reference"),
    ("account", "account_id"),
    ("why", "codes"),
    ("might be for", "suggested"),
)
_QUARANTINE: Final = (
    ("id", "id"),
    ("code", "code"),
    ("what is to be done", "sentence"),
    ("movement part", "part_id"),
    ("file", "file"),
    ("place", "raw_position"),
    ("opened", "opened_at"),
)


@COMMANDS.add("receipts")
def receipts(
    call: Call,
    account: Annotated[str | None, typer.Option(metavar="ID", help="Those of one account.")] = None,
    everything: Everything = False,
) -> Told:
    """List receipts that are not all allocated.

    Each with why no rule was certain, and what it might be for.
    """
    with call.books() as books, call.desk() as desk:
        position = books.follow()
        waiting = books.store.now.receipts(account_id=account).to_pylist()
        reviews: dict[str, list[dict[str, Any]]] = {}
        for review in desk.reviews(most=_MOST):
            reviews.setdefault(review["receipt_id"] or "", []).append(review)
    rows = [_receipt(receipt, reviews.get(receipt["receipt_id"], [])) for receipt in waiting]
    why = {code: reason for row in rows for code, reason in zip(row["codes"], row["reasons"], strict=True)}
    page: list[str | Table] = [
        f"{len(rows)} receipts of {call.entity} are not all allocated",
        Table(_RECEIPTS, rows, long=True),
        *(f"{code}: {reason}" for code, reason in sorted(why.items())),
    ]
    return Told(rows=rows, totals=_sums(rows), position=position, page=page)


def _receipt(receipt: Mapping[str, Any], reviews: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    currency = receipt["currency"]
    candidates = [{**one, "currency": currency} for review in reviews for one in review["candidates"]]
    return {
        **receipt,
        "codes": [review["code"] for review in reviews],
        "reasons": [" ".join(review["reasons"]) for review in reviews],
        "candidates": candidates,
        "suggested": [f"{one['item_id']} ({one['why']})" for one in candidates],
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


@COMMANDS.add("quarantine")
def quarantine(
    call: Call,
    close: Annotated[
        str | None, typer.Option(metavar="ID", help="Close one, as in doubt-12 or review-7; give --reason.")
    ] = None,
    reason: Annotated[str | None, typer.Option(metavar="CODE", help="Why it is closed, as a code.")] = None,
    everything: Everything = False,
) -> Told:
    """List what is doubtful about bank lines.

    Their money is booked all the same. Movements that nobody has explained stand there too.
    """
    if (close is None) != (reason is None):
        raise typer.BadParameter("--close and --reason belong together")
    with call.desk() as desk:
        if close is not None and reason is not None:
            _close(call, desk, close, reason)
        doubts = [_doubt(row) for row in desk.quarantine(most=_MOST)]
        movements = [_movement(row) for row in desk.reviews(most=_MOST) if row["part_id"] is not None]
    rows = [*doubts, *movements]
    closed = [f"closed {close}"] if close else []
    page: list[str | Table] = [
        *closed,
        f"{len(rows)} wait for a person in {call.entity}",
        Table(_QUARANTINE, rows, long=True),
    ]
    return Told(rows=rows, totals=[{"name": "open", "doubts": len(doubts), "movements": len(movements)}], page=page)


def _doubt(row: Mapping[str, Any]) -> dict[str, Any]:
    named = ("sha256", "statement_no", "line_no", "detail_no", "code", "sentence", "raw_position")
    shown = {name: row[name] for name in named}
    return {"id": f"doubt-{row['id']}", **shown, "part_id": None, **_origin(row)}


def _movement(row: Mapping[str, Any]) -> dict[str, Any]:
    shown = {name: row[name] for name in ("sha256", "code", "raw_position", "part_id")}
    return {"id": f"review-{row['id']}", **shown, "sentence": " ".join(row["reasons"]), **_origin(row)}


def _origin(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"file": (row["sha256"] or "")[:12] or None, "opened_at": row["opened_at"].astimezone(UTC)}


def _close(call: Call, desk: ReconciliationStore, close: str, reason: str) -> None:
    kind, _, number = close.partition("-")
    if kind not in ("doubt", "review") or not number.isdecimal():
        raise typer.BadParameter(f"{close!r} is no id of the list; give one as in doubt-12 or review-7")
    closing = desk.close_doubt if kind == "doubt" else desk.close_review
    closing(int(number), call.actor, reason, call.now)

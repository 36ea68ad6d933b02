"""The use cases that show reminders: what a run did or would do, item by item, and what earlier runs did."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from infra.desk import names
from infra.desk.desk import Desk, Listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciliation.reminded import Decided, SentInVain


def decisions(desk: Desk, items: Sequence[Decided]) -> list[dict[str, Any]]:
    """Return what became of each item, with the number and reference by which a person can name it."""
    from dataclasses import asdict

    return _named(desk, [asdict(one) for one in items])


def decided(desk: Desk, on: date | None = None, *, tasks_only: bool = False) -> Listed:
    """Return the newest decision about each open item that was ever due, or what the runs of a day decided.

    With `tasks_only`, only items that wait for money about which somebody must decide by now.
    """
    from reconciliation.reminded import task_of

    position = desk.books.follow()
    rows = []
    for one in desk.books.store.reminders.newest(on).to_pylist():
        if on is None and not one["open_minor"]:
            continue
        task = task_of(one["waiting_since"], desk.today, desk.terms) if one["open_minor"] else None
        if task is not None or not tasks_only:
            rows.append(_row(one) | {"task_of": task})
    return Listed(_named(desk, rows), position)


def in_vain(desk: Desk, on: date | None = None) -> Listed:
    """Return the reminders of all days, or of one, that asked for money that was there, as is known now."""
    from reconciliation.reminder_evidence import evidence
    from reconciliation.sent_in_vain import sent_in_vain

    position = desk.books.follow()
    seen = evidence(desk.books, desk.lists, desk.today, desk.now)
    return Listed(named_in_vain(desk, sent_in_vain(desk.books, seen, on)), position)


def named_in_vain(desk: Desk, reminders: Sequence[SentInVain]) -> list[dict[str, Any]]:
    """Return reminders that were sent in vain with the names of their items, and whether their money still waits."""
    from dataclasses import asdict

    rows = [
        asdict(one)
        | {
            "decision": "sent",
            "why": "money_waits" if one.applied_minor < one.there_minor else "paid",
            "waiting_minor": max(0, one.there_minor - one.applied_minor),
        }
        for one in reminders
    ]
    return _named(desk, rows)


def _row(one: dict[str, Any]) -> dict[str, Any]:
    amounts = ("open_minor", "asked_minor", "waiting_minor")
    return {
        "item_id": one["item_id"],
        "account_id": one["account_id"],
        "currency": one["currency"],
        "due_on": one["payable_by"],
        **{name: one[name] for name in amounts},
        "decision": "sent" if one["sent"] else "not_sent",
        "why": one["why"],
        "money": one["money"],
        "waiting_since": one["waiting_since"],
        "on": one["on_day"],
    }


def _named(desk: Desk, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    called = names.called(desk, (one["item_id"] for one in rows))
    found = [one | called.get(one["item_id"], {}) for one in rows]
    # In a table for people, the number names the item, and one word says whether it was sent or why not.
    return [
        one | {"called": str(one.get("number") or one["item_id"]), "said": one["why"] or one["decision"]}
        for one in found
    ]

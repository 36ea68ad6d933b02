"""The reminder run finds the due items and executes one command for each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from ledger import Envelope, PolicyRef, Submission, execute
from ledger.domain.dunning.reminder import RemindItem

if TYPE_CHECKING:
    from projections import Books

_POLICY: Final = PolicyRef("reminder", 1, "level_0_on_due_date")
_LEVEL: Final = 0
_PAYERS: Final = ("patient", "guardian")


@dataclass(frozen=True, slots=True)
class Known:
    """What all reminders of a run share: the day, the book's position, and how far the bank's files are loaded."""

    on: date
    recorded_at: datetime
    actor: str
    position: int
    bank_loaded_through: date | None
    loading: int
    differing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reminded:
    """The result of a reminder run; `differing` are the bank accounts with money that nobody can be named for yet."""

    on: date
    bank_loaded_through: date | None
    loading: int
    due: int
    sent: int
    suppressed: int
    refused: int
    differing: tuple[str, ...] = ()


def remind_due(books: Books, on: date, recorded_at: datetime, actor: str) -> Reminded:
    """Send a reminder for each open item that is due and has had no reminder yet.

    A reminder is suppressed if the bank's files are not loaded up to the day of the run, if a bank account contradicts
    the book, or if its statements have payments without details: what the payer paid may be in that money. While a bank
    file is only partly loaded, reminders are neither sent nor suppressed.
    """
    loaded_through = books.bank_loaded_through()
    loading = len(books.store.now.files_loading())
    contradicting = (row["bank_account"] for row in books.store.now.bank_differences())
    differing = tuple(dict.fromkeys((*contradicting, *books.without_details())))
    due = _due(books, on, open_only=True)
    position = books.store.position()
    known = Known(on, recorded_at, actor, position, loaded_through, loading, differing)
    outcomes = execute(books.journal, [_submission(row["item_id"], known) for row in due])
    books.follow(at=recorded_at)
    asked = {row["item_id"] for row in due}
    waiting = {row["item_id"] for row in _due(books, on, open_only=False)}
    sent = len(asked - waiting)
    done = sum(outcome.status == "done" for outcome in outcomes)
    refused = sum(outcome.status == "refused" for outcome in outcomes)
    return Reminded(on, loaded_through, loading, len(due), sent, done - sent, refused, differing)


def _due(books: Books, on: date, *, open_only: bool) -> list[dict[str, Any]]:
    import pyarrow.compute as pc

    not_reminded = pc.is_null(pc.field("reminded_level")) & pc.field("payer").isin(list(_PAYERS))
    rows: list[dict[str, Any]] = books.store.now.items(due_by=on, open_only=open_only).filter(not_reminded).to_pylist()
    return rows


def _submission(item_id: str, known: Known) -> Submission:
    command = RemindItem(
        item_id=item_id,
        level=_LEVEL,
        on=known.on,
        ledger_position=known.position,
        bank_loaded_through=known.bank_loaded_through,
        file_half_loaded=known.loading > 0,
        bank_differs=bool(known.differing),
    )
    return Submission(
        command,
        Envelope(
            occurred_on=known.on,
            accounting_date=known.on,
            recorded_at=known.recorded_at,
            actor=known.actor,
            # What was suppressed may be sent on the same day, once the book knows more.
            key=f"remind:{item_id}:{_LEVEL}:{known.on}:{known.position}",
            correlation=f"reminders:{known.on}",
            policy=_POLICY,
        ),
    )

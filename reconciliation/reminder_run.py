"""The reminder run finds the due items and executes one command for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from ledger import Envelope, Outcome, PolicyRef, Rehearsal, Submission, execute
from ledger.domain.dunning.reminder import RemindItem
from ledger.domain.receivables.item_facts import ReminderSent, ReminderSuppressed
from ledger.execution.digest import digest_of
from reconciliation.reminded import Decided, Reminded, task_of
from reconciliation.reminder_evidence import Evidence, evidence
from reconciliation.sent_in_vain import sent_in_vain

if TYPE_CHECKING:
    from ledger.domain.fact import Fact
    from projections import Books
    from projections.reports.loaded_through import Reached
    from reconciliation.store import ReconciliationStore

_POLICY: Final = PolicyRef("reminder", 2, "level_0_on_due_date")
_LEVEL: Final = 0

# What was decided about an item, in the columns of the table `reminders`.
_Row = Mapping[str, Any]


def remind_due(
    books: Books,
    lists: ReconciliationStore,
    on: date,
    recorded_at: datetime,
    actor: str,
    *,
    rehearsed: bool = False,
    feeds: Sequence[Reached] = (),
) -> Reminded:
    """Send a reminder for each open item that is due and has had no reminder yet; if `rehearsed`, record nothing.

    Of an item that money with us covers, nobody is reminded, and of one that it covers in part, only of the rest. A
    reminder is suppressed if the bank accounts to which the item may be paid are not loaded up to the day of the run,
    if one of them contradicts the book, if its statements have payments without details, or files show returns that no
    statement has: what the payer paid may be in that money. While a bank file is only partly loaded, or the read tables
    lack facts, reminders are neither sent nor suppressed. `feeds` are other accounts whose files are late: they hold
    back what may be paid to them as a bank account does.
    """
    seen = evidence(books, lists, on, recorded_at, feeds)
    asked = [row for row in seen.due if row["reminded_level"] is None]
    submissions = [_submission(row, seen, recorded_at, actor) for row in asked]
    new: dict[str, _Row] = {}
    if rehearsed:
        outcomes, facts = Rehearsal(books.journal).rehearse_facts(submissions)
        new = {stream.partition("-")[2]: _row(fact) for stream, fact in facts}
    else:
        outcomes = execute(books.journal, submissions)
        books.follow(at=recorded_at)
    known = {row["item_id"]: row for row in books.store.reminders.decided([row["item_id"] for row in asked])}
    items = _items(asked, outcomes, known | new, seen)
    not_loaded = {one.currency for one in items if one.why == "bank_not_loaded"}
    decisions = [one.decision for one in items]
    return Reminded(
        on=on,
        bank_loaded_through=books.bank_loaded_through(),
        loading=seen.loading,
        set_aside=seen.set_aside,
        due=len(asked),
        sent=decisions.count("sent"),
        suppressed=decisions.count("not_sent"),
        refused=decisions.count("refused"),
        differing=seen.differing,
        recorded=sum(one.status == "done" for one in outcomes),
        items=items,
        lagging=seen.lagging(not_loaded),
        in_vain=sent_in_vain(books, seen, on),
        missed=sum(one.is_missed for one in items),
        rehearsed=rehearsed,
    )


def _submission(row: _Row, seen: Evidence, recorded_at: datetime, actor: str) -> Submission:
    command = RemindItem(
        item_id=row["item_id"],
        level=_LEVEL,
        on=seen.on,
        ledger_position=seen.position,
        bank_loaded_through=seen.loaded_through(row["currency"]),
        file_half_loaded=seen.loading > 0,
        facts_set_aside=seen.set_aside > 0,
        bank_differs=seen.differs(row["currency"]),
        money=seen.planned_for(row["item_id"]).may_pay,
    )
    return Submission(
        command,
        Envelope(
            occurred_on=seen.on,
            accounting_date=seen.on,
            recorded_at=recorded_at,
            actor=actor,
            # The rule sends each reminder once. The key tells commands apart, so that whatever a run knew, a later one
            # that knows something else is never refused.
            key=f"remind:{row['item_id']}:{digest_of(command).hex()}",
            correlation=f"reminders:{seen.on}",
            policy=_POLICY,
        ),
    )


def _row(fact: Fact) -> _Row:
    """A fact that would be recorded, as the table `reminders` would have it."""
    assert isinstance(fact, ReminderSent | ReminderSuppressed), "a reminder is sent or suppressed"
    return {
        "sent": isinstance(fact, ReminderSent),
        "why": None if isinstance(fact, ReminderSent) else fact.why,
        "asked_minor": fact.asked_minor if isinstance(fact, ReminderSent) else 0,
        "waiting_minor": sum(one.amount_minor for one in fact.money),
        "money": [one.document for one in fact.money],
        "waiting_since": min((one.since_on for one in fact.money), default=None),
    }


def _items(
    asked: Sequence[_Row], outcomes: Sequence[Outcome], decided: Mapping[str, _Row], seen: Evidence
) -> tuple[Decided, ...]:
    """What became of each item that was asked about."""
    items = []
    for row, outcome in zip(asked, outcomes, strict=True):
        named = (row["item_id"], row["account_id"], row["currency"], row["payable_by"], row["open_minor"])
        if outcome.status == "refused":
            items.append(Decided(*named, "refused", outcome.code))
            continue
        said = decided[row["item_id"]]
        money = (said["asked_minor"], said["waiting_minor"], tuple(said["money"]), said["waiting_since"])
        decision = "sent" if said["sent"] else "not_sent"
        items.append(
            Decided(*named, decision, said["why"], *money, task_of(said["waiting_since"], seen.on, seen.terms))
        )
    return tuple(items)

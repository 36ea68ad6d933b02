"""How the demo's office hands a command to the ledger: at six in the morning, with a key that never changes."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Final

from infra.demo.staff import CARE_SYSTEM, Person
from ledger import Envelope, Reason, Submission
from ledger.domain.fact import Command

_AT: Final = time(6, tzinfo=UTC)


def submission(
    seed: int,
    command: Command,
    what: str,
    id: str,
    day: date,
    *,
    by: Person = CARE_SYSTEM,
    occurred_on: date | None = None,
    accounting_date: date | None = None,
    reason: str | None = None,
) -> Submission:
    """A command of a day by one of the demo's persons; `what` and `id` make its key."""
    envelope = Envelope(
        occurred_on=occurred_on or day,
        accounting_date=accounting_date or day,
        recorded_at=datetime.combine(day, _AT),
        actor=by.actor,
        key=f"demo-{seed}:{what}:{id}",
        reason=Reason(reason) if reason else None,
    )
    return Submission(command, envelope)

"""Acts: what persons decided, line by line, derived from the facts' `acts`."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Final

from projections.read_models.model import Index, Lines, Row, Tables

if TYPE_CHECKING:
    from ledger import Recorded
    from ledger.domain.catalogue import Catalogue


class ActOfPerson(Row, frozen=True):
    """What somebody decided with a fact; facts that come from a bank's file are nobody's decision."""

    ledger_position: Annotated[int, "Position of the fact in the journal."]
    line: Annotated[int, "Always 1."]
    actor: Annotated[str, "Who decided: person:ID or job:NAME."]
    duty: Annotated[str | None, "The duty under which the person decided; null for a job."]
    act: Annotated[str, "What was decided, such as write_off, credit, refund, void or forced."]
    document: Annotated[str, "Stream of the document that the act is about."]
    amount_minor: Annotated[int | None, "Amount, minor units; null if the act has none."]
    currency: Annotated[str | None, "ISO 4217 code of the amount."]
    detail: Annotated[str | None, "What was set, such as a duty or a limit, if document and amount do not say it."]
    reason_code: Annotated[str | None, "Reason code of the command."]
    on_behalf_of: Annotated[str | None, "Who asked the actor for it, if anybody did."]
    occurred_on: Annotated[date, "Day from which the fact takes effect."]
    accounting_date: Annotated[date, "Day on which the fact counts in the general ledger."]
    recorded_at: Annotated[datetime, "Instant of recording."]


def lines(recorded: Recorded, tables: Tables, catalogue: Catalogue) -> tuple[ActOfPerson, ...]:
    """What was decided with one fact."""
    act = catalogue.acts.get(type(recorded.fact))
    envelope = recorded.envelope
    if act is None or envelope.evidence:
        return ()
    return (
        ActOfPerson(
            recorded.position,
            1,
            envelope.actor,
            envelope.duty,
            act.kind,
            act.document(recorded.fact, recorded.stream),
            catalogue.amount_minor(recorded.fact),
            catalogue.currency(recorded.fact),
            act.detail_of(recorded.fact),
            None if envelope.reason is None else envelope.reason.code,
            envelope.on_behalf_of,
            envelope.occurred_on,
            envelope.accounting_date,
            envelope.recorded_at,
        ),
    )


ACTS: Final = Lines(
    "acts",
    "What persons decided, in the order in which it was recorded.",
    ActOfPerson,
    lines,
    indexes=(Index(("actor", "act")), Index(("act",))),
)

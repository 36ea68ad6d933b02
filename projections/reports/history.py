"""History: everything that happened in a stream or to an account, in the order in which it was recorded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from projections.reports.report import Built, Column, Control, Definition, Option, table_of

if TYPE_CHECKING:
    import pyarrow as pa

    from ledger import Recorded
    from ledger.domain.catalogue import Catalogue
    from projections.reports.report_inputs import Inputs


COLUMNS: Final = (
    Column("ledger_position", "position", "position", "position of the fact in the journal"),
    Column("stream", "stream", "id", "the stream of the fact"),
    Column("version", "version", "count", "number of the fact in its stream", listed=False),
    Column("fact", "fact", "code", "stored name of the fact", listed=False),
    Column("text", "text", "text", "the fact as a sentence"),
    Column("amount_minor", "amount", "money", "amount of the fact"),
    Column("currency", "currency", "code", "ISO 4217"),
    Column("occurred_on", "occurred", "day", "when it happened"),
    Column("accounting_date", "accounted", "day", "when it counts in the general ledger"),
    Column("recorded_at", "recorded", "instant", "when it was recorded"),
    Column("actor", "actor", "id", "who recorded it"),
    Column("duty", "duty", "code", "the actor's duty when the fact was recorded", listed=False),
    Column("on_behalf_of", "on behalf of", "id", "who made the decision, if this was not the actor"),
    Column("corrects", "corrects", "id", "the document whose recorded voucher it corrects"),
    Column("key", "key", "id", "the command's idempotency key", listed=False),
    Column("cause", "cause", "id", "the stream that led to the fact", listed=False),
    Column("correlation", "correlation", "id", "id that all facts of the same work share", listed=False),
    Column("policy", "policy", "code", "policy that made the decision, and its version", listed=False),
    Column("rule", "rule", "code", "rule of the policy", listed=False),
    Column("reason", "reason", "code", "reason code"),
    Column("system", "system", "text", "version of the program that recorded the fact", listed=False),
)


def history(
    streams: Mapping[str, Sequence[Recorded]], catalogue: Catalogue, as_of: date | None, known_at: int
) -> pa.Table:
    """Return one row per fact that happened by `as_of` (if given) and is known at `known_at`, in position order."""
    known = (recorded for facts in streams.values() for recorded in facts if recorded.position <= known_at)
    shown = [recorded for recorded in known if as_of is None or recorded.envelope.occurred_on <= as_of]
    shown.sort(key=lambda recorded: recorded.position)
    return table_of([_row(recorded, catalogue) for recorded in shown], COLUMNS)


def _row(recorded: Recorded, catalogue: Catalogue) -> dict[str, Any]:
    envelope = recorded.envelope
    return {
        "ledger_position": recorded.position,
        "stream": recorded.stream,
        "version": recorded.version,
        "fact": recorded.name,
        "text": catalogue.sentence(recorded.fact),
        "amount_minor": catalogue.amount_minor(recorded.fact),
        "currency": catalogue.currency(recorded.fact),
        "occurred_on": envelope.occurred_on,
        "accounting_date": envelope.accounting_date,
        "recorded_at": envelope.recorded_at,
        "actor": envelope.actor,
        "duty": envelope.duty,
        "on_behalf_of": envelope.on_behalf_of,
        "corrects": envelope.corrects,
        "key": envelope.key,
        "cause": envelope.cause,
        "correlation": envelope.correlation,
        "policy": None if envelope.policy is None else f"{envelope.policy.id} v{envelope.policy.version}",
        "rule": None if envelope.policy is None else envelope.policy.rule,
        "reason": None if envelope.reason is None else envelope.reason.code,
        "system": envelope.system,
    }


def controls(streams: Mapping[str, Sequence[Recorded]]) -> tuple[Control, ...]:
    """Compare each stream's number of facts with its span of version numbers, to show that no fact is missing.

    If a stream's newest fact carries the whole state, only that fact is read, so the stream counts as one fact.
    """
    return tuple(
        Control(stream, None, facts[-1].version - facts[0].version + 1 if facts else 0, len(facts))
        for stream, facts in sorted(streams.items())
    )


# Definition


def _build(inputs: Inputs, subject: str) -> Built:
    facts = inputs.facts(subject)
    return Built(history(facts, inputs.catalogue, inputs.as_of, inputs.known_at), controls(facts))


REPORT: Final = Definition(
    "history",
    "History of",
    "Everything that happened to an invoice with its items, an item, a receipt, an account and so on.\n\n"
    "The facts are in the order in which they were recorded.",
    columns=lambda _: COLUMNS,
    build=_build,
    options=(
        Option(
            "subject",
            "subject",
            "The name of anything, such as 1001, a reference or an account, or a stream, such as series-inv.",
            needed=True,
        ),
    ),
    of_a_day=False,
    long=True,
)

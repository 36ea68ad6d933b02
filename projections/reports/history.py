"""History: everything that happened in a stream, or to an account, in the order in which it became known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa

from projections.reports.report import Control

if TYPE_CHECKING:
    from ledger import Recorded
    from ledger.domain.catalogue import Catalogue


def history(
    streams: Mapping[str, Sequence[Recorded]], catalogue: Catalogue, as_of: date | None, known_at: int
) -> pa.Table:
    """One row a fact, by position: what occurred by the day (any, without one) and was known at the position."""
    known = (recorded for facts in streams.values() for recorded in facts if recorded.position <= known_at)
    told = [recorded for recorded in known if as_of is None or recorded.envelope.occurred_on <= as_of]
    told.sort(key=lambda recorded: recorded.position)
    return pa.Table.from_pylist([_row(recorded, catalogue) for recorded in told], schema=_SCHEMA)


def _row(recorded: Recorded, catalogue: Catalogue) -> dict[str, Any]:
    envelope = recorded.envelope
    return {
        "ledger_position": recorded.position,
        "stream": recorded.stream,
        "version": recorded.version,
        "fact": type(recorded.fact).__name__,
        "text": catalogue.sentence(recorded.fact),
        "amount_minor": catalogue.amount_minor(recorded.fact),
        "currency": catalogue.currency(recorded.fact),
        "occurred_on": envelope.occurred_on,
        "accounting_date": envelope.accounting_date,
        "recorded_at": envelope.recorded_at,
        "actor": envelope.actor,
        "role": envelope.role,
        "on_behalf_of": envelope.on_behalf_of,
        "key": envelope.key,
        "cause": envelope.cause,
        "correlation": envelope.correlation,
        "policy": None if envelope.policy is None else f"{envelope.policy.id} v{envelope.policy.version}",
        "rule": None if envelope.policy is None else envelope.policy.rule,
        "reason": None if envelope.reason is None else envelope.reason.code,
        "system": envelope.system,
    }


def controls(streams: Mapping[str, Sequence[Recorded]], asked: Iterable[str]) -> tuple[Control, ...]:
    """The facts of each stream beside the version of its newest: none is missing between them.

    Of a long stream whose newest fact is enough, that one alone is read.
    """
    found = {stream: streams.get(stream, ()) for stream in asked}
    return tuple(
        Control(stream, None, facts[-1].version - facts[0].version + 1 if facts else 0, len(facts))
        for stream, facts in sorted(found.items())
    )


_SCHEMA: Final = pa.schema(
    [
        ("ledger_position", pa.int64()),
        ("stream", pa.string()),
        ("version", pa.int64()),
        ("fact", pa.string()),
        ("text", pa.string()),
        ("amount_minor", pa.int64()),
        ("currency", pa.string()),
        ("occurred_on", pa.date32()),
        ("accounting_date", pa.date32()),
        ("recorded_at", pa.timestamp("us", tz="UTC")),
        ("actor", pa.string()),
        ("role", pa.string()),
        ("on_behalf_of", pa.string()),
        ("key", pa.string()),
        ("cause", pa.string()),
        ("correlation", pa.string()),
        ("policy", pa.string()),
        ("rule", pa.string()),
        ("reason", pa.string()),
        ("system", pa.string()),
    ]
)

"""Treatment history: who changed how the book treats what happens, when, from what to what, and with which program.

Source: Swedish Bookkeeping Act 5:11; BFNAR 2013:2, 9.16.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import msgspec

from projections.reports.history import controls
from projections.reports.report import Built, Column, Definition, table_of

if TYPE_CHECKING:
    import pyarrow as pa

    from ledger import Recorded
    from ledger.domain.catalogue import Catalogue
    from projections.reports.report_inputs import Inputs

# What a row is about if no noun of the book is: a version of the program.
PROGRAM: Final = "program"


COLUMNS: Final = (
    Column("ledger_position", "position", "position", "position of the fact in the journal"),
    Column("recorded_at", "recorded", "instant", "when it was recorded"),
    Column("occurred_on", "from", "day", "the day on which it happened"),
    Column("actor", "actor", "id", "who recorded it"),
    Column("on_behalf_of", "on behalf of", "id", "who made the decision, if this was not the actor", listed=False),
    Column(
        "about",
        "about",
        "code",
        "`entity` for the terms, `mapping` for ledger accounts, `bankaccount` and `bankalias` for bank accounts and "
        "their numbers, and so on; `program` for the first fact that a version of the program recorded",
    ),
    Column("subject", "subject", "id", "the stream of the fact; of the program, its version"),
    Column("text", "text", "text", "the change as a sentence"),
    Column("changed", "changed", "text", "each field that has another value than before: old and new value"),
    Column("system", "program", "text", "version of the program that recorded it"),
    Column("key", "key", "id", "the command's idempotency key", listed=False),
)


def treatment_history(
    streams: Mapping[str, Sequence[Recorded]], versions: Mapping[str, Recorded], catalogue: Catalogue
) -> pa.Table:
    """Return one row per change, in the order in which the changes were recorded."""
    rows = [row for facts in streams.values() for row in _changes(facts, catalogue)]
    rows += [
        _row(recorded, PROGRAM, version, f"Version {version} of the program recorded its first fact", "")
        for version, recorded in versions.items()
    ]
    # The version comes before what it recorded first.
    rows.sort(key=lambda row: (row["ledger_position"], row["about"] != PROGRAM))
    return table_of(rows, COLUMNS)


def _changes(facts: Sequence[Recorded], catalogue: Catalogue) -> Iterator[dict[str, Any]]:
    """The rows of a stream; each fact is compared with the last one of its kind about the same thing."""
    before: dict[tuple[str, ...], dict[str, str]] = {}
    for one in facts:
        values = dict(_values(msgspec.to_builtins(one.fact)))
        about = (one.name, *(str(getattr(one.fact, name)) for name in one.fact.apart))
        changed = _difference(before.get(about, {}), values)
        before[about] = values
        noun = one.stream.partition("-")[0]
        yield _row(one, noun, one.stream, catalogue.sentence(one.fact), changed)


def _row(one: Recorded, about: str, subject: str, text: str, changed: str) -> dict[str, Any]:
    envelope = one.envelope
    return {
        "ledger_position": one.position,
        "recorded_at": envelope.recorded_at,
        "occurred_on": envelope.occurred_on,
        "actor": envelope.actor,
        "on_behalf_of": envelope.on_behalf_of,
        "about": about,
        "subject": subject,
        "text": text,
        "changed": changed or None,
        "system": envelope.system,
        "key": envelope.key,
    }


def _values(content: Any, where: str = "") -> Iterator[tuple[str, str]]:
    """Every value within a fact and the name of its field; a list is one value."""
    if isinstance(content, dict):
        for name, value in content.items():
            yield from _values(value, name if not where else f"{where}.{name}")
    elif content not in (None, [], ""):
        yield where, str(content)


def _difference(before: Mapping[str, str], after: Mapping[str, str]) -> str:
    names = dict.fromkeys((*before, *after))
    return "; ".join(
        f"{name}: {before.get(name, '-')} to {after.get(name, '-')}"
        for name in names
        if before.get(name) != after.get(name)
    )


# Definition


def _build(inputs: Inputs) -> Built:
    found = inputs.treatment()
    return Built(treatment_history(found.streams, found.first_of_version, inputs.catalogue), controls(found.streams))


REPORT: Final = Definition(
    "treatment-history",
    "Treatment history",
    "Who changed how the book treats what happens.\n\nShows every change of terms, ledger accounts, bank accounts and "
    "the like, with who recorded it and when, and every version of the program from its first fact on. It is read from "
    "the facts themselves.",
    columns=lambda _: COLUMNS,
    build=_build,
    of_a_day=False,
    long=True,
)

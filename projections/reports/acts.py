"""Acts: who decided what, when and why."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from projections.reports.report import Built, Column, Control, Definition, Option

if TYPE_CHECKING:
    import pyarrow as pa

    from projections.reports.report_inputs import Inputs

COLUMNS: Final = (
    Column("ledger_position", "position", "position", "position of the fact in the journal"),
    Column("recorded_at", "recorded", "instant", "when it was recorded"),
    Column("actor", "actor", "id", "who decided: person:ID or job:NAME"),
    Column("duty", "duty", "code", "the duty under which the person decided"),
    Column("act", "act", "code", "what was decided"),
    Column("document", "document", "id", "stream of the document that the act is about"),
    Column("amount_minor", "amount", "money", "amount of the act"),
    Column("currency", "currency", "code", "ISO 4217"),
    Column("detail", "detail", "text", "what was set, such as a duty or a limit, if document and amount do not say it"),
    Column("reason_code", "reason", "code", "reason code"),
    Column("on_behalf_of", "on behalf of", "id", "who asked the actor for it, if anybody did", listed=False),
    Column("occurred_on", "occurred", "day", "from when the fact takes effect"),
    Column("accounting_date", "accounted", "day", "when the fact counts in the general ledger", listed=False),
)


def acts(table: pa.Table) -> pa.Table:
    """Return the acts with the columns of `COLUMNS`, in the order in which they were recorded."""
    from projections.reports.report import table_of

    return table_of(table.to_pylist(), COLUMNS)


# Definition


def _build(
    inputs: Inputs,
    person: str | None = None,
    act: str | None = None,
    from_on: date | None = None,
    to_on: date | None = None,
) -> Built:
    found = inputs.acts(person=person, act=act, from_on=from_on, to_on=to_on)
    table = acts(found)
    return Built(table, (Control("acts", None, found.num_rows, table.num_rows),))


REPORT: Final = Definition(
    "acts",
    "Acts",
    "What persons decided: who, under which duty, about what, when and why.",
    columns=lambda _: COLUMNS,
    build=_build,
    options=(
        Option("person", "person", "The person: their sign-in, their id, or the beginning of the id."),
        Option("act", "act", "What was decided, such as write_off, credit, refund, forced or period_close."),
        Option("from_on", "day", "The first day on which it was recorded."),
        Option("to_on", "day", "The last day on which it was recorded."),
    ),
    of_a_day=False,
    long=True,
)

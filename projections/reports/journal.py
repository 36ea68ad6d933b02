"""Journal: every posting of some days, voucher by voucher, in the order in which the vouchers were recorded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from ledger.domain.terms.fiscal_year import fiscal_year
from projections.reports.report import Built, Column, Control, Definition, Option, table_of

if TYPE_CHECKING:
    import pyarrow as pa

    from ledger.domain.catalogue import Catalogue
    from ledger.domain.terms.chart import Chart
    from projections.reports.report_inputs import Inputs
    from projections.vouchers import Voucher


COLUMNS: Final = (
    Column("year_from", "year", "day", "first day of the fiscal year within which vouchers are numbered"),
    Column("number", "voucher", "count", "number of the voucher; null for an opening balance, which is no voucher"),
    Column("line", "line", "count", "number of the posting within the voucher", listed=False),
    Column("accounting_date", "accounted", "day", "day on which the voucher counts in the general ledger"),
    Column("occurred_on", "occurred", "day", "day of the event"),
    Column("recorded_at", "recorded", "instant", "when the voucher was recorded"),
    Column("actor", "actor", "id", "who recorded it"),
    Column("on_behalf_of", "on behalf of", "id", "who made the decision, if this was not the actor", listed=False),
    Column("document", "document", "id", "the document, by its stream; its history has the rest"),
    Column("text", "text", "text", "what happened, as a sentence"),
    Column("account", "account", "code", "number of the ledger account on the accounting date"),
    Column("confirmed", "number confirmed", "flag", "whether somebody has confirmed the account number"),
    Column("name", "name", "text", "name of the ledger account", listed=False),
    Column("role", "role", "code", "account role", listed=False),
    Column("bank_account", "bank account", "id", "our bank account whose money this is; else null", listed=False),
    Column("tax_code", "tax code", "code", "tax code of revenue, tax, a cost or a loss; else null", listed=False),
    Column("unit", "unit", "code", "care unit of revenue or a loss; else null", listed=False),
    Column("currency", "currency", "code", "ISO 4217"),
    Column("debit_minor", "debit", "money", "amount, if it is a debit; else 0"),
    Column("credit_minor", "credit", "money", "amount, if it is a credit; else 0"),
    Column(
        "corrects",
        "corrects",
        "id",
        "the earlier fact of the same document, as stream@version, whose posting this one takes back as it was wrong",
    ),
    Column("ledger_position", "position", "position", "position of the fact in the journal", listed=False),
)


def journal(vouchers: Iterable[Voucher], chart: Chart, catalogue: Catalogue) -> pa.Table:
    """Return one row per posting, with the columns of `COLUMNS`."""
    return table_of([row for one in vouchers for row in _rows(one, chart, catalogue)], COLUMNS)


def _rows(voucher: Voucher, chart: Chart, catalogue: Catalogue) -> Iterator[dict[str, Any]]:
    for number, (recorded, leg, corrects) in enumerate(voucher.lines, 1):
        envelope = recorded.envelope
        on = voucher.accounting_date
        mapped = chart.of_leg(leg, on)
        yield {
            "year_from": voucher.year_from,
            "number": voucher.number,
            "line": number,
            "accounting_date": on,
            "occurred_on": envelope.occurred_on,
            "recorded_at": envelope.recorded_at,
            "actor": envelope.actor,
            "on_behalf_of": envelope.on_behalf_of,
            "document": recorded.stream,
            "text": catalogue.sentence(recorded.fact),
            "account": mapped.account,
            "confirmed": mapped.confirmed,
            "name": mapped.name,
            "role": leg.role,
            "bank_account": leg.bank_account,
            "tax_code": leg.tax_code,
            "unit": leg.unit,
            "currency": leg.currency,
            "debit_minor": max(leg.amount_minor, 0),
            "credit_minor": max(-leg.amount_minor, 0),
            "corrects": corrects,
            "ledger_position": recorded.position,
        }


def pages(inputs: Inputs, from_on: date | None = None) -> Iterator[pa.Table]:
    """The journal in tables of some thousand rows, so that a year of millions of postings fits in memory."""
    for found in inputs.vouchers(first_day(inputs, from_on)):
        yield journal(found, inputs.chart, inputs.catalogue)


def first_day(inputs: Inputs, from_on: date | None) -> date:
    """The given first day, or else the first day of the fiscal year in which the last day is."""
    assert inputs.as_of is not None
    return from_on or fiscal_year(inputs.as_of, inputs.terms.fiscal_year_from)[0]


def controls(table: pa.Table, turnover: pa.Table) -> tuple[Control, ...]:
    """Compare the debits and credits of the rows, by currency, with those of the general ledger on the same days."""
    found = []
    for side in ("debit", "credit"):
        shown: dict[str, int] = {row["currency"]: 0 for row in turnover.to_pylist()}
        for row in table.group_by("currency").aggregate([(f"{side}_minor", "sum")]).to_pylist():
            shown[row["currency"]] = row[f"{side}_minor_sum"]
        booked = {row["currency"]: row[f"{side}_minor"] for row in turnover.to_pylist()}
        found += [Control(side, currency, booked.get(currency, 0), shown[currency]) for currency in sorted(shown)]
    return tuple(found)


# Definition


def _build(inputs: Inputs, from_on: date | None = None) -> Built:
    import pyarrow as pa

    table = pa.concat_tables([journal((), inputs.chart, inputs.catalogue), *pages(inputs, from_on)])
    return Built(table, controls(table, inputs.turnover(first_day(inputs, from_on))))


REPORT: Final = Definition(
    "journal",
    "Journal",
    "Every posting, voucher by voucher.\n\nThe vouchers are in the order in which they were recorded, from the first "
    "day of the fiscal year, or the given one, to the day of the report. A voucher is what one command posted on one "
    "accounting date. Its number is its rank within the fiscal year, and never changes.",
    columns=lambda _: COLUMNS,
    build=_build,
    options=(Option("from_on", "day", "The first accounting date; by default the first day of the fiscal year."),),
    long=True,
    pages=pages,
)

"""VAT return: sales and output tax of some days by box, as the entity's VAT method makes the tax due."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from ledger.domain.chart_of_accounts import REVENUE, VAT_DEFERRED, VAT_OUTPUT
from ledger.domain.terms.fiscal_year import fiscal_year
from ledger.domain.terms.tax_boxes import TAX_BOXES, WHOLE, TaxBox, boxes_of
from ledger.domain.terms.tax_codes import TAX_CODES, is_taxable
from projections.reports.report import Built, Column, Control, Definition, Option, first_of_month, table_of
from projections.reports.trial_balance import trial_balance

if TYPE_CHECKING:
    import pyarrow as pa

    from projections.reports.report_inputs import Inputs

_OUTSIDE: Final = frozenset(row.code for row in TAX_CODES if row.kind == "outside")
_DOUBT: Final = "" if WHOLE.confirmed else ", rounding unconfirmed"

COLUMNS: Final = (
    Column(
        "what",
        "what",
        "code",
        "`box`; `earlier` for what of the box above happened before these days; `outside` for revenue that is outside "
        "the tax and in no box; `not_due` for tax that waits for its payment; `no_box` for what is on an account of "
        "output tax, or is revenue, and has no box",
    ),
    Column("box", "box", "code", "number of the box; else null"),
    Column("name", "name", "text", "what the box has; of what has none, account role and tax code"),
    Column("box_confirmed", "confirmed", "flag", "whether the source leaves no doubt about the box; else null"),
    Column("currency", "currency", "code", "ISO 4217"),
    Column("amount_minor", "amount", "money", "amount, above zero for sales and for tax that we owe"),
    Column(
        "whole",
        f"whole{_DOUBT}",
        "count",
        f"the amount of a box in whole units of the return's currency ({WHOLE.source}); else null",
    ),
    Column("role", "role", "code", "account role of what has no box; else null", listed=False),
    Column("tax_code", "tax code", "code", "tax code of what has no box; else null", listed=False),
    Column("from_on", "from", "day", "the first day", listed=False),
)


def boxes(taxes: pa.Table, from_on: date, as_of: date, *, by_payment: bool) -> Iterator[dict[str, Any]]:
    """One row per box, whatever is in it, followed by what of it happened before these days.

    `taxes` has the columns role, tax_code, currency, earlier, amount_minor and base_minor: debits less credits of the
    postings of these days. With the cash method (`by_payment`), sales without tax are still by their invoices, and that
    is not confirmed.
    """
    postings = taxes.to_pylist()
    for box in boxes_of(from_on, as_of):
        sums: Counter[bool] = Counter()
        for row in postings:
            if _is_in(row, box):
                sums[row["earlier"]] -= row["base_minor" if box.holds == "base" else "amount_minor"]
        doubtful = by_payment and box.holds == "sales"
        name = f"{box.name}, by invoice" if doubtful else box.name
        yield _row("box", name, box.currency, sums.total(), box.box, box.confirmed and not doubtful)
        if sums[True]:
            yield _row("earlier", f"of it, from before {from_on}", box.currency, sums[True], box.box)


def _is_in(row: Mapping[str, Any], box: TaxBox) -> bool:
    role = REVENUE if box.holds == "sales" else VAT_OUTPUT
    return row["role"] == role and row["tax_code"] in box.tax_codes and row["currency"] == box.currency


def without_box(taxes: pa.Table, from_on: date, as_of: date) -> Iterator[dict[str, Any]]:
    """What has no box: revenue outside the tax, and whatever the return does not cover.

    The revenue of a taxed service is in its box as the base of its tax, on the days on which that tax is due.
    """
    there = list(boxes_of(from_on, as_of))
    sums: Counter[tuple[str, str, str]] = Counter()
    for row in taxes.to_pylist():
        role, code = row["role"], row["tax_code"] or ""
        if not any(_is_in(row, box) for box in there) and not (role == REVENUE and is_taxable(code)):
            sums[role, code, row["currency"]] -= row["amount_minor"]
    for (role, code, currency), amount in sorted(sums.items()):
        if amount:
            what = "outside" if role == REVENUE and code in _OUTSIDE else "no_box"
            name = f"{role}, {code or 'without a tax code'}"
            yield _row(what, name, currency, amount) | {"role": role, "tax_code": code or None}


def on_tax_accounts(before: pa.Table, after: pa.Table) -> dict[tuple[str, str], int]:
    """What was posted on the accounts of output tax between two trial balances, by account role and currency."""
    accounts = {row["account"] for one in (before, after) for row in one.to_pylist() if row["role"] == VAT_OUTPUT}
    moved: Counter[tuple[str, str]] = Counter()
    for sign, one in ((1, before), (-1, after)):
        for row in one.to_pylist():
            if row["account"] in accounts:
                moved[row["role"], row["currency"]] += sign * row["balance_minor"]
    return {key: amount for key, amount in moved.items() if amount}


def not_due(ledger: pa.Table, *, by_effect: bool = False) -> dict[str, int]:
    """The tax that waits for its payment, by currency: as it is booked, or `by_effect` as it happened by the day."""
    sums: Counter[str] = Counter()
    for row in ledger.to_pylist():
        if row["role"] == VAT_DEFERRED:
            sums[row["currency"]] += row["credit_minor"] - row["debit_minor"]
            if by_effect:
                sums[row["currency"]] += row["occurred_after_minor"] - row["accounted_after_minor"]
    return {currency: amount for currency, amount in sorted(sums.items()) if amount}


def controls(
    rows: Iterable[Mapping[str, Any]], moved: Mapping[tuple[str, str], int], due: Mapping[str, int]
) -> tuple[Control, ...]:
    """Compare the boxes of output tax with the trial balance, and what the return must have with what it has.

    `due` is the tax that the law makes due at the end of the fiscal year although it is not paid, by currency. Whether
    it was paid in the year says the day of the payment, on whatever day that counts in the ledger.
    """
    tax: Counter[str] = Counter()
    lacking: Counter[str] = Counter()
    taxed = {box.box for box in TAX_BOXES if box.holds == "tax"}
    for row in rows:
        if row["what"] == "box" and row["box"] in taxed:
            tax[row["currency"]] += row["amount_minor"]
        if row["what"] == "no_box" and row["role"] == REVENUE:
            lacking[row["currency"]] += row["amount_minor"]
    booked: Counter[str] = Counter()
    for (_, currency), amount in moved.items():
        booked[currency] += amount
    return (
        *(Control("output_tax", one, booked[one], tax[one]) for one in sorted({*booked, *tax})),
        *(Control("revenue_without_box", one, amount, 0) for one, amount in sorted(lacking.items())),
        *(Control("due_at_end_of_fiscal_year", one, amount, 0) for one, amount in due.items()),
    )


def _row(
    what: str, name: str, currency: str, amount_minor: int, box: str | None = None, confirmed: bool | None = None
) -> dict[str, Any]:
    whole = WHOLE.of(amount_minor) if what == "box" and currency == WHOLE.currency else None
    return {
        "what": what,
        "box": box,
        "name": name,
        "box_confirmed": confirmed,
        "currency": currency,
        "amount_minor": amount_minor,
        "whole": whole,
        "role": None,
        "tax_code": None,
    }


# Definition


def _balance(inputs: Inputs) -> pa.Table:
    assert inputs.as_of is not None
    return trial_balance(inputs.ledger(), inputs.as_of, inputs.chart, inputs.bank_accounts())


def _build(inputs: Inputs, from_on: date | None = None) -> Built:
    as_of = inputs.as_of
    assert as_of is not None
    begun = from_on or first_of_month(as_of)
    taxes = inputs.taxes(begun)
    moved = on_tax_accounts(_balance(inputs.on(begun - timedelta(days=1))), _balance(inputs))
    waiting = not_due(inputs.ledger())
    year_end = fiscal_year(begun, inputs.terms.fiscal_year_from)[1]
    due = not_due(inputs.on(year_end).ledger(), by_effect=True) if year_end <= as_of else {}
    rows = [
        *boxes(taxes, begun, as_of, by_payment=inputs.terms.vat_method == "cash"),
        *without_box(taxes, begun, as_of),
        *(
            _row("no_box", f"{role} on an account of output tax", currency, amount) | {"role": role}
            for (role, currency), amount in moved.items()
            if role != VAT_OUTPUT
        ),
        *(_row("not_due", "output tax that waits for payment", one, amount) for one, amount in waiting.items()),
    ]
    return Built(table_of([row | {"from_on": begun} for row in rows], COLUMNS), controls(rows, moved, due))


REPORT: Final = Definition(
    "vat-return",
    "VAT return",
    "Sales and output tax by box of the VAT return (momsdeklaration, SKV 4700).\n\nShows what counts in the general "
    "ledger from the first day, by default that of the month, to the day of the report. With the invoice method, a box "
    "has what was invoiced, less credit notes and losses whose tax is not owed, with what of them was recovered; with "
    "the cash method, what was paid, except that box 42, exempt sales, has what was invoiced then, too. Its row says "
    "so and is not confirmed: no rule was found for the day of sales without tax, so an invoice with both may be in "
    "two months. The boxes of output tax are compared with the trial balance. What is in no box is listed, and so is "
    "what happened before these days: it may belong in the return of an earlier period. What is unpaid at the end of "
    "a fiscal year is in a box once `reskontra vat-year-end` was run. Purchases are not here.",
    columns=lambda _: COLUMNS,
    build=_build,
    options=(Option("from_on", "day", "The first accounting date; by default the first day of the month."),),
    begins=first_of_month,
    untied="the boxes lack what is listed without a box, or what is due by law at the end of the fiscal year although "
    "it waits for payment (cash method): `reskontra vat-year-end` makes it due. If nothing is listed, run "
    "`reskontra verify`",
)

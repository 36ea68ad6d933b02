"""The command that issues invoices: one invoice, or a whole file, which is issued completely or not at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from infra.cli import lists
from infra.cli.answer import Answer, Row, Table
from infra.cli.invocation import Call, Commands
from infra.cli.options import (
    LAST_NUMBER,
    REFERENCE_PREFIX,
    AccountingDate,
    Id,
    Key,
    PayerName,
    currency,
    day,
    whole,
)
from infra.cli.outcome import recorded
from infra.cli.page import money, progress
from infra.desk import invoice
from infra.desk.counts import counted
from infra.desk.desk import Occasion

COMMANDS: Final = Commands("invoice", "Invoices.")

_NEEDED: Final = ("account", "series", "amount", "service")
_ITEMS: Final = (
    ("item", "item_id"),
    ("account", "account_id"),
    ("reference", "reference"),
    ("currency", "currency"),
    ("owed", "amount_minor"),
)

_OF_FILE: Final = (
    ("line", "line"),
    ("invoice", "invoice_id"),
    ("status", "status"),
    ("number", "number"),
    *_ITEMS[1:],
)

_File = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE.jsonl",
        help="A file of invoices: each line is an invoice as JSON, with amounts in minor units (docs/invoice-file.md).",
    ),
]
_Owed = Annotated[
    str | None,
    typer.Option(
        metavar="AMOUNT",
        help="The amount owed, including VAT, as in 400.00; 0 for a patient with free care, who then owes nothing.",
    ),
]
_Shares = Annotated[
    list[str] | None,
    typer.Option(
        metavar="ACCOUNT=AMOUNT",
        help="What a further payer owes; may be given several times. A share of zero is on the invoice, but owed "
        "by nobody.",
    ),
]
_Payer = Annotated[
    PayerName | None,
    typer.Option(help="The kind of payer; if the account is not open yet, it is opened for this kind."),
]
_First = Annotated[
    int | None,
    typer.Option(
        parser=whole(1, LAST_NUMBER), metavar="NUMBER", help="Open the series at this number, if it is not open yet."
    ),
]
_Currency = Annotated[
    str | None,
    typer.Option(
        "--currency",
        parser=currency,
        metavar="CODE",
        help="The currency; needed only if the entity's terms have several.",
    ),
]
_ServiceOn = Annotated[
    date | None,
    typer.Option(parser=day, metavar="DATE", help="The day of the service; the day of issue if you give none."),
]
_IssuedOn = Annotated[
    date | None, typer.Option(parser=day, metavar="DATE", help="The day of issue; today if you give none.")
]
_DueOn = Annotated[
    date | None,
    typer.Option(parser=day, metavar="DATE", help="The due date; set by the entity's terms if you give none."),
]
_Vat = Annotated[
    str | None,
    typer.Option(metavar="AMOUNT", help="The VAT included in the amount; by default, by the rate of the tax code."),
]
_VatCode = Annotated[
    str, typer.Option(metavar="CODE", help="The tax code: SE-25, SE-12, SE-6, SE-EXEMPT (care) or SE-OUTSIDE.")
]


@COMMANDS.add("issue", gives=("IssueInvoice",), also={"--payer": "OpenAccount", "--first": "OpenSeries"})
def issue(
    call: Call,
    file: _File = None,
    account: Annotated[str | None, typer.Option(metavar="ACCOUNT", help="The account that owes the amount.")] = None,
    series: Annotated[str | None, typer.Option(metavar="NAME", help="The number series.")] = None,
    amount: _Owed = None,
    currency_code: _Currency = None,
    service: Annotated[str | None, typer.Option(metavar="CODE", help="The service, as a code.")] = None,
    service_on: _ServiceOn = None,
    issued_on: _IssuedOn = None,
    due_on: _DueOn = None,
    vat: _Vat = None,
    vat_code: _VatCode = "SE-EXEMPT",
    payer: _Payer = None,
    share: _Shares = None,
    first: _First = None,
    reference_prefix: Annotated[str | None, REFERENCE_PREFIX] = None,
    id: Id = None,
    accounting_date: AccountingDate = None,
    key: Key = None,
) -> Answer:
    """Issue an invoice, or a file of invoices.

    Each invoice takes the next number of its series. A file is issued completely or not at all.
    """
    needed = dict(zip(_NEEDED, (account, series, amount, service), strict=True))
    days = {"service_on": service_on, "issued_on": issued_on, "due_on": due_on}
    new = {"payer": payer, "first": first, "reference_prefix": reference_prefix}
    chosen: dict[str, Any] = {"currency": currency_code, "share": share, **new, **days}
    if file is not None:
        beside = needed | chosen | {"vat": vat, "id": id, "key": key}
        _leave_out([name for name, value in beside.items() if value is not None])
        return _of_file(call, file, accounting_date)
    missing = [f"--{name.replace('_', '-')}" for name, value in needed.items() if value is None]
    if account is None or series is None or amount is None or service is None:
        raise typer.BadParameter(
            f"an invoice needs {', '.join(missing)}; to issue the invoices of a file, give --file instead"
        )
    typed: dict[str, Any] = {"account": account, "series": series, "amount": amount, "service": service, "vat": vat}
    billed = invoice.Billed(**typed, vat_code=vat_code, **chosen)
    with call.desk() as desk:
        done = invoice.issue(desk, call.settings, billed, Occasion(key, issued_on, accounting_date), id)
    answer, more = recorded(done), done.more
    early = [one["receipt_id"] for one in more["early_receipts"]]
    said = f"invoice number {more['number']} of series {more['series']}, due {more['due_on']}"
    free = "" if any(one["amount_minor"] for one in more["items"]) else "; nothing is owed"
    page = [*answer.page, said + _rounded(more) + free, Table(_ITEMS, more["items"]), *_early(early)]
    return replace(answer, page=page)


def _rounded(more: Mapping[str, Any]) -> str:
    by = more["rounding_minor"]
    return f", rounded by {money(by, more['currency'])}" if by else ""


def _early(receipts: Sequence[str]) -> list[str]:
    if not receipts:
        return []
    return [f"matched with payments that came before: {counted(len(receipts), 'receipt')}, such as {receipts[0]}"]


def _leave_out(beside: list[str]) -> None:
    if beside:
        raise typer.BadParameter(
            "the lines of --file already say everything about the invoices, so leave out "
            f"--{beside[0].replace('_', '-')}"
        )


def _shown(rows: Sequence[Row]) -> Iterator[Row]:
    """A row for each item; a refused invoice has none."""
    for row in rows:
        yield from ({**row, **item} for item in row["items"] or [dict.fromkeys((name for _, name in _ITEMS))])


def _of_file(call: Call, path: Path, accounting_date: date | None) -> Answer:
    from infra.desk.invoice_file import issue_file

    with call.desk() as desk, progress(1, "issuing invoices") as advance:
        issued = issue_file(desk, call.settings, path, accounting_date, advance)
    counts = {"issued": issued.done, "known_before": issued.known, "refused": issued.refused}
    verdict = f"{issued.done} invoices issued, {issued.known} issued before, {issued.refused} refused"
    known = f"nothing new: all {issued.known} invoices were issued before"
    table = Table(_OF_FILE, list(_shown(issued.rows)), long=True)
    return Answer(
        rows=issued.rows,
        totals=[{"name": "invoices", **counts, "early_receipts": len(issued.early_receipts)}],
        problems=issued.problems,
        ok=not issued.refused,
        position=issued.position,
        page=[verdict if issued.done or issued.refused else known, table, *_early(issued.early_receipts)],
    )


lists.add(COMMANDS, "list", "invoices")

"""Issuing invoices: one from the command line, or a file of them, all or none of which are sound."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from infra.cli.answer import Table, Told
from infra.cli.asking import Call, Commands
from infra.cli.options import AccountingDate, Id, Key, PayerName, currency, day
from infra.cli.printing import progress
from infra.cli.recording import recorded
from infra.desk import invoice
from infra.desk.desk import Entry

COMMANDS: Final = Commands("invoice", "Invoices.")

_NEEDED: Final = ("account", "series", "amount", "service")
_ITEMS: Final = (
    ("item", "item_id"),
    ("account", "account_id"),
    ("reference", "reference"),
    ("currency", "currency"),
    ("owed", "amount_minor"),
)

_File = Annotated[
    Path | None, typer.Option(metavar="FILE.jsonl", help="Invoices, one IssueInvoice as JSON a line, in minor units.")
]
_Owed = Annotated[str | None, typer.Option(metavar="AMOUNT", help="What is owed, VAT included, as in 400.00.")]
_Payer = Annotated[
    PayerName | None, typer.Option(help="Open the account for this kind of payer, where it is not open yet.")
]
_First = Annotated[
    int | None, typer.Option(min=1, metavar="NUMBER", help="Open the series at this number, where it is not open yet.")
]
_Currency = Annotated[
    str | None,
    typer.Option("--currency", parser=currency, metavar="CODE", help="The currency; that of the terms unless said."),
]
_ServiceOn = Annotated[
    date | None, typer.Option(parser=day, metavar="DATE", help="When; the day of issue unless said.")
]
_IssuedOn = Annotated[
    date | None, typer.Option(parser=day, metavar="DATE", help="The day of issue; today unless said.")
]
_DueOn = Annotated[
    date | None, typer.Option(parser=day, metavar="DATE", help="The due date; as the terms have it unless said.")
]
_VatCode = Annotated[str, typer.Option(metavar="CODE", help="The legal ground of the VAT or of none.")]


@COMMANDS.add("issue")
def issue(
    call: Call,
    file: _File = None,
    account: Annotated[str | None, typer.Option(metavar="ACCOUNT", help="The account that owes it.")] = None,
    series: Annotated[str | None, typer.Option(metavar="NAME", help="The number series.")] = None,
    amount: _Owed = None,
    currency_code: _Currency = None,
    service: Annotated[str | None, typer.Option(metavar="CODE", help="What was done, as a code.")] = None,
    service_on: _ServiceOn = None,
    issued_on: _IssuedOn = None,
    due_on: _DueOn = None,
    vat: Annotated[str, typer.Option(metavar="AMOUNT", help="The VAT in the amount.")] = "0",
    vat_code: _VatCode = "SE-EXEMPT",
    payer: _Payer = None,
    first: _First = None,
    id: Id = None,
    accounting_date: AccountingDate = None,
    key: Key = None,
) -> Told:
    """Issue an invoice, or a file of them.

    Each takes the next number of its series; a file is issued whole or not at all.
    """
    needed = dict(zip(_NEEDED, (account, series, amount, service), strict=True))
    days = {"service_on": service_on, "issued_on": issued_on, "due_on": due_on}
    chosen: dict[str, Any] = {"currency": currency_code, "payer": payer, "first": first, **days}
    if file is not None:
        beside = needed | chosen | {"vat": None if vat == "0" else vat, "id": id, "key": key}
        _leave_out([name for name, value in beside.items() if value is not None])
        return _of_file(call, file, accounting_date)
    missing = [f"--{name.replace('_', '-')}" for name, value in needed.items() if value is None]
    if account is None or series is None or amount is None or service is None:
        raise typer.BadParameter(f"an invoice needs {', '.join(missing)}; or give --file with whole invoices")
    billed = invoice.Billed(
        account=account,
        series=series,
        amount=amount,
        service=service,
        vat=vat,
        vat_code=vat_code,
        **chosen,
    )
    with call.desk() as desk:
        done = invoice.issue(desk, billed, Entry(key, issued_on, accounting_date), id)
    told, more = recorded(done), done.more
    said = f"invoice number {more['number']} of series {more['series']}, due {more['due_on']}"
    return replace(told, page=[*told.page, said, Table(_ITEMS, more["items"])])


def _leave_out(beside: list[str]) -> None:
    if beside:
        raise typer.BadParameter(f"--file has whole invoices; leave --{beside[0].replace('_', '-')} out")


def _of_file(call: Call, path: Path, accounting_date: date | None) -> Told:
    from infra.desk.invoice_file import issue_file

    with call.desk() as desk, progress(1, "issuing invoices") as advance:
        issued = issue_file(desk, path, accounting_date, advance)
    verdict = f"{issued.done} invoices issued, {issued.known} known before, {issued.refused} refused"
    known = f"nothing new: all {issued.known} invoices are known"
    return Told(
        rows=issued.rows,
        totals=[{"name": "invoices", "issued": issued.done, "known_before": issued.known, "refused": issued.refused}],
        problems=issued.problems,
        ok=not issued.refused,
        position=issued.position,
        page=[verdict if issued.done or issued.refused else known],
    )

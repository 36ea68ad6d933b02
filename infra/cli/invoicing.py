"""Issuing invoices: one from the command line, or a file of them, all or none of which are sound."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from infra.cli.answer import Table, Told
from infra.cli.asking import Call, Commands
from infra.cli.options import AccountingDate, Id, Key, currency, day
from infra.cli.recording import Entry, facts_of, record, recorded

if TYPE_CHECKING:
    from ledger.domain.invoice import InvoiceIssued, IssueInvoice

COMMANDS: Final = Commands("invoice", "Invoices.")

# Source: Swedish Interest Act (1975:635) 4 §: a claim is due for interest thirty days after it was demanded.
_DAYS_TO_PAY: Final = timedelta(days=30)
_NEEDED: Final = ("account", "series", "amount_minor", "currency", "service")

_File = Annotated[
    Path | None, typer.Option(metavar="FILE.jsonl", help="Invoices, one IssueInvoice as JSON a line; nothing else.")
]
_Owed = Annotated[int | None, typer.Option(min=1, metavar="MINOR", help="What is owed, VAT included, in minor units.")]
_Currency = Annotated[
    str | None, typer.Option("--currency", parser=currency, metavar="CODE", help="The currency (ISO 4217).")
]
_ServiceOn = Annotated[
    date | None, typer.Option(parser=day, metavar="DATE", help="When; the day of issue unless said.")
]
_IssuedOn = Annotated[
    date | None, typer.Option(parser=day, metavar="DATE", help="The day of issue; today unless said.")
]
_DueOn = Annotated[
    date | None, typer.Option(parser=day, metavar="DATE", help="The due date; thirty days later unless said.")
]
_VatCode = Annotated[str, typer.Option(metavar="CODE", help="The legal ground of the VAT or of none.")]


@COMMANDS.add("issue")
def issue(
    call: Call,
    file: _File = None,
    account: Annotated[str | None, typer.Option(metavar="ID", help="The account that owes it.")] = None,
    series: Annotated[str | None, typer.Option(metavar="NAME", help="The number series.")] = None,
    amount_minor: _Owed = None,
    currency_code: _Currency = None,
    service: Annotated[str | None, typer.Option(metavar="CODE", help="What was done, as a code.")] = None,
    service_on: _ServiceOn = None,
    issued_on: _IssuedOn = None,
    due_on: _DueOn = None,
    vat_minor: Annotated[int, typer.Option(min=0, metavar="MINOR", help="The VAT in the amount.")] = 0,
    vat_code: _VatCode = "SE-EXEMPT",
    id: Id = None,
    accounting_date: AccountingDate = None,
    key: Key = None,
) -> Told:
    """Issue an invoice, or a file of them.

    Each takes the next number of its series; a file is issued whole or not at all.
    """
    needed = dict(zip(_NEEDED, (account, series, amount_minor, currency_code, service), strict=True))
    dates = {"service_on": service_on, "issued_on": issued_on, "due_on": due_on}
    if file is not None:
        beside = needed | dates | {"vat_minor": vat_minor or None, "id": id, "key": key}
        _leave_out([name for name, value in beside.items() if value is not None])
        from infra.cli.invoice_file import issue_file

        return issue_file(call, file, accounting_date)
    missing = [f"--{name.replace('_', '-')}" for name, value in needed.items() if value is None]
    if missing:
        raise typer.BadParameter(f"an invoice needs {', '.join(missing)}; or give --file with whole invoices")
    on = issued_on or call.today
    entry = Entry(key, on, accounting_date)
    dates = {"issued_on": on, "due_on": due_on or on + _DAYS_TO_PAY, "service_on": service_on or on}
    command = _command(entry.id(id, call.now), needed | dates | {"vat_minor": vat_minor, "vat_code": vat_code})
    return _issued(call, command, entry)


def _leave_out(beside: list[str]) -> None:
    if beside:
        raise typer.BadParameter(f"--file has whole invoices; leave --{beside[0].replace('_', '-')} out")


def _command(invoice_id: str, given: dict[str, Any]) -> IssueInvoice:
    from ledger.domain.invoice import IssueInvoice
    from ledger.domain.invoice_parts import InvoiceLine, ShareAsked

    amount, vat = given["amount_minor"], given["vat_minor"]
    return IssueInvoice(
        invoice_id=invoice_id,
        series=given["series"],
        currency=given["currency"],
        issued_on=given["issued_on"],
        due_on=given["due_on"],
        lines=(InvoiceLine(1, given["service"], given["service_on"], amount - vat, given["vat_code"], vat),),
        shares=(ShareAsked(given["account"], amount),),
    )


def _issued(call: Call, command: IssueInvoice, entry: Entry) -> Told:
    from ledger.domain.invoice import InvoiceIssued

    named = {"invoice_id": command.invoice_id}
    with call.books() as books:
        outcome = record(call, books, command, entry, named)
        (issued, *_) = facts_of(books, f"invoice-{command.invoice_id}", "invoice_unknown")
    assert isinstance(issued, InvoiceIssued)
    told = recorded(outcome, named, more=_told(issued))
    columns = (("share", "share"), ("account", "account_id"), ("reference", "reference"), ("currency", "currency"))
    table = Table((*columns, ("owed", "amount_minor")), _told(issued)["shares"])
    lines: list[str | Table] = [f"invoice number {issued.number} of series {issued.series}, due {issued.due_on}", table]
    return Told(rows=told.rows, position=told.position, page=[*told.page, *lines])


def _told(issued: InvoiceIssued) -> dict[str, Any]:
    shares = [
        {
            "share": share.share,
            "account_id": share.account_id,
            "reference": share.reference,
            "currency": issued.currency,
            "amount_minor": share.amount_minor,
        }
        for share in issued.shares
    ]
    return {
        "series": issued.series,
        "number": issued.number,
        "issued_on": issued.issued_on,
        "due_on": issued.due_on,
        "shares": shares,
    }

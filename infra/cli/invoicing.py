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
    from ledger.domain.receivables.invoice import InvoiceIssued, IssueInvoice
    from ledger.domain.terms.entity import Terms
    from projections import Books

COMMANDS: Final = Commands("invoice", "Invoices.")

_NEEDED: Final = ("account", "series", "amount_minor", "service")
_ITEMS: Final = (
    ("item", "item_id"),
    ("account", "account_id"),
    ("reference", "reference"),
    ("currency", "currency"),
    ("owed", "amount_minor"),
)

_File = Annotated[
    Path | None, typer.Option(metavar="FILE.jsonl", help="Invoices, one IssueInvoice as JSON a line; nothing else.")
]
_Owed = Annotated[int | None, typer.Option(min=1, metavar="MINOR", help="What is owed, VAT included, in minor units.")]
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
    needed = dict(zip(_NEEDED, (account, series, amount_minor, service), strict=True))
    chosen = {"currency": currency_code, "service_on": service_on, "issued_on": issued_on, "due_on": due_on}
    if file is not None:
        beside = needed | chosen | {"vat_minor": vat_minor or None, "id": id, "key": key}
        _leave_out([name for name, value in beside.items() if value is not None])
        from infra.cli.invoice_file import issue_file

        return issue_file(call, file, accounting_date)
    missing = [f"--{name.replace('_', '-')}" for name, value in needed.items() if value is None]
    if missing:
        raise typer.BadParameter(f"an invoice needs {', '.join(missing)}; or give --file with whole invoices")
    given = needed | chosen | {"vat_minor": vat_minor, "vat_code": vat_code}
    with call.books() as books:
        given = given | _by_the_terms(call, books.terms(), chosen)
        invoice_id = Entry(key).id(id, call.now)
        return _issued(call, books, _command(invoice_id, given), Entry(key, issued_on, accounting_date))


def _leave_out(beside: list[str]) -> None:
    if beside:
        raise typer.BadParameter(f"--file has whole invoices; leave --{beside[0].replace('_', '-')} out")


def _by_the_terms(call: Call, terms: Terms, chosen: dict[str, Any]) -> dict[str, Any]:
    """Dates and currency as chosen, the rest as the entity's terms have it."""
    on = chosen["issued_on"] or call.today
    if chosen["currency"] is None and len(terms.currencies) != 1:
        raise typer.BadParameter(f"an invoice needs --currency: {call.entity} keeps {', '.join(terms.currencies)}")
    return {
        "currency": chosen["currency"] or terms.currencies[0],
        "issued_on": on,
        "due_on": chosen["due_on"] or on + timedelta(days=terms.days_to_pay),
        "service_on": chosen["service_on"] or on,
    }


def _command(invoice_id: str, given: dict[str, Any]) -> IssueInvoice:
    from ledger.domain.receivables.invoice import IssueInvoice
    from ledger.domain.receivables.invoice_parts import InvoiceLine, PayerAsked

    amount, vat = given["amount_minor"], given["vat_minor"]
    return IssueInvoice(
        invoice_id=invoice_id,
        series=given["series"],
        currency=given["currency"],
        issued_on=given["issued_on"],
        due_on=given["due_on"],
        lines=(InvoiceLine(1, given["service"], given["service_on"], amount - vat, given["vat_code"], vat),),
        payers=(PayerAsked(given["account"], amount),),
    )


def _issued(call: Call, books: Books, command: IssueInvoice, entry: Entry) -> Told:
    from ledger.domain.receivables.invoice import InvoiceIssued

    named = {"invoice_id": command.invoice_id}
    outcome = record(call, books, command, entry, named)
    issued, *_ = facts_of(books, [f"invoice-{command.invoice_id}"])
    assert isinstance(issued, InvoiceIssued)
    items = _items(books, issued)
    more = {name: getattr(issued, name) for name in ("series", "number", "issued_on", "due_on")}
    told = recorded(outcome, named, more={**more, "items": items})
    lines: list[str | Table] = [
        f"invoice number {issued.number} of series {issued.series}, due {issued.due_on}",
        Table(_ITEMS, items),
    ]
    return Told(rows=told.rows, position=told.position, page=[*told.page, *lines])


def _items(books: Books, issued: InvoiceIssued) -> list[dict[str, Any]]:
    """What each payer owes, and the reference that the payment request gives."""
    from ledger.domain.receivables.request import PaymentRequested

    requests = facts_of(books, [f"request-{one.item_id}" for one in issued.owed])
    asked = {item: one for one in requests if isinstance(one, PaymentRequested) for item in one.items}
    return [
        {
            "item_id": one.item_id,
            "account_id": one.account_id,
            "reference": asked[one.item_id].reference,
            "currency": issued.currency,
            "amount_minor": one.amount_minor,
        }
        for one in issued.owed
    ]

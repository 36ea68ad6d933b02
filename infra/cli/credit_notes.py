"""Credit notes: an invoice taken back, in full or by line."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from infra.cli.answer import Told
from infra.cli.asking import Call, Commands
from infra.cli.options import AccountingDate, Id, Key, On, ReasonCode, line
from infra.cli.printing import money
from infra.cli.recording import Entry, facts_of, record, recorded

COMMANDS: Final = Commands()


@COMMANDS.add("credit")
def credit(
    call: Call,
    invoice: Annotated[str, typer.Argument(metavar="INVOICE", help="The invoice's id.")],
    reason: ReasonCode,
    series: Annotated[str, typer.Option(metavar="NAME", help="The number series of credit notes.")],
    lines: Annotated[
        list[str] | None,
        typer.Option("--line", metavar="ID=AMOUNT_MINOR", help="A line and how much of it; all of it unless said."),
    ] = None,
    share: Annotated[int, typer.Option(min=1, metavar="NUMBER", help="The share that lines are credited on.")] = 1,
    id: Id = None,
    on: On = None,
    accounting_date: AccountingDate = None,
    key: Key = None,
) -> Told:
    """Credit an invoice, in full or by line.

    What was paid of it becomes customer credit.
    """
    from ledger.domain.credit_note import IssueCreditNote, LineToCredit
    from ledger.domain.invoice import InvoiceIssued

    asked = [line(text) for text in lines or ()]
    with call.books() as books:
        (issued, *_) = facts_of(books, f"invoice-{invoice}", "invoice_unknown")
        assert isinstance(issued, InvoiceIssued)
        # Nothing can be credited before it exists.
        entry = Entry(key, max(on or call.today, issued.issued_on), accounting_date, reason)
        credit_note_id = entry.id(id, call.now)
        command = IssueCreditNote(
            credit_note_id=credit_note_id,
            series=series,
            invoice_id=invoice,
            accounts=tuple(dict.fromkeys(one.account_id for one in issued.shares)),
            reason_code=reason,
            lines=tuple(LineToCredit(line_id, amount) for line_id, amount in asked),
            share=share,
        )
        named = {"credit_note_id": credit_note_id, "invoice_id": invoice}
        outcome = record(call, books, command, entry, named)
        (note, *_) = facts_of(books, f"creditnote-{credit_note_id}", "invoice_unknown")
        return recorded(outcome, named, *_said(note), more=_row(note))


def _row(note: object) -> dict[str, object]:
    from ledger.domain.credit_note import CreditNoteIssued

    assert isinstance(note, CreditNoteIssued)
    opened = sum(share.open_minor for share in note.shares)
    excess = sum(share.excess_minor for share in note.shares)
    return {
        "number": note.number,
        "mode": note.mode,
        "currency": note.currency,
        "amount_minor": opened + excess,
        "credit_minor": excess,
    }


def _said(note: object) -> list[str]:
    row = _row(note)
    amount, excess, currency = row["amount_minor"], row["credit_minor"], row["currency"]
    assert isinstance(amount, int)
    assert isinstance(excess, int)
    said = f"credit note number {row['number']}: {money(amount, str(currency))} {currency}"
    return [f"{said}, of it {money(excess, str(currency))} to the payers' customer credit" if excess else said]

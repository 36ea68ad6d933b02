"""Credit notes: an invoice taken back, in full or by line."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from infra.cli.answer import Told
from infra.cli.asking import Call, Commands
from infra.cli.items import item_named
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
    item: Annotated[
        str | None,
        typer.Option(metavar="ITEM", help="The item that lines are credited on; the invoice's first unless said."),
    ] = None,
    id: Id = None,
    on: On = None,
    accounting_date: AccountingDate = None,
    key: Key = None,
) -> Told:
    """Credit an invoice, in full or by line.

    What was paid of it becomes customer credit.
    """
    from ledger.domain.receivables.credit_note import IssueCreditNote, LineToCredit

    asked = [line(text) for text in lines or ()]
    entry = Entry(key, on, accounting_date, reason)
    credit_note_id = entry.id(id, call.now)
    with call.books() as books:
        command = IssueCreditNote(
            credit_note_id=credit_note_id,
            series=series,
            invoice_id=invoice,
            reason_code=reason,
            lines=tuple(LineToCredit(line_id, amount) for line_id, amount in asked),
            item_id=None if item is None else item_named(books, item),
        )
        named = {"credit_note_id": credit_note_id, "invoice_id": invoice}
        outcome = record(call, books, command, entry, named)
        (note,) = facts_of(books, [f"creditnote-{credit_note_id}"])
        return recorded(outcome, named, *_said(note), more=_row(note))


def _row(note: object) -> dict[str, object]:
    from ledger.domain.receivables.credit_note import CreditNoteIssued

    assert isinstance(note, CreditNoteIssued)
    opened = sum(one.open_minor for one in note.items)
    excess = sum(one.excess_minor for one in note.items)
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

"""The use case of credit notes: credit an invoice in full or by line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from infra.desk import names
from infra.desk.amounts import minor_units
from infra.desk.desk import Desk, Done, Occasion
from infra.desk.item import split
from infra.desk.problems import Problem, Stopped, quoted

if TYPE_CHECKING:
    from ledger.domain.receivables.credit_lines import LineToCredit

_LINE: Final = re.compile(r"[0-9]{1,9}")


def issue(
    desk: Desk,
    invoice: str,
    series: str,
    reason: str,
    occasion: Occasion,
    lines: Sequence[str] = (),
    items: Sequence[str] = (),
    id: str | None = None,
) -> Done:
    """Credit an invoice, in full or by lines; credit for money already paid becomes customer credit.

    `lines` are credited to the invoice's first item, each as LINE=AMOUNT; `items` to others, as ITEM=LINE:AMOUNT.
    """
    from ledger.domain.receivables.credit_note import CreditNoteIssued, IssueCreditNote

    invoice_id, credit_note_id = names.invoice(desk, invoice), desk.id(id, occasion)
    currency = _currency_of(desk, invoice_id) if lines or items else ""
    command = IssueCreditNote(
        credit_note_id=credit_note_id,
        series=series,
        invoice_id=invoice_id,
        reason_code=reason,
        lines=(*(_line(text, currency) for text in lines), *(_of_item(desk, text, currency) for text in items)),
    )
    done = desk.record(command, occasion, credit_note_id=credit_note_id, invoice_id=invoice_id)
    (note,) = desk.facts([f"creditnote-{credit_note_id}"])
    assert isinstance(note, CreditNoteIssued)
    opened = sum(one.open_minor for one in note.items)
    excess = sum(one.excess_minor for one in note.items)
    return done._replace(
        more={
            "number": note.number,
            "mode": note.mode,
            "currency": note.currency,
            "amount_minor": opened + excess,
            "credit_minor": excess,
        }
    )


def _line(text: str, currency: str) -> LineToCredit:
    """Parse the number of an invoice line and the amount to credit."""
    from ledger.domain.receivables.credit_lines import LineToCredit

    name, amount = split(text)
    if amount is None or not _LINE.fullmatch(name):
        raise Stopped(Problem("line_malformed", f"{quoted(text)} is not LINE=AMOUNT, as in 1=250.00"))
    return LineToCredit(int(name), minor_units(amount, currency))


def _of_item(desk: Desk, text: str, currency: str) -> LineToCredit:
    """Parse an item, the number of an invoice line, and the amount to credit to that item."""
    from msgspec.structs import replace

    item, of_line = split(text)
    line, colon, amount = (of_line or "").partition(":")
    if not colon:
        raise Stopped(Problem("line_malformed", f"{quoted(text)} is not ITEM=LINE:AMOUNT, as in 10012=1:250.00"))
    return replace(_line(f"{line}={amount}", currency), item_id=names.item(desk, item))


def _currency_of(desk: Desk, invoice_id: str) -> str:
    from ledger.domain.receivables.invoice import InvoiceIssued

    issued, *_ = desk.facts([f"invoice-{invoice_id}"])
    assert isinstance(issued, InvoiceIssued)
    return issued.currency

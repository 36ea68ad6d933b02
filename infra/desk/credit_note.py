"""Credit notes at the desk: an invoice taken back, in full or by line."""

from __future__ import annotations

from collections.abc import Sequence

from infra.desk.desk import Desk, Done, Entry
from infra.desk.names import item_named


def issue(
    desk: Desk,
    invoice: str,
    series: str,
    reason: str,
    entry: Entry,
    lines: Sequence[tuple[int, int]] = (),
    item: str | None = None,
    id: str | None = None,
) -> Done:
    """Credit an invoice, in full or by line; what was paid of it becomes customer credit."""
    from ledger.domain.receivables.credit_note import CreditNoteIssued, IssueCreditNote, LineToCredit

    credit_note_id = desk.id(id, entry)
    command = IssueCreditNote(
        credit_note_id=credit_note_id,
        series=series,
        invoice_id=invoice,
        reason_code=reason,
        lines=tuple(LineToCredit(line_id, amount) for line_id, amount in lines),
        item_id=None if item is None else item_named(desk.books, item),
    )
    done = desk.record(command, entry, credit_note_id=credit_note_id, invoice_id=invoice)
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

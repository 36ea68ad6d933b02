"""Reads the start record (TK01) of a section, and what all payments and mandates of Autogiro have."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ledger.domain.bank.account_number import account_number
from reconciliation.statements.fixed_width import Record
from reconciliation.statements.quoting import Field, quote
from reconciliation.statements.reading import Reading
from reconciliation.statements.references import Reference, classify
from reconciliation.statements.shape import Line, Statement
from reconciliation.statements.values import to_day

CURRENCY = "SEK"


@dataclass(frozen=True, slots=True)
class Start:
    """What the start record says: the payee's bankgiro, and when the clearing house wrote the file by its own clock."""

    bankgiro: str
    message: str
    created_at: str | None
    created_on: date | None

    @classmethod
    def read(cls, record: Record) -> Start:
        """Read a start record of any form."""
        stamp = record.text("created")
        day = f"{stamp[:4]}-{stamp[4:6]}-{stamp[6:8]}"
        timed = len(stamp) == 20 and stamp.isascii() and stamp.isdigit()
        created_at = f"{day}T{stamp[8:10]}:{stamp[10:12]}:{stamp[12:14]}.{stamp[14:]}" if timed else day
        created_on = to_day(day, None)
        message = f"AUTOGIRO {record.text('contents')}".strip()
        return cls(record.text("bankgiro").lstrip("0"), message, created_at if created_on else None, created_on)

    def statement(self, statement_no: int) -> Statement:
        """A new statement of the payee's bankgiro."""
        account = account_number(self.bankgiro, "bankgiro") or None
        return Statement(
            statement_no,
            self.message,
            account,
            "bankgiro",
            CURRENCY,
            created_at=self.created_at,
            created_on=self.created_on,
        )

    def check(self, record: Record, reading: Reading) -> None:
        """Refuse a record that names another payee than the start record."""
        written = record.text("bankgiro").lstrip("0")
        if written and written != self.bankgiro:
            reading.refuse(
                "account_contradicts",
                f"a {record.name} record names another bankgiro than the start record (TK01): fetch the file again",
                record,
            )


def refer(line: Line, written: str) -> None:
    """Set the reference that we gave a payment; we may have given any text, so no check digit of it can be wrong."""
    if written:
        read = classify(written, None, "SE")
        quote(line, [Field(written, read if read.valid else Reference(written, "text"))], [], "SE")

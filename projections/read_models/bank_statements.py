"""Bank statements: balances and totals of each account in each proven file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import count
from typing import TYPE_CHECKING, Annotated, Final

import msgspec

from ledger.domain.bank.file import FileCompleted, FileIngested, StatementProven
from projections.read_models.model import Keyed, Row, Rows, id_of

if TYPE_CHECKING:
    from ledger import Recorded


class BankStatement(Row, frozen=True):
    """The n-th statement of a file; it is `complete` once the whole file is in the book."""

    sha256: Annotated[str, "Hash of the file."]
    number: Annotated[int, "Number of the statement within the file, from 1."]
    bank_account: Annotated[str, "Bank account of the statement."]
    currency: Annotated[str, "ISO 4217 code of all amounts in the row."]
    statement_id: Annotated[str | None, "The bank's own id for the statement."]
    from_on: Annotated[date | None, "First day that the statement covers."]
    to_on: Annotated[date | None, "Last day that the statement covers."]
    opening_minor: Annotated[int | None, "Opening balance, minor units; null if the format has none."]
    closing_minor: Annotated[int | None, "Closing balance, minor units; null if the format has none."]
    lines: Annotated[int, "Number of lines."]
    sum_minor: Annotated[
        int, "Sum of the lines, minor units: positive if they raise the account's balance, negative if they lower it."
    ]
    sequence: Annotated[str | None, "The bank's number of the statement."]
    incoming_minor: Annotated[int | None, "Sum of the amounts that came in, minor units; null if it is not known."]
    complete: Annotated[bool, "Whether the whole file is in the book."]


def evolve(rows: Rows, recorded: Recorded) -> tuple[BankStatement, ...]:
    """The statements of a file, with one more fact applied."""
    fact = recorded.fact
    match fact:
        case FileIngested():
            return tuple(_proven(fact.sha256, number, proven) for number, proven in enumerate(fact.file.statements, 1))
        case FileCompleted():
            return tuple(msgspec.structs.replace(row, complete=True) for row in _of_file(rows, id_of(recorded)))
        case _:
            raise AssertionError(f"unknown fact {type(fact).__name__}")


def _of_file(rows: Rows, sha256: str) -> Iterator[BankStatement]:
    for number in count(1):
        row = rows.get((sha256, number))
        if row is None:
            return
        yield row


def _proven(sha256: str, number: int, proven: StatementProven) -> BankStatement:
    return BankStatement(
        sha256=sha256,
        number=number,
        bank_account=proven.bank_account,
        currency=proven.currency,
        statement_id=proven.statement_id,
        from_on=proven.from_on,
        to_on=proven.to_on,
        opening_minor=proven.opening_minor,
        closing_minor=proven.closing_minor,
        lines=proven.lines,
        sum_minor=proven.sum_minor,
        sequence=proven.sequence,
        incoming_minor=proven.incoming_minor,
        complete=False,
    )


BANK_STATEMENTS: Final = Keyed(
    "bank_statements",
    "Every statement of every file that was proven by its own totals.",
    BankStatement,
    ("sha256", "number"),
    (FileIngested, FileCompleted),
    evolve,
)

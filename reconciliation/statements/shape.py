"""The one Arrow shape for all formats: statements, lines with their details, declared totals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, tzinfo
from decimal import Decimal
from typing import Any

import msgspec
import pyarrow as pa

from reconciliation.statements.free_text import is_personal
from reconciliation.statements.kept import Kept
from reconciliation.statements.kinds import Kind
from reconciliation.statements.mapped.known import KnownMapping
from reconciliation.statements.problems import Problem
from reconciliation.statements.references import Reference

STATEMENTS = pa.schema(
    [
        # 1-based, in the order of the file; BgMax: each section (TK05 to TK15) is one statement
        ("statement_no", pa.int32()),
        ("message", pa.string()),  # camt.053.001.08; BGMAX 01
        ("account", pa.string()),
        ("account_kind", pa.string()),  # iban, bban, bankgiro, plusgiro
        ("currency", pa.string()),
        ("deposited_to", pa.string()),  # the bank account that receives a giro's money, in digits; null if not stated
        ("statement_id", pa.string()),
        ("sequence", pa.string()),
        ("first_page", pa.int32()),  # null if the statement is not divided into pages, or the page has no number
        ("last_page", pa.int32()),
        ("has_last_page", pa.bool_()),  # null if the statement is not divided into pages
        ("created_at", pa.string()),  # ISO 8601 as in the file: with a zone only if the file has one
        ("created_on", pa.date32()),  # the civil day of created_at
        ("from_on", pa.date32()),
        ("to_on", pa.date32()),
        ("closed_on", pa.date32()),  # the day of the closing balance
        ("opening_minor", pa.int64()),  # signed; null if the file has none
        ("closing_minor", pa.int64()),
        ("declared_count", pa.int64()),  # number of movements (lines), as the file declares it
        ("declared_credit_minor", pa.int64()),  # without sign
        ("declared_debit_minor", pa.int64()),  # without sign
        # camt TtlNtries/Sum as stated; according to ISO 20022, credits plus debits, without sign
        ("declared_sum_minor", pa.int64()),
    ]
)

REFERENCE = pa.struct(
    [
        ("reference", pa.string()),
        ("kind", pa.string()),
        ("valid", pa.bool_()),
        ("amount_minor", pa.int64()),
        ("found_as", pa.string()),  # null: in a reference field; else in a text, as a reference or as a number
    ]
)

# Why a payer pays less than was claimed: the group and code of the reason, and the amount (X12 835 CAS).
ADJUSTMENT = pa.struct([("group", pa.string()), ("code", pa.string()), ("amount_minor", pa.int64())])

LINES = pa.schema(
    [
        ("statement_no", pa.int32()),
        ("line_no", pa.int32()),  # 1-based within the statement
        ("detail_no", pa.int32()),  # 0: the movement itself; 1..: its details (TxDtls, TK20, payments of a settlement)
        ("booked_on", pa.date32()),
        ("value_on", pa.date32()),
        ("amount_minor", pa.int64()),  # positive: raises the balance; negative: lowers it; null if not stated
        ("currency", pa.string()),
        ("status", pa.string()),  # booked, pending, info, future, unknown; null if the file gives none
        ("reference", pa.string()),
        ("reference_kind", pa.string()),  # ocr, rf, viite, kid, ogm, qrr, text
        ("reference_valid", pa.bool_()),  # null if the kind has no check digit
        ("reference_amount_minor", pa.int64()),  # the amount paid for this reference, if the payer stated it
        ("reference_personal", pa.bool_()),  # whether it is of a personal number or a birth date in the text
        ("further_references", pa.list_(REFERENCE)),
        ("counterparty", pa.string()),
        ("counterparty_account", pa.string()),
        ("text", pa.string()),
        ("end_to_end_id", pa.string()),
        ("bank_ref", pa.string()),
        ("reversal", pa.bool_()),
        ("return_reason", pa.string()),
        ("charges_minor", pa.int64()),  # positive: taken from us; negative: returned to us
        ("instructed_minor", pa.int64()),
        ("instructed_currency", pa.string()),
        ("bank_code", pa.string()),
        ("declared_details", pa.int32()),  # of how many details the row is the sum, as the bank or provider states it
        ("order_id", pa.string()),  # our id of the order of whose payments the row is the sum (camt PmtInfId)
        ("raw_position", pa.string()),
        ("amount_exact", pa.bool_()),  # false: unreadable, or rounded for display; a problem says which
        ("kind", pa.string()),  # what a row of a settlement is (`kinds.py`); null in banks' files
        ("payment_ref", pa.string()),  # the provider's id of the payment that a row is of, or whose money it takes back
        ("charges_tax_minor", pa.int64()),  # how much is tax, of the charges or of a fee's amount, if the file says so
        ("unrounded", pa.decimal128(28, 8)),  # the amount in major units, if the file is more precise than the currency
        ("claimed_minor", pa.int64()),  # what was claimed, if a payer states it beside what it pays
        ("adjustments", pa.list_(ADJUSTMENT)),
    ]
)

# Control totals: BgMax TK70. The gate compares `declared` with `found`.
TOTALS = pa.schema(
    [
        ("statement_no", pa.int32()),  # null: the file as a whole
        ("name", pa.string()),
        ("declared", pa.int64()),
        ("found", pa.int64()),
        ("raw_position", pa.string()),
    ]
)


class Statement(msgspec.Struct, gc=False):
    """One row of STATEMENTS."""

    statement_no: int
    message: str | None = None
    account: str | None = None
    account_kind: str | None = None
    currency: str | None = None
    deposited_to: str | None = None
    statement_id: str | None = None
    sequence: str | None = None
    first_page: int | None = None
    last_page: int | None = None
    has_last_page: bool | None = None
    created_at: str | None = None
    created_on: date | None = None
    from_on: date | None = None
    to_on: date | None = None
    closed_on: date | None = None
    opening_minor: int | None = None
    closing_minor: int | None = None
    declared_count: int | None = None
    declared_credit_minor: int | None = None
    declared_debit_minor: int | None = None
    declared_sum_minor: int | None = None


class Line(msgspec.Struct, gc=False):
    """One row of LINES: a movement, or a detail of it."""

    statement_no: int
    line_no: int
    detail_no: int
    booked_on: date | None = None
    value_on: date | None = None
    amount_minor: int | None = None
    currency: str | None = None
    status: str | None = None
    reference: str | None = None
    reference_kind: str | None = None
    reference_valid: bool | None = None
    reference_amount_minor: int | None = None
    reference_personal: bool = False
    further_references: Sequence[dict[str, Any]] = ()
    counterparty: str | None = None
    counterparty_account: str | None = None
    text: str | None = None
    end_to_end_id: str | None = None
    bank_ref: str | None = None
    reversal: bool = False
    return_reason: str | None = None
    charges_minor: int | None = None
    instructed_minor: int | None = None
    instructed_currency: str | None = None
    bank_code: str | None = None
    declared_details: int | None = None
    order_id: str | None = None
    raw_position: str | None = None
    amount_exact: bool = True
    kind: Kind | None = None
    payment_ref: str | None = None
    charges_tax_minor: int | None = None
    unrounded: Decimal | None = None
    claimed_minor: int | None = None
    adjustments: Sequence[dict[str, Any]] = ()

    def refer(self, references: Sequence[Reference]) -> None:
        """Set the first reference as the line's own, and keep the others as further references."""
        if not references:
            return
        first = references[0]
        self.reference, self.reference_kind, self.reference_valid = first.reference, first.kind, first.valid
        self.reference_amount_minor = first.amount_minor
        self.further_references = tuple(map(msgspec.structs.asdict, references[1:])) if len(references) > 1 else ()

    def hint(self, found: Sequence[Reference], parts: Sequence[str], *, of_payer: bool = True) -> None:
        """Use the references in free text: a single one of the payer becomes the line's own.

        Of several, and of what the bank wrote, matching finds the one that is ours.
        """
        if len(found) == 1 and of_payer:
            self.refer(found)
            self.reference_personal = is_personal(found[0].reference, parts)
        else:
            self.further_references = [msgspec.structs.asdict(reference) for reference in found]

    @property
    def refers(self) -> bool:
        """Whether any reference was found."""
        return self.reference is not None or bool(self.further_references)


class Total(msgspec.Struct, gc=False):
    """One row of TOTALS."""

    statement_no: int | None
    name: str
    declared: int | None
    found: int
    raw_position: str


@dataclass(frozen=True, slots=True)
class Profile:
    """What a reader must know that no file says: whose day counts, how some banks deviate, how tables are mapped.

    Its text is a part of what the archive keeps of a parsed file, so equal profiles must have equal texts.
    """

    # The zone of the civil days of instants; null keeps the day that the bank writes.
    zone: tzinfo | None = None
    # Accounts, by number and currency, whose banks give the direction of the original movement with RvslInd.
    flipping: tuple[tuple[str, str], ...] = ()
    mappings: tuple[KnownMapping, ...] = ()

    def flips_reversals(self, account: str | None, currency: str | None) -> bool:
        """Whether the sign of a reversal in a statement of this account must be flipped."""
        return (account, currency) in self.flipping


@dataclass(frozen=True, slots=True)
class Parsed:
    """Everything that could be read of a file, and what is wrong with it."""

    format: str | None
    message: str | None
    encoding: str | None
    statements: pa.Table
    kept: Kept
    totals: pa.Table
    problems: tuple[Problem, ...]

    @property
    def lines(self) -> pa.Table:
        """All lines as one table in memory, made anew each time; `kept` gives them piece by piece."""
        return self.kept.table()

    @property
    def refused(self) -> bool:
        """Whether some problem means that the file cannot be trusted."""
        return any(problem.severity == "refuse" for problem in self.problems)

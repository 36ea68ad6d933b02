"""The facts of a file mapping: how the tables of one sender are read, and whether that counts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, Final, Literal, get_args

from ledger.domain.bank.reviewed_versions import version_name
from ledger.domain.duty import Act
from ledger.domain.fact import Fact, Part

# What a column has: its day, its amount, who paid ...
Field = Literal[
    "day",  # the day on which the amount was booked or happened
    "value_day",
    "amount",
    "debit",  # what is taken from us, without a sign
    "credit",  # what comes to us, without a sign
    "currency",
    "reference",
    "payer",
    "payer_account",
    "text",
    "id",  # the sender's id of the transaction
    "payment",  # the sender's id of the payment that the transaction is of
    "our_id",  # the id under which we asked for it
    "type",  # the sender's word for what the transaction is
    "fee",  # what the sender keeps of the amount
    "fee_tax",  # how much of the fee is tax
    "payout",  # which transactions are paid out together
    "balance",  # the balance after the amount
    "claimed",  # what we claimed, if the sender says beside what it pays
    "reason_group",  # the group of the reason why less is paid
    "reason",  # the sender's code of the reason why less is paid
]
FIELDS: Final[tuple[Field, ...]] = get_args(Field)
# A figure that a row besides the transactions states.
Figure = Literal["opening_balance", "closing_balance", "total", "credits", "debits", "fees", "count", "paid_out"]
# What proves a file: the balances before and after, what is paid out, a sum or a number that is stated; or nothing.
MappedProof = Literal["balances", "payout", "total", "count", "none"]
# What a provider's transaction is, in the words of settlements.
MappedKind = Literal[
    "payment", "refund", "refund_returned", "chargeback", "chargeback_returned", "fee", "fee_returned", "fee_tax",
    "reserve_held", "reserve_released", "carried_over", "exchange", "payout", "payout_returned", "other",
]  # fmt: skip

# Parts


class MappedColumn(Part, frozen=True):
    """What the column with this name in the header has."""

    field: Field
    column: str


class MappedWord(Part, frozen=True):
    """What transactions are for which the sender has this word."""

    word: str
    kind: MappedKind


class StatedFigure(Part, frozen=True):
    """A row whose first cell is the label states a figure, in the column, or in its next cell if no column is named."""

    figure: Figure
    label: str
    column: str | None = None


class FileMapping(Part, frozen=True, kw_only=True):
    """How the tables of a sender are read as files of one of our accounts, from a day on.

    `header` has all names of the header in their order, by which a table is recognised; each of `marks` must be in a
    cell above it. `at_provider` says that
    `bank_account` is our account at a payment provider. A day is written as
    `day_format`. If `unsigned`, the kind says the direction of an amount; if `fees_below_zero`, a fee below zero is
    taken from us, else one above. `decimal` is the sign before decimals, and `thousands` the one between thousands.
    `encoding` is that of files without a byte order mark which are not in UTF-8. `sheet` is the sheet of a workbook.
    """

    from_on: date
    until_on: date | None = None
    bank_account: str
    at_provider: bool = False
    currency: str
    source: str
    header: tuple[str, ...]
    marks: tuple[str, ...] = ()
    columns: tuple[MappedColumn, ...]
    words: tuple[MappedWord, ...] = ()
    figures: tuple[StatedFigure, ...] = ()
    proof: MappedProof
    newest_first: bool = False
    unsigned: bool = False
    fees_below_zero: bool = False
    day_format: str = "YYYY-MM-DD"
    decimal: Literal[".", ","] = "."
    thousands: Literal["", " ", ".", ",", "'"] = ""
    encoding: Literal["utf-8", "cp1252", "latin-1"] = "utf-8"
    sheet: str | None = None

    def column_of(self, field: Field) -> str | None:
        """The name of the column that has something."""
        return next((one.column for one in self.columns if one.field == field), None)


# Facts


class FileMappingRequested(Fact, frozen=True):
    """Somebody asked for a file mapping, or for its next version."""

    mapping_id: str
    version: int
    file_mapping: FileMapping
    requester: str
    on_behalf_of: str | None = None


class FileMappingApproved(Fact, frozen=True):
    """Another person approved a version; `unproven_accepted` says that they know that nothing proves its files."""

    version: int
    approver: str
    unproven_accepted: bool = False


class FileMappingRejected(Fact, frozen=True):
    """Another person rejected a version of the mapping."""

    version: int
    approver: str
    reason_code: str


class FileMappingEnded(Fact, frozen=True):
    """The mapping reads no file that ends after a day."""

    last_on: date
    reason_code: str


FileMappingFact = FileMappingRequested | FileMappingApproved | FileMappingRejected | FileMappingEnded

ACTS: Final[dict[type[Fact], Act]] = {
    FileMappingRequested: Act("file_mapping_request"),
    FileMappingApproved: Act("file_mapping"),
    FileMappingRejected: Act("file_mapping_rejection"),
    FileMappingEnded: Act("file_mapping_end", detail=lambda fact: f"last day {fact.last_on}"),
}
SENTENCES: Final[dict[type[Fact], Callable[[Any], str]]] = {
    FileMappingRequested: lambda fact: (
        f"File mapping {version_name(fact.mapping_id, fact.version)} for {fact.file_mapping.bank_account} requested by "
        f"{fact.requester}"
    ),
    FileMappingApproved: lambda fact: (
        f"Version {fact.version} of the file mapping approved by {fact.approver}"
        + (", who accepts that nothing proves its files" if fact.unproven_accepted else "")
    ),
    FileMappingRejected: lambda fact: (
        f"Version {fact.version} of the file mapping rejected by {fact.approver} ({fact.reason_code})"
    ),
    FileMappingEnded: lambda fact: f"File mapping ended after {fact.last_on} ({fact.reason_code})",
}

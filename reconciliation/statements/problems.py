"""What may be wrong with a file, by stable code: refused whole, doubtful about a line, or worth knowing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Severity = Literal["refuse", "doubt", "warning"]

CODES: Mapping[str, str] = MappingProxyType(
    {
        # The file as a whole.
        "empty_file": "there is nothing in the file",
        "file_compressed": "an archive (ZIP, gzip, ...) stands where a statement should",
        "file_encrypted": "the content is encrypted or behind a password",
        "file_is_document": "a page for people (PDF, Office, HTML), not a statement for machines",
        "format_unknown": "no reader knows this content",
        "file_truncated": "the file stops before its end",
        "encoding_wrong": "the bytes are not in the encoding the file declares",
        "encoding_changed": "the file was re-encoded on its way, its content is readable",
        "characters_damaged": "characters of names and texts were damaged before the file came here",
        # XML and camt.05x.
        "xml_not_well_formed": "the file breaks the rules of XML 1.0",
        "xml_document_type": "a document type or entities, which no statement needs, stand in the XML",
        "xml_limit_exceeded": "one element is deeper or longer than any statement's",
        "xml_out_of_place": "an element of the statement stands where it cannot",
        "namespace_contradicts": "the namespace names another message than the content",
        "namespace_unknown": "the namespace names no camt message",
        "statement_missing": "the message holds no statement",
        "page_of_several": "the message is one page of several",
        "copy_of_statement": "the bank marks the statement as a copy or a duplicate",
        "balance_unreadable": "a booked balance has no readable amount, currency or direction",
        "balance_in_other_currency": "a booked balance is in another currency than the account",
        "total_unreadable": "a control total of the statement cannot be read",
        "direction_missing": "a movement says neither credit nor debit",
        "status_missing": "a movement does not say whether it is booked",
        "charges_in_other_currency": "charges are in another currency than the movement and were left out",
        "currency_differs": "a movement is in another currency than its account",
        # BgMax.
        "start_record_missing": "the file does not open with its start record",
        "end_record_missing": "the file does not close with its end record",
        "record_after_end": "records follow the end record",
        "record_out_of_place": "a record stands outside its section",
        "record_too_long": "a record is longer than the format allows",
        "record_holds_control_character": "a TAB or another control character moved the columns of a record",
        "record_unreadable": "a field that must be digits is not",
        "record_unknown": "a record type no manual names was passed over, as the manual asks",
        "layout_unknown": "the layout or its version is not one we know",
        "test_file": "the file is not marked as production",
        "deposit_missing": "a section ends without its deposit",
        "currency_contradicts": "a section and its deposit name different currencies",
        "reference_without_payment": "an extra reference belongs to no payment",
        "control_count_differs": "the end record counts other records than the file holds",
        # Money and dates, in any format.
        "amount_unreadable": "an amount is not a number",
        "amount_too_precise": "an amount has more decimals than its currency and was rounded to be shown",
        "amount_negative": "an amount carries a sign of its own beside its direction",
        "currency_unknown": "a currency is not in ISO 4217",
        "date_unreadable": "a date is not a date",
    }
)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a file: its code, what to do, and where; never a name, an account or a text of a payer.

    `refuse`: the file cannot be trusted. `doubt`: something said about a line. `warning`: worth knowing.
    """

    code: str
    message: str
    position: str
    severity: Severity
    statement_no: int | None = None
    line_no: int | None = None

    def __post_init__(self) -> None:
        if self.code not in CODES:
            raise ValueError(f"{self.code} is not in the list of problem codes")


def refuse(
    code: str, message: str, position: str, statement_no: int | None = None, line_no: int | None = None
) -> Problem:
    """A reason not to trust the file."""
    return Problem(code, message, position, "refuse", statement_no, line_no)


def doubt(
    code: str, message: str, position: str, statement_no: int | None = None, line_no: int | None = None
) -> Problem:
    """A reason to look at what is said about one line."""
    return Problem(code, message, position, "doubt", statement_no, line_no)


def warning(
    code: str, message: str, position: str, statement_no: int | None = None, line_no: int | None = None
) -> Problem:
    """Something worth knowing that stops nothing."""
    return Problem(code, message, position, "warning", statement_no, line_no)

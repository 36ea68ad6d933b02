"""The possible problems of a file, by stable code: reasons to refuse the file, doubts about a line, and warnings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Severity = Literal["refuse", "doubt", "warning"]

CODES: Mapping[str, str] = MappingProxyType(
    {
        # Problems of the file as a whole.
        "file_empty": "the file is empty",
        "file_compressed": "the file is an archive (ZIP, gzip, ...) instead of a statement",
        "file_encrypted": "the content is encrypted or behind a password",
        "file_is_document": "the file is a document for people (PDF, Office, HTML), not a statement for machines",
        "format_unknown": "no reader recognises this content",
        "file_truncated": "the file is cut off: its end is missing",
        "encoding_wrong": "the bytes are not in the encoding that the file declares",
        "encoding_changed": "the file was re-encoded on its way, but is readable",
        "characters_damaged": "characters of names and texts were damaged before the file arrived here",
        # XML and camt.05x.
        "xml_not_well_formed": "the file breaks the rules of XML 1.0",
        "xml_document_type": "the XML has a document type or entities, which no statement needs",
        "xml_limit_exceeded": "an element is nested more deeply, or is longer, than in any genuine statement",
        "xml_out_of_place": "an element of the statement is at a position where it is not allowed",
        "namespace_contradicts": "the namespace belongs to a different message than the content",
        "namespace_unknown": "the namespace is not that of a camt message",
        "statement_missing": "the message has no statement",
        "page_of_several": "the statement is one page of several, and the others are not in the file",
        "page_missing": "the statement cannot be proven without a page that is not in the file",
        "pages_do_not_connect": "a page does not open with the balance with which the page before it closes",
        "copy_of_statement": "the bank marks the statement as a copy or a duplicate",
        "balance_unreadable": "a booked balance has no readable amount, currency or direction",
        "balance_in_other_currency": "a booked balance is not in the currency of the account",
        "total_unreadable": "a control total of the statement cannot be read",
        "direction_missing": "a movement does not say whether it is a credit or a debit",
        "direction_unsupported": "a payment takes money of ours, and the format is only read for payments to us",
        "status_missing": "a movement does not say whether it is booked",
        "status_unknown": "a movement has a status that is not in ISO 20022's list",
        "indicator_unreadable": "an indicator says neither true nor false",
        "charges_in_other_currency": "charges are not in the currency of the movement and were left out",
        "currency_differs": "a movement is not in the currency of its account",
        # BgMax, and other formats with fixed records.
        "start_record_missing": "the file does not begin with its start record",
        "end_record_missing": "the file does not end with its end record",
        "record_after_end": "there are records after the end record",
        "record_out_of_place": "a record is outside its section",
        "record_too_long": "a record is longer than the format allows",
        "record_holds_control_character": "a TAB or another control character shifted the columns of a record",
        "record_unreadable": "a field that must consist of digits contains something else",
        "record_unknown": "a record whose type is not in the manual was ignored, as the manual requires",
        "layout_unknown": "the layout or its version is unknown",
        "test_file": "the file is not marked as production",
        "deposit_missing": "a section ends without its deposit",
        "currency_contradicts": "records of one statement state different currencies",
        "account_contradicts": "records of a statement, which must be of one account, name different ones",
        "reference_without_payment": "an extra reference belongs to no payment",
        "deduction_exceeds_payments": "a payer's deductions are more than its payments",
        "sum_without_signs": "the stated sum fits only if what was taken back is added to it",
        "control_count_differs": "the counts in the end record differ from the numbers of records in the file",
        # Delimited files (CSV).
        "quoting_broken": "the quotation marks of a row do not fit together",
        "cell_too_long": "a cell is longer than in any genuine file",
        "columns_too_many": "a row has more cells than any genuine file",
        "row_width_differs": "a row has another number of cells than the header",
        "column_missing": "the header lacks a column without which the file cannot be read",
        "column_repeated": "several columns have the same name",
        "header_repeated": "the header comes again among the rows, so several files were joined",
        # Tables that are read by a file mapping.
        "file_not_mapped": "no reader and no approved file mapping knows this content",
        "mapping_header_differs": "the file is like those of a file mapping, but has another header",
        "mapping_not_in_force": "the file mapping whose header the file has does not count on the day of the file",
        "mappings_contradict": "the file has the header of several file mappings",
        "number_rounded": "a spreadsheet program has rounded a long number",
        "figure_missing": "the file lacks a figure that it must state",
        "figure_repeated": "the file states a figure twice",
        "balance_does_not_follow": "the balance of a row does not follow from the row before",
        "workbook_damaged": "the workbook is damaged or cut off",
        "workbook_too_large": "a part of the workbook is larger, or packed more tightly, than in any genuine one",
        "workbook_linked": "the workbook has values of other workbooks",
        "sheet_unclear": "it is not clear which sheet of the workbook is meant",
        "cells_merged": "cells of the table are merged",
        "rows_hidden": "hidden rows of the workbook were read like the others",
        "cells_calculated": "cells of the workbook are calculated, and their last results were read",
        "file_unproven": "nothing in the file proves that it is complete, which was accepted of its mapping",
        # JSON.
        "json_not_well_formed": "the file breaks the rules of JSON, or is cut off",
        "json_out_of_place": "a field is missing, or is not what the provider's manual says",
        # Settlements of payment providers.
        "kind_unknown": "a transaction is of a type that the reader does not know",
        "amounts_contradict": "the gross amount, the fees and the net amount of a transaction contradict each other",
        "zone_unknown": "the abbreviation of a time zone does not say which zone is meant",
        "part_missing": "the file is one part of a divided report, and the others are not in it",
        "payout_contradicts": "a transaction is of another payout than the settlement in which it is",
        "settlement_not_final": "a settlement is not paid out, so it may still change",
        "rounding_too_large": "a settlement differs from its transactions by more than rounding",
        "payout_missing": "transactions were paid out, but their payout is not in the file",
        # MT940 and MT942.
        "field_unreadable": "a field does not have the form that the manual gives it",
        "date_of_thirty_days": "a date is a day that February does not have, as banks count it in months of 30 days",
        # X12 835.
        "delimiters_unreadable": "the header does not say which characters end elements and segments",
        "control_number_differs": "the two ends of a part of the file have different control numbers",
        "payment_missing": "a payer's advice does not say what is paid",
        "trace_missing": "a payment has no number that the bank's line repeats",
        "claim_does_not_sum": "what was claimed less its adjustments is not what is paid",
        # Norma 43 and BAI2.
        # Norma 43, BAI2 and OFX.
        "statement_corrected": "the bank says that the statement corrects one that it sent before",
        "statement_deleted": "the bank takes back a statement that it sent before",
        "bank_reports_error": "the bank answered with an error instead of a statement",
        "total_as_movement": "a movement has the code of a balance or of a sum of movements",
        "record_type_undefined": "a record has a type that its format does not have",
        # Problems with money and dates, in files of any format.
        "amount_unreadable": "an amount is not a number, or is larger than books can have",
        "amount_too_precise": "an amount has more decimals than its currency and was rounded for display",
        "amount_negative": "an amount has its own sign in addition to its direction",
        "currency_unknown": "a currency is not listed in ISO 4217",
        "date_unreadable": "a date field does not contain a date",
    }
)


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem of a file: its code, what to do, and its position; it never contains a payer's name, account or text.

    Severity `refuse` means that the file cannot be trusted, `doubt` that something about a line is doubtful, and
    `warning` that something is worth knowing.
    """

    code: str
    message: str
    raw_position: str
    severity: Severity
    statement_no: int | None = None
    line_no: int | None = None

    def __post_init__(self) -> None:
        if self.code not in CODES:
            raise ValueError(f"{self.code} is not in the list of problem codes")


def refuse(
    code: str, message: str, raw_position: str, statement_no: int | None = None, line_no: int | None = None
) -> Problem:
    """Return a problem that is a reason not to trust the file."""
    return Problem(code, message, raw_position, "refuse", statement_no, line_no)


def doubt(
    code: str, message: str, raw_position: str, statement_no: int | None = None, line_no: int | None = None
) -> Problem:
    """Make a problem of severity `doubt`: somebody should check what the file says about one line."""
    return Problem(code, message, raw_position, "doubt", statement_no, line_no)


def warning(
    code: str, message: str, raw_position: str, statement_no: int | None = None, line_no: int | None = None
) -> Problem:
    """Make a problem that is only a warning and stops nothing."""
    return Problem(code, message, raw_position, "warning", statement_no, line_no)

"""Why a command was refused: one list of stable codes, each with its sentence."""

from __future__ import annotations

from typing import Final

REFUSALS: Final[dict[str, str]] = {
    "account_already_open": "The account is open already, with other particulars.",
    "account_differs": "Customer credit settles items of its own account only.",
    "account_not_open": "The account has not been opened; open it first.",
    "allocation_unknown": "The receipt has no allocation of that id in force.",
    "amount_exceeds_balance": "The amount is more than what is open on the item.",
    "amount_exceeds_credit": "The amount is more than the customer credit the account has.",
    "amount_exceeds_creditable": "The amount is more than what is left to credit on the line.",
    "amount_exceeds_unallocated": "The amount is more than what is unallocated on the receipt.",
    "amount_not_positive": "The amount must be above zero.",
    "approver_is_requester": "The person who asked cannot approve; another person must.",
    "bank_account_already_declared": "The bank account is declared already, with other particulars.",
    "concurrent_change": "Others kept changing the same items; nothing was recorded. Run the command again.",
    "currency_differs": "The currency is not that of the item.",
    "due_before_issue": "The due date lies before the issue date.",
    "fact_already_recorded": "The same id was recorded before with other content.",
    "file_not_open": "The file is not being loaded: it was never ingested, or it is complete or rejected.",
    "id_is_personal_number": "The id is a personal identity number; facts hold random ids only.",
    "id_malformed": "An id has 1 to 64 letters, digits, '.', '_' or '-'.",
    "invoice_already_issued": "The invoice id is taken by another invoice.",
    "invoice_unknown": "No invoice of that id has been issued.",
    "key_reused": "The idempotency key belongs to a command with other content.",
    "line_repeated": "Each line is named once, by an id of its own.",
    "lines_missing": "An invoice has at least one line.",
    "loading_incomplete": "A bank file is still being loaded; finish it before acting on balances.",
    "not_due": "The item is not due on that day.",
    "nothing_open": "Nothing is open on the item.",
    "reason_missing": "The command needs a reason code that says why.",
    "receipt_identified_otherwise": "The receipt is identified as another account's; reverse its allocations first.",
    "receipt_unknown": "No receipt of that id has been recorded.",
    "reference_prefix_malformed": "A reference prefix is digits, at most 18 together with the first number.",
    "refund_not_approved": "The refund is not approved, or has been sent already.",
    "refund_not_requested": "The refund is not waiting for approval.",
    "refund_not_sent": "The refund has not been sent, or its outcome is known already.",
    "role_not_bookable": "No bank movement is booked on that role: it is not in the chart, or other facts keep it.",
    "rounding_too_large": "An invoice is rounded by at most 50 minor units.",
    "series_already_open": "The number series is open already.",
    "series_not_open": "The number series has not been opened.",
    "share_unknown": "The invoice has no share of that number.",
    "shares_do_not_sum": "The payers' shares do not sum to the invoice's total.",
    "targets_missing": "An allocation names at least one item, or an amount to keep as customer credit.",
    "too_many_shares": "An invoice has at most nine shares; a reference has one digit for them.",
    "too_many_targets": "One receipt is applied to at most 200 items at once; use a remittance for more.",
    "vat_negative": "The VAT of a line is zero or above.",
    "write_off_in_force": "Part of the share is written off; reverse the write-off first.",
    "write_off_not_requested": "The write-off is not waiting for approval.",
    "write_off_unknown": "The invoice has no write-off of that id in force.",
}


class Refused(Exception):
    """A command the book does not accept: `code` from the one list, `about` the ids it concerns."""

    def __init__(self, code: str, about: str = "") -> None:
        if code not in REFUSALS:
            raise KeyError(f"{code} is not a listed refusal")
        super().__init__(f"{code}: {REFUSALS[code]}" + (f" ({about})" if about else ""))
        self.code = code
        self.about = about

    @property
    def sentence(self) -> str:
        """What is wrong, for a person."""
        return REFUSALS[self.code] + (f" ({self.about})" if self.about else "")

"""The codes of the gate about booked movements, and about these and their details."""

from __future__ import annotations

from typing import Final

from reconciliation.gate.code import Code

MOVEMENT: Final = {
    "amount_missing": Code(
        "refuse",
        "each booked movement has an amount",
        "A booked movement has no readable amount. Ask the bank for a corrected statement.",
    ),
    "currencies_mixed": Code(
        "refuse",
        "each booked movement is in the currency of its statement",
        "A booked movement is not in the currency of its statement, so the sums prove nothing. Ask the bank for a "
        "separate statement for each currency.",
    ),
    "deposit_does_not_sum": Code(
        "refuse",
        "each deposit equals its payments less its deductions",
        "The deposit does not equal its payments less its deductions: records are missing, repeated or changed. Fetch "
        "the file again.",
    ),
    "deposit_count_differs": Code(
        "refuse",
        "each deposit contains as many payments and deductions as it states",
        "The deposit does not contain as many payments and deductions as it states. Fetch the file again.",
    ),
    "settlement_does_not_sum": Code(
        "refuse",
        "each settlement of a payment provider equals its transactions less the charges taken from them",
        "The settlement does not equal its transactions less the charges taken from them: transactions are missing, "
        "repeated or changed. Fetch the file again.",
    ),
    "movement_unproven": Code(
        "refuse",
        "the amount of each booked movement is confirmed by a declared total, by its details or by a declared count",
        "Nothing in the notification confirms the amount of this movement. Ask the bank to send totals (TxsSummry with"
        " TtlNtries, TtlCdtNtries and TtlDbtNtries) or an amount in each TxDtls, or load the camt.053 of the account.",
    ),
    "booking_day_unknown": Code(
        "refuse",
        "each booked movement has a booking day, or the statement shows by which day the bank booked it",
        "The movement has no booking date that the entity accepts, and neither its value date nor the statement's last "
        "day, closing balance or creation date shows when the bank booked it. Ask the bank for a corrected statement.",
    ),
    "booked_on_missing": Code(
        "doubt",
        "each booked movement has a booking date",
        "The booking date is missing. The value date is used instead or, if there is none or it is after the "
        "statement's day, the statement's last day. Check the day with the bank.",
    ),
    "booked_on_beyond_belief": Code(
        "doubt",
        "each booked movement was booked within the accepted days",
        "The booking date is outside the accepted days. The value date is used instead or, if it is unusable or after "
        "the statement's day, the statement's last day. Check the day with the bank.",
    ),
    "value_on_beyond_belief": Code(
        "doubt",
        "the value date of each booked movement is within the accepted days",
        "The value date is outside the accepted days; before 1900 or after 2199, the money is booked without it. Check "
        "the day with the bank.",
    ),
    "bank_ref_repeated": Code(
        "doubt",
        "no two movements of an account have the same bank id",
        "Several movements of the account have the same bank id. Check that each of them is a separate booking, and "
        "that the bank did not book one of them twice.",
    ),
    "details_do_not_sum": Code(
        "doubt",
        "each booked movement equals the sum of its details less the stated charges",
        "The details do not sum to the movement, and the stated charges do not explain the difference. If details are "
        "missing, the amount without details is booked separately; otherwise the movement is booked as a whole. Ask "
        "the bank what the difference is for.",
    ),
    "details_without_amounts": Code(
        "doubt",
        "if a movement has several details, each of them has an amount",
        "The movement has several details, but not all of them have an amount, so the movement cannot be divided. Load "
        "the camt.054 of the day, or divide the movement by hand.",
    ),
    "details_missing": Code(
        "doubt",
        "if the bank states that a movement consists of several payments, their details are in the file",
        "The bank states that the movement consists of several payments, but none of them is in the file. Load the "
        "camt.054 of the day, or divide the movement by hand.",
    ),
    "details_count_differs": Code(
        "doubt",
        "each movement has as many details as the bank states",
        "The number of details differs from the number that the bank states. Compare the details with the bank's own "
        "list.",
    ),
    "line_repeated": Code(
        "warning",
        "each movement has a bank id, or differs from all others in at least one field",
        "Some movements without a bank id are equal in every field. Each of them is booked. If you did not expect "
        "equal movements, compare them with the bank's own list.",
    ),
}

MEMBER: Final = {
    "amount_not_exact": Code(
        "doubt",
        "each amount is exact in the minor unit of its currency",
        "The amount could not be read exactly in minor units of its currency. Ask the bank for the exact amount.",
    ),
    "amount_zero": Code(
        "doubt",
        "no amount is zero",
        "The amount is zero, so there is nothing to book. Check whether the bank sent the line for information only.",
    ),
    "detail_currency_differs": Code(
        "doubt",
        "each detail is in the currency of its movement",
        "The detail is not in the currency of its movement, so the movement was not divided. Divide the movement by "
        "hand.",
    ),
    "reference_check_digit_wrong": Code(
        "doubt",
        "the check digit of each reference is right",
        "The check digit of the reference is wrong, so a digit was probably mistyped, and no item was chosen by it. "
        "Choose the item by hand, and close this doubt. The candidates include items with similar references.",
    ),
    "text_damaged": Code(
        "doubt",
        "all characters of texts and names are readable",
        "A text or name has characters that could not be decoded. Read the original in the archive before you act on "
        "the text, and inform the bank about the encoding of the file.",
    ),
}

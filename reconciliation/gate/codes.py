"""The codes of the gate: what each of them expects, and what somebody must do if that does not hold.

Problems that a reader reports (`problems.py` in reconciliation/statements) keep the reader's own code and sentence. A
rule of proof decides whether a file is booked; a file that is not proven is refused as a whole. There are three rules:

- By balances (camt.053): each statement has an opening and a closing booked balance, and the opening balance plus the
  booked movements equals the closing balance. If the statement declares totals (TxsSummry), they must also be right.
- By deposits (BgMax): each deposit (TK15) equals its payments less its deductions, and contains as many payments and
  deductions as it states. The counts in the end record (TK70) equal those of the file.
- By movements (camt.054, which has no balances): the bank must confirm the amount of each booked movement in a second
  way. Either the declared sum (TxsSummry) of all movements on the movement's side (credits or debits) is right, or the
  amounts of the movement's details sum to the movement. A movement without details, or with a single detail that has no
  amount, is also confirmed if the declared number of movements (TtlNtries/NbOfNtries) is right. A notification with an
  unconfirmed movement is refused.

An intraday report (camt.052) has no such rule, because it covers only the day so far. Its movements come again in later
files, so the report is never booked.

Each format's own module says which rule proves files of the format (reconciliation/statements, TRAITS).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal, NamedTuple

from reconciliation.statements import TRAITS

# Increase this when a file could get a different verdict than before, because verdicts are stored by version.
GATE_VERSION: Final = "3"

Effect = Literal["refuse", "doubt", "warning"]


class Code(NamedTuple):
    """A code's effect, what it expects, and the sentence that says what is wrong and what to do."""

    effect: Effect
    expected: str
    sentence: str


_BOOKED: Final = ", ".join(one.format for one in TRAITS.values() if one.books)

_FILE = {
    "file_not_readable": Code(
        "refuse",
        "the reader found no fault that makes the file untrustworthy",
        "The reader found a fault, so the file cannot be trusted. The reader's own code and sentence say what to do.",
    ),
    "line_doubtful": Code(
        "doubt",
        "the reader found nothing doubtful about a line",
        "The reader found something doubtful about a line. The reader's own code and sentence say what to do.",
    ),
    "intraday_report": Code(
        "refuse",
        "the file is a statement or a notification, not an intraday report",
        "This is an intraday report. Its movements appear again in the day's statement and are booked from there. "
        f"Load that statement instead, in one of these formats: {_BOOKED}.",
    ),
    "format_not_provable": Code(
        "refuse",
        "there is a rule to prove files of this format",
        "Nothing in a file of this format proves that it is complete, so nothing in it is booked. Load a file in a "
        f"format that can be proven: {_BOOKED}.",
    ),
    "statement_missing": Code(
        "refuse",
        "the file contains at least one statement",
        "The file contains no statement. Check that it is the file that the bank sent, or fetch it again.",
    ),
}

_STATEMENT = {
    "statement_repeated": Code(
        "refuse",
        "each statement occurs only once in the file",
        "The file contains the same statement of the same account twice, so the lines of the statement could be booked "
        "twice. Remove the repetition, or ask the bank for the file again.",
    ),
    "currency_unknown": Code(
        "refuse",
        "the currency of each statement is listed in ISO 4217",
        "ISO 4217 does not list the currency, so its minor unit is unknown. Ask the bank for a corrected statement.",
    ),
    "currency_not_kept": Code(
        "refuse",
        "the entity's terms include the currency of each statement",
        "The entity's terms do not include this currency. Load the file for the entity that owns the account, or first "
        "declare the currency in the entity's terms.",
    ),
    "statement_date_beyond_belief": Code(
        "refuse",
        "the period of each statement is within the accepted days",
        "The period of the statement is outside the days that the entity accepts. If the period is right, widen the "
        "accepted days in the entity's terms; otherwise ask the bank for a corrected statement.",
    ),
    "statement_period_reversed": Code(
        "refuse",
        "the period of each statement ends on or after its first day",
        "The statement ends before it begins. Ask the bank for a corrected statement.",
    ),
    "sum_too_large": Code(
        "refuse",
        "each statement's booked movements, signs left out, sum up to 10^15 minor units",
        "The sum of the movements is more than any account can hold, so some amounts must be damaged. Fetch the file "
        "again.",
    ),
    "balance_missing": Code(
        "refuse",
        "each statement has an opening and a closing booked balance",
        "The opening booked balance (OPBD or PRCD) or the closing one (CLBD) is missing, so the statement proves "
        "nothing. Ask the bank for statements with both balances.",
    ),
    "balances_do_not_foot": Code(
        "refuse",
        "the opening balance plus the booked movements equals the closing balance",
        "The opening balance plus the booked movements does not equal the closing balance: movements are missing, "
        "repeated or changed. Fetch the file again, or ask the bank for a corrected statement.",
    ),
    "declared_count_differs": Code(
        "refuse",
        "the number of movements equals the declared number",
        "The number of movements differs from the number that the statement declares (TxsSummry). Fetch the file "
        "again, or ask the bank for a corrected statement.",
    ),
    "declared_credits_differ": Code(
        "refuse",
        "the sum of the credits equals the declared sum",
        "The sum of the credits differs from the sum that the statement declares (TxsSummry/TtlCdtNtries). Fetch the "
        "file again, or ask the bank for a corrected statement.",
    ),
    "declared_debits_differ": Code(
        "refuse",
        "the sum of the debits equals the declared sum",
        "The sum of the debits differs from the sum that the statement declares (TxsSummry/TtlDbtNtries). Fetch the "
        "file again, or ask the bank for a corrected statement.",
    ),
    "declared_sum_differs": Code(
        "refuse",
        "the sum of the movements equals the declared sum",
        "The sum of the movements differs from the sum that the statement declares (TxsSummry/TtlNtries). Fetch the "
        "file again, or ask the bank for a corrected statement.",
    ),
    "control_totals_missing": Code(
        "refuse",
        "the file has control totals",
        "The file has no control totals, so its end may be missing. Fetch the file again.",
    ),
    "control_total_differs": Code(
        "refuse",
        "each control total agrees with the content of the file",
        "A control total does not agree with the content of the file: records are missing or repeated. Fetch the file "
        "again, or ask the bank for a corrected file.",
    ),
    "created_beyond_belief": Code(
        "warning",
        "each statement was created within the accepted days",
        "The date on which the statement was created is outside the accepted days. The movements are judged by their "
        "own dates. Inform the bank if this happens again.",
    ),
}

_MOVEMENT = {
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

_MEMBER = {
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

_GATE = {
    "doubts_not_listed": Code(
        "warning",
        "the doubts with each code are few enough to be listed in full",
        "There are more doubts with this code than are listed. They probably have one common cause, a fault in the "
        "file or in the reader. Look for that cause before you work through the list.",
    ),
}

# These codes are judged first. A file that fails one of them is not judged further.
FILE_CODES: Final = frozenset(_FILE)
CODES: Final[Mapping[str, Code]] = MappingProxyType({**_FILE, **_STATEMENT, **_MOVEMENT, **_MEMBER, **_GATE})

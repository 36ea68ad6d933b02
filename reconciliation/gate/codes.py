"""Every code of the gate: what is expected, and what a person does if it does not hold.

Codes of the readers (reconciliation/statements, problems) pass through with the reader's sentence. The rule of proof,
which decides whether a file is booked at all (an unproven file is refused whole):

- By balances (camt.053): opening and closing booked balance stand in each statement, and opening plus the booked
  movements is closing. Totals that the statement declares beside them (TxsSummry) must be right too.
- By deposits (BgMax): each deposit (TK15) is the sum, and has the number, of its payments and deductions, and the
  counts of the end record (TK70) are those of the file.
- By movements (camt.054), where there are no balances: each booked movement must be covered by a second statement of
  the bank: a declared sum of its side (TxsSummry) that is right; or details whose own amounts sum to it; or, where it
  has no more than one detail and that without an amount, a declared number of movements (TtlNtries/NbOfNtries) that is
  right. A notification without any of these is refused as unproven.
- An intraday report (camt.052) is the day so far: its movements come again, so it is never booked.

Which rule proves a format, its own module says (reconciliation/statements, TRAITS).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal, NamedTuple

from reconciliation.statements import TRAITS

# Increase it when a file could get another verdict than before; verdicts are stored by version.
GATE_VERSION: Final = "1"

Effect = Literal["refuse", "doubt", "warning"]


class Code(NamedTuple):
    """The effect of a code, the expectation, and the sentence on what is wrong and what to do."""

    effect: Effect
    expected: str
    sentence: str


_BOOKED: Final = ", ".join(one.format for one in TRAITS.values() if one.books)

_FILE = {
    "file_not_readable": Code(
        "refuse",
        "the reader found nothing that forbids trusting the file",
        "The reader found a fault, so the file cannot be trusted; the reader's own code and sentence say what to do.",
    ),
    "line_doubtful": Code(
        "doubt",
        "the reader found nothing doubtful about a line",
        "The reader found something doubtful about a line; the reader's own code and sentence say what to do.",
    ),
    "intraday_report": Code(
        "refuse",
        "the file is a statement or a notification, not the day so far",
        "This is an intraday report: its movements come again in the statement of the day and are booked from there."
        f" Load that instead: {_BOOKED}.",
    ),
    "format_not_provable": Code(
        "refuse",
        "the format is one for which a rule of proof is written",
        "No rule says how a file of this format proves itself, so nothing of it is booked. Load a format that is"
        f" proven: {_BOOKED}.",
    ),
    "statement_missing": Code(
        "refuse",
        "the file holds at least one statement",
        "The file holds no statement. Check that it is the file the bank sent, and fetch it again.",
    ),
}

_STATEMENT = {
    "statement_repeated": Code(
        "refuse",
        "each statement occurs in the file once",
        "The file has the same statement of the same account twice, so its lines could be booked twice. Remove the "
        "repetition, or ask the bank for the file again.",
    ),
    "currency_unknown": Code(
        "refuse",
        "the currency of each statement is listed in ISO 4217",
        "The currency is not in ISO 4217, so its minor unit is unknown. Ask the bank for a corrected statement.",
    ),
    "currency_not_kept": Code(
        "refuse",
        "the entity keeps the currency of each statement",
        "The entity does not keep this currency. Load the file for the entity that owns the account, or first "
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
        "the booked movements of each statement sum to an amount of 64 bits",
        "The movements sum to more than any account can hold, so some amounts must be damaged. Fetch the file again.",
    ),
    "balance_missing": Code(
        "refuse",
        "each statement gives its opening and its closing booked balance",
        "Opening or closing booked balance (OPBD or PRCD, CLBD) is missing, so the statement proves nothing. Ask the"
        " bank for statements with both balances.",
    ),
    "balances_do_not_foot": Code(
        "refuse",
        "opening balance plus booked movements is the closing balance",
        "Opening balance plus booked movements is not the closing balance: movements are missing, doubled or changed."
        " Fetch the file again, or ask the bank for a corrected statement.",
    ),
    "declared_count_differs": Code(
        "refuse",
        "the number of movements equals the declared one",
        "The number of movements differs from the one that the statement declares (TxsSummry). Fetch the file "
        "again, or ask the bank for a corrected statement.",
    ),
    "declared_credits_differ": Code(
        "refuse",
        "the credits sum to what the statement declares",
        "The credits do not sum to what the statement declares (TxsSummry/TtlCdtNtries). Fetch the file again, or ask"
        " the bank for a corrected statement.",
    ),
    "declared_debits_differ": Code(
        "refuse",
        "the debits sum to what the statement declares",
        "The debits do not sum to what the statement declares (TxsSummry/TtlDbtNtries). Fetch the file again, or ask"
        " the bank for a corrected statement.",
    ),
    "declared_sum_differs": Code(
        "refuse",
        "the movements sum to what the statement declares",
        "The movements do not sum to what the statement declares (TxsSummry/TtlNtries). Fetch the file again, or ask"
        " the bank for a corrected statement.",
    ),
    "control_totals_missing": Code(
        "refuse",
        "the file states its control totals",
        "The file has no control totals, so it may be cut off. Fetch the file again.",
    ),
    "control_total_differs": Code(
        "refuse",
        "each control total equals the content of the file",
        "A control total differs from the content of the file: records are missing or doubled. Fetch the file "
        "again, or ask the bank for a corrected file.",
    ),
    "created_beyond_belief": Code(
        "warning",
        "each statement was made within the accepted days",
        "The statement says that it was made on a day outside the accepted days; its movements are judged by their "
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
        "A booked movement is in another currency than its statement, so the sums prove nothing. Ask the bank for a "
        "separate statement for each currency.",
    ),
    "deposit_does_not_sum": Code(
        "refuse",
        "each deposit is the sum of its payments less its deductions",
        "The deposit is not the sum of its payments and deductions: records are missing, doubled or changed. Fetch the"
        " file again.",
    ),
    "deposit_count_differs": Code(
        "refuse",
        "each deposit has as many payments and deductions as it says",
        "The deposit states another number of payments and deductions than the file has. Fetch the file again.",
    ),
    "movement_unproven": Code(
        "refuse",
        "each booked movement is covered by a declared total, by its details' amounts, or by a declared count",
        "Nothing in the notification confirms the amount of this movement. Ask the bank to send totals (TxsSummry with"
        " TtlNtries, TtlCdtNtries and TtlDbtNtries) or amounts in each TxDtls; or load the camt.053 of the account.",
    ),
    "booked_on_missing": Code(
        "doubt",
        "each booked movement says on which day it was booked",
        "The booking date is missing; the value date is used instead, or else the statement's last day. Check the "
        "day with the bank.",
    ),
    "booked_on_beyond_belief": Code(
        "doubt",
        "each booked movement was booked within the accepted days",
        "The booking date is outside the accepted days; the value date is used instead, or else the statement's "
        "last day. Check the day with the bank.",
    ),
    "value_on_beyond_belief": Code(
        "doubt",
        "each booked movement has its value date within the accepted days",
        "The value date is outside the accepted days. Check the day with the bank.",
    ),
    "bank_ref_repeated": Code(
        "doubt",
        "the bank's own id is on only one movement of an account",
        "Several movements of the account have the same bank id. Check that the bank booked each of them, and not "
        "one of them twice.",
    ),
    "details_do_not_sum": Code(
        "doubt",
        "each booked movement is the sum of its details, less the charges stated",
        "The details do not sum to the movement, and the stated charges do not explain the rest, which is booked as "
        "a separate amount. Ask the bank what it is for.",
    ),
    "details_without_amounts": Code(
        "doubt",
        "several details of one movement each have an amount",
        "The movement has several details, but not all of them have an amount, so it cannot be divided. Load the "
        "camt.054 of the day, or divide it by hand.",
    ),
    "details_missing": Code(
        "doubt",
        "a movement with several payments according to the bank has their details",
        "According to the bank the movement gathers several payments, but none of them is in the file. Load the "
        "camt.054 of the day, or divide it by hand.",
    ),
    "details_count_differs": Code(
        "doubt",
        "each movement has as many details as the bank states",
        "The number of details differs from the one that the bank states. Compare them with the bank's own list.",
    ),
    "line_repeated": Code(
        "warning",
        "no movement without a bank id repeats another",
        "Some movements without a bank id are equal in every field; each of them is booked. If you did not expect "
        "that, compare them with the account.",
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
        "The amount is zero, so there is nothing to book. Check whether the bank only sent this for information.",
    ),
    "detail_currency_differs": Code(
        "doubt",
        "each detail is in the currency of its movement",
        "The detail is in another currency than its movement, so the movement was not divided. Divide it by hand.",
    ),
    "reference_check_digit_wrong": Code(
        "doubt",
        "the check digit of each reference is right",
        "The check digit of the reference is wrong, so a digit is probably mistyped, and no item was chosen by this "
        "reference. Choose the item by hand; the candidates include similar references.",
    ),
    "text_damaged": Code(
        "doubt",
        "texts and names consist of readable characters",
        "A text or name has characters that could not be decoded. Read the original in the archive before acting on "
        "it, and inform the bank about the encoding of the file.",
    ),
}

_GATE = {
    "doubts_not_listed": Code(
        "warning",
        "the doubts of one code are few enough to be listed",
        "There are more doubts with this code than are listed. They probably have one common cause, a fault of the "
        "file or of the reader: look for that before working through the list.",
    ),
}

# Judged first: a file that fails here is not judged further.
FILE_CODES: Final = frozenset(_FILE)
CODES: Final[Mapping[str, Code]] = MappingProxyType({**_FILE, **_STATEMENT, **_MOVEMENT, **_MEMBER, **_GATE})

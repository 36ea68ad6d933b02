"""The codes of the gate: what each of them expects, and what somebody must do if that does not hold.

Problems that a reader reports (`problems.py` in reconciliation/statements) keep the reader's own code and sentence. A
rule of proof decides whether a file is booked; a file that is not proven is refused as a whole. There are six rules:

- By balances (camt.053): each statement has an opening and a closing booked balance, and the opening balance plus the
  booked movements equals the closing balance. If the statement declares totals, they must also be right. Of what a
  payment provider settles, movements count less the charges taken with them, and a settlement must equal its
  transactions less theirs.
- By deposits (BgMax): each deposit equals its payments less its deductions, and contains as many payments and
  deductions as it states. The control totals of the file are right.
- By totals (files of payments without balances): each statement declares how many movements it has and what its
  credits and debits sum to, and both are right.
- By movements (camt.054, which has no balances): the bank must confirm the amount of each booked movement in a second
  way. Either the declared sum (TxsSummry) of all movements on the movement's side (credits or debits) is right, or the
  amounts of the movement's details sum to the movement. A movement without details, or with a single detail that has no
  amount, is also confirmed if the declared number of movements (TtlNtries/NbOfNtries) is right. A notification with an
  unconfirmed movement is refused.
- By a stated figure (tables that a file mapping reads): the file states a sum or the number of its rows, and that is
  right.
- By acceptance (tables that state nothing): whoever approved the file mapping accepted that. The whole file is
  doubted.

An intraday report (camt.052) has no such rule, because it covers only the day so far. Its movements come again in later
files, so the report is never booked.

Each format's own module says which rule proves files of the format (reconciliation/statements, TRAITS).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from reconciliation.gate.code import Code
from reconciliation.gate.line_codes import MEMBER, MOVEMENT
from reconciliation.statements import TRAITS

# Increase this when a file could get a different verdict than before, because verdicts are stored by version.
GATE_VERSION: Final = "6"

_BOOKED: Final = ", ".join(one.format for one in TRAITS.values() if one.books)
_OF_BANKS: Final = ", ".join(one.format for one in TRAITS.values() if one.of_banks)

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
        f"Load that statement instead, in one of these formats: {_OF_BANKS}.",
    ),
    "file_is_advice": Code(
        "refuse",
        "the file is about money, not only about mandates and orders",
        "This file says what became of mandates and orders. It moves no money, so nothing of it is booked, and no "
        "other file is needed in its place.",
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
        "The file says of no account what was booked or settled. Check that it is the file that was sent, or fetch it "
        "again.",
    ),
}

_STATEMENT = {
    "statement_repeated": Code(
        "refuse",
        "each statement occurs only once in the file",
        "The file contains the same statement, settlement or remittance of the same account twice (two have the same "
        "number and days), so its lines could be booked twice. Remove the repetition, or ask who sent the file for a "
        "corrected one.",
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
    "details_too_large": Code(
        "refuse",
        "the amounts of each statement's details, and what is said of them, each sum up to 10^15 minor units",
        "The amounts, charges, claims or adjustments of the details sum to more than any account can hold, so some of "
        "them must be damaged. Fetch the file again.",
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
        "The number of movements differs from the number that the statement declares. Fetch the file "
        "again, or ask the bank for a corrected statement.",
    ),
    "declared_credits_differ": Code(
        "refuse",
        "the sum of the credits equals the declared sum",
        "The sum of the credits differs from the sum that the statement declares. Fetch the "
        "file again, or ask the bank for a corrected statement.",
    ),
    "declared_debits_differ": Code(
        "refuse",
        "the sum of the debits equals the declared sum",
        "The sum of the debits differs from the sum that the statement declares. Fetch the "
        "file again, or ask the bank for a corrected statement.",
    ),
    "declared_sum_differs": Code(
        "refuse",
        "the sum of the movements equals the declared sum",
        "The sum of the movements differs from the sum that the statement declares. Fetch the "
        "file again, or ask the bank for a corrected statement.",
    ),
    "totals_missing": Code(
        "refuse",
        "each statement declares the number and the sums of its movements",
        "The statement declares no number or no sums of its movements, so nothing proves that it is whole. Fetch the "
        "file again, or ask the bank for a file with its totals.",
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

_GATE = {
    "doubts_not_listed": Code(
        "warning",
        "the doubts with each code are few enough to be listed in full",
        "There are more doubts with this code than are listed. They probably have one common cause, a fault in the "
        "file or in the reader. Look for that cause before you work through the list.",
    ),
}

# The sentence of `balances_do_not_foot` if the balances say that the account's reversals are read the wrong way.
FLIPPED_REVERSALS: Final = (
    "The opening balance plus the booked movements does not equal the closing balance, but it would if the reversed "
    "movements (RvslInd) had the other sign. If the bank gives a reversal the direction of the movement that it takes "
    "back, declare that: `reskontra bank-account declare ACCOUNT --currency CODE --reversals flipped`; if the account "
    "is declared so already, take it back with `--reversals as-stated`. Then load the file again."
)

# These codes are judged first. A file that fails one of them is not judged further.
FILE_CODES: Final = frozenset(_FILE)
CODES: Final[Mapping[str, Code]] = MappingProxyType({**_FILE, **_STATEMENT, **MOVEMENT, **MEMBER, **_GATE})

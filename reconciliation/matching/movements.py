"""Movements that are not receipts: rules choose the ledger account for some, and a person must explain the others."""

from __future__ import annotations

from typing import Final

import polars as pl

from ledger.domain.chart_of_accounts import (
    BANK_DETAILS,
    BANK_FEES,
    BANK_SUSPENSE,
    OWN_TRANSFERS,
    PROVIDER_FEE_TAX,
    PROVIDER_FEES,
    PROVIDER_RESERVES,
    ROUNDING,
)
from reconciliation.matching.differences import CONTRADICTS, CORRECTED, CORRECTS
from reconciliation.matching.entries import LUMP
from reconciliation.matching.payouts import AMBIGUOUS

# The sub-families that mean a bank's charge, from ISO 20022's external code set ExternalBankTransactionSubFamily1Code.
_CHARGES: Final = frozenset({"CHRG", "FEES", "COMM", "COME", "COMI", "COMT"})
# The rules for what a line has beside its payments, and for a charge that is a line of its own.
CHARGES_OF_LINE: Final = "charges_of_line"
DETAILS_DO_NOT_SUM: Final = "details_do_not_sum"
OF_RESTS: Final = (CHARGES_OF_LINE, DETAILS_DO_NOT_SUM)
CODE_OF_CHARGES: Final = "bank_code_charges"

# Why a line of a statement was not booked, although no booked movement is the same as it.
LEFT_OUT: Final[dict[str, str]] = {
    "covered": (
        "What is booked for the statement's days already sums to its balances, with other lines. This line was not "
        "booked. Compare it with the booked movements, and close this with `reskontra doubt close`."
    ),
    "contradicted": (
        "The statement's lines contradict what is booked for the same days. This line was not booked by itself; the "
        "net amount was booked as a bank difference, which `reskontra movement list` shows. When that is explained, "
        "close this with `reskontra doubt close`."
    ),
}

# The account role and the rule for a debit with which the bank takes a payment back.
RECALL: Final = ("recalls", "recall_of_receipt")
# The rule of one of which it is not certain yet which payment it takes back, and the rules of all.
RECALL_UNEXPLAINED: Final = "recall_unexplained"
RECALL_RULES: Final = (RECALL[1], RECALL_UNEXPLAINED)

# A dispute that brings money, although a provider calls it what takes a payment back.
_BROUGHT: Final = (BANK_SUSPENSE, "recall_brings_money")
# The kind of a sum of payments of which it is not certain which payments, recorded at capture, it settles.
CAPTURED_SUM: Final = "captured_sum"

# For each rule, the sentence that tells a person why a movement that is not a receipt waits for a decision.
MOVEMENT_REASONS: Final[dict[str, str]] = {
    RECALL_UNEXPLAINED: (
        "The bank took a payment back, but does not say which with certainty. Say which receipt it was, with "
        "`reskontra receipt recall`."
    ),
    "recall_brings_money": (
        "The provider's file calls this a dispute, which takes a payment back, but it brings money. Say what it was, "
        "with `reskontra movement reclassify`: with `--receipt` if it is somebody's payment that came back to us."
    ),
    DETAILS_DO_NOT_SUM: (
        "The details of the bank's line do not sum to the line. Say what the difference is, with `reskontra movement "
        "reclassify`."
    ),
    "statement_contradicts_book": (
        "The statement's lines contradict what is booked for the same days. The net amount was booked, so that the "
        "ledger equals the bank. Say what it is, with `reskontra movement reclassify`."
    ),
    "statements_correct_difference": (
        "One of the day's statements was missing when the others came, so less or more was booked than their balances "
        "say. This amount makes the ledger equal the bank. With the day's other differences it sums to what was not "
        "booked of the lines. If that is anything, say what it is, with `reskontra movement reclassify --amount`."
    ),
    "statement_was_corrected": (
        "The bank sent a statement again with other lines, and the next statement begins with its new closing balance. "
        "This amount makes the ledger equal the bank. If a payment is gone, move the amount to the role `recalls` with "
        "`reskontra movement reclassify`, and say with `reskontra receipt recall` which receipt it takes back."
    ),
    "debit_unexplained": (
        "No rule explains why this money left the account. Say what it was for, with `reskontra movement reclassify`."
    ),
    "deduction_unexplained": (
        "The payer deducted this amount from what it paid by the same deposit. Say what it was for, with `reskontra "
        "movement reclassify`."
    ),
    "rules_contradict": (
        "Several rules explain this line, and say different things. Say what it was, with `reskontra movement "
        "reclassify`, and end one of the rules, or request its next version, with `reskontra line-rule`."
    ),
    AMBIGUOUS: (
        "Several payouts or lines of our bank have this amount, and this line quotes no number that tells them apart. "
        "Ask the provider or the payer, and say which payout it is, with `reskontra movement reclassify --payout`."
    ),
    "refund_unknown": (
        "The provider sent money back to a payer, or got it back, and no refund of ours has the id that it names. Say "
        "which refund it is, with `reskontra movement reclassify` and `--refund`."
    ),
    CAPTURED_SUM: (
        "The provider's file has only the sum of some payments, and payments that were recorded when they were "
        "captured wait, with another number or amount. So the sum is in suspense: as a receipt, it would count them "
        "twice. Void what never was with `reskontra receipt void`, and record what lacks with `reskontra receipt "
        "record --provider-account`. Then say with `reskontra movement reclassify`, and a `--payment` for each, which "
        "payments the sum is, and with `--receipt` what of it nobody recorded; `--amount` divides it."
    ),
    "transaction_unknown": (
        "The provider's file has a transaction of a kind that is not known here. Look it up at the provider, and say "
        "what it is, with `reskontra movement reclassify`."
    ),
    "refund_ambiguous": (
        "Several refunds have the end-to-end id of this line. Say which of them it is, with `reskontra movement "
        "reclassify` and `--refund`."
    ),
    "refund_amount_differs": (
        "A refund has the end-to-end id of this line, but another amount is still to be paid or brought back. Say what "
        "the line is. If the bank paid the refund in parts, `reskontra movement reclassify` with `--refund` says so of "
        "each; if a person had recorded the refund as failed, `reskontra refund resume` comes first."
    ),
    "refund_cancelled": (
        "A refund with the end-to-end id of this line was cancelled. If the bank paid it all the same, `reskontra "
        "movement reclassify` with `--refund` says that the payee owes the payment; free customer credit pays that. If "
        "the bank brought such a payment back, `--receipt` makes it the payee's receipt."
    ),
    "refund_had_failed": (
        "A person recorded the refund of this line as failed, and the bank paid it. If its customer credit was still "
        "free, the failure has ended. If it was used, the line is in suspense: `reskontra movement reclassify` with "
        "`--refund` takes the credit back from what it was used for."
    ),
    "refund_line_repeated": (
        "A refund with the end-to-end id of this line has such a line already. Say what this is. If the bank paid the "
        "refund twice, `reskontra movement reclassify` with `--refund` says that the payee owes the second payment. If "
        "that came back as well, `--receipt` makes it the payee's receipt."
    ),
    "refund_return_in_doubt": (
        "The bank paid the refund of this line again, and that payment waits. Say first what that payment was, then "
        "what this is, with `reskontra movement reclassify`: with `--refund` if it brought money of the refund back."
    ),
    "refund_not_sent": (
        "A refund has the end-to-end id of this line, but was never sent. Say what the line is. If the refund was "
        "rejected and the bank paid it all the same, `reskontra movement reclassify` with `--refund` says that the "
        "payee owes the payment; if the bank brought such a payment back, `--receipt` makes it the payee's receipt."
    ),
}


# The account role and the rule for a transaction of a payment provider, by its kind.
_SETTLED: Final[dict[str, tuple[str, str]]] = {
    "fee": (PROVIDER_FEES, "provider_fee"),
    "fee_returned": (PROVIDER_FEES, "provider_fee_returned"),
    "fee_tax": (PROVIDER_FEE_TAX, "provider_fee_tax"),
    "reserve_held": (PROVIDER_RESERVES, "reserve_held"),
    "reserve_released": (PROVIDER_RESERVES, "reserve_released"),
    "exchange": (OWN_TRANSFERS, "changed_into_other_currency"),
    "rounded": (ROUNDING, "settlement_rounded"),
    "refund": (BANK_SUSPENSE, "refund_unknown"),
    "refund_returned": (BANK_SUSPENSE, "refund_unknown"),
    "chargeback": (BANK_SUSPENSE, RECALL_UNEXPLAINED),
    CAPTURED_SUM: (BANK_SUSPENSE, CAPTURED_SUM),
}


def settled_as(kind: str, amount_minor: int) -> tuple[str, str]:
    """The account role and the rule for a transaction of a payment provider that is no receipt."""
    if kind == "chargeback" and amount_minor > 0:
        return _BROUGHT
    return _SETTLED.get(kind, (BANK_SUSPENSE, "transaction_unknown"))


def reason_of(rule: str, *, held: bool) -> str:
    """The sentence that tells a person why a movement waits; `held` says whether a provider has its money."""
    return (_HELD_REASONS if held and rule in _HELD_REASONS else MOVEMENT_REASONS)[rule]


# The same of money that a payment provider, or a payer of claims, has: its file names the payment.
_HELD_REASONS: Final = {
    RECALL_UNEXPLAINED: (
        "The file takes back a payment that no receipt in the book is with certainty. Load the file that has the "
        "payment if it is missing; else say which receipt it was, with `reskontra receipt recall`."
    ),
}


def is_of_charges() -> pl.Expr:
    """Whether the bank's code says of an entry that it is a charge, by the same rule as `classified`."""
    return pl.col("bank_code").str.split("-").list.last().is_in(list(_CHARGES)).fill_null(value=False)


def classified(
    part: str, is_charge: bool, bank_code: str | None, line_minor: int, taken_back: bool = False
) -> tuple[str, str]:
    """The account role and the rule for an entry, from its `part`, its bank code and the amount of its line.

    `taken_back` says whether the bank calls the entry a reversal or a return of a payment.
    """
    if part == CONTRADICTS:
        return "bank_difference", "statement_contradicts_book"
    if part == CORRECTS:
        return "bank_difference", "statements_correct_difference"
    if part == CORRECTED:
        return "bank_difference", "statement_was_corrected"
    if part == LUMP:
        return BANK_DETAILS, "paid_in_detail"
    if part == "rest":
        return (BANK_FEES, CHARGES_OF_LINE) if is_charge else (BANK_SUSPENSE, DETAILS_DO_NOT_SUM)
    if (bank_code or "").rpartition("-")[2] in _CHARGES:
        return (BANK_FEES, CODE_OF_CHARGES)
    if taken_back:
        return ("bank_suspense", RECALL_UNEXPLAINED)
    if part == "detail" and line_minor > 0:
        return ("bank_suspense", "deduction_unexplained")
    return ("bank_suspense", "debit_unexplained")

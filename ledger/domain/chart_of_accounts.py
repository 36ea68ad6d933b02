"""The chart of accounts: each role with its kind and its ledger account. Each row also gives its source, and the day
from which the role has that account.
"""

from __future__ import annotations

from datetime import date
from typing import Final, Literal, NamedTuple

from ledger.domain.fact import Part

# What an account role is for; every list of roles is derived from these kinds. The balance of a control account equals
# a sum of balances in the sub-ledger. Another ledger settles what is booked `elsewhere`, such as suppliers' invoices.
# On the account of `details`, payments that one file shows in detail meet the amounts that statements show of them.
Kind = Literal[
    "control",
    "money",
    "equity",
    "clearing",
    "suspense",
    "difference",
    "details",
    "elsewhere",
    "income",
    "tax",
    "rounding",
    "loss",
    "cost",
]


class Leg(Part, frozen=True):
    """One leg of a posting: account role, amount (positive for a debit, negative for a credit) and currency.

    `bank_account` is the id of the bank account if the leg is its money; that account has a ledger account of its own.
    """

    role: str
    amount_minor: int
    currency: str
    bank_account: str | None = None


class AccountRole(NamedTuple):
    """An account role, its kind, and the ledger account that it has from `valid_from` on.

    `confirmed` is false if the source leaves the choice of the ledger account open. `balance` names the balances that a
    control account sums: item, receipt or credit.
    """

    role: str
    kind: Kind
    account: str
    name: str
    valid_from: date
    source: str
    confirmed: bool
    balance: str | None = None


_BAS: Final = "BAS chart of accounts (Sweden), 2024"
_FROM: Final = date(2000, 1, 1)

# One row per role and first day of validity; a change is a new row with a later day, never an edit.
CHART: Final[tuple[AccountRole, ...]] = (
    AccountRole("ar_patient", "control", "1510", "Receivables, patients", _FROM, _BAS, True, "item"),
    AccountRole("ar_payer", "control", "1511", "Receivables, regions and other payers", _FROM, _BAS, True, "item"),
    AccountRole("tax_account", "elsewhere", "1630", "Tax account", _FROM, _BAS, True),
    AccountRole("bank_details", "details", "1688", "Bank payments by detail and statement", _FROM, _BAS, False),
    AccountRole("own_transfers", "elsewhere", "1689", "Transfers between our own accounts", _FROM, _BAS, False),
    AccountRole("cash_in_transit", "clearing", "1690", "Cash in transit", _FROM, _BAS, False),
    AccountRole("cash_on_hand", "money", "1910", "Cash", _FROM, _BAS, True),
    AccountRole("bank", "money", "1930", "Bank", _FROM, _BAS, True),
    AccountRole("opening", "equity", "2099", "Opening balances", _FROM, _BAS, False),
    AccountRole("customer_credit", "control", "2420", "Customer credit", _FROM, _BAS, True, "credit"),
    AccountRole("suppliers", "elsewhere", "2440", "Accounts payable", _FROM, _BAS, True),
    AccountRole("refunds_payable", "clearing", "2490", "Refunds payable", _FROM, _BAS, False),
    AccountRole("vat_output", "tax", "2611", "Output VAT", _FROM, _BAS, True),
    AccountRole("wages_payable", "elsewhere", "2821", "Wages payable", _FROM, _BAS, True),
    AccountRole("unallocated", "control", "2990", "Unallocated receipts", _FROM, _BAS, False, "receipt"),
    AccountRole("recalls", "suspense", "2998", "Recalled payments to be assigned", _FROM, _BAS, False),
    AccountRole("bank_suspense", "suspense", "2999", "Bank movements to be explained", _FROM, _BAS, False),
    AccountRole("bank_difference", "difference", "2998", "Bank differences to be explained", _FROM, _BAS, False),
    AccountRole("revenue", "income", "3010", "Revenue, care exempt from VAT", _FROM, _BAS, True),
    AccountRole("rounding", "rounding", "3740", "Rounding", _FROM, _BAS, True),
    AccountRole("recovered_losses", "income", "3950", "Recovered losses on receivables", _FROM, _BAS, True),
    AccountRole("write_off_loss", "loss", "6351", "Losses on receivables", _FROM, _BAS, True),
    AccountRole("bank_fees", "cost", "6570", "Bank fees", _FROM, _BAS, True),
    AccountRole("bank_interest", "income", "8311", "Interest from banks", _FROM, _BAS, True),
)

# The clearing accounts of refunds: what is owed and not sent, and what is between our order and the bank's line.
REFUNDS_PAYABLE: Final = "refunds_payable"
CASH_IN_TRANSIT: Final = "cash_in_transit"
# Where a receipt's money is until it is applied to something.
UNALLOCATED: Final = "unallocated"
# What we owe payers whose money settles nothing yet.
CUSTOMER_CREDIT: Final = "customer_credit"
# Where the money of our bank accounts is.
BANK: Final = "bank"
# Where payments that a file shows in detail meet the amounts that statements show of them.
BANK_DETAILS: Final = "bank_details"
# Where a bank's movement waits for a person who says what it was.
BANK_SUSPENSE: Final = "bank_suspense"


def bank_role(*, in_detail: bool) -> str:
    """The role that a bank's money raises: `in_detail`, statements book the money itself."""
    return BANK_DETAILS if in_detail else BANK


def beside_bank(role: str, amount_minor: int, currency: str, bank_account: str) -> Leg:
    """The leg beside a bank's money. What is to be explained, and what is known in detail, is counted by account.

    So is the bank's money itself, if the leg takes it back.
    """
    by_account = (BANK, *roles_of("difference", "details"))
    return Leg(role, amount_minor, currency, bank_account if role in by_account else None)


def account_of_role(role: str, on: date) -> AccountRole:
    """The ledger account of a role on a day; raises KeyError if the chart has none."""
    rows = [row for row in CHART if row.role == role and row.valid_from <= on]
    if not rows:
        raise KeyError(f"no ledger account for the role {role} on {on}")
    return max(rows, key=lambda row: row.valid_from)


def roles_of(*kinds: Kind) -> tuple[str, ...]:
    """The roles of these kinds, in the order of the chart, without duplicates."""
    return tuple(dict.fromkeys(row.role for row in CHART if row.kind in kinds))


def control_roles(*balances: str) -> tuple[str, ...]:
    """The roles of the control accounts for these sub-ledger balances, or for all balances if none is given."""
    return tuple(dict.fromkeys(row.role for row in CHART if row.balance and (not balances or row.balance in balances)))


def pair(debit: str, credit: str, amount_minor: int, currency: str, bank_account: str | None = None) -> tuple[Leg, ...]:
    """A posting with two legs; `bank_account` is the account whose money is debited."""
    return (Leg(debit, amount_minor, currency, bank_account), Leg(credit, -amount_minor, currency))

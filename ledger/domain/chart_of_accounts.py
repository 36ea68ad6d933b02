"""The standard chart of accounts: each role with its kind, the ledger account that it has until the entity maps it to
another one, and the source of that choice.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal, NamedTuple

from ledger.domain.fact import Part
from ledger.domain.rails import ProviderRail

# What an account role is for; every list of roles is derived from these kinds. The balance of a control account equals
# a sum of balances in the sub-ledger. Another ledger settles what is booked `elsewhere`, such as suppliers' invoices.
# What the entities of one installation owe each other is booked `between` them.
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
    "between",
    "income",
    "tax",
    "rounding",
    "loss",
    "cost",
]


class Leg(Part, frozen=True):
    """One leg of a posting: account role, amount (positive for a debit, negative for a credit) and currency.

    `bank_account` is the id of the bank account if the leg is its money; that account has a ledger account of its own.
    `tax_code` is the tax code of what the leg is revenue, tax, a cost or a loss of, and `unit` the care unit that it is
    of.
    `base_minor` is the net that a leg of tax is the tax of, with the sign of the leg; a tax return asks for it. A leg
    with a base can have the amount zero, if its tax is rounded to nothing.
    """

    role: str
    amount_minor: int
    currency: str
    bank_account: str | None = None
    tax_code: str | None = None
    unit: str | None = None
    base_minor: int = 0


class AccountRole(NamedTuple):
    """An account role, its kind, and its standard ledger account.

    `confirmed` is false if the source leaves the choice of the ledger account open. `balance` names the balances that a
    control account sums: item, receipt or credit.
    """

    role: str
    kind: Kind
    account: str
    name: str
    source: str
    confirmed: bool
    balance: str | None = None


_BAS: Final = "BAS chart of accounts (Sweden), 2024"
# BAS names 2490, 2491, 2492 and 2499 of this group; the numbers between are free. 2420 is for advances, 2990 for
# accruals and 1690 for unpaid share capital, so none of them fits.
_FREE: Final = "own number in group 249 of BAS 2024 (other current liabilities to customers), which has no such account"
_FREE_SHARED: Final = f"{_FREE}; shared by recalls and bank differences, both of which the bank has to explain"
# Charts from 2026 on are said to have 1686 for card payments; nobody has checked that in one of BAS itself.
_CARDS: Final = "own choice: BAS 2024 has 1580 for receivables from card companies, and nothing for Swish"
_CHOICE: Final = "own choice among the accounts of BAS 2024, which has no account for this alone"

# What, besides the role, can decide which account a posting has; each is a field of `Leg`.
DIMENSIONS: Final = ("bank_account", "currency", "tax_code", "unit")

# One row per role. A row's account is never edited: an entity that needs another one maps the role to it.
CHART: Final[tuple[AccountRole, ...]] = (
    AccountRole("ar_patient", "control", "1510", "Receivables, patients", _BAS, True, "item"),
    AccountRole("ar_payer", "control", "1511", "Receivables, regions and other payers", _CHOICE, False, "item"),
    AccountRole("card_clearing", "clearing", "1580", "Card payments until they are paid out", _CARDS, False),
    AccountRole("swish_clearing", "clearing", "1581", "Swish payments until they are paid out", _CARDS, False),
    AccountRole("wallet_clearing", "clearing", "1582", "Wallet payments until they are paid out", _CARDS, False),
    AccountRole("direct_debit_clearing", "clearing", "1583", "Direct debits until they are paid out", _CARDS, False),
    AccountRole("lender_clearing", "clearing", "1584", "Lenders' payments until they are paid out", _CARDS, False),
    AccountRole("collector_clearing", "clearing", "1585", "Collected money until it is paid out", _CARDS, False),
    AccountRole("remittance_clearing", "clearing", "1586", "Payers' remittances until they are paid", _CARDS, False),
    AccountRole("provider_reserves", "clearing", "1588", "Reserves that payment providers hold", _CARDS, False),
    AccountRole("payouts_in_transit", "clearing", "1589", "Payouts between providers and our bank", _CARDS, False),
    AccountRole("tax_account", "elsewhere", "1630", "Tax account", _BAS, True),
    AccountRole("due_from_entities", "between", "1660", "Receivables from other entities", _BAS, True),
    AccountRole("own_transfers", "elsewhere", "1689", "Transfers between our own accounts", _CHOICE, False),
    AccountRole("cash_on_hand", "money", "1910", "Cash", _BAS, True),
    AccountRole("bank", "money", "1930", "Bank", _BAS, True),
    AccountRole("opening", "equity", "2091", "Opening balances", _CHOICE, False),
    AccountRole("suppliers", "elsewhere", "2440", "Accounts payable", _BAS, True),
    AccountRole("customer_credit", "control", "2493", "Customer credit", _FREE, False, "credit"),
    AccountRole("unallocated", "control", "2494", "Unallocated receipts", _FREE, False, "receipt"),
    AccountRole("refunds_payable", "clearing", "2495", "Refunds payable", _FREE, False),
    AccountRole("cash_in_transit", "clearing", "2496", "Cash in transit", _FREE, False),
    AccountRole("recalls", "suspense", "2497", "Recalled payments to be assigned", _FREE_SHARED, False),
    AccountRole("bank_difference", "difference", "2497", "Bank differences to be explained", _FREE_SHARED, False),
    AccountRole("bank_details", "details", "2498", "Bank payments by detail and statement", _FREE, False),
    AccountRole("vat_output", "tax", "2611", "Output VAT, 25 %", _BAS, True),
    AccountRole("vat_deferred", "tax", "2618", "Output VAT not due yet, 25 %", _BAS, True),
    AccountRole("wages_payable", "elsewhere", "2821", "Wages payable", _BAS, True),
    AccountRole("due_to_entities", "between", "2860", "Payables to other entities", _BAS, True),
    AccountRole("bank_suspense", "suspense", "2999", "Bank movements to be explained", _BAS, True),
    AccountRole("revenue", "income", "3004", "Revenue, exempt from VAT", _BAS, True),
    AccountRole("rounding", "rounding", "3740", "Rounding", _BAS, True),
    AccountRole("recovered_losses", "income", "3950", "Recovered losses on receivables", _BAS, True),
    AccountRole("provider_fees", "cost", "6040", "Fees of payment providers", _CHOICE, False),
    AccountRole("provider_fee_tax", "cost", "6041", "VAT on payment providers' fees, not deducted", _CHOICE, False),
    AccountRole("write_off_loss", "loss", "6351", "Losses on receivables", _BAS, True),
    AccountRole("bank_fees", "cost", "6570", "Bank fees", _BAS, True),
    AccountRole("bank_interest", "income", "8311", "Interest from banks", _BAS, True),
)


class ByTaxCode(NamedTuple):
    """The standard ledger account of a role's postings with a tax code, where it is another one than the role's."""

    role: str
    tax_code: str
    account: str
    name: str


BY_TAX_CODE: Final[tuple[ByTaxCode, ...]] = (
    ByTaxCode("vat_output", "SE-12", "2621", "Output VAT, 12 %"),
    ByTaxCode("vat_output", "SE-6", "2631", "Output VAT, 6 %"),
    ByTaxCode("vat_deferred", "SE-12", "2628", "Output VAT not due yet, 12 %"),
    ByTaxCode("vat_deferred", "SE-6", "2638", "Output VAT not due yet, 6 %"),
    ByTaxCode("revenue", "SE-25", "3001", "Revenue, 25 % VAT"),
    ByTaxCode("revenue", "SE-12", "3002", "Revenue, 12 % VAT"),
    ByTaxCode("revenue", "SE-6", "3003", "Revenue, 6 % VAT"),
)

_BY_TAX_CODE: Final[dict[tuple[str, str | None], str]] = {(row.role, row.tax_code): row.account for row in BY_TAX_CODE}

# The rows by role.
ROLES: Final = {row.role: row for row in CHART}

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
# Where the money is that a payment provider holds for us, by rail.
CLEARING: Final[Mapping[ProviderRail, str]] = MappingProxyType(
    {
        "card": "card_clearing",
        "swish": "swish_clearing",
        "wallet": "wallet_clearing",
        "direct_debit": "direct_debit_clearing",
        "lender": "lender_clearing",
        "collector": "collector_clearing",
        "remittance": "remittance_clearing",
    }
)
# Where the money of a payment that a person records is, by rail, until the bank's line pays it out.
UNTIL_PAID_OUT: Final[Mapping[str, str]] = MappingProxyType(
    {"cash": "cash_on_hand", **{str(rail): role for rail, role in CLEARING.items()}}
)
# What goes from one account of ours to another one, and what rounding leaves.
OWN_TRANSFERS: Final = "own_transfers"
ROUNDING: Final = "rounding"
# What a payment provider keeps of ours as a security, and what it has sent and our bank does not have yet.
PROVIDER_RESERVES: Final = "provider_reserves"
PAYOUTS_IN_TRANSIT: Final = "payouts_in_transit"
# What payment providers charge, and the tax on it.
PROVIDER_FEES: Final = "provider_fees"
PROVIDER_FEE_TAX: Final = "provider_fee_tax"
# What is counted by the account at a payment provider, besides the money that it holds.
OF_PROVIDERS: Final = (PROVIDER_RESERVES, PAYOUTS_IN_TRANSIT, PROVIDER_FEES, PROVIDER_FEE_TAX)
# What we owe other entities for payments that we received for them.
DUE_TO_ENTITIES: Final = "due_to_entities"
# What services and goods are sold for, without tax.
REVENUE: Final = "revenue"
# Tax that is due, and tax that is due only with the payment.
VAT_OUTPUT: Final = "vat_output"
VAT_DEFERRED: Final = "vat_deferred"
# What of a claim is lost, and what of a loss came back.
LOSS: Final = "write_off_loss"
RECOVERY: Final = "recovered_losses"
# Where a bank's movement waits for a person who says what it was.
BANK_SUSPENSE: Final = "bank_suspense"
BANK_FEES: Final = "bank_fees"


def bank_role(*, in_detail: bool, held_by: ProviderRail | None = None) -> str:
    """The role that money of ours raises: a bank's, or that of the rail whose provider holds it.

    If it is `in_detail`, statements book the money itself.
    """
    if held_by is not None:
        return CLEARING[held_by]
    return BANK_DETAILS if in_detail else BANK


def beside_bank(role: str, amount_minor: int, currency: str, bank_account: str, tax_code: str | None = None) -> Leg:
    """The leg beside a bank's money. What is to be explained, and what is known in detail, is counted by account.

    So is what a payment provider keeps, charges or has sent, and the bank's money itself, if the leg takes it back.
    """
    by_account = (BANK, *roles_of("difference", "details"), *OF_PROVIDERS)
    return Leg(role, amount_minor, currency, bank_account if role in by_account else None, tax_code)


def standard_account(role: str) -> AccountRole:
    """The role's row in the standard chart; raises KeyError for an unknown role."""
    return ROLES[role]


def standard_number(leg: Leg) -> str:
    """The ledger account that a leg has in the standard chart; raises KeyError for an unknown role."""
    return _BY_TAX_CODE.get((leg.role, leg.tax_code)) or ROLES[leg.role].account


def roles_of(*kinds: Kind) -> tuple[str, ...]:
    """The roles of these kinds, in the order of the chart."""
    return tuple(row.role for row in CHART if row.kind in kinds)


def control_roles(*balances: str) -> tuple[str, ...]:
    """The roles of the control accounts for these sub-ledger balances, or for all balances if none is given."""
    return tuple(row.role for row in CHART if row.balance and (not balances or row.balance in balances))


def pair(debit: str, credit: str, amount_minor: int, currency: str, bank_account: str | None = None) -> tuple[Leg, ...]:
    """A posting with two legs; `bank_account` is the account whose money is debited."""
    return (Leg(debit, amount_minor, currency, bank_account), Leg(credit, -amount_minor, currency))

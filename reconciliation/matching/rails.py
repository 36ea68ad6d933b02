"""Finds the rail of a receipt by the bank's code on the line, or else by the kind of our account that received it."""

from __future__ import annotations

from typing import Final

from ledger.domain.rails import Rail

# The families and sub-families that name a rail, from ISO 20022's external code set ExternalBankTransactionFamily1Code.
# If the code of a transfer does not say how it was cleared (VCOM, OTHR), the kind of our account gives the rail.
_OF_CODES: Final[dict[str, Rail]] = {
    "PMNT-RCDT-DMCT": "bank_transfer",
    "PMNT-RCDT-ESCT": "bank_transfer",
    "PMNT-RCDT-XBCT": "bank_transfer",
    "PMNT-CCRD": "card",
    "PMNT-MCRD": "card",
    "PMNT-CNTR": "cash",
    # What the reader of Swish reports gives each payment, before the type that the report states.
    "SWISH": "swish",
}
_OF_ACCOUNTS: Final[dict[str, Rail]] = {"bankgiro": "bankgiro", "plusgiro": "plusgiro"}


def rail_of(bank_code: str | None, account_kind: str | None) -> Rail:
    """The rail of a receipt, found from its bank code or from the kind of its account."""
    parts = (bank_code or "").split("-")
    by_code = next((_OF_CODES[one] for n in (3, 2, 1) if (one := "-".join(parts[:n])) in _OF_CODES), None)
    return by_code or _OF_ACCOUNTS.get(account_kind or "", "bank_transfer")

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
}
_OF_ACCOUNTS: Final[dict[str, Rail]] = {"bankgiro": "bankgiro", "plusgiro": "plusgiro"}


def rail_of(bank_code: str | None, account_kind: str | None) -> Rail:
    """The rail of a receipt, found from its bank code or from the kind of its account."""
    code = bank_code or ""
    by_code = _OF_CODES.get(code) or _OF_CODES.get("-".join(code.split("-")[:2]))
    return by_code or _OF_ACCOUNTS.get(account_kind or "", "bank_transfer")

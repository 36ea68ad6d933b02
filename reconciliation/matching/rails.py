"""By which rail money came: what the bank's code of the line says, else what kind of account of ours it came to."""

from __future__ import annotations

from typing import Final

from ledger.domain.cash.receipt import Rail

# Families and sub-families of ISO 20022 external code set ExternalBankTransactionFamily1Code that name a rail. A
# transfer whose code does not say how it was cleared (VCOM, OTHR) is left to the account.
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
    """The rail of a receipt with this code of the bank, on an account of this kind."""
    code = bank_code or ""
    by_code = _OF_CODES.get(code) or _OF_CODES.get("-".join(code.split("-")[:2]))
    return by_code or _OF_ACCOUNTS.get(account_kind or "", "bank_transfer")

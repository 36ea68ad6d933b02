"""Our accounts at payment providers, with everything that a test does not care about filled in."""

from __future__ import annotations

from datetime import date
from typing import Any

from ledger.domain.bank.account_number import account_number
from ledger.domain.bank.adjudication import AdjudicateClaims, AdjudicatedClaim
from ledger.domain.bank.alias import Alias
from ledger.domain.bank.provider_account import DeclareProviderAccount, PayoutTerms, ProviderAccount
from ledger.domain.bank.settlement import Settled, SettleTransactions


def provider_account(id: str = "cards", **said: Any) -> ProviderAccount:
    """An account for card payments in kronor at a provider, whose number is its id, unless said."""
    about: dict[str, Any] = {"name": id, "provider": "stripe", "rail": "card", "currency": "SEK"}
    about["payout_terms"] = (PayoutTerms(date(2024, 1, 1), 3, 1, 5, "contract"),)
    about["aliases"] = (Alias(account_number(id), "merchant"),)
    return ProviderAccount(bank_account=id, **(about | said))


def declare_provider_account(id: str = "cards", **said: Any) -> DeclareProviderAccount:
    """Declare an account at a payment provider, for card payments in kronor unless said."""
    return DeclareProviderAccount(account=provider_account(id, **said))


def settle_transactions(*settled: Settled, on: date, id: str = "s1") -> SettleTransactions:
    """Transactions that the provider settled together on a day."""
    return SettleTransactions(
        settlement_id=id,
        provider_account="cards",
        settlement_ref="batch 380",
        currency="SEK",
        file="ab" * 32,
        settled_on=on,
        settled=settled,
    )


def adjudicate_claims(*claims: AdjudicatedClaim, on: date, id: str = "s1") -> AdjudicateClaims:
    """What a payer said of claims, by default of the settlement that is settled by default."""
    return AdjudicateClaims(
        remittance_id=id,
        provider_account="cards",
        remittance_ref="EFT1",
        currency="SEK",
        file="file",
        paid_on=on,
        claims=claims,
    )

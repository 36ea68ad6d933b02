"""The rails on which payments reach us: through our bank, over the counter, or through a payment provider."""

from __future__ import annotations

from typing import Literal

# What a payment provider holds money of ours for: card payments, Swish, wallets, direct debits, what a lender pays for
# a patient, what a collector has collected, and what an insurer or a region pays for many claims at once.
ProviderRail = Literal["card", "swish", "wallet", "direct_debit", "lender", "collector", "remittance"]
Rail = Literal["bank_transfer", "bankgiro", "plusgiro", "cash"] | ProviderRail

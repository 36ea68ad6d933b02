"""Every read model, with the facts that change it."""

from __future__ import annotations

from typing import Final

from ledger.domain.fact import Fact
from projections.read_models.account_balances import ACCOUNT_BALANCES
from projections.read_models.account_mappings import ACCOUNT_MAPPINGS
from projections.read_models.accounts import ACCOUNTS
from projections.read_models.activity import ACTIVITY
from projections.read_models.acts import ACTS
from projections.read_models.adjudicated_claims import ADJUDICATED_CLAIMS
from projections.read_models.agreed_fees import AGREED_FEES
from projections.read_models.bank_accounts import BANK_ACCOUNTS
from projections.read_models.bank_aliases import BANK_ALIASES
from projections.read_models.bank_feeds import BANK_FEEDS
from projections.read_models.bank_statements import BANK_STATEMENTS
from projections.read_models.claim_adjustments import CLAIM_ADJUSTMENTS
from projections.read_models.collections import COLLECTIONS
from projections.read_models.credit_notes import CREDIT_NOTES
from projections.read_models.doubts import DOUBTS
from projections.read_models.erasures import ERASURES
from projections.read_models.exchange_rates import EXCHANGE_RATES
from projections.read_models.file_mappings import FILE_MAPPINGS
from projections.read_models.files import FILES
from projections.read_models.gl_postings import GL_POSTINGS
from projections.read_models.gl_sums import GL_SUMS
from projections.read_models.holds import HOLDS
from projections.read_models.invoices import INVOICES
from projections.read_models.items import ITEMS
from projections.read_models.limits import LIMITS
from projections.read_models.line_rules import LINE_RULES
from projections.read_models.mandates import MANDATES
from projections.read_models.model import Keyed, Lines, Model
from projections.read_models.movements import MOVEMENTS
from projections.read_models.payout_terms import PAYOUT_TERMS
from projections.read_models.payouts import PAYOUTS
from projections.read_models.persons import DUTIES, PERSONS
from projections.read_models.provider_accounts import PROVIDER_ACCOUNTS
from projections.read_models.receipts import RECEIPTS
from projections.read_models.refunds import REFUNDS
from projections.read_models.reminders import REMINDERS
from projections.read_models.requests import REQUESTS
from projections.read_models.seen_payments import SEEN_PAYMENTS
from projections.read_models.series import SERIES
from projections.read_models.set_aside import SET_ASIDE
from projections.read_models.settled_transactions import SETTLED_TRANSACTIONS
from projections.read_models.sign_ins import SIGN_INS
from projections.read_models.transfers import TRANSFERS
from projections.read_models.turnovers import TURNOVERS
from projections.read_models.write_offs import WRITE_OFFS

KEYED: Final[tuple[Keyed, ...]] = (
    ACCOUNTS,
    SERIES,
    INVOICES,
    CREDIT_NOTES,
    ITEMS,
    HOLDS,
    REQUESTS,
    RECEIPTS,
    FILES,
    BANK_STATEMENTS,
    BANK_ACCOUNTS,
    BANK_FEEDS,
    BANK_ALIASES,
    PROVIDER_ACCOUNTS,
    PAYOUT_TERMS,
    AGREED_FEES,
    EXCHANGE_RATES,
    LINE_RULES,
    FILE_MAPPINGS,
    ACCOUNT_MAPPINGS,
    MOVEMENTS,
    SEEN_PAYMENTS,
    SETTLED_TRANSACTIONS,
    ADJUDICATED_CLAIMS,
    CLAIM_ADJUSTMENTS,
    PAYOUTS,
    DOUBTS,
    MANDATES,
    COLLECTIONS,
    REFUNDS,
    WRITE_OFFS,
    TRANSFERS,
    PERSONS,
    DUTIES,
    SIGN_INS,
    ERASURES,
)
LINES: Final[tuple[Lines, ...]] = (ACTIVITY, GL_POSTINGS, LIMITS, ACTS, REMINDERS)
MODELS: Final[tuple[Model, ...]] = (*KEYED, ACCOUNT_BALANCES, *LINES, GL_SUMS, TURNOVERS, SET_ASIDE)

# Facts that change none of these tables are not in this mapping.
KEYED_OF: Final[dict[type[Fact], tuple[Keyed, ...]]] = {
    fact: tuple(model for model in KEYED if fact in model.facts)
    for fact in dict.fromkeys(fact for model in KEYED for fact in model.facts)
}

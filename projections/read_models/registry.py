"""Every read model, and which facts change which."""

from __future__ import annotations

from typing import Final

from ledger.domain.catalogue import FACTS
from ledger.domain.fact import Fact
from projections.read_models.account_balances import ACCOUNT_BALANCES
from projections.read_models.accounts import ACCOUNTS
from projections.read_models.activity import ACTIVITY
from projections.read_models.bank_accounts import BANK_ACCOUNTS
from projections.read_models.bank_movements import BANK_MOVEMENTS
from projections.read_models.bank_statements import BANK_STATEMENTS
from projections.read_models.files import FILES
from projections.read_models.gl_postings import GL_POSTINGS
from projections.read_models.model import Keyed, Lines, Model
from projections.read_models.open_items import OPEN_ITEMS
from projections.read_models.receipts import RECEIPTS
from projections.read_models.refunds import REFUNDS
from projections.read_models.write_offs import WRITE_OFFS

# Of the tables of one noun, the first keeps the rows that the lines of its facts are told.
KEYED: Final[tuple[Keyed, ...]] = (
    ACCOUNTS,
    OPEN_ITEMS,
    RECEIPTS,
    FILES,
    BANK_STATEMENTS,
    BANK_ACCOUNTS,
    BANK_MOVEMENTS,
    REFUNDS,
    WRITE_OFFS,
)
LINES: Final[tuple[Lines, ...]] = (ACTIVITY, GL_POSTINGS)
MODELS: Final[tuple[Model, ...]] = (*KEYED, ACCOUNT_BALANCES, *LINES)

KEYED_OF: Final[dict[type[Fact], tuple[Keyed, ...]]] = {
    fact: tuple(model for model in KEYED if fact in model.facts) for fact in FACTS.values()
}

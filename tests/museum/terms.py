"""Examples of facts about the entity's terms and ledger accounts."""

from __future__ import annotations

from datetime import date
from typing import Final

from ledger.domain.fact import Fact
from ledger.domain.terms.entity import EntityTermsDeclared, Terms
from ledger.domain.terms.exchange_rate import ExchangeRate, ExchangeRateDeclared
from ledger.domain.terms.mapping_facts import AccountMapped, AccountMappingEnded, Dimension

_GIRO = (Dimension("bank_account", "b-1"),)
OF_TERMS: Final[tuple[Fact, ...]] = (
    AccountMapped(
        role="bank",
        dimensions=_GIRO,
        account="1931",
        name="Giro",
        from_on=date(2024, 1, 1),
        until_on=date(2024, 12, 31),
        source="decision of the board",
        confirmed=True,
    ),
    AccountMappingEnded(role="bank", dimensions=_GIRO, from_on=date(2024, 1, 1), until_on=date(2024, 6, 30)),
    ExchangeRateDeclared(
        base_currency="EUR",
        quote_currency="SEK",
        rate_on=date(2024, 7, 10),
        rate=ExchangeRate(114_325, 4),
        source="Riksbanken",
    ),
    EntityTermsDeclared(
        terms=Terms(
            legal_name="Clinic AB",
            currencies=("SEK", "EUR"),
            zone="Europe/Stockholm",
            jurisdiction="SE",
            language="sv",
            days_to_pay=30,
            days_back=10_950,
            days_ahead=7,
            recovers_losses=True,
            difference_limit=100,
            rounds_invoices=True,
            days_unexplained=30,
            fiscal_year_from=1,
            vat_number="SE556677889901",
            vat_method="invoice",
        )
    ),
)

"""Our accounts at payment providers: declared, with numbers that no other account of ours has."""

from __future__ import annotations

from datetime import date
from typing import Final

from ledger.domain.bank.alias import Alias, BankAliasGiven, BankAliasWithdrawn
from ledger.domain.bank.line import BankLine
from ledger.domain.bank.provider_account import PayoutTerms, ProviderAccountDeclared
from ledger.domain.cash.payout import BookPayoutMovement
from ledger.domain.fact import NewFact
from tests.kit.book import Book, Raised
from tests.kit.care import declare_bank_account
from tests.kit.currencies import keeping
from tests.kit.providers import declare_provider_account, provider_account

NUMBER: Final = Alias("acct_2", "merchant")
JULY: Final = PayoutTerms(date(2024, 7, 1), 3, 1, 5, "contract")
JUNE: Final = PayoutTerms(date(2024, 6, 1), 2, 1, 5, "contract")


def test_it_is_declared_with_its_numbers() -> None:
    Book().when(declare_provider_account()).then(
        NewFact("provideraccount-cards", ProviderAccountDeclared(account=provider_account())),
        NewFact(
            "bankalias-cards.SEK",
            BankAliasGiven(alias=Alias("cards", "merchant"), currency="SEK", bank_account="cards"),
        ),
    )


def test_declared_again_it_is_as_the_newest_declaration_says() -> None:
    book = Book().given(declare_provider_account())
    book.when(declare_provider_account()).nothing_new()
    changed = provider_account(aliases=(NUMBER,), payout_terms=(JUNE, JULY))
    book.when(declare_provider_account(aliases=(NUMBER,), payout_terms=(JUNE, JULY))).then(
        NewFact("provideraccount-cards", ProviderAccountDeclared(account=changed)),
        NewFact("bankalias-acct_2.SEK", BankAliasGiven(alias=NUMBER, currency="SEK", bank_account="cards")),
        NewFact("bankalias-cards.SEK", BankAliasWithdrawn(bank_account="cards")),
    )


def test_a_number_of_another_account_of_ours_is_refused() -> None:
    book = Book().given(declare_bank_account("b1", aliases=(Alias("acct_2", "bban"),)))
    book.when(declare_provider_account(aliases=(NUMBER,))).refused("bank_number_taken")


def test_it_is_in_a_currency_that_the_entity_keeps() -> None:
    Book().when(declare_provider_account(currency="EUR")).refused("currency_not_kept")
    Book().given(keeping("EUR"), declare_provider_account(currency="EUR"))


def test_the_tax_on_its_fees_has_a_code_with_a_rate() -> None:
    Book().given(declare_provider_account(fee_tax_code="SE-25"))
    Book().when(declare_provider_account(fee_tax_code="SE-EXEMPT")).refused("tax_beside_code_without_tax")
    Book().when(declare_provider_account(fee_tax_code="SE-19")).refused("tax_code_unknown")


RAISED: Final[Raised] = {
    "payout_terms_out_of_order": ((), declare_provider_account(payout_terms=(JULY, JUNE))),
    "provider_account_changed": ((declare_provider_account(),), declare_provider_account(rail="swish")),
    "provider_account_undeclared": (
        (),
        BookPayoutMovement(
            part_id="m",
            line=BankLine(bank_account="b1", amount_minor=1, currency="SEK", booked_on=date(2024, 7, 10)),
            payout_id="p",
            provider_account="none",
            payout_ref=None,
            side="arrived",
            rule="payout_by_id",
        ),
    ),
    "provider_account_is_bank": ((declare_bank_account("cards"),), declare_provider_account()),
}

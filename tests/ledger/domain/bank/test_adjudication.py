"""What a payer says of claims: each word on a claim is recorded once, whatever is delivered again."""

from __future__ import annotations

from datetime import date
from typing import Final

from ledger.domain.bank.adjudication import AdjudicateClaims, AdjudicatedClaim, ClaimAdjustment, ClaimsAdjudicated
from ledger.domain.fact import NewFact
from tests.kit.book import Book, Raised

DAY: Final = date(2024, 7, 10)
CONTRACT: Final = ClaimAdjustment("CO", "45", 50_00)
PAID: Final = AdjudicatedClaim("key1", "1001171", "ICN1", "1", "r1", 250_00, 200_00, (CONTRACT,))
DENIED: Final = AdjudicatedClaim("key2", "1002179", "ICN2", "4", None, 90_00, 0, (ClaimAdjustment("PR", "96", 90_00),))


def adjudicate(*claims: AdjudicatedClaim, account: str = "plan") -> AdjudicateClaims:
    return AdjudicateClaims(
        remittance_id="e1",
        provider_account=account,
        remittance_ref="EFT0004711",
        currency="USD",
        file="ab" * 32,
        paid_on=DAY,
        claims=claims,
    )


def fact(*claims: AdjudicatedClaim) -> NewFact:
    command = adjudicate(*claims)
    said = {name: getattr(command, name) for name in ClaimsAdjudicated.__struct_fields__}
    return NewFact("adjudication-e1", ClaimsAdjudicated(**said), DAY)


def test_a_word_on_a_claim_is_recorded_once() -> None:
    book = Book()
    book.when(adjudicate(PAID)).then(fact(PAID))
    book.when(adjudicate(PAID, DENIED)).then(fact(DENIED))
    book.when(adjudicate(DENIED)).nothing_new()


RAISED: Final[Raised] = {
    "remittance_of_other_account": ((adjudicate(PAID),), adjudicate(DENIED, account="other")),
}

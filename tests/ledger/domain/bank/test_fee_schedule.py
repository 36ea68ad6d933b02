"""Fees that are agreed with a payment provider: from a day on, by kind of transaction, rounded once."""

from __future__ import annotations

from datetime import date
from typing import Final

import pytest

from ledger.domain.bank.fee_schedule import AgreedFee, AgreeFee, FeeAgreed, FeeSchedule
from ledger.domain.fact import NewFact
from tests.kit.book import Book, Raised
from tests.kit.currencies import keeping
from tests.kit.providers import declare_provider_account

MAY, JUNE = date(2024, 5, 1), date(2024, 6, 1)
FEE: Final = AgreedFee(15_000, 1_80)
DEAR: Final = AgreedFee(25_000, 1_80)


def agreed(fee: AgreedFee | None, kind: str = "payment", from_on: date = MAY, source: str = "contract") -> AgreeFee:
    return AgreeFee(provider_account="cards", kind=kind, from_on=from_on, fee=fee, source=source)


def fact(command: AgreeFee, currency: str = "SEK") -> FeeAgreed:
    said = {name: getattr(command, name) for name in AgreeFee.__struct_fields__}
    return FeeAgreed(**said, currency=currency)


@pytest.mark.parametrize(
    ("fee", "gross", "expected"),
    [
        (FEE, 500_00, 9_30),
        # 2.00 per cent of 0.25 is half a minor unit.
        (AgreedFee(20_000, 0), 25, 1),
        (AgreedFee(20_000, 0), 24, 0),
        # What goes out costs as much as what comes in, unless it is given back.
        (FEE, -500_00, 9_30),
        (AgreedFee(-20_000, 0), -25, -1),
        (AgreedFee(0, -150_00), 300_00, -150_00),
        (AgreedFee(15_000, 0, 4_00, 10_00), 100_00, 4_00),
        (AgreedFee(15_000, 0, 4_00, 10_00), 900_00, 10_00),
        # Only the fee with its tax is rounded: 0.4 and its tax of 0.1 are half a minor unit.
        (AgreedFee(10_000, 0, None, None, 250_000), 40, 1),
        (AgreedFee(15_000, 0, 4_00, None, 250_000), 100_00, 5_00),
    ],
)
def test_a_fee_is_rounded_once_between_its_ends_and_with_its_tax(fee: AgreedFee, gross: int, expected: int) -> None:
    assert fee.for_amount(gross) == expected


def test_a_fee_is_agreed_in_the_currency_of_the_account() -> None:
    book = Book().given(keeping("EUR"), declare_provider_account(currency="EUR"))
    book.when(agreed(FEE)).then(NewFact("feeschedule-cards", fact(agreed(FEE), "EUR")))


def test_a_fee_takes_the_place_of_one_with_its_kind_and_first_day() -> None:
    book = Book().given(declare_provider_account(), agreed(FEE), agreed(FEE, "refund"), agreed(FEE, from_on=JUNE))
    book.when(agreed(FEE)).nothing_new()
    changed, ended = agreed(DEAR, source="letter"), agreed(None, from_on=JUNE)
    book.given(changed, ended)
    schedule = book.states["feeschedule-cards"]
    assert isinstance(schedule, FeeSchedule)
    assert set(schedule.fees) == {fact(changed), fact(ended), fact(agreed(FEE, "refund"))}


def test_equal_ends_are_a_fixed_fee_and_an_account_must_be_declared() -> None:
    same = agreed(AgreedFee(15_000, 0, 4_00, 4_00))
    Book().given(declare_provider_account(), same)
    Book().when(same).refused("provider_account_undeclared")


RAISED: Final[Raised] = {
    "fee_ends_crossed": ((declare_provider_account(),), agreed(AgreedFee(15_000, 0, 4_00, 3_99))),
}

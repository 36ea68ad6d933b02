"""A number of a bank account: the same however people write it."""

from __future__ import annotations

from ledger.domain.bank.alias import Alias, alias_stream
from tests.kit.book import Raised
from tests.kit.care import declare_bank_account


def test_a_number_of_one_currency_has_a_stream_of_its_own() -> None:
    assert alias_stream(Alias("6112345678901", "bban"), "SEK") == "bankalias-6112345678901.SEK"
    assert alias_stream(Alias("123456-6", "plusgiro"), "EUR") == "bankalias-123456-6.EUR"


# Each refusal of its own, raised in a clinic where p1 owes 250.00 on i1 and receipt r has brought in 100.00.
RAISED: Raised = {
    "bank_number_malformed": ((), declare_bank_account("b1", aliases=(Alias("611-2", "bban"),))),
    "bank_number_wrong": ((), declare_bank_account("b1", aliases=(Alias("5050108", "bankgiro"),))),
}

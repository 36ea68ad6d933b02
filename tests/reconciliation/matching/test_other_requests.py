"""What is written beside our reference: with another amount than is open, it may mean another request too."""

from __future__ import annotations

from typing import Any, cast

import polars as pl
import pytest

from ledger.domain.references import creditor_reference, ocr
from reconciliation.matching.exact_match import OURS, REASONS
from reconciliation.matching.identity import keyed
from reconciliation.matching.near_references import near_references
from reconciliation.matching.other_requests import REASON
from reconciliation.steps.matched import matched
from tests.reconciliation.matching.written_files import (
    BankFile,
    Issued,
    Store,
    quoted,
    quoted_beside,
    several_beside,
    wrote,
)

OCR, OTHER = ocr("1001"), ocr("1002")
WRONG = OTHER[:-1] + str((int(OTHER[-1]) + 1) % 10)
ITEM = Issued("i1.1", OCR, 250_00, number=1001)
SECOND = Issued("i2.1", OTHER, 100_00, number=1002)


class Asked(Store):
    """A store that counts the questions about numbers, and remembers for which references it was asked."""

    def __init__(self, *items: Issued) -> None:
        super().__init__(items)
        self.questions: list[object] = []

    def by_reference(self, references: Any, most: int | None = None) -> Any:
        """As the store answers."""
        self.questions.append(sorted(references))
        return super().by_reference(references, most)

    def by_number(self, numbers: Any, most: int | None = None) -> Any:
        """As the store answers."""
        self.questions.append(sorted(numbers))
        return super().by_number(numbers, most)


def answered(file: BankFile, *items: Issued) -> pl.DataFrame:
    return matched(cast(Any, Store(items)), keyed(file.entries()))


def reason(amount_minor: int, said: dict[str, Any], *items: Issued) -> str | None:
    (found,) = answered(BankFile().line(amount_minor, said), *(items or (ITEM, SECOND)))["reason"]
    return cast("str | None", found)


@pytest.mark.parametrize(
    "said",
    [
        wrote(f"{OCR} {WRONG}"),
        wrote(f"{OCR} och {OTHER[1]}{OTHER[0]}{OTHER[2:]}"),
        quoted_beside(OCR, f"även {WRONG}"),
        quoted(f"{OCR} {WRONG}"),
        quoted(f"FAKTUROR {OCR}, {WRONG}"),
        wrote(f"{OCR}, faktura 1002"),
        quoted_beside(OCR, "faktura 1001 och 1002"),
    ],
)
def test_with_another_amount_what_may_mean_another_request_waits(said: dict[str, Any]) -> None:
    for amount in (350_00, 100_00, 250_01):
        assert reason(amount, said) == REASON
    # Who pays exactly what is open has paid that, whatever else is written.
    assert reason(250_00, said) is None


def test_a_doubted_receipt_has_no_request_and_keeps_its_reference() -> None:
    rows = answered(BankFile().line(350_00, wrote(f"{OCR} {WRONG}")), ITEM, SECOND)
    assert rows.select("reference", "request_id", "item_id", "open_minor").rows() == [(OCR, None, None, None)]
    assert REASON in REASONS
    assert REASON in OURS


def test_only_what_is_open_in_the_same_currency_may_be_meant() -> None:
    said = wrote(f"{OCR} {WRONG} faktura 1002")
    assert reason(350_00, said, ITEM, SECOND.paid()) is None
    assert reason(350_00, said, ITEM, Issued("i2.1", OTHER, 100_00, "EUR", number=1002)) is None


@pytest.mark.parametrize(
    "text",
    [
        f"{OCR[:-1]}{(int(OCR[-1]) + 1) % 10}",
        "faktura 1001",
        "1001",
        "350 kr, 2026-10-02, tel 070-1234567, 850312-2387, oktober 2026",
        "kund 8001019995",
        "faktura 1003",
    ],
)
def test_what_means_the_same_request_or_nothing_of_ours_changes_nothing(text: str) -> None:
    assert reason(350_00, quoted_beside(OCR, text)) is None


def test_what_may_be_a_mistake_in_either_reference_waits() -> None:
    # Neighbours often differ in few digits.
    assert OCR in near_references(WRONG, "ocr")
    assert OTHER in near_references(WRONG, "ocr")
    assert reason(350_00, quoted_beside(OCR, WRONG)) == REASON


def test_an_invoice_of_several_payers_explains_its_number() -> None:
    items = (ITEM, Issued("i1.2", OTHER, 100_00, number=1001))
    assert reason(350_00, quoted_beside(OCR, "faktura 1001"), *items) is None
    assert reason(350_00, quoted_beside(OCR, "faktura 1001"), ITEM.paid(), items[1]) is None


def test_a_creditor_reference_beside_ours_may_be_mistyped() -> None:
    reference = creditor_reference("1002")
    wrong = reference[:-1] + str((int(reference[-1]) + 1) % 10)
    items = (ITEM, Issued("i2.1", reference, 100_00))
    assert reason(350_00, quoted_beside(OCR, wrong), *items) == REASON


def test_a_payment_that_its_payer_divided_says_all() -> None:
    said = several_beside(f"{OCR} {OTHER} 1003", (OCR, 300_00), (OTHER, 50_00))
    items = (ITEM, SECOND, Issued("i3.1", ocr("1003"), 9_00, number=1003))
    assert reason(350_00, said, *items) is None


def test_nothing_more_is_asked_if_the_amounts_are_those_that_are_open() -> None:
    store = Asked(ITEM, SECOND)
    file = BankFile().line(250_00, wrote(f"{OCR} {WRONG}")).line(9_00, quoted(OCR))
    file.line(7_00, quoted_beside(OCR, "hej"))
    matched(cast(Any, store), keyed(file.entries()))
    assert store.questions == [[OCR]]
    # And of a thousand receipts at once only two questions more.
    store = Asked(ITEM, SECOND)
    many = BankFile()
    for amount in range(1000):
        many.line(300_00 + amount, wrote(f"{OCR} {WRONG}"))
    assert set(matched(cast(Any, store), keyed(many.entries()))["reason"]) == {REASON}
    assert len(store.questions) == 3

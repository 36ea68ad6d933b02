"""A reference from an older system belongs to one payment request ever, and is right for its kind."""

from __future__ import annotations

import msgspec
import pytest

from ledger.domain.receivables.invoice_parts import PayerAsked
from ledger.domain.references import ReferenceKind, ocr
from tests.kit.book import Raised
from tests.kit.care import invoice, line, open_clinic
from tests.ledger.domain.receivables.test_reference_register import asking

TAKEN = ocr("9991")


def test_it_belongs_to_one_request_however_it_is_padded() -> None:
    book = open_clinic().given(asking(TAKEN))
    book.when(asking(TAKEN, id="i8")).refused("reference_taken")
    book.when(asking(f"00{TAKEN}", id="i8")).refused("reference_taken")


def test_two_payers_of_one_invoice_do_not_share_it() -> None:
    payers = (PayerAsked("p1", 125_00, TAKEN), PayerAsked("p2", 125_00, f"0{TAKEN}"))
    both = msgspec.structs.replace(invoice("i9", line(1, 250_00)), series="cre", payers=payers)
    open_clinic().when(both).refused("reference_taken")


@pytest.mark.parametrize(
    ("reference", "kind"),
    [
        ("99912", "ocr"),
        ("1", "ocr"),
        ("0" * 26, "ocr"),
        ("RF35123ABCZ", "ocr"),
        ("RF36123ABCZ", "rf"),
        ("rf35123abcz", "rf"),
        ("RF35 123A BCZ", "rf"),
        ("12345-5", "ocr"),
        ("", "ocr"),
        ("\u0661\u0662", "ocr"),
    ],
)
def test_its_check_digits_are_right_for_its_kind(reference: str, kind: ReferenceKind) -> None:
    open_clinic().when(asking(reference, kind)).refused("reference_wrong")


@pytest.mark.parametrize("reference", ["198001010018", "46701234562", "00198001010018"])
def test_none_that_looks_like_a_person_is_given(reference: str) -> None:
    open_clinic().when(asking(reference)).refused("reference_personal")


# Each refusal of its own, raised in a clinic where p1 owes 250.00 on i1 and receipt r has brought in 100.00.
RAISED: Raised = {
    "reference_personal": ((), asking("46701234562")),
    "reference_taken": ((asking(TAKEN, id="i8"),), asking(TAKEN)),
    "reference_wrong": ((), asking("99912")),
}

"""The register: no two series ever make the same reference, and none makes one that was given elsewhere."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from ledger.domain.receivables.given_reference import ReferenceGiven
from ledger.domain.receivables.invoice import IssueInvoice
from ledger.domain.receivables.invoice_parts import PayerAsked
from ledger.domain.receivables.number_series import OpenSeries
from ledger.domain.receivables.reference_register import (
    GivenReferences,
    ReferencesRegistered,
    SeriesReferences,
    with_given,
)
from ledger.domain.references import ReferenceKind, make
from ledger.domain.refusals import Refused
from tests.kit.book import Book, Raised
from tests.kit.care import invoice, line, open_account, open_clinic, open_series


def asking(reference: str, kind: ReferenceKind = "ocr", id: str = "i9") -> IssueInvoice:
    payers = (PayerAsked("p1", 250_00, reference, kind),)
    return msgspec.structs.replace(invoice(id, line(1, 250_00)), series="cre", payers=payers)


@pytest.mark.parametrize(
    ("one", "other", "collide"),
    [
        (("", 1001), ("", 1), True),
        (("", 1001), ("7", 1), True),
        (("7", 1), ("", 10**12), True),
        (("7", 1), ("71", 1), True),
        (("7", 1), ("701", 1), False),
        (("7", 1), ("8", 1), False),
        (("71", 1), ("72", 1), False),
    ],
)
def test_two_series_never_make_one_reference(one: tuple[str, int], other: tuple[str, int], collide: bool) -> None:
    book = Book().given(OpenSeries(series="a", first=one[1], reference_prefix=one[0]))
    opened = OpenSeries(series="b", first=other[1], reference_prefix=other[0])
    if collide:
        book.when(opened).refused("references_collide")
    else:
        book.given(opened)
    # References of another kind are never the same, and a series without references makes none.
    book.given(msgspec.structs.replace(opened, series="c", reference_kind="rf"))
    book.given(msgspec.structs.replace(opened, series="d", reference_kind="none"))


PREFIX = st.text("0123456789", max_size=3).filter(lambda text: not text.startswith("0"))


@drawn(PREFIX, PREFIX, st.integers(1, 200), st.integers(1, 200))
def test_what_is_admitted_never_meets_and_what_is_refused_does(one: str, other: str, first: int, from_: int) -> None:
    def makes(digits: str, prefix: str, first: int) -> bool:
        number = digits.removeprefix(prefix)
        return digits.startswith(prefix) and number[:1] not in ("", "0") and int(number) >= first

    meets = any(makes(f"{one}{number}", other, from_) for number in range(first, 1_000)) or any(
        makes(f"{other}{number}", one, first) for number in range(from_, 1_000)
    )
    book = Book().given(OpenSeries(series="a", first=first, reference_prefix=one))
    try:
        book.do(OpenSeries(series="b", first=from_, reference_prefix=other))
    except Refused:
        assert meets
    else:
        assert not meets


def test_a_given_reference_is_none_of_a_series_now_or_later() -> None:
    book = open_clinic()
    later = make("ocr", "5000001")
    book.when(asking(later)).refused("reference_of_a_series")
    book.when(asking(f"000{later}")).refused("reference_of_a_series")
    # A series adds zeros where its reference would look like a person's number.
    book.when(asking(make("ocr", "50000010"))).refused("reference_of_a_series")
    before = make("ocr", "9991")
    book.given(asking(before))
    given = ReferenceGiven(reference=before, reference_kind="ocr", request_id="i9.1")
    assert book.facts(f"reference-{before}") == [given]


def test_a_reference_that_no_series_can_make_is_not_in_the_register() -> None:
    book = open_clinic().given(asking("RF35123ABCZ", "rf"), asking("12344", id="i8"))
    assert len(book.facts("references-register")) == 1
    assert with_given({}, []) == ()


@pytest.mark.parametrize("together", [("47001", "49001"), ("49001", "47001"), ("47001", "48001", "49001")])
def test_all_references_given_with_one_invoice_are_in_the_register(together: tuple[str, ...]) -> None:
    ((_, registered, *_),) = with_given({}, [("ocr", make("ocr", digits)) for digits in together])
    assert registered == ReferencesRegistered(series=(), given=(GivenReferences("ocr", "47001", "49001"),))


def test_a_series_is_not_opened_among_given_references() -> None:
    book = Book().given(open_series("cre", kind="none"), open_account("p1"))
    book.given(asking(make("ocr", "47001")), asking(make("ocr", "49001"), id="i8"))
    opened = OpenSeries(series="new", first=1)
    book.when(opened).refused("references_given_elsewhere")
    book.when(msgspec.structs.replace(opened, reference_prefix="48")).refused("references_given_elsewhere")
    book.when(msgspec.structs.replace(opened, first=4900)).refused("references_given_elsewhere")
    book.given(msgspec.structs.replace(opened, first=4901))
    assert book.facts("references-register")[-1] == ReferencesRegistered(
        series=(SeriesReferences("new", "ocr", "", 4901),), given=(GivenReferences("ocr", "47001", "49001"),)
    )


@drawn(PREFIX, st.integers(1, 300), st.integers(1, 99_999).filter(lambda number: number % 10))
def test_no_reference_is_given_twice_whichever_comes_first(prefix: str, first: int, digits: int) -> None:
    reference = make("ocr", str(digits))
    opened = OpenSeries(series="a", first=first, reference_prefix=prefix)
    makes = str(digits).startswith(prefix) and (str(digits)[len(prefix) : -1] or "0")[0] != "0"
    makes = makes and int(str(digits)[len(prefix) : -1]) >= first
    for asks in ((opened, asking(reference)), (asking(reference), opened)):
        book = Book().given(open_series("cre", kind="none"), open_account("p1"))
        refused = False
        try:
            book.given(*asks)
        except Refused:
            refused = True
        assert refused == makes


# Each refusal of its own, raised in a clinic where p1 owes 250.00 on i1 and receipt r has brought in 100.00.
RAISED: Raised = {
    "reference_of_a_series": ((), asking(make("ocr", "10011"))),
    "references_collide": ((), OpenSeries(series="second", reference_prefix="7")),
    "references_given_elsewhere": ((asking(make("rf", "123451"), "rf"),), OpenSeries(series="x", reference_kind="rf")),
}

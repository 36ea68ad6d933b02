"""References belong to one payment request ever, also where two writers want them at the same moment."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest

from infra.postgres import Urls
from ledger import Submission, execute, open_journal
from ledger.domain.receivables.invoice import IssueInvoice
from ledger.domain.receivables.invoice_parts import PayerAsked
from ledger.domain.references import ocr
from ledger.journal import Journal
from tests.kit.care import open_account, open_series
from tests.kit.submissions import invoice, submit

ROUNDS = 12


@pytest.fixture
def journal(database_urls: Urls) -> Iterator[Journal]:
    with open_journal(database_urls.writer, "clinic") as journal:
        for number, one in enumerate((open_series("OLD", kind="none"), open_account("anna"))):
            assert execute(journal, submit(one, f"open-{number}")).status == "done"
        yield journal


def asking(id: str, reference: str) -> Submission:
    one = invoice(id, series="OLD")
    assert isinstance(one.command, IssueInvoice)
    payers = (PayerAsked("anna", 25_000, reference),)
    return msgspec.structs.replace(one, command=msgspec.structs.replace(one.command, payers=payers))


def at_once(journal: Journal, one: Submission, other: Submission) -> list[str | None]:
    with ThreadPoolExecutor(2) as both:
        outcomes = both.map(lambda submission: execute(journal, submission), (one, other))
        return sorted((outcome.code or outcome.status for outcome in outcomes), key=str)


def test_of_two_series_that_collide_one_is_opened(journal: Journal) -> None:
    for number in range(ROUNDS):
        prefix = f"7{10 + number}"
        one, other = open_series(f"A{number}", 1, prefix), open_series(f"B{number}", 1, f"{prefix}1")
        codes = at_once(journal, submit(one, f"a{number}"), submit(other, f"b{number}"))
        assert codes == ["done", "references_collide"]


def test_of_two_requests_with_one_reference_one_gets_it(journal: Journal) -> None:
    for number in range(ROUNDS):
        reference = ocr(f"4{number:04}1")
        codes = at_once(journal, asking(f"a{number}", reference), asking(f"b{number}", f"0{reference}"))
        assert codes == ["done", "reference_taken"]


def test_of_a_series_and_a_reference_that_it_would_make_one_is_recorded(journal: Journal) -> None:
    for number in range(ROUNDS):
        prefix = f"7{10 + number}"
        opening = submit(open_series(f"A{number}", 1, prefix), f"a{number}")
        codes = at_once(journal, opening, asking(f"b{number}", ocr(f"{prefix}10011")))
        assert codes in (["done", "reference_of_a_series"], ["done", "references_given_elsewhere"])


def test_a_batch_gives_a_reference_once(journal: Journal) -> None:
    batch = [asking(f"i{number}", ocr(f"4{number // 2:04}1")) for number in range(10)]
    assert [one.code for one in execute(journal, batch)] == [None, "reference_taken"] * 5

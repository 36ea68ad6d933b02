"""The registry of reports: each has the columns it defines, and the entity's terms say how aging is cut."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace

from infra.postgres import Urls
from ledger.domain.bank.adjudication import AdjudicatedClaim
from ledger.domain.bank.file import IngestFile, ProvenFile, StatementProven
from ledger.domain.bank.settlement import Settled
from ledger.domain.cash.receipt import RecordReceipt
from ledger.domain.receivables.number_series import OpenSeries
from ledger.domain.terms.entity import DeclareTerms, Terms
from projections.reports.registry import REPORTS
from tests.kit.care import declare_bank_account, invoice, line, open_account, payment
from tests.kit.clinic import Clinic, clinic_on
from tests.kit.providers import adjudicate_claims, declare_provider_account, settle_transactions

VISIT, PAID = date(2024, 6, 3), date(2024, 7, 10)


@pytest.fixture
def clinic(database_urls: Urls, tmp_path: Path) -> Iterator[Clinic]:
    """An invoice of 250.00 that a patient and a region owe in part, due on 3 July."""
    with clinic_on(database_urls.writer, tmp_path) as clinic:
        bill = invoice("1", line(1, 180_00), line(2, 70_00), payers={"p1": 180_00, "r1": 70_00})
        clinic.do(declare_bank_account("b1"), declare_provider_account(), on=VISIT)
        clinic.do(OpenSeries(series="inv", first=1001), open_account("p1"), open_account("r1", "region"), on=VISIT)
        clinic.do(bill, on=VISIT)
        shown = StatementProven("b1", "SEK", "D1", VISIT, VISIT, None, None, 1, 5_00)
        clinic.do(IngestFile(sha256="a", file=ProvenFile("bgmax", True, (shown,), 1, 1)), on=VISIT)
        paid = replace(payment(5_00, file="a", booked_on=VISIT), statement_no=1)
        clinic.do(RecordReceipt(receipt_id="p", payment=paid), on=VISIT)
        clinic.do(settle_transactions(Settled("p9", "line-9", "payment", 250_00, 5_00), on=PAID), on=PAID)
        clinic.do(
            adjudicate_claims(AdjudicatedClaim("c1", "1001171", None, "1", "p9", 300_00, 250_00), on=PAID), on=PAID
        )
        yield clinic


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_has_the_columns_that_it_defines(clinic: Clinic, name: str):
    subject = {one.name: "p1" for one in REPORTS[name].options if one.needed}
    report = clinic.books.report(name, PAID, **subject)
    assert report.table.num_rows
    assert report.table.column_names == [column.name for column in report.columns]


def test_the_edges_of_the_buckets_are_a_term_of_the_entity(clinic: Clinic):
    clinic.do(DeclareTerms(terms=Terms(aging_edges=(14,))), on=VISIT)
    report = clinic.books.report("aging", date(2024, 7, 18))
    assert report.table.to_pylist()[-1]["d15_plus_minor"] == 250_00
    assert [column.heading for column in report.columns][2:5] == ["current", "1-14", "15+"]
    buckets = clinic.books.report("open-items", date(2024, 7, 17)).table["bucket"].to_pylist()
    assert buckets == ["d1_14_minor", "d1_14_minor"]

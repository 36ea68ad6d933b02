"""The clinic whose books most of these tests read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from infra.postgres import Urls
from ledger.domain.receivables.number_series import OpenSeries
from tests.kit.care import invoice, line, open_account
from tests.kit.clinic import Clinic, clinic_on

VISIT = date(2024, 6, 3)


@pytest.fixture
def clinic(database_urls: Urls, tmp_path: Path) -> Iterator[Clinic]:
    """A book with two patients and a region, and an invoice of 250.00 that p1 and the region owe in part."""
    with clinic_on(database_urls.writer, tmp_path) as clinic:
        clinic.do(
            OpenSeries(series="inv", first=1001),
            OpenSeries(series="cre", reference_kind="none"),
            open_account("p1"),
            open_account("p2"),
            open_account("r1", "region"),
            invoice("1", line(1, 180_00), line(2, 70_00), payers={"p1": 180_00, "r1": 70_00}),
            on=VISIT,
        )
        yield clinic

"""Whoever issues invoices, the payments that came before are matched, all invoices of a file together."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from infra.desk.desk import Desk
from infra.desk.invoice_file import issue_file
from infra.postgres import Urls
from infra.settings import Settings
from projections.store.matching_lookups import ForMatching
from tests.kit import care
from tests.kit.clinic import PRICE, Clinic, clinic_on, invoice, paid, reference_of, statement
from tests.kit.staff import give_key


@pytest.fixture
def clinic(database_urls: Urls, tmp_path: Path) -> Iterator[Clinic]:
    """Payments for the fifth to seventh invoice have come before them, and one that no invoice will ever have."""
    with clinic_on(database_urls.writer, tmp_path / "clinic") as clinic:
        clinic.opened()
        references = [reference_of(7), reference_of(5), "00" + reference_of(6), reference_of(9)]
        clinic.load(statement([paid(PRICE, one, bank_ref=f"B{one}") for one in references]))
        clinic.do(*(care.open_account(f"patient-{number}") for number in (5, 6, 7)))
        yield clinic


def test_a_file_of_invoices_is_matched_with_one_question(
    clinic: Clinic, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    asked: list[int] = []
    waiting_for = ForMatching.waiting_for

    def counting(self: ForMatching, references: list[str]) -> object:
        asked.append(len(references))
        return waiting_for(self, references)

    monkeypatch.setattr(ForMatching, "waiting_for", counting)
    settings = Settings(data_dir=tmp_path / "data")
    give_key(settings.vault_key)
    (tmp_path / "data" / "archive").mkdir(parents=True)
    (clinic.folder / "archive").rename(settings.archive)
    path = tmp_path / "invoices.jsonl"
    path.write_bytes(b"\n".join(msgspec.json.encode(invoice(number)) for number in (5, 6, 7)))
    desk = Desk(clinic.books, clinic.desk, clinic.at, "anna", settings.vault_key, "c")
    issued = issue_file(desk, settings, path, None, lambda count, total=None: None)
    assert (issued.done, len(issued.early_receipts)) == (3, 3)
    assert asked == [3, 3]  # Whether anything waits, and then what.
    made = {one.request_id for one in clinic.facts("ReceiptAllocated")}
    assert made == {"i-5.1", "i-6.1", "i-7.1"}
    acted = {one.envelope.actor for one in clinic.books.journal.follow(0, 10**6) if one.name == "ReceiptAllocated"}
    assert acted == {"job:matching"}
    again = issue_file(desk, settings, path, None, lambda count, total=None: None)
    assert (again.known, again.early_receipts) == (3, ())

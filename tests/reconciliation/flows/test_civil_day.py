"""A job that is given no day works on the entity's civil day, not on that of UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from infra.postgres import Urls
from ledger.domain.receivables.account import OpenAccount
from ledger.domain.terms.entity import DeclareTerms, Terms
from ledger.sealing import SealPlace, read_log
from reconciliation.flows.surroundings import at_work
from tests.kit.clinic import DAY, ENTITY, PRICE, Clinic, clinic_on, invoice, paid, reference_of, statement
from tests.reconciliation.flows.elsewhere import ran

# Half past midnight of the next day in Stockholm, while it is still this day in London.
AFTER_MIDNIGHT = datetime(2026, 10, 5, 22, 30, tzinfo=UTC)
NEXT = date(2026, 10, 6)


@pytest.fixture
def at_the_clinic(database_urls: Urls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """This process is told where the books are."""
    monkeypatch.setenv("RESKONTRA_WRITER_URL", database_urls.writer)
    monkeypatch.setenv("RESKONTRA_DATA_DIR", str(tmp_path / "data"))
    return tmp_path


@pytest.mark.parametrize(
    ("at", "zone", "day"),
    [
        (AFTER_MIDNIGHT, None, NEXT),
        (datetime(2026, 10, 5, 21, 59, tzinfo=UTC), None, DAY),
        (datetime(2026, 10, 5, 22, 0, tzinfo=UTC), None, NEXT),
        # An hour later in winter.
        (datetime(2026, 12, 31, 22, 59, tzinfo=UTC), None, date(2026, 12, 31)),
        (datetime(2026, 12, 31, 23, 0, tzinfo=UTC), None, date(2027, 1, 1)),
        (AFTER_MIDNIGHT, "Europe/London", DAY),
        (datetime(2026, 10, 6, 3, 30, tzinfo=UTC), "America/New_York", DAY),
        (AFTER_MIDNIGHT, "Asia/Tokyo", NEXT),
    ],
)
def test_without_a_day_it_is_the_civil_day_in_the_entitys_zone(
    at_the_clinic: Path, database_urls: Urls, at: datetime, zone: str | None, day: date
):
    if zone is not None:
        with clinic_on(database_urls.writer, at_the_clinic) as clinic:
            clinic.do(DeclareTerms(terms=Terms(zone=zone)))

    with at_work(ENTITY, None, at, "job:bank-day") as work:
        assert (work.on, work.correlation) == (day, f"bank-day:{day}")


def test_a_day_that_is_given_stands(at_the_clinic: Path):
    with at_work(ENTITY, DAY, AFTER_MIDNIGHT, "job:bank-day") as work:
        assert work.on == DAY


def test_jobs_after_midnight_are_of_the_new_day(database_urls: Urls, prefect_environ: dict[str, str], tmp_path: Path):
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "day.xml").write_bytes(statement([paid(PRICE, reference_of(0), "b1")], to=NEXT))
    with clinic_on(database_urls.writer, tmp_path) as clinic:
        clinic.at = datetime(2026, 9, 6, 8, tzinfo=UTC)
        clinic.opened(1)
        # Due on the new day, so nobody would be reminded on the old one.
        clinic.do(OpenAccount(account_id="patient-1", payer="patient"), invoice(1, issued_on=date(2026, 9, 6)))
        recorded = clinic.count()
    at = AFTER_MIDNIGHT.isoformat()
    jobs = [
        ("bank_day", {"entity": ENTITY, "paths": [str(inbox)], "recorded_at": at}),
        ("reminders", {"entity": ENTITY, "recorded_at": at}),
    ]

    day, reminded = ran(prefect_environ, database_urls, tmp_path, jobs)

    assert (day["on"], day["ok"], reminded["on"]) == (str(NEXT), True, str(NEXT))
    assert (reminded["due"], reminded["sent"]) == (1, 1)
    with clinic_on(database_urls.writer, tmp_path) as clinic:
        assert of_the_day(clinic, recorded) == {
            "FileIngested": (NEXT, f"bank-day:{NEXT}"),
            "FileCompleted": (NEXT, f"bank-day:{NEXT}"),
            # The money has its booking day, whenever the file came.
            "ReceiptRecorded": (DAY, f"bank-day:{NEXT}"),
            "ReceiptAllocated": (DAY, f"bank-day:{NEXT}"),
            "ItemAllocated": (DAY, f"bank-day:{NEXT}"),
            "ReminderSent": (NEXT, f"reminders:{NEXT}"),
        }
    assert [one.day for one in read_log(SealPlace.of(ENTITY, tmp_path / "data")).checkpoints] == [str(NEXT)]


def of_the_day(clinic: Clinic, before: int) -> dict[str, tuple[date, str | None]]:
    """By kind of fact: on which day it is effective, and what it belongs to."""
    facts = clinic.books.journal.follow(0, 10**6)[before:]
    return {one.name: (one.envelope.occurred_on, one.envelope.correlation) for one in facts}

"""What a decided fact carries besides: an envelope that is filled, and the day on which it is effective."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest

from infra.postgres import Urls
from ledger import Envelope, Journal, Submission, execute, open_journal
from ledger.domain.cash.receipt import RecordReceipt
from ledger.domain.cash.reversal import ReverseAllocation
from ledger.domain.fact import NewFact
from ledger.domain.receivables.account import AccountOpened
from ledger.domain.receivables.invoice import IssueInvoice
from ledger.domain.receivables.number_series import OpenSeries
from ledger.execution.envelopes import corrected_by
from ledger.version import VERSION
from tests.kit.submissions import DAY, filled, invoice, opened, receipt, recorded_of, requested, statuses, submit

_ANY = AccountOpened(account_id="anna", payer="patient")
EARLY, BETWEEN, LATE = date(2026, 9, 20), date(2026, 10, 5), date(2026, 10, 20)
# In the envelope of what somebody finds out late.
FOUND_LATE: dict[str, Any] = {
    "occurred_on": LATE,
    "accounting_date": LATE,
    "recorded_at": datetime(2026, 10, 20, 8, tzinfo=UTC),
}


@pytest.fixture
def journal(database_urls: Urls) -> Iterator[Journal]:
    with open_journal(database_urls.writer, "clinic") as journal:
        yield opened(journal)


# What is corrected


def test_a_correction_names_the_document_that_it_corrects_and_nothing_else_does(journal: Journal):
    execute(journal, [invoice("1"), receipt("r"), requested("a", "r", "1.1")])
    before = journal.stable_position()
    mistaken = ReverseAllocation(receipt_id="r", allocation_id="a", because="mistake")
    execute(journal, submit(mistaken, "undo", LATE))
    found = {one.name: one.envelope for one in recorded_of(journal, before)}
    assert (found["AllocationReversed"].corrects, found["ItemDeallocated"].corrects) == ("receipt-r", "item-1.1")
    assert not [one for one in recorded_of(journal, 0) if one.position <= before and one.envelope.corrects]


def test_a_document_that_a_correction_begins_corrects_the_one_that_was_recorded():
    known = {"movement-m": 1}
    found = NewFact("receipt-r", _ANY, LATE, corrects=True)
    reclassified = NewFact("movement-m", _ANY, LATE, corrects=True)
    assert corrected_by((found, reclassified), known) == {"receipt-r": "movement-m", "movement-m": "movement-m"}
    assert corrected_by((found,), known) == {}
    assert corrected_by((found._replace(corrects=False), reclassified._replace(corrects=False)), known) == {}


# The envelope


def test_every_fact_says_by_which_program_who_and_with_what_it_belongs(journal: Journal):
    before = journal.stable_position()
    execute(journal, [invoice("1"), receipt("r"), requested("a", "r", "1.1")])

    found = recorded_of(journal, before)
    assert len(found) > 6
    for one in found:
        assert one.envelope.system == VERSION
        assert one.envelope.actor == "person:anna"
        assert one.envelope.correlation == one.envelope.key
    assert {one.envelope.correlation for one in found} == {"issue-1", "receipt-r", "allocate-a"}


def test_what_a_job_says_that_it_belongs_to_is_kept_and_the_program_is_never_said_by_anybody_else(journal: Journal):
    before = journal.stable_position()
    execute(journal, [filled(invoice("1"), correlation="run-7", system="9.9.9", cause="12", on_behalf_of="person:bo")])

    for one in recorded_of(journal, before):
        assert (one.envelope.correlation, one.envelope.system) == ("run-7", VERSION)
        assert (one.envelope.cause, one.envelope.on_behalf_of) == ("12", "person:bo")


def test_the_rule_sees_the_filled_envelope(journal: Journal, monkeypatch: pytest.MonkeyPatch):
    seen: list[Envelope] = []

    def noting(states: Any, command: Any, envelope: Envelope) -> tuple[NewFact, ...]:
        seen.append(envelope)
        return ()

    monkeypatch.setitem(journal.catalogue.rules, OpenSeries, noting)
    execute(journal, submit(OpenSeries(series="S"), "seen"))
    assert [(one.system, one.correlation, one.actor) for one in seen] == [(VERSION, "seen", "person:anna")]


# The day


def booked(id: str, on: date) -> Submission:
    command = receipt(id).command
    assert isinstance(command, RecordReceipt)
    moved = msgspec.structs.replace(command, payment=msgspec.structs.replace(command.payment, booked_on=on))
    return filled(submit(moved, f"receipt-{id}"), occurred_on=on, accounting_date=on)


def days(journal: Journal, before: int) -> set[tuple[date, date]]:
    return {(one.envelope.occurred_on, one.envelope.accounting_date) for one in recorded_of(journal, before)}


def test_an_allocation_found_late_takes_effect_and_counts_on_the_booking_day(journal: Journal):
    execute(journal, [filled(_issued("1", EARLY), occurred_on=EARLY), booked("r", EARLY)])
    before = journal.stable_position()

    late = filled(requested("a", "r", "1.1"), **FOUND_LATE)
    assert statuses(journal, [late]) == ["done"]

    assert days(journal, before) == {(EARLY, EARLY)}


@pytest.mark.parametrize("asked", [None, BETWEEN])
@pytest.mark.parametrize("together", [False, True])
def test_a_mistake_is_corrected_as_of_its_own_day_and_counts_with_what_it_corrects(
    journal: Journal, asked: date | None, together: bool
):
    execute(journal, [filled(_issued("1", EARLY), occurred_on=EARLY), booked("r", EARLY)])
    made = msgspec.structs.replace(filled(requested("a", "r", "1.1"), **FOUND_LATE), counts_on=asked)
    undo = ReverseAllocation(allocation_id="a", receipt_id="r", because="mistake")
    undone = filled(submit(undo, "undo"), **FOUND_LATE)
    for chunk in [[made, undone]] if together else [[made], [undone]]:
        assert set(statuses(journal, chunk)) == {"done"}

    found = [one.envelope for one in recorded_of(journal, 0) if one.envelope.key == "undo"]
    assert {(one.occurred_on, one.accounting_date) for one in found} == {(EARLY, asked or EARLY)}


def test_a_day_that_a_person_gives_for_the_ledger_is_the_day_of_all_facts(journal: Journal):
    execute(journal, [filled(_issued("1", EARLY), occurred_on=EARLY), booked("r", EARLY)])
    before = journal.stable_position()
    late = filled(requested("a", "r", "1.1"), **FOUND_LATE)
    execute(journal, [msgspec.structs.replace(late, counts_on=LATE)])

    assert days(journal, before) == {(EARLY, LATE)}


def test_what_is_effective_later_than_it_was_recorded_counts_no_earlier_than_it_happens(journal: Journal):
    execute(journal, [filled(_issued("1", LATE), occurred_on=LATE), booked("r", DAY)])
    before = journal.stable_position()

    assert statuses(journal, [requested("a", "r", "1.1")]) == ["done"]

    assert days(journal, before) == {(LATE, LATE)}


def test_not_even_a_day_that_a_person_gives_for_the_ledger_is_before_the_day_to_which_a_fact_is_moved(journal: Journal):
    execute(journal, [filled(_issued("1", LATE), occurred_on=LATE), booked("r", DAY)])
    before = journal.stable_position()
    execute(journal, [msgspec.structs.replace(requested("a", "r", "1.1"), counts_on=DAY)])

    assert days(journal, before) == {(LATE, LATE)}


def test_facts_of_a_chunk_have_each_their_own_day(journal: Journal):
    execute(journal, [filled(_issued(str(n), EARLY), occurred_on=EARLY) for n in (1, 2)])
    execute(journal, [booked("r", EARLY), booked("s", DAY)])
    before = journal.stable_position()

    execute(journal, [requested("a", "r", "1.1"), requested("b", "s", "2.1"), receipt("t")])

    found = {one.stream: one.envelope for one in recorded_of(journal, before)}
    assert {stream: one.occurred_on for stream, one in found.items()} == {
        "receipt-r": EARLY,
        "item-1.1": EARLY,
        "receipt-s": DAY,
        "item-2.1": DAY,
        "receipt-t": DAY,
    }
    assert all(one.accounting_date == one.occurred_on for one in found.values())
    assert {one.recorded_at for one in found.values()} == {invoice("1").envelope.recorded_at}


def test_the_envelope_is_else_the_same_on_another_day(journal: Journal):
    execute(journal, [filled(_issued("1", EARLY), occurred_on=EARLY), booked("r", EARLY)])
    before = journal.stable_position()
    asked = filled(requested("a", "r", "1.1"), cause="12", evidence=("file#1",))
    execute(journal, asked)

    same = {"duty": "billing", "system": VERSION, "correlation": asked.envelope.key}
    wanted = msgspec.structs.replace(asked.envelope, occurred_on=EARLY, accounting_date=EARLY, **same)
    assert {one.envelope for one in recorded_of(journal, before)} == {wanted}


def _issued(id: str, on: date) -> Submission:
    command = invoice(id).command
    assert isinstance(command, IssueInvoice)
    return submit(msgspec.structs.replace(command, issued_on=on), f"issue-{id}")

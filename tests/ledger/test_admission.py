"""Duties and limits hold in the stored book: for every door, in a chunk, and for two decisions at one time."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from infra.postgres import Urls
from ledger import Journal, Submission, execute, open_journal
from ledger.domain.disputes_and_relief.write_off import ApproveWriteOff, RequestWriteOff
from ledger.domain.duty import DUTIES, Duty, person_actor
from ledger.domain.fact import Command
from ledger.domain.people.authority import AuthorityUsed, GrantException
from ledger.domain.people.limit import SetLimit
from ledger.domain.people.person import EndDuty, GiveDuty
from ledger.domain.people.registration import RegisterPerson
from ledger.domain.people.sign_in import GiveSignIn
from ledger.domain.terms.entity import DeclareTerms, Terms
from tests.kit.archivable_books import move
from tests.kit.care import credit, hold, open_account, open_series
from tests.kit.submissions import DAY, filled, invoice, opened, receipt, rehearse, statuses, submit

MONTH = f"authority-bo-{DAY:%Y%m}"


@pytest.fixture
def other(database_urls: Urls) -> Iterator[Journal]:
    """Another process, which knows nothing of what this one keeps."""
    with open_journal(database_urls.writer, "clinic") as other:
        yield other


@pytest.fixture
def journal(database_urls: Urls) -> Iterator[Journal]:
    with open_journal(database_urls.writer, "clinic") as journal:
        yield opened(journal)


def by(name: str, command: Command, key: str, at: datetime | None = None) -> Submission:
    return filled(submit(command, key, at=at), actor=name if ":" in name else person_actor(name))


def registered(journal: Journal, name: str, *duties: Duty) -> None:
    command = RegisterPerson(person_id=name, sign_in=f"s-{name}", duties=duties)
    assert statuses(journal, [by("anna", command, f"register {name}")]) == ["done"]


def limited(journal: Journal, month_minor: int) -> None:
    command = SetLimit(set_by="anna", duty="approver", kind="write_off", currency="SEK", month_minor=month_minor)
    assert statuses(journal, [by("anna", command, "limit")]) == ["done"]


def requested(journal: Journal, count: int) -> list[ApproveWriteOff]:
    """Write-offs of 100.00 that Anna has requested, to be approved."""
    execute(journal, [invoice(str(number)) for number in range(count)])
    asked = [
        submit(
            RequestWriteOff(write_off_id=f"w{number}", item_id=f"{number}.1", amount_minor=100_00, reason_code="SMALL"),
            f"request {number}",
        )
        for number in range(count)
    ]
    assert set(statuses(journal, asked)) == {"done"}
    return [ApproveWriteOff(write_off_id=f"w{number}") for number in range(count)]


def used(journal: Journal) -> list[int]:
    return [one.fact.amount_minor for one in journal.read_all(MONTH) if isinstance(one.fact, AuthorityUsed)]


def test_a_fact_says_who_acted_and_under_which_duty(journal: Journal):
    execute(journal, [invoice("1"), by("bo", hold("1", hold_id="h"), "hold")])
    issued, *_ = journal.read_all("invoice-1")
    assert (issued.envelope.actor, issued.envelope.duty) == ("person:anna", "billing")
    placed = journal.read_all("item-1.1")[-1].envelope
    assert (placed.actor, placed.duty) == ("person:bo", "front_desk")


@pytest.mark.parametrize(
    ("actor", "code"),
    [
        ("person:nobody", "actor_unknown"),
        ("user:anna", "actor_unknown"),
        ("anna", "actor_unknown"),
        ("job:reminders", "job_without_duty"),
        ("job:billing", "job_without_duty"),
        ("person:nora", "duty_missing"),
    ],
)
def test_whoever_may_not_is_refused_and_nothing_is_recorded(journal: Journal, actor: str, code: str):
    registered(journal, "nora", "auditor")
    before = journal.stable_position()
    asked = by(actor, open_account("p2"), "open")
    if ":" not in actor:
        asked = filled(submit(open_account("p2"), "open"), actor=actor)
    assert statuses(journal, [asked]) == [code]
    assert [one.code for one in rehearse(journal, [asked])] == [code]
    assert journal.stable_position() == before


def test_each_command_of_a_batch_needs_its_own_duty(journal: Journal):
    registered(journal, "nora", "billing")
    (approval,) = requested(journal, 1)
    batch = [by("nora", open_account("p2"), "open"), by("nora", approval, "approve")]
    assert statuses(journal, batch) == ["done", "duty_missing"]


def test_a_duty_counts_by_the_entitys_civil_day(journal: Journal):
    registered(journal, "nora")
    last = GiveDuty(person_id="nora", duty="billing", until_on=DAY)
    late = datetime(DAY.year, DAY.month, DAY.day, 23, 30, tzinfo=UTC)
    execute(journal, by("anna", last, "last day"))
    # In Stockholm, it is half past one on the next day.
    assert statuses(journal, [by("nora", open_account("p2"), "late", at=late)]) == ["duty_ended"]
    execute(journal, by("anna", DeclareTerms(terms=Terms(zone="America/New_York")), "terms"))
    assert statuses(journal, [by("nora", open_account("p2"), "late", at=late)]) == ["done"]


def test_within_a_chunk_a_duty_counts_as_soon_as_it_is_given_and_no_longer_than_until_it_ends(journal: Journal):
    registered(journal, "nora")
    chunk = [
        by("nora", open_account("p1"), "1"),
        by("anna", GiveDuty(person_id="nora", duty="billing"), "2"),
        by("nora", open_account("p2"), "3"),
        by("anna", EndDuty(person_id="nora", duty="billing", reason_code="LEFT"), "4"),
        by("nora", open_account("p3"), "5"),
    ]
    assert statuses(journal, chunk) == ["duty_missing", "done", "done", "done", "duty_missing"]


def test_the_first_person_of_empty_books_registers_themselves_once(unstaffed_urls: Urls):
    with open_journal(unstaffed_urls.writer, "clinic") as journal:
        first = RegisterPerson(person_id="one", sign_in="s1", duties=DUTIES)
        other = RegisterPerson(person_id="two", sign_in="s2", duties=DUTIES)
        assert statuses(journal, [by("two", first, "1")]) == ["actor_unknown"]
        with ThreadPoolExecutor(2) as both:
            found = [*both.map(lambda one: execute(journal, one).code, (by("one", first, "a"), by("two", other, "b")))]
        assert sorted(map(str, found)) == ["None", "actor_unknown"]


def test_two_administrators_cannot_end_each_other_at_the_same_time(database_urls: Urls, journal: Journal):
    ended = [
        by(one, EndDuty(person_id=other, duty="admin", reason_code="LEFT"), f"{one} ends {other}")
        for one, other in (("anna", "bo"), ("bo", "anna"))
    ]
    assert statuses(journal, [by("anna", EndDuty(person_id="me", duty="admin", reason_code="LEFT"), "me")]) == ["done"]
    with ThreadPoolExecutor(2) as both:
        found = [*both.map(lambda one: execute(journal, one).code, ended)]
    assert sum(code is None for code in found) == 1, found


def test_a_sign_in_is_given_to_one_of_two_at_the_same_time(journal: Journal):
    given = [by("anna", GiveSignIn(person_id=name, sign_in="new"), f"to {name}") for name in ("anna", "bo", "me")]
    with ThreadPoolExecutor(3) as all_:
        found = [*all_.map(lambda one: execute(journal, one).code, given)]
    assert sorted(map(str, found)) == ["None", "sign_in_taken", "sign_in_taken"]


def test_a_month_is_used_up_by_many_at_one_time_to_the_last_unit_and_not_beyond(journal: Journal):
    limited(journal, 500_00)
    approvals = [by("bo", one, f"approve {number}") for number, one in enumerate(requested(journal, 12))]
    with ThreadPoolExecutor(6) as many:
        found = [*many.map(lambda one: execute(journal, one).code, approvals)]
    assert sorted(map(str, found)) == ["None"] * 5 + ["limit_passed"] * 7
    assert sum(used(journal)) == 500_00


def test_a_chunk_counts_what_it_has_decided_itself(journal: Journal):
    limited(journal, 250_00)
    approvals = [by("bo", one, f"approve {number}") for number, one in enumerate(requested(journal, 3))]
    assert statuses(journal, approvals) == ["done", "done", "limit_passed"]
    assert used(journal) == [100_00, 100_00]


def test_a_chunk_of_several_pieces_reads_what_it_lacks_while_the_piece_before_is_sent(journal: Journal):
    approvals = requested(journal, 3)
    many = [submit(open_account(f"many{number}"), f"open {number}") for number in range(1_100)]
    late = [by("bo", one, f"approve {number}") for number, one in enumerate(approvals)]
    found = execute(journal, [*many[:600], late[0], *many[600:], *late[1:]])
    assert {one.status for one in found} == {"done"}
    assert used(journal) == [100_00] * 3


def test_what_is_read_late_in_a_chunk_is_decided_again_if_the_piece_before_was_in_conflict(journal: Journal):
    (approval,) = requested(journal, 1)
    execute(journal, receipt("r"))
    again = filled(receipt("r", 30_000), key="another")
    many = [submit(open_account(f"many{number}"), f"open {number}") for number in range(1_100)]
    found = execute(journal, [again, *many[:700], by("bo", approval, "approve"), *many[700:]])
    assert [one.code or one.status for one in found[:2]] == ["fact_already_recorded", "done"]
    assert {one.status for one in found[1:]} == {"done"}
    assert used(journal) == [100_00]


def test_a_repeated_approval_is_counted_once(journal: Journal):
    limited(journal, 100_00)
    (approval,) = requested(journal, 1)
    again = by("bo", approval, "approve")
    assert statuses(journal, [again]) == ["done"]
    assert statuses(journal, [again]) == ["nothing_new"]
    assert used(journal) == [100_00]


def test_a_rehearsal_counts_and_records_nothing(journal: Journal):
    limited(journal, 150_00)
    approvals = [by("bo", one, f"approve {number}") for number, one in enumerate(requested(journal, 2))]
    assert [one.code or one.status for one in rehearse(journal, approvals)] == ["done", "limit_passed"]
    assert used(journal) == []


def test_an_exception_allows_what_the_limit_forbids(journal: Journal):
    limited(journal, 50_00)
    (approval,) = requested(journal, 1)
    granted = GrantException(
        person_id="bo",
        kind="write_off",
        document="writeoff-w0",
        amount_minor=100_00,
        currency="SEK",
        reason_code="URGENT",
        month=date(DAY.year, DAY.month, 1),
    )
    assert statuses(journal, [by("bo", approval, "1")]) == ["limit_passed"]
    assert statuses(journal, [by("bo", granted, "2")]) == ["exception_to_oneself"]
    assert statuses(journal, [by("anna", granted, "3"), by("bo", approval, "4")]) == ["done", "done"]
    names = [type(one.fact).__name__ for one in journal.read_all(MONTH)]
    assert names == ["ExceptionGranted", "ExceptionUsed"]


def test_other_duties_do_not_lift_the_limit_of_the_one_that_decides(journal: Journal):
    registered(journal, "cleo", "billing", "manager", "approver")
    command = SetLimit(set_by="anna", duty="approver", kind="write_off", currency="SEK", single_minor=0)
    assert statuses(journal, [by("anna", command, "limit")]) == ["done"]
    (approval,) = requested(journal, 1)
    # Only the duty of an approver approves, and it has a limit.
    assert statuses(journal, [by("cleo", approval, "approve")]) == ["limit_passed"]


def test_a_decision_is_recorded_under_the_duty_whose_limit_admits_it(journal: Journal):
    registered(journal, "cleo", "billing", "manager")
    limit = SetLimit(set_by="anna", duty="billing", kind="credit", currency="SEK", single_minor=10_00)
    series = open_series("cre", kind="none")
    assert statuses(journal, [by("anna", limit, "limit"), by("anna", series, "cre"), invoice("1")]) == ["done"] * 3
    assert statuses(journal, [by("cleo", credit("c", "1"), "credit")]) == ["done"]
    (first, *_) = journal.read_all("creditnote-c")
    assert first.envelope.duty == "manager"


# What a process keeps of persons and terms


def test_a_duty_that_another_process_gave_or_ended_is_seen_at_once(journal: Journal, other: Journal):
    registered(journal, "cia", "auditor")
    assert statuses(journal, [by("cia", open_account("p1"), "p1")]) == ["duty_missing"]
    assert statuses(other, [by("anna", GiveDuty(person_id="cia", duty="billing"), "give")]) == ["done"]
    assert statuses(journal, [by("cia", open_account("p1"), "p1")]) == ["done"]
    ended = EndDuty(person_id="cia", duty="billing", reason_code="LEFT")
    assert statuses(other, [by("anna", ended, "end")]) == ["done"]
    assert statuses(journal, [by("cia", open_account("p2"), "p2")]) == ["duty_missing"]


def test_what_is_kept_of_a_person_holds_when_the_persons_facts_are_archived(
    database_urls: Urls, journal: Journal, other: Journal, tmp_path: Path
):
    registered(journal, "cia", "auditor")
    assert statuses(journal, [by("cia", open_account("p1"), "p1")]) == ["duty_missing"]
    assert statuses(other, [by("anna", GiveDuty(person_id="cia", duty="billing"), "give")]) == ["done"]
    move(database_urls, tmp_path, journal.stable_position(), most=1000)
    assert statuses(journal, [by("cia", open_account("p1"), "p1")]) == ["done"]
    assert statuses(journal, [by("cia", open_account("p2"), "p2")]) == ["done"]


def test_a_mistyped_year_is_refused_by_the_terms_in_force_and_repeats_still_have_their_answer(journal: Journal) -> None:
    opening = submit(open_series("cre", kind="none"), "series-cre")
    assert statuses(journal, [opening, invoice("i"), invoice("j")]) == ["done"] * 3

    def credited(of: str, days: int) -> Submission:
        return filled(submit(credit(f"c-{of}", of), f"c-{of}"), occurred_on=DAY + timedelta(days=days))

    def declared(ahead: int) -> Submission:
        return submit(DeclareTerms(terms=Terms(days_ahead=ahead)), f"terms-{ahead}")

    far = [credited("i", 8), replace(credited("i", 0), counts_on=DAY + timedelta(days=8))]
    assert [one.code for one in (*rehearse(journal, far), *execute(journal, far))] == ["day_far"] * 4
    # Terms of the same chunk are obeyed.
    assert statuses(journal, [declared(30), credited("i", 8), declared(0)]) == ["done", "done", "done"]
    assert [one.code or one.status for one in execute(journal, [credited("i", 8), credited("j", 1)])] == [
        "nothing_new",
        "day_far",
    ]

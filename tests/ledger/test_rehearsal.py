"""Rehearsing: what would become of commands, by the rules that execute decides by, and nothing of it recorded."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import psycopg
import pytest

from infra.postgres import Urls
from ledger import Journal, Outcome, Submission, execute, open_journal
from ledger.domain.cash.reversal import ReverseAllocation
from ledger.domain.disputes_and_relief.write_off import ApproveWriteOff, RequestWriteOff
from tests.kit.submissions import allocation, invoice, numbers_of, opened, receipt, rehearse, submit


@pytest.fixture
def journal(database_urls: Urls) -> Iterator[Journal]:
    with open_journal(database_urls.writer, "clinic") as journal:
        yield opened(journal)


def by(actor: str, one: Submission) -> Submission:
    return msgspec.structs.replace(one, envelope=msgspec.structs.replace(one.envelope, actor=actor))


def batch() -> list[Submission]:
    """Commands that lead to facts, to nothing new and to refusals, some because of what came before them."""
    asked = submit(RequestWriteOff(write_off_id="w", item_id="2.1", reason_code="UNECONOMIC"), "ask")
    return [
        invoice("1"),
        invoice("2"),
        invoice("1"),
        receipt("r", 20_000),
        receipt("no spaces"),
        allocation("a", "r", "1"),
        allocation("b", "r", "1"),
        submit(ReverseAllocation(allocation_id="a", receipt_id="r"), "reverse"),
        allocation("c", "r", "2", credit_account="anna"),
        asked,
        submit(ApproveWriteOff(write_off_id="w"), "approve"),
        by("person:bo", submit(ApproveWriteOff(write_off_id="w"), "approve by another")),
        allocation("d", "none", "1"),
        submit(receipt("r", 30_000).command, "receipt-r"),
    ]


def said(outcomes: list[Outcome]) -> list[tuple[str, str, str | None, str | None]]:
    return [(one.key, one.status, one.code, one.sentence) for one in outcomes]


def test_a_rehearsal_says_what_execute_says_afterwards(journal: Journal):
    rehearsed = rehearse(journal, batch())

    assert said(rehearsed) == said(execute(journal, batch()))
    assert {one.code for one in rehearsed} >= {
        None, "amount_exceeds_unallocated", "approver_is_requester", "id_malformed", "key_reused", "receipt_unknown",
    }  # fmt: skip
    assert {one.status for one in rehearsed} == {"done", "nothing_new", "refused"}


def test_nothing_of_it_is_recorded_and_no_number_taken(journal: Journal, database_urls: Urls):
    before = journal.stable_position()

    assert rehearse(journal, [invoice("1"), receipt("r")])[0].status == "done"

    assert journal.stable_position() == before
    assert numbers_of(journal) == []
    assert journal.marks(["issue-1", "receipt-r"]) == {}
    with psycopg.connect(database_urls.owner) as owner:
        assert owner.execute("SELECT last_value FROM clinic.events_position").fetchone() == (before,)


def test_who_may_only_read_may_rehearse(journal: Journal, database_urls: Urls):
    with open_journal(database_urls.reader, "clinic") as reader:
        assert [one.status for one in rehearse(reader, [invoice("1"), receipt("r")])] == ["done", "done"]


def test_what_would_be_recorded_has_no_position_and_what_was_has_its_own(journal: Journal):
    first = execute(journal, invoice("1"))

    again, new = rehearse(journal, [invoice("1"), invoice("2")])

    assert (again.status, again.first_position, again.last_position) == (
        "nothing_new",
        first.first_position,
        first.last_position,
    )
    assert (new.status, new.first_position, new.last_position) == ("done", None, None)


def test_two_rehearsals_do_not_build_on_each_other(journal: Journal):
    for _ in range(2):
        assert [one.status for one in rehearse(journal, [invoice("1"), receipt("r")])] == ["done", "done"]


def test_a_rehearsal_waits_for_nobodys_turn(journal: Journal, database_urls: Urls):
    with open_journal(database_urls.writer, "clinic") as other, other.writing(["series-INV"]):
        assert rehearse(journal, [invoice("1")])[0].status == "done"


def test_nothing_to_rehearse_is_nothing(journal: Journal):
    assert rehearse(journal, []) == []

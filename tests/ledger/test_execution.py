"""Executing commands on PostgreSQL: batches, refusals, idempotency, conflicts and gapless numbers."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import msgspec
import pytest

from infra.postgres import Urls
from ledger import execute, execute_together, open_journal
from ledger.domain.cash.allocation import AllocateReceipt, ItemToPay
from ledger.domain.cash.reversal import ReverseAllocation
from ledger.journal import Journal, JournalUnavailable
from ledger.journal.journal import Writing
from ledger.journal.recorder import JournalRecorder
from tests.kit.submissions import allocation, filled, invoice, numbers_of, receipt, submit
from tests.kit.submissions import opened as opened_books
from tests.kit.writers import in_processes, repeat, spend


@pytest.fixture
def journal(database_urls: Urls):
    with open_journal(database_urls.writer, "clinic") as journal:
        yield journal


@pytest.fixture
def opened(journal: Journal) -> Journal:
    return opened_books(journal)


def test_a_refused_command_changes_nothing_and_does_not_stop_the_others(opened: Journal):
    before = opened.stable_position()

    outcomes = execute(opened, [invoice("1"), allocation("a", "none", "1"), invoice("2")])

    assert [outcome.status for outcome in outcomes] == ["done", "refused", "done"]
    assert outcomes[1].code == "receipt_unknown"
    assert {fact.envelope.key for fact in opened.follow(before, 100)} == {"issue-1", "issue-2"}


def test_a_batch_may_be_asked_to_stop_at_the_first_refusal(opened: Journal):
    outcomes = execute(opened, [invoice("1"), allocation("a", "none", "1"), invoice("2")], stop_on_refusal=True)

    assert [outcome.status for outcome in outcomes] == ["done", "refused"]
    assert "invoice-2" not in opened.read(["invoice-2"])


def test_of_commands_that_belong_together_none_is_recorded_if_one_is_refused(opened: Journal):
    before = opened.stable_position()
    refused = execute_together(opened, [invoice("1"), allocation("a", "none", "1"), invoice("2")])
    assert [(one.status, one.code, one.first_position) for one in refused] == [
        ("done", None, None),
        ("refused", "receipt_unknown", None),
    ]
    assert opened.follow(before, 100) == []
    # What was not recorded is no earlier answer, and took no number.
    done = execute_together(opened, [invoice("1"), invoice("2")])
    assert [one.status for one in done] == ["done", "done"]
    assert done[0].first_position == before + 1
    assert numbers_of(opened) == [1001, 1002]
    again = execute_together(opened, [invoice("1"), invoice("2")])
    assert [(one.status, one.first_position) for one in again] == [("nothing_new", one.first_position) for one in done]


def test_commands_that_belong_together_are_refused_for_what_is_recorded(opened: Journal):
    execute(opened, [invoice("1")])
    other = filled(invoice("1"), key="other")
    (first, second) = execute_together(opened, [receipt("r"), other])
    assert (first.status, second.code) == ("done", "invoice_already_issued")
    assert "receipt-r" not in opened.read(["receipt-r"])
    assert execute_together(opened, []) == []


def test_of_many_commands_that_belong_together_none_is_recorded_either(opened: Journal):
    before = opened.stable_position()
    many = [receipt(f"r{number}") for number in range(600)]
    assert execute_together(opened, [*many, allocation("a", "none", "1")])[-1].code == "receipt_unknown"
    assert opened.follow(before, 1) == []
    assert {one.status for one in execute_together(opened, many)} == {"done"}


def test_commands_of_a_batch_build_on_the_ones_before_them(opened: Journal):
    outcomes = execute(
        opened, [invoice("1"), receipt("r", 20_000), allocation("a", "r", "1"), allocation("b", "r", "1")]
    )

    assert [(outcome.status, outcome.code) for outcome in outcomes[2:]] == [
        ("done", None),
        ("refused", "amount_exceeds_unallocated"),
    ]


def test_the_same_key_again_returns_the_first_answer(opened: Journal):
    first = execute(opened, invoice("1"))
    again = execute(opened, [invoice("1"), invoice("2")])[0]

    assert first.status == "done"
    assert again.status == "nothing_new"
    assert (again.first_position, again.last_position) == (first.first_position, first.last_position)


def test_the_same_key_with_another_command_is_refused(opened: Journal):
    execute(opened, invoice("1", 100))

    assert execute(opened, invoice("1", 200)).code == "key_reused"


def test_a_repeat_that_could_be_decided_again_is_recorded_once(opened: Journal):
    execute(opened, [invoice("1", 100), receipt("r", 300), invoice("2", 50)])
    part = AllocateReceipt(allocation_id="a", receipt_id="r", items=(ItemToPay("1.1", 100),))
    first = execute(opened, submit(part, "allocate"))
    execute(opened, submit(ReverseAllocation(allocation_id="a", receipt_id="r"), "reverse"))

    again = execute(opened, submit(part, "allocate"))
    other = execute(opened, submit(msgspec.structs.replace(part, allocation_id="b"), "allocate"))

    assert (again.status, again.first_position) == ("nothing_new", first.first_position)
    assert other.code == "key_reused"


def test_a_repeat_in_the_middle_of_a_large_batch_is_found(opened: Journal):
    first = execute(opened, invoice("700"))
    outcomes = execute(opened, [invoice(str(number)) for number in range(1200)])

    assert outcomes[700].status == "nothing_new"
    assert outcomes[700].first_position == first.first_position
    assert numbers_of(opened) == list(range(1001, 1001 + 1200))


def test_a_large_batch_that_meets_a_conflict_late_is_recorded_whole_afterwards(
    opened: Journal, database_urls: Urls, monkeypatch: pytest.MonkeyPatch
):
    batch = [receipt(str(number)) for number in range(1500)]
    append, met = Writing.append, [batch[1400]]

    def raced(self: Writing, *given: Any, **named: Any) -> Any:
        if met:
            with open_journal(database_urls.writer, "clinic") as other:
                execute(other, met.pop())
        return append(self, *given, **named)

    monkeypatch.setattr(Writing, "append", raced)
    outcomes = execute(opened, batch)

    assert [outcome.status for outcome in outcomes].count("done") == 1499
    assert outcomes[1400].status == "nothing_new"
    assert len({outcome.first_position for outcome in outcomes}) == 1500


def test_what_a_large_batch_runs_into_leaves_nothing_of_its_chunk(opened: Journal, monkeypatch: pytest.MonkeyPatch):
    append, appended = Writing.append, iter(range(10))

    def failing(self: Writing, *given: Any, **named: Any) -> Any:
        if next(appended) == 2:
            raise JournalUnavailable("the disk is full")
        return append(self, *given, **named)

    before = opened.stable_position()
    with monkeypatch.context() as patched:
        patched.setattr(Writing, "append", failing)
        with pytest.raises(JournalUnavailable):
            execute(opened, [receipt(str(number)) for number in range(1500)])

    assert opened.follow(before, 10) == []
    assert {one.status for one in execute(opened, [receipt(str(number)) for number in range(1500)])} == {"done"}


@pytest.mark.parametrize("interrupts", [1, 3])
def test_a_chunk_that_is_interrupted_while_a_piece_is_sent_leaves_nothing_however_often(
    opened: Journal, monkeypatch: pytest.MonkeyPatch, interrupts: int
):
    append = JournalRecorder.append_on

    def held(self: JournalRecorder, *given: Any) -> Any:
        for _ in range(interrupts):
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(0.2)
        return append(self, *given)

    before = opened.stable_position()
    usual = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with monkeypatch.context() as patched:
            patched.setattr(JournalRecorder, "append_on", held)
            with pytest.raises(KeyboardInterrupt):
                execute(opened, [receipt(str(number)) for number in range(1500)])
    finally:
        signal.signal(signal.SIGINT, usual)
    outcome = execute(opened, receipt("after"))
    time.sleep(0.5)

    assert [fact.position for fact in opened.follow(before, 10)] == [outcome.first_position]
    assert {one.status for one in execute(opened, [receipt(str(number)) for number in range(1500)])} == {"done"}


def test_a_batch_over_many_chunks_is_recorded_once(opened: Journal):
    batch = [invoice(str(number)) for number in range(25)]

    outcomes = execute(opened, batch, chunk=10)

    assert {outcome.status for outcome in outcomes} == {"done"}
    assert {outcome.status for outcome in execute(opened, batch, chunk=7)} == {"nothing_new"}


def test_an_answer_lost_on_the_way_is_found_again(opened: Journal, monkeypatch: pytest.MonkeyPatch):
    writing = Journal.writing

    @contextmanager
    def lost(self: Journal, *given: Any, **how: Any) -> Iterator[Writing]:
        with writing(self, *given, **how) as one:
            yield one
        raise JournalUnavailable("the connection was lost after the commit")

    with monkeypatch.context() as patched:
        patched.setattr(Journal, "writing", lost)
        with pytest.raises(JournalUnavailable):
            execute(opened, invoice("1"))

    assert execute(opened, invoice("1")).status == "nothing_new"


def test_two_who_spend_the_same_receipt_at_once_cannot_both(opened: Journal, database_urls: Urls):
    execute(opened, [receipt("r", 25_000), *(invoice(str(number)) for number in range(8))])

    with ThreadPoolExecutor(8) as pool, open_journal(database_urls.writer, "clinic") as other:
        journals = [opened, other] * 4
        outcomes = list(pool.map(lambda n: execute(journals[n], allocation(f"a{n}", "r", str(n))), range(8)))

    assert sorted(outcome.status for outcome in outcomes) == ["done"] + ["refused"] * 7
    applied = [fact for fact in opened.follow(0, 1000) if fact.name == "ItemAllocated"]
    assert len(applied) == 1


def test_numbers_of_a_series_have_no_gap_with_many_issuers_at_once(opened: Journal):
    with ThreadPoolExecutor(4) as pool:
        batches = [[invoice(f"{issuer}-{number}") for number in range(10)] for issuer in range(8)]
        outcomes = [outcome for batch in pool.map(lambda b: execute(opened, b, chunk=3), batches) for outcome in batch]

    assert {outcome.status for outcome in outcomes} == {"done"}
    assert numbers_of(opened) == list(range(1001, 1081))


def test_a_malformed_id_is_said_to_be_malformed(opened: Journal):
    assert execute(opened, receipt("no spaces", 100)).code == "id_malformed"


def test_a_command_repeated_in_its_own_batch_has_the_positions_of_the_first(opened: Journal):
    first, again = execute(opened, [invoice("1"), invoice("1")])

    assert (first.status, again.status) == ("done", "nothing_new")
    assert (again.first_position, again.last_position) == (first.first_position, first.last_position)


def test_processes_that_spend_the_same_receipts_at_once_cannot_spend_one_twice(opened: Journal, database_urls: Urls):
    receipts, writers = 15, ["w1", "w2", "w3", "w4"]
    execute(opened, [receipt(f"r{number}", 25_000) for number in range(receipts)])
    execute(opened, [invoice(f"{writer}-{number}") for writer in writers for number in range(receipts)])

    answers = in_processes(spend, [(database_urls.writer, writer, receipts) for writer in writers])

    for number in range(receipts):
        assert sorted(answer[number].status for answer in answers) == ["done"] + ["refused"] * 3
    facts = opened.follow(0, 100_000)
    applied = sorted(one.fact.document for one in facts if one.name == "ItemAllocated")
    allocated = sorted(one.stream for one in facts if one.name == "ReceiptAllocated")
    assert applied == allocated == sorted(f"receipt-r{number}" for number in range(receipts))


@pytest.mark.parametrize("grouped", [False, True])
def test_the_same_keys_from_many_processes_are_recorded_once_and_answered_alike(
    opened: Journal, database_urls: Urls, grouped: bool
):
    answers = in_processes(repeat, [(database_urls.writer, 10, grouped) for _ in range(4)])

    by_key: dict[str, list[Any]] = {}
    for answer in (one for outcomes in answers for one in outcomes):
        by_key.setdefault(answer.key, []).append(answer)
    for same in by_key.values():
        assert sorted(one.status for one in same) == ["done"] + ["nothing_new"] * 15
        assert len({(one.first_position, one.last_position) for one in same}) == 1
    assert numbers_of(opened) == list(range(1001, 1011))

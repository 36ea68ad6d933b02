"""Group commit: commands that arrive together share a commit, none is answered before it, each has its own answer."""

from __future__ import annotations

import ctypes
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from threading import Thread, get_ident
from typing import Any

import psycopg
import pytest

from infra.postgres import Urls
from ledger import GroupCommit, Outcome, Submission, open_journal
from ledger.domain.fact import Command
from ledger.execution import group_commit
from ledger.journal import Journal, JournalUnavailable
from tests.kit.held_commits import Held, holding_commits, until
from tests.kit.submissions import invoice, numbers_of, opened, receipt, submit


@pytest.fixture
def journal(database_urls: Urls) -> Iterator[Journal]:
    with open_journal(database_urls.writer, "clinic") as journal:
        yield opened(journal)


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(32) as pool:
        yield pool


@pytest.fixture
def held(journal: Journal, database_urls: Urls) -> Iterator[Held]:
    with holding_commits(database_urls) as held:
        yield held


def arrive_while_held(
    group: GroupCommit, held: Held, threads: ThreadPoolExecutor, first: Submission, others: Sequence[Submission]
) -> tuple[Future[Outcome], list[Future[Outcome]]]:
    """One command whose commit is held, and others that arrive meanwhile and wait."""
    leading = threads.submit(group.execute, first)
    held.until(1)
    waiting = [threads.submit(group.execute, one) for one in others]
    until(lambda: group.waiting == len(others))
    return leading, waiting


def commits(urls: Urls, keys: str) -> int:
    """How many transactions recorded the commands of these keys."""
    with psycopg.connect(urls.owner) as session:
        query = "SELECT count(DISTINCT xmin::text) FROM clinic.commands WHERE key LIKE %s"
        row = session.execute(query, (keys,)).fetchone()
        assert row is not None
        return int(row[0])


def test_commands_that_arrive_during_a_commit_share_the_next_one(
    journal: Journal, held: Held, threads: ThreadPoolExecutor, database_urls: Urls
):
    group = GroupCommit(journal)

    first, others = arrive_while_held(group, held, threads, receipt("0"), [receipt(str(n)) for n in range(1, 21)])
    held.let_go()

    assert {one.result().status for one in [first, *others]} == {"done"}
    assert commits(database_urls, "receipt-%") == 2


def test_nobody_is_answered_before_the_commit(journal: Journal, held: Held, threads: ThreadPoolExecutor):
    group = GroupCommit(journal)

    first, others = arrive_while_held(group, held, threads, receipt("0"), [receipt("1"), receipt("2")])
    assert not any(one.done() for one in [first, *others])
    assert journal.read(["receipt-0", "receipt-1", "receipt-2"]) == {}
    held.let_go()

    for number, one in enumerate([first, *others]):
        (recorded,) = journal.read([f"receipt-{number}"])[f"receipt-{number}"] if one.result() else ()
        assert recorded.position == one.result().first_position


def test_a_batch_has_a_bound_and_those_who_waited_longest_come_first(
    journal: Journal, held: Held, threads: ThreadPoolExecutor, database_urls: Urls
):
    group = GroupCommit(journal, most=3)

    first, others = arrive_while_held(group, held, threads, receipt("0"), [receipt(str(n)) for n in range(1, 8)])
    held.let_go()

    assert {one.result().status for one in [first, *others]} == {"done"}
    assert commits(database_urls, "receipt-%") == 1 + 3


def test_a_refusal_answers_only_its_own(journal: Journal, held: Held, threads: ThreadPoolExecutor):
    group = GroupCommit(journal)

    asked = [receipt("1"), receipt("no spaces"), receipt("2", amount_minor=0), receipt("3")]
    _, others = arrive_while_held(group, held, threads, receipt("0"), asked)
    held.let_go()

    assert [one.result().code for one in others] == [None, "id_malformed", "amount_not_positive", None]
    assert len(journal.read(["receipt-1", "receipt-3"])) == 2


def test_a_fault_reaches_all_of_its_batch_and_no_other(journal: Journal, held: Held, threads: ThreadPoolExecutor):
    group = GroupCommit(journal)

    first, others = arrive_while_held(group, held, threads, receipt("0"), [receipt("1"), receipt("2")])
    held.session.execute("SELECT pg_terminate_backend(%s)", (held.backends()[0],))
    with pytest.raises(JournalUnavailable):
        first.result()
    held.let_go()

    assert {one.result().status for one in others} == {"done"}
    first, others = arrive_again(group, held, threads)
    held.session.execute("SELECT pg_terminate_backend(pid) FROM unnest(%s::int[]) AS pid", (held.backends(),))
    assert all(isinstance(one.exception(), JournalUnavailable) for one in others)
    assert journal.read(["receipt-4", "receipt-5"]) == {}
    held.let_go()
    assert [group.execute(receipt(str(number))).status for number in (4, 5)] == ["done", "done"]


def arrive_again(
    group: GroupCommit, held: Held, threads: ThreadPoolExecutor
) -> tuple[Future[Outcome], list[Future[Outcome]]]:
    """A batch of two whose commit is held in turn."""
    held.session.execute("SELECT pg_advisory_lock(7700000000077)")
    first, others = arrive_while_held(group, held, threads, receipt("3"), [receipt("4"), receipt("5")])
    before = held.backends()
    held.session.execute("SELECT pg_terminate_backend(%s)", (before[0],))
    assert isinstance(first.exception(), JournalUnavailable)
    until(lambda: bool(held.backends()) and held.backends() != before)
    return first, others


class Unheard(Command, frozen=True):
    """A command that no rule decides."""

    def streams(self) -> tuple[str, ...]:
        """Any."""
        return ("receipt-9",)


def test_an_unexpected_exception_is_its_own_commands_alone(journal: Journal, held: Held, threads: ThreadPoolExecutor):
    group = GroupCommit(journal)

    asked = [receipt("1"), submit(Unheard(), "unheard"), receipt("2")]
    _, (one, unheard, two) = arrive_while_held(group, held, threads, receipt("0"), asked)
    held.let_go()

    assert [one.result().status, two.result().status] == ["done", "done"]
    assert isinstance(unheard.exception(), KeyError)


def test_commands_without_a_series_do_not_wait_for_one(journal: Journal, held: Held, threads: ThreadPoolExecutor):
    group = GroupCommit(journal)
    held.let_go()
    with journal.writing(["series-INV"]):
        issuing = threads.submit(group.execute, invoice("1"))
        held.until(1)

        assert group.execute(receipt("1")).status == "done"
        assert not issuing.done()

    assert issuing.result().status == "done"


def test_the_same_key_from_many_threads_gives_one_answer(journal: Journal, threads: ThreadPoolExecutor):
    group = GroupCommit(journal)

    outcomes = list(threads.map(lambda _: group.execute(invoice("1")), range(32)))

    assert sorted(one.status for one in outcomes) == ["done"] + ["nothing_new"] * 31
    assert len({(one.first_position, one.last_position) for one in outcomes}) == 1
    assert numbers_of(journal) == [1001]


def test_an_answer_lost_after_the_commit_is_found_again_by_the_key(
    journal: Journal, held: Held, threads: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
):
    group = GroupCommit(journal)
    writing = Journal.writing

    @contextmanager
    def lost(self: Journal, *given: Any, **how: Any) -> Iterator[Any]:
        with writing(self, *given, **how) as one:
            yield one
        raise JournalUnavailable("the connection was lost after the commit")

    with monkeypatch.context() as patched:
        patched.setattr(Journal, "writing", lost)
        _, others = arrive_while_held(group, held, threads, receipt("0"), [receipt("1"), receipt("2")])
        held.let_go()
        assert all(isinstance(one.exception(), JournalUnavailable) for one in others)

    again = group.execute(receipt("1"))
    (recorded,) = journal.read(["receipt-1"])["receipt-1"]
    assert (again.status, again.first_position) == ("nothing_new", recorded.position)


def test_a_leader_that_is_interrupted_leaves_the_others_their_answers(
    journal: Journal, held: Held, threads: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
):
    group = GroupCommit(journal)
    writing, left = Journal.writing, [KeyboardInterrupt()]

    @contextmanager
    def interrupted(self: Journal, *given: Any, **how: Any) -> Iterator[Any]:
        with writing(self, *given, **how) as one:
            yield one
            if left and group.waiting == 0:
                raise left.pop()

    first, others = arrive_while_held(group, held, threads, receipt("0"), [receipt(str(n)) for n in range(1, 6)])
    monkeypatch.setattr(Journal, "writing", interrupted)
    held.let_go()

    assert first.result().status == "done"
    endings = [type(one.exception()) for one in others]
    assert sorted(endings, key=str) == sorted([KeyboardInterrupt] + [type(None)] * 4, key=str)
    assert group.execute(receipt("6")).status == "done"


def test_one_who_waits_and_is_interrupted_is_not_waited_for(journal: Journal, held: Held, threads: ThreadPoolExecutor):
    group = GroupCommit(journal)
    ended: list[object] = []
    threads_of: list[int] = []

    def waits() -> None:
        threads_of.append(get_ident())
        try:
            ended.append(group.execute(receipt("1")))
        except KeyboardInterrupt as interrupt:
            ended.append(interrupt)

    first, _ = arrive_while_held(group, held, threads, receipt("0"), [])
    waiting = Thread(target=waits)
    waiting.start()
    until(lambda: group.waiting == 1)
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(threads_of[0]), ctypes.py_object(KeyboardInterrupt))
    waiting.join(60)
    assert [type(one) for one in ended] == [KeyboardInterrupt]
    assert group.waiting == 0
    held.let_go()

    assert first.result().status == "done"
    assert group.execute(receipt("2")).status == "done"
    assert journal.read(["receipt-1"]) == {}


class InterruptedOnce(deque[Any]):
    """Who waits; the first time that somebody is taken out, whoever does so is interrupted."""

    def popleft(self) -> Any:
        if not interrupts:
            return super().popleft()
        raise interrupts.pop()


interrupts: list[BaseException] = []


def test_an_heir_who_is_not_woken_finds_by_itself_that_it_leads(
    journal: Journal, held: Held, threads: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(group_commit, "deque", InterruptedOnce)
    group = GroupCommit(journal, most=1)

    leading, (heir,) = arrive_while_held(group, held, threads, receipt("0"), [receipt("1")])
    interrupts.append(KeyboardInterrupt())
    held.let_go()

    assert isinstance(leading.exception(60), KeyboardInterrupt)
    assert heir.result(60).status == "done"


def test_under_load_everybody_is_answered_with_fewer_commits_than_commands(
    journal: Journal, threads: ThreadPoolExecutor, database_urls: Urls
):
    group = GroupCommit(journal)

    outcomes = list(threads.map(lambda n: group.execute(receipt(str(n))), range(600)))

    assert {one.status for one in outcomes} == {"done"}
    assert len({one.first_position for one in outcomes}) == 600
    assert commits(database_urls, "receipt-%") < 600
    assert group.waiting == 0

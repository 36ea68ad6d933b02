"""A subscription waits for facts, ends when it is told to, and outlasts a database that is away for a while."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Any

import pytest
from eventsourcing.persistence import OperationalError, ProgrammingError

from infra.postgres import Urls
from ledger.journal import Journal, open_journal
from tests.kit import subscription
from tests.kit.subscription import PollingSubscription, SubscribedRecorder
from tests.ledger.journal.crowd import opened, taken


@pytest.fixture
def journal(database_urls: Urls):
    with open_journal(database_urls.writer, "clinic") as journal:
        yield journal


@pytest.fixture
def recorder(journal: Journal) -> SubscribedRecorder:
    return SubscribedRecorder(journal.recorder.datastore)


def failing(times: int, ask: Callable[[], int]) -> Callable[[], int]:
    """The same answer, after so many failures."""
    left = iter(range(times))

    def answer() -> int:
        if next(left, None) is not None:
            raise OperationalError("the database is starting up")
        return ask()

    return answer


def test_a_subscription_that_waits_is_ended_from_another_thread(recorder: SubscribedRecorder):
    with ThreadPoolExecutor(1) as pool, recorder.subscribe() as waiting:
        seen = pool.submit(list, waiting)
        waiting.stop()

        assert seen.result(60) == []


def test_what_is_recorded_while_it_waits_comes(journal: Journal, recorder: SubscribedRecorder):
    with ThreadPoolExecutor(1) as pool, recorder.subscribe() as waiting:
        seen = pool.submit(next, waiting)
        position = journal.append([opened("one")])[0]

        assert seen.result(60).id == position


def test_more_than_a_page_comes_whole_and_in_order(
    journal: Journal, recorder: SubscribedRecorder, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(subscription, "PAGE", 10)
    positions = journal.append([opened(str(number)) for number in range(35)])
    with recorder.subscribe(gt=positions[1]) as reading:
        assert [one.id for one in islice(reading, 33)] == list(positions)[2:]


def test_what_is_of_other_names_is_looked_through_once(
    journal: Journal, recorder: SubscribedRecorder, monkeypatch: pytest.MonkeyPatch
):
    asked: list[int] = []
    select = recorder.select_notifications

    def selecting(start: int, *given: Any, **named: Any) -> Any:
        asked.append(start)
        return select(start, *given, **named)

    monkeypatch.setattr(recorder, "select_notifications", selecting)
    last_opened = journal.append([opened(str(number)) for number in range(20)])[-1]
    with ThreadPoolExecutor(1) as pool, recorder.subscribe(topics=["NumberTaken"]) as reading:
        seen = pool.submit(next, reading)
        while not asked:
            pass
        position = journal.append([taken("s", 1)])[0]

        assert seen.result(60).id == position
    assert asked == [0, last_opened] or asked == [0]


def test_a_database_that_is_away_for_a_while_is_asked_again(
    journal: Journal, recorder: SubscribedRecorder, monkeypatch: pytest.MonkeyPatch
):
    position = journal.append([opened("one")])[0]
    monkeypatch.setattr(recorder, "stable_position", failing(3, recorder.stable_position))
    with PollingSubscription(recorder) as reading:
        assert next(reading).id == position


def test_a_database_that_stays_away_is_said_to_be(recorder: SubscribedRecorder, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(recorder, "stable_position", failing(10**9, recorder.stable_position))
    with PollingSubscription(recorder, patience=0.3) as reading, pytest.raises(OperationalError, match="starting up"):
        next(reading)


def test_the_recorder_of_the_program_has_no_subscription(journal: Journal):
    with pytest.raises(ProgrammingError, match="read it with `follow` instead"):
        journal.recorder.subscribe()

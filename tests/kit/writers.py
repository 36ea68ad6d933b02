"""Writers in processes of their own: what each does is a function here, so that a new process can find it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from datetime import date
from multiprocessing import get_context
from typing import Any

from ledger import GroupCommit, Outcome, execute, open_journal
from tests.kit import care
from tests.kit.submissions import allocation, invoice, submit

ENTITY = "clinic"


def in_processes(work: Callable[..., Any], given: Sequence[tuple[Any, ...]]) -> list[Any]:
    """What the work gives for each of these arguments, each in a process of its own, all at once."""
    with ProcessPoolExecutor(len(given), mp_context=get_context("spawn")) as processes:
        return [one.result() for one in [processes.submit(work, *arguments) for arguments in given]]


def issue(url: str, writer: str, threads: int, each: int, grouped: bool) -> list[Outcome]:
    """Threads that issue invoices of one series, one command at a time, by group commit or each for itself."""
    with open_journal(url, ENTITY) as journal, ThreadPoolExecutor(threads) as pool:
        group = GroupCommit(journal)

        def issued(thread: int) -> list[Outcome]:
            asked = [invoice(f"{writer}-{thread}-{number}") for number in range(each)]
            return [group.execute(one) if grouped else execute(journal, one) for one in asked]

        return [outcome for outcomes in pool.map(issued, range(threads)) for outcome in outcomes]


def receive(url: str, writer: str, threads: int, each: int, days: Sequence[date]) -> list[Outcome]:
    """Threads that record payments of these days in turn, every other thread by group commit."""
    with open_journal(url, ENTITY) as journal, ThreadPoolExecutor(threads) as pool:
        group = GroupCommit(journal)

        def received(thread: int) -> list[Outcome]:
            asked = [
                submit(
                    care.receipt(f"{writer}-{thread}-{number}", 1_00 + number, booked_on=days[number % len(days)]),
                    f"{writer}-{thread}-{number}",
                )
                for number in range(each)
            ]
            return [group.execute(one) if thread % 2 else execute(journal, one) for one in asked]

        return [outcome for outcomes in pool.map(received, range(threads)) for outcome in outcomes]


def spend(url: str, writer: str, receipts: int) -> list[Outcome]:
    """Applies each of some receipts to an invoice of the writer's own."""
    with open_journal(url, ENTITY) as journal:
        return [
            execute(journal, allocation(f"{writer}-{number}", f"r{number}", f"{writer}-{number}"))
            for number in range(receipts)
        ]


def repeat(url: str, keys: int, grouped: bool) -> list[Outcome]:
    """Sends the same commands as everybody else, four threads at a time."""
    with open_journal(url, ENTITY) as journal, ThreadPoolExecutor(4) as pool:
        group = GroupCommit(journal)
        asked = [invoice(f"same-{number}") for number in range(keys) for _ in range(4)]
        return list(pool.map(group.execute if grouped else lambda one: execute(journal, one), asked))


def issue_for_ever(url: str, writer: str) -> None:
    """Issues invoices until it is killed; says when it has begun."""
    with open_journal(url, ENTITY) as journal, ThreadPoolExecutor(4) as pool:
        group = GroupCommit(journal)

        def issuing(thread: int) -> None:
            number = 0
            while True:
                assert group.execute(invoice(f"{writer}-{thread}-{number}")).status == "done"
                number += 1

        list(pool.map(issuing, range(4)))

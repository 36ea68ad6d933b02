"""Extreme values are thrown at every command: what is accepted leaves every report and list readable, and no other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from random import Random
from typing import Any

import pytest
from msgspec import Struct
from msgspec.structs import replace

from infra.postgres import Urls
from ledger import Journal, Outcome, execute, execute_alone, open_journal
from ledger.domain.bank.withdrawal import WithdrawBankAccount
from ledger.domain.catalogue import CATALOGUE
from ledger.domain.days import FIRST_DAY, LAST_DAY
from ledger.domain.fact import Command
from ledger.domain.grammar import NUMBERED
from ledger.domain.national_numbers import has_national_number
from ledger.domain.terms.measured import MEASURED, Measured
from ledger.domain.terms.period import ApprovePeriodClose, RequestPeriodClose
from ledger.execution.submission import Submission
from projections.reports.registry import REPORTS
from tests.infra.cli.command_line import Reskontra
from tests.kit.book import asked
from tests.kit.commands import COMMANDS, parameters_of
from tests.kit.every_command import STORY
from tests.kit.extremes import DAYS, extremes
from tests.kit.submissions import submit

AT = datetime(2024, 8, 12, 8, tzinfo=UTC)
# Around the last days that are near to that day, by the terms and for an invoice, and the first one.
NEAR = [AT.date() + timedelta(days=days) for days in (0, 1, 7, 8, 366, 367, -10_950, -10_951)]
# The fields of facts that are words, or say where in a file something is; what a bank worded is not looked at.
IN_WORDS = {"legal_name", "name", "payment_ref", "payout_ref", "raw_position", "source"}
# What shows the book: reports and lists that need no word besides, and those of what is in the story.
READING = [
    one
    for one in sorted(COMMANDS)
    if (one in REPORTS or one.endswith(" list") or one in ("receipts", "files", "entity show", "account marks"))
    and not any(parameter.needed for parameter in parameters_of(one))
]
OF_SOMETHING = (
    "account-statement p1",
    "account-statement p2",
    "history account-p1",
    "history receipt-r1",
    "history invoice-i3",
)
OF_DAYS = [
    f"{report} --as-of {day}" for report in ("aging", "tie-out", "trial-balance") for day in (FIRST_DAY, LAST_DAY)
]


def submitted(changed: Callable[[Command], Iterable[Command]]) -> Iterator[Submission]:
    """The story, and after each of its commands the same with extreme values; a document that begins has another id."""
    for number, ask in enumerate(STORY):
        yield submit(ask, f"story-{number}", asked(ask).on, at=AT)
        for nth, command in enumerate(changed(asked(ask).command)):
            one = asked(ask)._replace(command=anew(command, asked(ask).command, f"{number}v{nth}"))
            yield submit(one, f"extreme-{number}-{nth}", one.on, at=AT)
        for nth, day in enumerate((*DAYS, *NEAR)):
            again = anew(asked(ask).command, asked(ask).command, f"{number}d{nth}")
            yield submit(asked(ask)._replace(command=again), f"day-{number}-{nth}", day, at=AT)


def measured(one: Submission) -> bool:
    """Whether the book is measured for this command."""
    return isinstance(one.command, RequestPeriodClose | ApprovePeriodClose | WithdrawBankAccount)


def recorded(journal: Journal, some: list[Submission]) -> list[Outcome]:
    """Record commands; where the book is measured, each alone."""
    if not measured(some[0]):
        return execute(journal, some, chunk=500)
    return [execute_alone(journal, one, lambda: {MEASURED: Measured(begins_on=date(2024, 5, 1))}) for one in some]


def anew(command: Command, before: Command, mark: str) -> Command:
    """The same with another id, if the command begins a document of that id."""
    first = next(name for name in command.__struct_fields__ if name != "on")
    id = getattr(command, first)
    return replace(command, **{first: f"{id}{mark}"}) if command.begins and id == getattr(before, first) else command


def throw(urls: Urls, everything: list[Submission]) -> set[type[Command]]:
    """Record what is accepted of all this; the commands of which something was accepted."""
    with open_journal(urls.writer, "clinic") as journal:
        outcomes = [outcome for _, some in groupby(everything, measured) for outcome in recorded(journal, [*some])]
    done = zip(everything, outcomes, strict=True)
    return {type(one.command) for one, outcome in done if outcome.status == "done"}


def require_readable(reskontra: Reskontra) -> None:
    """Whatever shows the book shows it, and the read tables are what a replay gives."""
    for command in (*READING, *OF_SOMETHING, *OF_DAYS):
        problems = reskontra.json(command, code=None)["problems"]
        expected = {"does_not_tie", "ledger_is_not_bank", "places_missing"}
        assert {problem["code"] for problem in problems} <= expected, command
    found = {problem["code"] for problem in reskontra.json("verify", code=1)["problems"]}
    # The story names bank files that nobody archived, and its bank says nothing of what was thrown.
    assert found == {"archive_incomplete", "ledger_is_not_bank"}
    assert reskontra.json("rebuild")["problems"] == []


def require_possible(urls: Urls) -> None:
    """Every fact is of a day near the one on which it was recorded, and no id or code has words or personal numbers."""
    said = set[str]()
    first, last = AT.date() - timedelta(days=36_500), AT.date() + timedelta(days=366)
    with open_journal(urls.writer, "clinic") as journal:
        for one in journal.follow(0, 1_000_000):
            days = (one.envelope.occurred_on, one.envelope.accounting_date)
            assert all(first <= day <= last for day in days), f"{one.fact} {days}"
            for name, text in texts_of(one.fact):
                assert name in NUMBERED or not has_national_number(text), f"{name} of {one.fact}"
                said |= {name} if text == "Eva Ek, HIV" else set()
    assert said == IN_WORDS


def texts_of(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Every text in a fact, with the name of its field."""
    if isinstance(value, str):
        yield name, value
    elif isinstance(value, tuple):
        for one in value:
            yield from texts_of(one, name)
    elif isinstance(value, Struct):
        for field in value.__struct_fields__:
            if field not in getattr(value, "from_bank", ()):
                yield from texts_of(getattr(value, field), field)


def test_extreme_values_leave_the_book_readable(database_environ: dict[str, str], database_urls: Urls) -> None:
    accepted = throw(database_urls, list(submitted(extremes)))
    assert {kind.__name__ for kind in CATALOGUE.rules if kind not in accepted} == set()
    require_possible(database_urls)
    require_readable(Reskontra(database_environ))


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(10))
def test_two_extreme_values_at_once(database_environ: dict[str, str], database_urls: Urls, seed: int) -> None:
    dice = Random(seed)

    def pairs(command: Command) -> Iterator[Command]:
        for one in extremes(command):
            yield dice.choice([one, *extremes(one)])

    throw(database_urls, list(submitted(pairs)))
    require_readable(Reskontra(database_environ))

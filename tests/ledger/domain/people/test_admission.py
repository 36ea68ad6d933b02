"""Admission: whoever gives a command has one of the duties to which it belongs, on the day on which they give it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from ledger.domain.catalogue import CATALOGUE
from ledger.domain.duty import DUTIES, JOBS, job_actor, person_actor
from ledger.domain.fact import Command
from ledger.domain.people.admission import admitted
from ledger.domain.people.registration import RegisterPerson
from ledger.domain.refusals import Refused
from tests.kit.book import DAY, Book
from tests.kit.care import open_account
from tests.ledger.domain.people.test_person import DAY_AFTER, FOUNDED, founded, give, register

COMMAND = open_account("p1")


def ask(book: Book, actor: str, day: date = DAY, command: Command = COMMAND, *duties: str) -> tuple[str, ...]:
    return admitted(book.states, command, duties or ("billing", "finance", "bank-day"), actor, day)  # type: ignore[arg-type]


def refused(book: Book, actor: str, day: date = DAY, command: Command = COMMAND, *duties: str) -> str:
    with pytest.raises(Refused) as told:
        ask(book, actor, day, command, *duties)
    return told.value.code


def test_a_person_is_admitted_with_those_of_the_duties_that_they_hold():
    book = founded().given(register("bo", "finance", "nurse"), register("carl", "finance", "billing"))
    assert ask(book, person_actor("bo")) == ("finance",)
    assert ask(book, person_actor("carl")) == ("billing", "finance")


def test_without_such_a_duty_a_person_is_refused():
    book = founded().given(register("bo", "nurse"))
    assert refused(book, person_actor("bo")) == "duty_missing"
    assert refused(book, person_actor("bo"), DAY, COMMAND, "bank-day") == "duty_missing"


def test_a_duty_counts_on_its_days_only():
    book = founded().given(register("bo"), give("bo", "finance", DAY_AFTER, DAY_AFTER))
    assert refused(book, person_actor("bo")) == "duty_missing"
    assert ask(book, person_actor("bo"), DAY_AFTER) == ("finance",)
    assert refused(book, person_actor("bo"), DAY_AFTER + timedelta(days=1)) == "duty_ended"


@pytest.mark.parametrize("actor", ["person:eve", "user:bo", "bo", "", "person:", "job"])
def test_nobody_else_is_admitted(actor: str):
    assert refused(founded().given(register("bo", "finance")), actor) in ("actor_unknown", "id_malformed")


def test_a_job_is_admitted_to_its_own_commands_and_has_no_duty():
    book = founded()
    assert ask(book, job_actor("bank-day")) == ()
    assert refused(book, job_actor("reminders")) == "job_without_duty"
    assert refused(book, "job:finance", DAY, COMMAND, "finance") == "job_without_duty"


def test_only_the_first_person_registers_themselves():
    first = FOUNDED.command
    assert ask(Book(), person_actor("founder"), DAY, first, "admin") == ("admin",)
    assert refused(Book(), person_actor("bo"), DAY, first, "admin") == "actor_unknown"
    assert refused(Book(), job_actor("bank-day"), DAY, first, "admin") == "job_without_duty"
    second = RegisterPerson(person_id="bo", sign_in="b", duties=("admin",))
    assert refused(founded(), person_actor("bo"), DAY, second, "admin") == "actor_unknown"


def test_every_command_is_somebodys_duty_and_only_jobs_that_exist_have_some():
    assert CATALOGUE.duties.keys() == CATALOGUE.rules.keys()
    named = {duty for duties in CATALOGUE.duties.values() for duty in duties}
    # An auditor reads, and records nothing.
    assert named == {*DUTIES, *JOBS} - {"auditor"}


def test_nobody_may_both_ask_for_money_to_be_given_up_and_grant_it_by_one_duty():
    by_name = {command.__name__: set(duties) for command, duties in CATALOGUE.duties.items()}
    for what in ("WriteOff", "Refund"):
        assert not by_name[f"Request{what}"] & by_name[f"Approve{what}"]

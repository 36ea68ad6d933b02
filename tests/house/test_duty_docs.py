"""The page of duties, and the list that it is made of, say what the nouns and the use cases say."""

from __future__ import annotations

import pytest

from infra.cli.entrance import asked_of_all
from infra.desk.duties import ABOUT, AskedOf, rights
from ledger.domain.catalogue import CATALOGUE
from ledger.domain.duty import DUTIES
from tests.house.duty_docs import PAGE, page
from tests.house.given import LEDGER, Function, given, registered, required
from tests.kit.commands import COMMANDS, options_of

ASKED = asked_of_all()
FUNCTIONS = dict(registered())
# What `reconcile` gives for a file, or to declare its accounts, is given by the steps of the bank day.
OF_THE_BANK_DAY = {
    "BookPayoutMovement",
    "BookRefundMovement",
    "ClassifyMovement",
    "CompleteFile",
    "DeclareBankAccount",
    "DelayCollection",
    "IngestFile",
    "RecordSeenAgain",
    "RejectFile",
    "AdjudicateClaims",
    "ReturnCollection",
    "SettleTransactions",
}


def test_the_page_is_made_of_the_commands():
    assert PAGE.read_text(encoding="utf-8") == page(), "run python -m tests.house.duty_docs"


def test_every_duty_is_told_in_order():
    assert tuple(ABOUT) == DUTIES


@pytest.mark.parametrize("typed", sorted(FUNCTIONS))
def test_a_command_says_what_it_gives_and_needs(typed: str):
    said, function = ASKED[typed], FUNCTIONS[typed]
    if typed in ("reconcile", "places take"):
        assert {*said.gives, *said.also.values()} <= OF_THE_BANK_DAY
        return
    assert {*said.gives, *said.also.values()} == given(function)
    assert bool(said.needs) == bool(required(function))


def test_every_command_of_the_ledger_is_somebodys_on_the_list():
    named = {one for asked in ASKED.values() for one in (*asked.gives, *asked.also.values())}
    assert named | OF_THE_BANK_DAY == LEDGER
    of_files = {CATALOGUE.duties[one] for one in CATALOGUE.rules if one.__name__ in OF_THE_BANK_DAY}
    assert of_files == {("finance", "bank-day")}


def test_what_is_listed_can_be_typed_and_somebody_may_do_it():
    for right in rights(ASKED):
        typed, _, option = right.command.partition(" --")
        assert typed in COMMANDS
        assert not option or f"--{option}" in options_of(typed)
        assert right.duties
        assert set(right.duties) <= set(DUTIES)


def test_a_duty_for_an_option_is_one_for_the_command_too():
    asked = AskedOf(("IssueInvoice",), {"--first": "OpenSeries"}, {"--close": ("nurse",)})
    assert [(one.command, one.duties) for one in rights({"x": asked})] == [
        ("x", ("billing", "finance", "integrator")),
        ("x --first", ("finance",)),
        ("x --close", ("nurse",)),
    ]


def test_what_a_command_gives_is_found_through_the_use_cases():
    assert given(Function("infra.cli.invoice", "issue")) == {"IssueInvoice", "OpenAccount", "OpenSeries"}
    assert required(Function("infra.cli.vault", "log")) == {"READING_THE_LOG"}

"""What was recorded with a key is recorded no second time by the same words on the next day, whatever came after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pytest

from infra.cli.command_line import KnownCommands, carried_out_in, entity_called
from infra.scenarios.play import play
from infra.scenarios.reader import read_scenario
from infra.scenarios.scenario import Scenario
from infra.scenarios.use_cases import Answer, CarryOut, Moment
from infra.settings import Settings
from tests.kit.commands import COMMANDS, parameters_of

FOLDER = Path(__file__).parent
# Together they give every command that takes a key.
STORIES = (
    "books/same_command_after_midnight",
    "days/mistyped_year_is_refused",
    "days/payment_found_after_a_write_off_was_reversed",
    "direct_debit/mandates_by_hand",
    "entities/payment_for_another_entity",
    "files/closed_doubt_stays_closed",
    "mapped_files/version_is_rejected_and_a_mapping_ends",
    "line_rules/two_rules_say_different_things_of_a_line",
    "money/a_mistake_reaches_what_is_in_force",
    "money/voided_cash_leaves_credit_that_pays_what_was_paid_out",
    "payments/owner_of_a_receipt_ends_with_its_allocation",
    "payments/receipts_whose_money_was_taken_away",
    "periods/mistyped_year_of_the_first_close",
    "periods/reopened_month_is_closed_again",
    "periods/two_persons_close_months_in_order",
    "persons/administrators",
    "persons/dead_payer_is_held_and_not_reminded",
    "persons/guardian_gets_the_letter_of_a_minor",
    "persons/late_booking_keeps_a_payer_a_year_longer",
    "persons/limit_of_a_month",
    "persons/payer_is_erased_after_the_years_of_the_law",
    "persons/sign_in_is_of_one_person",
    "providers/captured_card_payments_are_settled_paid_out_and_arrive",
    "providers/exchange_costs_more_than_is_agreed",
    "providers/fee_changes_in_the_midst_of_a_month",
    "refunds/credit_is_asked_for_once",
    "refunds/failed_by_mistake_and_a_part_of_what_was_paid_came_back",
    "refunds/the_rest_of_a_refund_is_never_paid",
    "reminders/account_declared_by_mistake_is_taken_out_of_use",
    "values/words_that_no_screen_shows",
)
# Only an interrupted transfer can be cancelled: tests/infra/cli/test_transfer.py repeats it. The rows of an order are
# refunds, and of a repeated one there are none: tests/infra/cli/test_payment_order.py repeats it. Direct debits:
# tests/infra/cli/test_collection.py, and of mandates test_mandate_order.py.
OTHERWISE = {
    *("transfer cancel", "refund order", "mandate order"),
    *("collection order", "collection settle", "collection fail", "collection reopen"),
}
KEYED = {
    command
    for command in COMMANDS - {"verify"}
    for one in parameters_of(command)
    if (one.option, one.takes) == ("--key", "KEY")
}


class _Given(NamedTuple):
    command: str
    words: Sequence[str]
    moment: Moment


@dataclass
class _WithKeys:
    """Carries out commands, those that take a key with one each, and remembers what recorded something."""

    carry_out: CarryOut
    done: list[_Given] = field(default_factory=list)

    def __call__(self, command: str, words: Sequence[str], moment: Moment) -> Answer:
        if command in KEYED and not any(one.startswith(("--key=", "--file=")) for one in words):
            words = [f"--key=K{len(self.done)}", *words]
        answer = self.carry_out(command, words, moment)
        if command in KEYED and answer["ok"] and answer["rows"][0]["status"] == "done":
            self.done.append(_Given(command, words, moment))
        return answer


def _read(story: str) -> Scenario:
    return read_scenario(FOLDER / f"{story}.yaml", KnownCommands())


def test_the_stories_give_every_command_that_takes_a_key():
    given = {step.does.command for story in STORIES for step in _read(story).steps if step.does is not None}
    assert KEYED - given == OTHERWISE


@pytest.mark.parametrize("story", STORIES)
def test_the_same_words_with_the_same_key_record_nothing_on_the_next_day(books: Settings, tmp_path: Path, story: str):
    with carried_out_in(books) as carry_out:
        keyed = _WithKeys(carry_out)
        play(_read(story), keyed, tmp_path, partial(entity_called, books))
        next_day = keyed.done[-1].moment.at + timedelta(days=1)
        for given in keyed.done:
            again = carry_out(given.command, given.words, replace(given.moment, at=next_day))
            assert ([*again["problems"]], again["rows"][0]["status"]) == ([], "nothing_new"), given

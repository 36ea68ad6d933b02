"""Whole numbers that are typed have ends, in every command, and only the digits 0 to 9."""

from __future__ import annotations

import pytest
from typer import BadParameter, Context

from infra.cli.options import LAST_NUMBER, LAST_POSITION, MOST_COUNTED, position_or_time, whole
from ledger.domain import grammar
from tests.infra.cli.command_line import Reskontra
from tests.kit.commands import COMMANDS, registered

OTHER_DIGITS = ("\N{FULLWIDTH DIGIT THREE}", "\N{ARABIC-INDIC DIGIT ONE}", "\N{SUPERSCRIPT TWO}")


def test_the_ends_are_those_of_commands() -> None:
    assert grammar.ends_of("count")[1] == MOST_COUNTED
    assert grammar.ends_of("first")[1] == LAST_NUMBER
    assert grammar.ends_of("ledger_position")[1] == LAST_POSITION


@pytest.mark.parametrize("text", ["", "0", "6", "-1", "+1", "1.0", "1e0", " 1", "9" * 5_000, *OTHER_DIGITS])
def test_what_is_no_whole_number_between_its_ends_is_refused(text: str) -> None:
    with pytest.raises(BadParameter, match="is not a whole number from 1 to 5"):
        whole(1, 5)(text)
    assert [whole(1, 5)(good) for good in ("1", "5", "005")] == [1, 5, 5]


@pytest.mark.parametrize("text", OTHER_DIGITS)
def test_a_position_has_only_the_digits_of_numbers(text: str) -> None:
    with pytest.raises(BadParameter, match="neither a position"):
        position_or_time(text)


def test_no_command_takes_a_whole_number_without_ends() -> None:
    numbers = {
        (command, one.name)
        for command in COMMANDS
        for one in registered(command).get_params(Context(registered(command)))
        if type(one.type).__name__ in ("IntParamType", "IntRange")
    }
    assert not numbers


@pytest.mark.parametrize("option", ["--limit", "--skip"])
@pytest.mark.parametrize("command", ["invoice list", "files"])
def test_a_list_has_no_more_rows_than_can_be_counted(reskontra: Reskontra, command: str, option: str) -> None:
    refused = reskontra(*command.split(), option, str(2**63), code=2)
    assert "is not a whole number from" in refused.err
    assert reskontra.json(*command.split(), option, str(MOST_COUNTED))["rows"] == []

"""The catalogue, the rulebook and the chart are complete: no fact, command or role is left out."""

from __future__ import annotations

from datetime import date
from types import ModuleType

import msgspec
import pytest

import ledger.domain.cash_application
import ledger.domain.reminder
from ledger.domain import (
    account,
    bank_account,
    bank_file,
    bank_movement,
    credit_note,
    invoice,
    number_series,
    receipt,
    refund,
    write_off,
)
from ledger.domain.catalogue import FACTS, NOUNS, noun_of, remember
from ledger.domain.chart import CHART, ROLES, account_of_role
from ledger.domain.fact import Command, Fact, stream_of
from ledger.domain.rulebook import RULES
from tests.museum.examples import EXAMPLES

MODULES: tuple[ModuleType, ...] = (
    account,
    bank_account,
    bank_file,
    bank_movement,
    credit_note,
    invoice,
    number_series,
    receipt,
    refund,
    write_off,
    ledger.domain.cash_application,
    ledger.domain.reminder,
)


def defined(kind: type) -> set[type]:
    """Every class of that kind that a module of the domain defines."""
    return {
        found
        for module in MODULES
        for found in vars(module).values()
        if isinstance(found, type) and issubclass(found, kind) and found is not kind
    }


def test_every_fact_has_one_stored_name_and_one_noun() -> None:
    assert set(FACTS.values()) == defined(Fact)
    assert all(name == fact.__name__ for name, fact in FACTS.items())
    assert sum(len(noun.facts) for noun in NOUNS.values()) == len(FACTS)


def test_every_command_has_a_rule() -> None:
    assert set(RULES) == defined(Command)
    assert all(callable(getattr(command, "streams", None)) for command in RULES)


def test_facts_and_commands_hold_whole_numbers_of_money() -> None:
    for struct in (*FACTS.values(), *RULES):
        for field in msgspec.structs.fields(struct):
            assert field.type is not float, f"{struct.__name__}.{field.name}"
            if field.name.endswith("_minor"):
                assert field.type in (int, int | None), f"{struct.__name__}.{field.name}"


def test_a_stream_tells_its_noun() -> None:
    assert noun_of("invoice-2024-1001") is NOUNS["invoice"]
    assert stream_of("invoice", "2024-1001") == "invoice-2024-1001"
    with pytest.raises(KeyError):
        noun_of("unknown-1")


def test_a_stream_without_facts_has_no_state() -> None:
    assert remember("invoice-1", None, ()) is None


@pytest.mark.parametrize("noun", [name for name in NOUNS if name not in ("bankaccount", "creditnote", "movement")])
def test_a_fact_of_another_noun_is_never_remembered_silently(noun: str) -> None:
    class Stray(Fact, frozen=True):
        pass

    state = remember(f"{noun}-1", None, (_first_of(noun),))
    with pytest.raises(AssertionError, match="unknown fact Stray"):
        remember(f"{noun}-1", state, (Stray(),))


def _first_of(noun: str) -> Fact:
    """The fact that opens a stream of the noun, as the museum has it."""
    return EXAMPLES[NOUNS[noun].facts[0].__name__]


def test_each_role_has_an_account_from_its_first_day_on() -> None:
    first = min(row.valid_from for row in CHART)
    assert {account_of_role(role, first).role for role in ROLES} == ROLES
    assert account_of_role("bank", date(2024, 7, 10)).account == "1930"
    assert len({(row.role, row.valid_from) for row in CHART}) == len(CHART)
    with pytest.raises(KeyError, match="no ledger account"):
        account_of_role("bank", date(1999, 12, 31))

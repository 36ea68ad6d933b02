"""The catalogue is complete and tells each thing once: no fact, command or sentence is left out."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from typing import Any, get_args

import msgspec
import pytest

from ledger.domain.catalogue import CATALOGUE, Catalogue
from ledger.domain.chart_of_accounts import Leg
from ledger.domain.duty import Act
from ledger.domain.fact import Command, Envelope, Fact, Mirror, NewFact, Part, State, States, stream_of
from ledger.domain.noun import Change, Noun
from ledger.domain.nouns import NOUNS
from ledger.domain.receivables.account import Account, AccountOpened, OpenAccount
from ledger.domain.refusals import Refused
from tests.house.source import modules
from tests.kit.book import dated
from tests.museum.examples import EXAMPLES

MODULES = [importlib.import_module(one.name) for one in modules() if one.name.startswith("ledger.domain.")]


def defined(kind: type) -> set[type]:
    """Every class of that kind that a module of the domain defines, those for others to derive from left out."""
    return {
        found
        for module in MODULES
        for name, found in vars(module).items()
        if isinstance(found, type) and issubclass(found, kind) and found is not kind and not name.startswith("_")
    }


def parts_of(type_: Any) -> Iterator[type]:
    """The parts that a type is made of."""
    if isinstance(type_, type) and issubclass(type_, Part):
        yield type_
    for argument in get_args(type_):
        yield from parts_of(argument)


def test_every_fact_has_one_stored_name_and_one_noun() -> None:
    assert set(CATALOGUE.facts.values()) == defined(Fact) - {Mirror}
    assert all(name == fact.__name__ for name, fact in CATALOGUE.facts.items())
    assert sum(len(noun.fact_classes) for noun in NOUNS) == len(CATALOGUE.facts)


def test_every_command_has_a_rule() -> None:
    # Those from which others derive are no commands that anybody gives.
    assert set(CATALOGUE.rules) == {command for command in defined(Command) if not command.__subclasses__()}
    assert all(command.streams is not Command.streams for command in CATALOGUE.rules)


def test_every_noun_of_a_module_is_registered() -> None:
    assert {id(module.NOUN) for module in MODULES if hasattr(module, "NOUN")} == {id(noun) for noun in NOUNS}


def test_facts_and_commands_hold_whole_numbers_of_money() -> None:
    structs = [*CATALOGUE.facts.values(), *CATALOGUE.rules]
    for struct in structs:
        for field in msgspec.structs.fields(struct):
            assert field.type is not float, f"{struct.__name__}.{field.name}"
            if field.name.endswith("_minor"):
                assert field.type in (int, int | None), f"{struct.__name__}.{field.name}"
            structs += [part for part in parts_of(field.type) if part not in structs]
    assert len(structs) > len(CATALOGUE.facts) + len(CATALOGUE.rules)


def test_a_stream_tells_its_noun() -> None:
    assert stream_of("invoice", "2024-1001") == "invoice-2024-1001"
    opened = CATALOGUE.remember("account-2024-1001", None, dated(EXAMPLES["AccountOpened"]))
    assert isinstance(opened, Account)
    with pytest.raises(KeyError):
        CATALOGUE.remember("unknown-1", None, ())


@pytest.mark.parametrize(
    ("name", "kept"),
    [("invoice-1", True), ("item-1.1", True), ("hold-1", False), ("unknown-1", False), ("invoice", False)],
)
def test_only_what_is_named_as_a_stream_of_a_noun_with_facts_is_kept(name: str, kept: bool) -> None:
    assert CATALOGUE.keeps(name) == kept


def test_a_statement_calls_documents_by_their_titles() -> None:
    documents = {change.document for fact in EXAMPLES.values() for change in CATALOGUE.changes(fact) if change.document}
    titles = {CATALOGUE.title(document) for document in documents}
    assert titles == {"Invoice", "Credit note", "Payment", "Refund", "Write-off"}
    assert CATALOGUE.title("account-1") == "Customer credit applied"
    assert CATALOGUE.title("unknown-1") == "unknown"


def test_a_fact_about_money_says_in_what_currency() -> None:
    for name, fact in EXAMPLES.items():
        if CATALOGUE.amount_minor(fact) is not None:
            assert CATALOGUE.currency(fact) == "SEK", name
    assert CATALOGUE.currency(EXAMPLES["AccountOpened"]) is None


def test_no_noun_has_a_hyphen_in_its_name() -> None:
    assert [name for name in CATALOGUE.nouns if "-" in name] == []


def test_a_stream_without_facts_has_no_state() -> None:
    assert CATALOGUE.remember("invoice-1", None, ()) is None


@pytest.mark.parametrize("noun", [noun.name for noun in NOUNS if len(noun.fact_classes) > 1])
def test_a_fact_of_another_noun_is_never_remembered_silently(noun: str) -> None:
    class Stray(Fact, frozen=True):
        pass

    state = CATALOGUE.remember(f"{noun}-1", None, dated(_first_of(noun)))
    with pytest.raises((AssertionError, KeyError, AttributeError), match="Stray"):
        CATALOGUE.remember(f"{noun}-1", state, dated(Stray()))


def _first_of(noun: str) -> Fact:
    """The fact that opens a stream of the noun, as the museum has it."""
    return EXAMPLES[CATALOGUE.nouns[noun].fact_classes[0].__name__]


@pytest.mark.parametrize("noun", [noun.name for noun in NOUNS if noun.fact_classes])
def test_the_first_fact_of_a_noun_is_remembered(noun: str) -> None:
    assert isinstance(CATALOGUE.remember(f"{noun}-1", None, dated(_first_of(noun))), State)


def test_a_noun_without_facts_keeps_no_stream() -> None:
    with pytest.raises(AssertionError, match="of a noun that has no facts of its own"):
        CATALOGUE.remember("hold-1", None, dated(EXAMPLES["HoldPlaced"]))


@pytest.mark.parametrize("name", sorted(CATALOGUE.facts))
def test_every_fact_says_something_in_one_plain_sentence(name: str) -> None:
    said = CATALOGUE.sentence(EXAMPLES[name])
    assert said == said.strip()
    assert said[0].isupper()
    assert "\n" not in said
    assert not said.endswith(".")
    assert "None" not in said


def test_writers_of_a_number_series_or_of_periods_take_turns_and_no_others() -> None:
    assert CATALOGUE.newest_is_enough == ("period-", "references-", "series-")
    streams = ["series-b", "invoice-1", "series-a", "series-b", "seriesx-1", "period-months"]
    assert CATALOGUE.taken_in_turns(streams) == ("period-months", "series-a", "series-b")


def test_a_refusal_is_said_in_one_sentence_and_what_it_concerns() -> None:
    assert (
        CATALOGUE.refusal(Refused("item_not_open", "i1.1"))
        == "The item has no open amount; `reskontra history` says what paid, credited or wrote it off. (i1.1)"
    )
    assert (
        CATALOGUE.refusal(Refused("item_not_open"))
        == "The item has no open amount; `reskontra history` says what paid, credited or wrote it off."
    )
    with pytest.raises(KeyError):
        CATALOGUE.refusal(Refused("because"))


# A noun more, and what is wrong with it


class Rung(Fact, frozen=True):
    """A bell was rung."""


class Ring(Command, frozen=True):
    """Ring it."""

    def streams(self) -> tuple[str, ...]:
        """The bell."""
        return ("bell-1",)


class Bell(State, frozen=True):
    """A bell that was rung."""


def ring(states: States, command: Ring, envelope: Envelope) -> tuple[NewFact, ...]:
    return (NewFact("bell-1", Rung()),)


def bell(**changed: Any) -> Noun:
    given: dict[str, Any] = {
        "facts": Rung,
        "evolve": lambda state, fact, on: Bell(),
        "rules": {Ring: ring},
        "duties": {Ring: ("nurse",)},
        "sentences": {Rung: lambda fact: "Rung"},
    }
    return Noun(**({"name": "bell"} | given | changed))


def test_one_noun_more_is_one_more_of_everything() -> None:
    grown = Catalogue((*NOUNS, bell(refusals={"bell_silent": "The bell is silent."})))
    assert set(grown.facts) - set(CATALOGUE.facts) == {"Rung"}
    assert set(grown.rules) - set(CATALOGUE.rules) == {Ring}
    assert set(grown.refusals) - set(CATALOGUE.refusals) == {"bell_silent"}
    assert grown.sentence(Rung()) == "Rung"
    assert grown.remember("bell-1", None, dated(Rung())) == Bell()


@pytest.mark.parametrize(
    ("wrong", "what"),
    [
        (bell(name="invoice"), "invoice is registered twice"),
        (bell(facts=(Rung, AccountOpened)), "AccountOpened is registered twice"),
        (bell(rules={OpenAccount: ring}), "OpenAccount'> is registered twice"),
        (bell(duties={}), "nobody's duty, or no rule: Ring"),
        (bell(duties={Ring: ()}), "nobody's duty, or no rule: Ring"),
        (bell(rules={}), "nobody's duty, or no rule: Ring"),
        (bell(duties={Ring: ("owner",)}), "no duty or job is called owner"),
        (bell(acts={AccountOpened: Act("ring")}), "bell registers acts for AccountOpened"),
        (bell(refusals={"item_not_open": "Nothing."}), "item_not_open is registered twice"),
        (bell(refusals={"key_reused": "Once."}), "key_reused is registered twice"),
        (bell(legs={AccountOpened: lambda fact: (Leg("bank", 1, "SEK"),)}), "bell registers legs for AccountOpened"),
        (
            bell(changes={AccountOpened: lambda fact: (Change("item", "paid", 1, "SEK"),)}),
            "bell registers changes for AccountOpened",
        ),
        (bell(amounts={AccountOpened: lambda fact: 1}), "bell registers amounts for AccountOpened"),
        (bell(sentences={AccountOpened: lambda fact: "Opened"}), "bell registers sentences for AccountOpened"),
        (bell(sentences={}), "no sentence for Rung"),
    ],
)
def test_nothing_is_registered_twice_and_a_noun_speaks_for_its_own_facts_only(wrong: Noun, what: str) -> None:
    with pytest.raises(ValueError, match=what):
        Catalogue((*NOUNS, wrong))

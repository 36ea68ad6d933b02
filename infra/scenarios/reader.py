"""Reads a scenario file: everything that can be wrong with it is found before anything runs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from infra.scenarios.bank_table import TableForm
from infra.scenarios.clock import Clock
from infra.scenarios.command_form import CommandForm
from infra.scenarios.form import Form
from infra.scenarios.mistake import Mistake
from infra.scenarios.names import NAME
from infra.scenarios.places import DropForm, places_of
from infra.scenarios.scenario import VISITING, BankFile, BankTable, Expected, Scenario, Step
from infra.scenarios.tree import Fields, List, Node, Text, read_tree
from infra.scenarios.use_cases import OWN_ENTITY, Commands, Moment
from ledger.domain.duty import DUTIES
from ledger.domain.terms.entity import Terms

_FILE: Final = ("entity", "entities", "persons", "bank-accounts", "places", "defaults", "steps")
_STEP: Final = ("on", "at", "as", "entity", "do", "load", "drop", "with", "name", "expect")
_TERMS: Final = "entity declare"
_ACCOUNT: Final = "bank-account declare"
_PERSON: Final = "person register"
_ENTITY: Final = re.compile(r"[a-z]{1,12}")
# Who registers the persons that a file names.
FOUNDER: Final = "founder"


def read_scenario(path: Path, commands: Commands) -> Scenario:
    """Read a file; raises Mistake with the line of the first thing that is wrong."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise Mistake(path, 1, "the file is not text in UTF-8; save it as UTF-8") from None
    except OSError as trouble:
        raise Mistake(path, 1, f"the file cannot be read ({trouble.strerror}); check its path") from None
    form = Form(path)
    root = form.fields(read_tree(path, text), "a scenario", _FILE)
    if "steps" not in root.values:
        raise form.wrong(root.line, "the file has no steps; write `steps:` and at least one step")
    reading = _Reading(form, commands, root)
    return Scenario(path, _about(form, text), tuple(reading.steps()), reading.places)


def _about(form: Form, text: str) -> str:
    """The comment with which the file begins: it says what the situation is."""
    lines = []
    for line in text.splitlines():
        if not line.startswith("#"):
            break
        lines.append(line.lstrip("#").strip())
    if not any(lines):
        raise form.wrong(1, "begin the file with a comment that says what the situation is: # A payer pays twice.")
    return " ".join(" ".join(lines).split())


def _steps(nodes: Sequence[Node]) -> Iterator[Fields]:
    return (node for node in nodes if isinstance(node, Fields))


class _Reading:
    """Reads the steps of one file."""

    def __init__(self, form: Form, commands: Commands, root: Fields) -> None:
        self._form = form
        self._root = root
        self._commands = CommandForm(form, commands)
        terms = self._optional("entity")
        self._terms = terms and self._commands.asked(root.keys["entity"], _TERMS, terms)
        said = {one.option.name: one.values for one in self._terms.given} if self._terms else {}
        self._entities = self._further()
        self._clock = Clock(form, Terms().zone)
        if "zone" in said:
            self._clock.move(said["zone"][0])
        currency = said["currencies"][0].text if "currencies" in said else Terms().currencies[0]
        self._tables = TableForm(form, currency)
        self._named: dict[str, int] = {}
        self.places = places_of(form, root)
        self._drops = DropForm(form, self.places)
        defaults = self._optional("defaults")
        for command, given, line in defaults.pairs() if defaults else ():
            self._commands.usual(line, command, form.fields(given, "the defaults of a command"))

    def steps(self) -> Iterator[Step]:
        """Return the steps; what the file says about the entity comes before the first of them."""
        nodes = self._form.items(self._root.values["steps"], "`steps`")
        for number, node in enumerate(nodes):
            fields = self._form.fields(node, "a step", _STEP)
            moment = self._clock.moment(fields)
            if moment.entity is not None and moment.entity not in self._entities:
                raise self._form.wrong(fields.keys["entity"], "name the entity under `entities` first")
            if number == 0:
                for entity in (None, *self._entities):
                    yield from self._registered(nodes, replace(moment, entity=entity))
                yield from self._declared(replace(moment, entity=None))
            yield self._step(fields, moment)

    def _registered(self, nodes: Sequence[Node], moment: Moment) -> Iterator[Step]:
        """The persons who act, each with all duties, or those whom the file names, with the duties that it gives them.

        The first of them registers themselves and then the others; if the file names persons, this is `FOUNDER`.
        """
        said = self._optional("persons")
        if said is not None and not said.values:
            return
        if said is None:
            acting = (self._form.text(node.values["as"], "`as`").text for node in _steps(nodes) if "as" in node.values)
            persons: dict[str, tuple[int, Sequence[str]]] = dict.fromkeys(
                (moment.person, *acting), (self._root.line, DUTIES)
            )
        else:
            given = ((name, (line, self._duties(node))) for name, node, line in said.pairs())
            persons = {FOUNDER: (said.line, DUTIES), **dict(given)}
        first = next(iter(persons))
        for name, (line, duties) in persons.items():
            values: dict[str, Node] = {"sign-in": Text(line, name), "id": Text(line, name)}
            if duties:
                values["duty"] = List(line, tuple(Text(line, duty) for duty in duties))
            fields = Fields(line, values, dict.fromkeys(values, line))
            yield Step(line, replace(moment, person=first), self._commands.asked(line, _PERSON, fields))

    def _further(self) -> tuple[str, ...]:
        """The further entities of the installation; each has the persons of the file."""
        if "entities" not in self._root.values:
            return ()
        named = self._form.texts(self._root.values["entities"], "`entities`")
        for one in named:
            if not _ENTITY.fullmatch(one.text) or one.text == OWN_ENTITY:
                raise self._form.wrong(
                    one.line, f"{one.text!r} is no name of a further entity; use a few small letters"
                )
        return tuple(one.text for one in named)

    def _duties(self, node: Node) -> tuple[str, ...]:
        """The duties that a file gives a person: some, or none as in `eve: []`."""
        if isinstance(node, List) and not node.items:
            return ()
        return tuple(one.text for one in self._form.texts(node, "a person's duties"))

    def _declared(self, moment: Moment) -> Iterator[Step]:
        if self._terms:
            yield Step(self._terms.line, moment, self._terms)
        if "bank-accounts" in self._root.values:
            for node in self._form.items(self._root.values["bank-accounts"], "`bank-accounts`"):
                account = self._form.fields(node, "a bank account")
                yield Step(node.line, moment, self._commands.asked(node.line, _ACCOUNT, account))

    def _step(self, fields: Fields, moment: Moment) -> Step:
        said = fields.values
        doing = [key for key in ("do", "load", "drop") if key in said]
        if len(doing) > 1:
            raise self._form.wrong(
                fields.keys[doing[1]], f"give `{doing[0]}` or `{doing[1]}`, not both; write two steps"
            )
        given = self._form.fields(said["with"], "`with`") if "with" in said else None
        if "load" in said:
            asked = self._commands.loading(fields.keys["load"], given)
            load = self._load(said["load"], moment)
            return Step(fields.line, moment, asked, load, name=self._name(fields), expected=self._expected(fields))
        if "drop" in said:
            return self._dropping(fields, moment, given)
        if "do" in said:
            command = self._form.text(said["do"], "`do`")
            asked = self._commands.asked(command.line, command.text, given)
            for option, values in asked.given:
                if asked.command == _TERMS and option.name == "zone":
                    self._clock.move(values[0])
            return Step(fields.line, moment, asked, name=self._name(fields), expected=self._expected(fields))
        if "expect" not in said:
            raise self._form.wrong(fields.line, "the step does nothing; give it `do`, `load`, `drop` or `expect`")
        for key in ("with", "name"):
            if key in said:
                raise self._form.wrong(fields.keys[key], f"`{key}` belongs to a step with `do`, `load` or `drop`")
        return Step(fields.line, moment, questions=self._commands.questions(said["expect"]))

    def _dropping(self, fields: Fields, moment: Moment, given: Fields | None) -> Step:
        """A file that comes to a place, which is then visited unless the file says otherwise."""
        line = fields.keys["drop"]
        said = self._drops.said(fields.values["drop"])
        load = None if said.content is None else self._load(said.content, moment)
        drop = replace(said.drop, load=load)
        if not said.visit:
            for key in ("with", "name", "expect"):
                if key in fields.values:
                    raise self._form.wrong(
                        fields.keys[key], f"`{key}` is about the visit, and the place is not visited"
                    )
            return Step(fields.line, moment, drop=drop)
        place = Fields(line, {"place": Text(line, drop.place)}, {"place": line})
        both = place if given is None else Fields(line, {**given.values, **place.values}, {**given.keys, **place.keys})
        asked = self._commands.asked(line, VISITING, both)
        return Step(fields.line, moment, asked, drop=drop, name=self._name(fields), expected=self._expected(fields))

    def _expected(self, fields: Fields) -> Expected | None:
        if "expect" not in fields.values:
            return None
        expected = self._commands.expected(fields.values["expect"])
        if expected.refused and "name" in fields.values:
            raise self._form.wrong(fields.keys["name"], "a step that is refused makes nothing; leave out `name`")
        return expected

    def _name(self, fields: Fields) -> str | None:
        if "name" not in fields.values:
            return None
        name = self._form.text(fields.values["name"], "`name`")
        self._claim(name.text, name.line)
        return name.text

    def _claim(self, name: str, line: int) -> None:
        if not NAME.fullmatch(name):
            raise self._form.wrong(line, f"{name!r} is not a name; use letters, digits and underscores")
        if name in self._named:
            raise self._form.wrong(line, f"the name {name} is given twice, first on line {self._named[name]}")
        self._named[name] = line

    def _load(self, node: Node, moment: Moment) -> BankTable | BankFile:
        if isinstance(node, Text):
            return BankFile(node.line, content=node.text)
        fields = self._form.fields(node, "`load`")
        if "format" in fields.values:
            table = self._tables.table(fields, self._clock.day(moment))
            for row in table.rows:
                for one in (row, *row.details):
                    if one.name:
                        self._claim(one.name, one.line)
            return table
        self._form.fields(fields, "a bank file", ("path", "text", "names"))
        if ("path" in fields.values) == ("text" in fields.values):
            raise self._form.wrong(node.line, "give the file's `path`, its `text`, or a table with `format` and `rows`")
        return self._file(fields)

    def _file(self, fields: Fields) -> BankFile:
        said = fields.values
        names = self._form.fields(said["names"], "`names`") if "names" in said else None
        for name, _, line in names.pairs() if names else ():
            self._claim(name, line)
        places = (
            {name: self._form.text(node, "a place in the file") for name, node, _ in names.pairs()} if names else {}
        )
        if "text" in said:
            return BankFile(fields.line, self._form.text(said["text"], "`text`").text, names=places)
        path = self._form.text(said["path"], "`path`")
        if not (self._form.path.parent / path.text).is_file():
            raise self._form.wrong(path.line, f"there is no file {path.text!r} beside the scenario; check its path")
        return BankFile(fields.line, path=path.text, names=places)

    def _optional(self, key: str) -> Fields | None:
        return self._form.fields(self._root.values[key], f"`{key}`") if key in self._root.values else None

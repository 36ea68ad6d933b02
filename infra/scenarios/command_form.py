"""Reads commands of a scenario with their options, and what is expected of their answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from infra.scenarios.form import Form
from infra.scenarios.names import NAME
from infra.scenarios.scenario import LOADING, Asked, Expected, Given, Question
from infra.scenarios.tree import Fields, List, Node, Text
from infra.scenarios.use_cases import Commands, Option, words_of

# Words that say that an answer found nothing wrong: `verify: sound`, `tie-out: tied`.
GOOD: Final = ("sound", "tied")
_ROWS: Final = ("rows", "totals")
_POSITION: Final = "POSITION|TIME"


class CommandForm:
    """Reads the commands of one file; unknown commands and options are mistakes."""

    def __init__(self, form: Form, commands: Commands) -> None:
        self._form = form
        self._known = commands
        self._usual: dict[str, Fields] = {}

    def usual(self, line: int, command: str, given: Fields) -> None:
        """Use these options for every `do` of a command that does not give them itself."""
        self._given(self._options(line, command), given)
        self._usual[command] = given

    def asked(self, line: int, command: str, given: Fields | None) -> Asked:
        """Return a command with its options and the usual ones."""
        options = self._options(line, command)
        said = {one.option.name: one for one in self._given(options, given)}
        usual = {one.option.name: one for one in self._given(options, self._usual.get(command))}
        return self._checked(Asked(line, command, _ordered(options, usual | said)))

    def loading(self, line: int, given: Fields | None) -> Asked:
        """Return the command that loads a file, still without the file."""
        options = self._options(line, LOADING)
        asked = Asked(line, LOADING, self._given(options, given))
        for one in asked.given:
            if one.option.path:
                raise self._form.wrong(
                    one.values[0].line, "the file of the step is what `load` says; leave it out here"
                )
        (path,) = (option for option in options.values() if option.path)
        self._checked(Asked(line, LOADING, (*asked.given, Given(path, (Text(line, LOADING),)))))
        return asked

    def questions(self, node: Node) -> tuple[Question, ...]:
        """Return the commands that an expectation asks, each with what its answer must be."""
        fields = self._form.fields(node, "`expect`")
        return tuple(self._question(command, one, line) for command, one, line in fields.pairs())

    def _question(self, command: str, node: Node, line: int) -> Question:
        options = self._options(line, command)
        if isinstance(node, Text):
            if node.text not in GOOD:
                raise self._form.unknown(node.line, node.text, GOOD, "without further fields, an answer can be")
            return Question(self._checked(Asked(line, command, ())), Expected(line, Fields(line, {}, {})))
        fields = self._form.fields(node, f"what is expected of `{command}`")
        own = {key: key.replace("_", "-") for key in fields.values}
        given = {own[key]: (one, at) for key, one, at in fields.pairs() if own[key] in options}
        asked = Fields(line, {key: one for key, (one, _) in given.items()}, {key: at for key, (_, at) in given.items()})
        rest = {key: one for key, one in fields.values.items() if own[key] not in options}
        expected = self.expected(Fields(fields.line, rest, fields.keys))
        return Question(self._checked(Asked(line, command, self._given(options, asked))), expected)

    def expected(self, node: Node) -> Expected:
        """Return what is expected of an answer, with every part in its form."""
        fields = self._form.fields(node, "`expect`")
        for key, one, line in fields.pairs():
            if key in _ROWS:
                for row in self._rows(key, one, line):
                    self._form.fields(row, f"a row of `{key}`")
            elif key == "count":
                self._form.read(self._form.text(one, "`count`"), _count, "a number of rows; write one such as 2")
            self._compared(one)
        refused = self._form.texts(fields.values["refused"], "`refused`") if "refused" in fields.values else ()
        return Expected(node.line, fields, refused)

    def _compared(self, node: Node) -> None:
        """Refuse `{}`, which would compare nothing."""
        within = node.values.values() if isinstance(node, Fields) else node.items if isinstance(node, List) else ()
        if isinstance(node, Fields) and not within:
            raise self._form.wrong(node.line, "`{}` compares nothing; name a field and its value")
        for one in within:
            self._compared(one)

    def _rows(self, key: str, node: Node, line: int) -> tuple[Node, ...]:
        if isinstance(node, List) and not node.items:
            raise self._form.wrong(
                line, f"an empty `{key}` compares nothing; to say that there are none, write `count: 0`"
            )
        return self._form.items(node, f"`{key}`")

    def _options(self, line: int, command: str) -> Mapping[str, Option]:
        options = self._known.options(command)
        if options is None:
            raise self._form.unknown(line, command, self._known.names(), "the commands are")
        return options

    def _given(self, options: Mapping[str, Option], given: Fields | None) -> tuple[Given, ...]:
        if given is None:
            return ()
        found: dict[str, Given] = {}
        for key, node, line in given.pairs():
            if key not in options:
                raise self._form.unknown(line, key, options, "the command has")
            option = options[key]
            values = self._form.texts(node, f"`{key}`")
            if len(values) > 1 and not option.several:
                raise self._form.wrong(line, f"`{key}` takes one value")
            if option.flag and values[0].text != "true":
                raise self._form.wrong(line, f"`{key}` takes no value; write `{key}: true`, or leave it out")
            found[key] = Given(option, values)
        return _ordered(options, found)

    def _checked(self, asked: Asked) -> Asked:
        """Return the command if its own option parser accepts it."""
        words = [(option, [self._tried(option, one.text) for one in values]) for option, values in asked.given]
        wrong = self._known.wrong(asked.command, words_of(words))
        if wrong is not None:
            raise self._form.wrong(asked.line, f"{asked.command}: {wrong}")
        return asked

    def _tried(self, option: Option, text: str) -> str:
        """What the option parser is asked about: positions by name and places of files are known later."""
        if option.path:
            return str(self._form.path)
        return "0" if option.takes == _POSITION and NAME.fullmatch(text) else text


def _ordered(options: Mapping[str, Option], given: Mapping[str, Given]) -> tuple[Given, ...]:
    return tuple(given[name] for name in options if name in given)


def _count(text: str) -> int:
    if not text.isdecimal():
        raise ValueError(text)
    return int(text)

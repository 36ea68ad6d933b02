"""Plays a scenario through: its steps in order, and after each of them what must be true."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from infra.scenarios.bank import Bank, Places
from infra.scenarios.comparison import Comparison, Difference, problems_in
from infra.scenarios.mistake import Mistake
from infra.scenarios.names import Names, NameUnclear
from infra.scenarios.places import Folders
from infra.scenarios.scenario import Asked, BankFile, BankTable, Drop, Expected, Scenario, Step
from infra.scenarios.tree import Text
from infra.scenarios.use_cases import Answer, CarryOut, Moment, Option, words_of

# The word of help for an entity.
_ENTITY: Final = "ENTITY"
# What a bank day's answer says about the single amounts of its files.
_BOOKED: Final = ("matches", "reviews")


@dataclass(frozen=True, slots=True)
class Played:
    """The result of a scenario: what differs, and whether a step could not be carried out and the rest was left out."""

    steps: int
    differences: Sequence[Difference]
    stopped: bool

    @property
    def status(self) -> str:
        """The result in a word."""
        return "stopped" if self.stopped else "differs" if self.differences else "ok"


def play(
    scenario: Scenario,
    carry_out: CarryOut,
    folder: Path,
    called: Callable[[str], str] = str,
    places_file: Path | None = None,
) -> Played:
    """Play a scenario through; files are written and copied only into `folder`.

    `called` gives the entity that a file calls by some name. The books read in `places_file` where files come.
    Raises Mistake if a step has something that cannot be understood, such as a name that may mean two things.
    """
    folders = Folders(scenario.places, folder / "dropped", places_file)
    playing = _Playing(scenario.path, carry_out, folder, called, folders)
    found: list[Difference] = []
    for number, step in enumerate(scenario.steps, 1):
        differences, goes_on = playing.step(step, number)
        found += differences
        if not goes_on:
            return Played(number, found, stopped=True)
    return Played(len(scenario.steps), found, stopped=False)


class _Playing:
    """A scenario that is being played through: the names given so far, and the bank's balances."""

    def __init__(
        self, path: Path, carry_out: CarryOut, folder: Path, called: Callable[[str], str], folders: Folders
    ) -> None:
        self._path = path
        self._folders = folders
        self._called = called
        self._carry_out = carry_out
        self._folder = folder / "files"
        self._folder.mkdir(exist_ok=True)
        self._names = Names()
        self._bank = Bank(self._names)

    def step(self, step: Step, number: int) -> tuple[list[Difference], bool]:
        """Carry out a step; returns what differs, and whether the next step can follow."""
        found: list[Difference] = []
        places: Mapping[str, Places] = {}
        if step.drop is not None:
            places = self._drop(step.drop, step.moment, number)
        if step.does is not None:
            file: list[str] = []
            if step.load is not None:
                written, places = self._file(step.load, step.moment, number)
                file = ["--", str(written)]
            answer = self._carried_out(step.does, step.moment, file)
            expected = step.expected
            if not answer["ok"] and not (expected and expected.refused):
                return [Difference(step.does.line, step.does.command, "done", problems_in(answer))], False
            self._name(step, answer, places)
            if expected is not None:
                found += self._compared(step.does, answer, expected)
        for question in step.questions:
            answer = self._carried_out(question.asked, step.moment)
            found += self._compared(question.asked, answer, question.expected)
        return found, True

    def _compared(self, asked: Asked, answer: Answer, expected: Expected) -> list[Difference]:
        try:
            return Comparison(asked.command, answer, self._names).differences(expected)
        except NameUnclear as unclear:
            raise Mistake(self._path, expected.line, str(unclear)) from None

    def _carried_out(self, asked: Asked, moment: Moment, more: Sequence[str] = ()) -> Answer:
        words = words_of([(option, [self._meant(option, one) for one in values]) for option, values in asked.given])
        return self._carry_out(asked.command, [*words, *more], moment)

    def _meant(self, option: Option, text: Text) -> str:
        if option.path:
            return str(self._copied(text.text))
        if option.takes == _ENTITY:
            return self._called(text.text)
        try:
            return self._names.meant(text.text, option.takes)
        except NameUnclear as unclear:
            raise Mistake(self._path, text.line, str(unclear)) from None

    def _copied(self, name: str) -> Path:
        """A file's path in the scenario's own folder, where a command may also write.

        A file or folder beside the scenario is copied there first, so that no command can change it.
        """
        said = Path(name)
        source = self._path.parent / said
        target = self._folder.joinpath(*(part for part in said.parts if part not in ("..", said.anchor)))
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir() and not target.exists():
            shutil.copytree(source, target)
        elif source.exists() and not target.exists():
            shutil.copyfile(source, target)
        return target

    def _file(self, load: BankTable | BankFile, moment: Moment, number: int) -> tuple[Path, Mapping[str, Places]]:
        if isinstance(load, BankFile) and load.path is not None:
            return self._copied(load.path), _stated(load)
        target = self._folder / f"load-{number}"
        if isinstance(load, BankFile):
            target.write_text(load.content or "", encoding="utf-8")
            return target, _stated(load)
        try:
            content, places = self._bank.written(load, moment.at)
        except (NameUnclear, ValueError) as wrong:
            raise Mistake(self._path, load.line, f"the table cannot be written: {wrong}") from None
        target.write_bytes(content)
        return target, places

    def _drop(self, drop: Drop, moment: Moment, number: int) -> Mapping[str, Places]:
        """Put a file into its place."""
        if drop.load is None:
            self._folders.drop(drop, None)
            return {}
        written, places = self._file(drop.load, moment, number)
        self._folders.drop(drop, written.read_bytes())
        return places

    def _name(self, step: Step, answer: Answer, places: Mapping[str, Places]) -> None:
        if step.name is not None:
            self._names.give(step.name, answer["rows"], answer["position"])
        booked = _booked(answer)
        # Of a refused file, nothing has a name; but a file may be booked although the day is not in order.
        for name, (line, where) in places.items() if answer["ok"] or booked else ():
            rows = [one for one in booked if _is_at(one["raw_position"], where)]
            if not rows:
                raise Mistake(
                    self._path,
                    line,
                    f"{name} names nothing: no receipt, and no part that waits for a person, was made of it; leave out "
                    "the name",
                )
            self._names.give(name, rows, answer["position"])


def _stated(load: BankFile) -> dict[str, Places]:
    return {name: Places(place.line, frozenset((place.text,))) for name, place in (load.names or {}).items()}


def _booked(answer: Answer) -> list[Mapping[str, Any]]:
    return [one for row in answer["rows"] for kind in _BOOKED for one in row.get(kind, ())]


def _is_at(raw_position: str | None, places: frozenset[str]) -> bool:
    """Whether an amount of a file is at one of these places; a place may leave out the line: `Ntry 1`."""
    return raw_position is not None and any(
        raw_position == place or raw_position.startswith(f"{place}, ") for place in places
    )

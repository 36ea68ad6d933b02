"""What a scenario needs of the program: its commands with their options, and a function that carries one out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple, Protocol

# A command's answer, as --json prints it.
Answer = Mapping[str, Any]


class Option(NamedTuple):
    """An option of a command, or an argument if it is `positional`.

    `takes` is the word with which help describes the value: ITEM, DATE, POSITION|TIME. Only an option that takes
    `several` values can be given a list.
    """

    name: str
    takes: str
    positional: bool = False
    flag: bool = False
    several: bool = False
    path: bool = False


@dataclass(frozen=True, slots=True)
class Moment:
    """When something is done, by whom, and in which further entity, if not in the file's own one."""

    at: datetime
    person: str
    entity: str | None = None


# What a file calls its own entity, where a command asks for one.
OWN_ENTITY: Final = "ours"
# Carries out a command with the words behind it and returns the answer; a command that is refused also has one.
CarryOut = Callable[[str, Sequence[str], Moment], Answer]


class Commands(Protocol):
    """The commands that a scenario may use."""

    def names(self) -> Sequence[str]:
        """Return the names of all commands."""

    def options(self, command: str) -> Mapping[str, Option] | None:
        """Return the options of a command by name, or None if there is no such command."""

    def wrong(self, command: str, words: Sequence[str]) -> str | None:
        """Return what is wrong with the words behind a command, or None; nothing is carried out."""


def words_of(given: Sequence[tuple[Option, Sequence[str]]]) -> list[str]:
    """Return options and arguments as they are typed behind a command; arguments come last, behind `--`."""
    options: list[str] = []
    arguments: list[str] = []
    for option, values in given:
        if option.flag:
            options += [f"--{option.name}"] * len(values)
        elif option.positional:
            arguments += values
        else:
            options += [f"--{option.name}={value}" for value in values]
    return [*options, "--", *arguments] if arguments else options

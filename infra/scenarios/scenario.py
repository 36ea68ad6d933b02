"""The parts of a scenario: who does what and when, and what must then be true."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from infra.scenarios.tree import Fields, Text
from infra.scenarios.use_cases import Moment, Option

if TYPE_CHECKING:
    from reconciliation.places import Place

# The command that a `load` step is, and the one by which a place is visited where a file was dropped.
LOADING: Final = "reconcile"
VISITING: Final = "places take"


class Given(NamedTuple):
    """An option of a command with its values, which may be names."""

    option: Option
    values: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A command with its options."""

    line: int
    command: str
    given: tuple[Given, ...]


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row of a bank's table: its fields, its name if it has one, and the rows of which a batch consists."""

    line: int
    values: Mapping[str, Text]
    name: str | None = None
    details: tuple[TableRow, ...] = ()


@dataclass(frozen=True, slots=True)
class BankTable:
    """A bank file as a short table, from which one of our writers makes the file."""

    line: int
    format: str
    values: Mapping[str, Text]
    rows: tuple[TableRow, ...]


@dataclass(frozen=True, slots=True)
class BankFile:
    """A bank file: its content or its path. `names` gives names to what is made of places such as `Ntry 1`."""

    line: int
    content: str | None = None
    path: str | None = None
    names: Mapping[str, Text] | None = None


@dataclass(frozen=True, slots=True)
class Drop:
    """A file that comes to a place under a name: a new one, or a copy of one that came before.

    Of a file that is cut, only the first `bytes` arrive.
    """

    line: int
    place: str
    file: str
    load: BankTable | BankFile | None
    copy_of: str | None = None
    bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Expected:
    """What must be true of an answer; `fields` are compared, and everything else may be as it is."""

    line: int
    fields: Fields
    refused: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """A command that is asked, and what its answer must be."""

    asked: Asked
    expected: Expected


@dataclass(frozen=True, slots=True)
class Step:
    """One step: a command, perhaps with a bank file that is loaded or dropped into a place, or only questions."""

    line: int
    moment: Moment
    does: Asked | None = None
    load: BankTable | BankFile | None = None
    drop: Drop | None = None
    name: str | None = None
    expected: Expected | None = None
    questions: tuple[Question, ...] = ()


@dataclass(frozen=True, slots=True)
class Scenario:
    """A situation: what it is about, and its steps in their order."""

    path: Path
    about: str
    steps: tuple[Step, ...]
    places: Mapping[str, Place]

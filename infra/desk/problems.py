"""Why something is not done, or what a check found, told in one shape by the desk and by every door."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

# What is longer is told by its length.
_MOST: Final = 64


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a command was refused, or what a check found: a stable code, a sentence to act on, what it is about."""

    code: str
    sentence: str
    about: str | None = None


class Stopped(Exception):
    """A command cannot be done; the problems say why, and nothing was recorded."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(problem.sentence for problem in problems))
        self.problems = problems


def quoted(text: str) -> str:
    """What a person typed, to be told back; what might be a person's own number is not repeated."""
    from ledger.domain.identifier import may_name_a_person

    if len(text) > _MOST:
        return f"a text of {len(text)} characters"
    if may_name_a_person("".join(text.split())):
        return "a number that may be a person's own"
    return repr(text)

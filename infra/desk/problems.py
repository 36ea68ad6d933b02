"""Why something is not done, or what a check found, told in one shape by the desk and by every door."""

from __future__ import annotations

from dataclasses import dataclass


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

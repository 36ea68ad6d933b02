"""Collects the problems of a long file: of each kind the first ones, and of the others only how many there are."""

from __future__ import annotations

from collections import Counter
from typing import Final

from reconciliation.statements.problems import Problem, Severity

# A fault of the whole file is in every row of it, and nobody reads a million sentences.
_MOST: Final = {"refuse": 20, "doubt": 1_000, "warning": 20}


class Findings:
    """The problems found so far in a file."""

    def __init__(self) -> None:
        self._kept: list[Problem] = []
        self._counted: Counter[tuple[str, Severity]] = Counter()

    def add(self, problem: Problem) -> None:
        """Keep a problem, or only count it if enough of its kind are kept."""
        kind = (problem.code, problem.severity)
        self._counted[kind] += 1
        if self._counted[kind] <= _MOST[problem.severity]:
            self._kept.append(problem)

    def told(self) -> tuple[Problem, ...]:
        """The problems in the order of the file, then one for each kind of which more were found."""
        more = [
            Problem(code, f"{found - _MOST[severity]} more problems of this kind were found", "file", severity)
            for (code, severity), found in self._counted.items()
            if found > _MOST[severity]
        ]
        return (*self._kept, *more)

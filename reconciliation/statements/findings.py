"""Collects the problems of a long file: of each kind the first ones, and of the others only how many there are."""

from __future__ import annotations

from collections import Counter
from typing import Final

from reconciliation.statements.problems import Problem, Severity, doubt
from reconciliation.statements.shape import Line

# A fault of the whole file is in every row of it, and nobody reads a million sentences.
_MOST: Final = {"refuse": 20, "doubt": 1_000, "warning": 20}


class Findings:
    """The problems found so far in a file."""

    def __init__(self) -> None:
        self._kept: list[Problem | tuple[Line, str, str]] = []
        self._counted: Counter[tuple[str, Severity]] = Counter()

    def add(self, problem: Problem) -> None:
        """Keep a problem, or only count it if enough of its kind are kept."""
        if self._fits(problem.code, problem.severity):
            self._kept.append(problem)

    def doubt(self, line: Line, code: str, message: str) -> None:
        """Keep a doubt about a line that may get its place in a statement only later."""
        if self._fits(code, "doubt"):
            self._kept.append((line, code, message))

    def told(self) -> tuple[Problem, ...]:
        """The problems in the order of the file, then one for each kind of which more were found."""
        more = [
            Problem(code, f"{found - _MOST[severity]} more problems of this kind were found", "file", severity)
            for (code, severity), found in self._counted.items()
            if found > _MOST[severity]
        ]
        return (*(one if isinstance(one, Problem) else _placed(*one) for one in self._kept), *more)

    def _fits(self, code: str, severity: Severity) -> bool:
        self._counted[code, severity] += 1
        return self._counted[code, severity] <= _MOST[severity]


def _placed(line: Line, code: str, message: str) -> Problem:
    return doubt(code, message, line.raw_position or "file", line.statement_no, line.line_no)

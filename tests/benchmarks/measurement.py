"""Measuring ours beside a baseline in the same run: interleaved pairs, the median of their ratios, and the spread."""

from __future__ import annotations

import os
import statistics
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

Answer = TypeVar("Answer")

RUNS = 9
# A trial run takes a part of everything; its figures are no figures.
TRIAL = int(os.environ.get("RESKONTRA_BENCH_TRIAL", "1"))


@dataclass(frozen=True)
class Row:
    """One line of build/bench.json; `ratio` is ours over baseline: rates where more is better, else times."""

    name: str
    ours: float
    baseline: float | None
    unit: str
    ratio: float | None
    runs: int
    spread: tuple[float, float] | None
    limit: float | None = None
    stages: dict[str, float] | None = None

    def plain(self) -> dict[str, Any]:
        return {
            name: value for name, value in asdict(self).items() if value is not None or name in ("baseline", "ratio")
        }


def seconds(work: Callable[[], object]) -> float:
    """Wall time of one call."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


class Stages:
    """Sums the wall time of each stage; a bank day's loop calls its steps by it."""

    def __init__(self) -> None:
        self.spent: Counter[str] = Counter()

    def __call__(self, stage: str, work: Callable[[], Answer], about: str = "") -> Answer:
        start = time.perf_counter()
        answer = work()
        self.spent[stage] += time.perf_counter() - start
        return answer

    def rounded(self) -> dict[str, float]:
        return {stage: round(spent, 2) for stage, spent in self.spent.items()}


def rates(
    name: str,
    unit: str,
    count: int,
    ours: Callable[[], object],
    baseline: Callable[[], object],
    between: Callable[[], object] = lambda: None,
    runs: int = RUNS,
) -> Row:
    """Things a second, ours and the baseline in turn; `between` makes both start alike."""

    def measured(work: Callable[[], object]) -> float:
        between()
        return count / seconds(work)

    return paired(name, unit, lambda: measured(ours), lambda: measured(baseline), runs)


def paired(
    name: str, unit: str, ours: Callable[[], float], baseline: Callable[[], float], runs: int = RUNS, digits: int = 1
) -> Row:
    """Figures that both sides measure themselves, in turn."""
    pairs: list[tuple[float, float]] = []
    for run in range(runs + 1):
        # Each comes first in every other pair.
        pair = (ours(), baseline()) if run % 2 else (baseline(), ours())[::-1]
        # The first pair warms caches and is not counted.
        if run:
            pairs.append(pair)
    ratios = [a / b for a, b in pairs]
    return Row(
        name,
        round(statistics.median(a for a, _ in pairs), digits),
        round(statistics.median(b for _, b in pairs), digits),
        unit,
        round(statistics.median(ratios), 3),
        runs,
        (round(min(ratios), 3), round(max(ratios), 3)),
    )


def percentile(values: Sequence[float], share: float) -> float:
    """The value that so large a share of them does not exceed."""
    return sorted(values)[max(0, round(len(values) * share) - 1)]

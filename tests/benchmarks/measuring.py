"""Measuring ours beside a baseline in the same run: interleaved pairs, the median of their ratios, and the spread."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

RUNS = 9


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
    pairs: list[tuple[float, float]] = []
    for run in range(runs + 1):
        pair = []
        for work in (ours, baseline) if run % 2 else (baseline, ours):
            between()
            pair.append(count / seconds(work))
        # The first pair warms caches and is not counted.
        if run:
            pairs.append((pair[0], pair[1]) if run % 2 else (pair[1], pair[0]))
    ratios = [a / b for a, b in pairs]
    return Row(
        name,
        round(statistics.median(a for a, _ in pairs), 1),
        round(statistics.median(b for _, b in pairs), 1),
        unit,
        round(statistics.median(ratios), 3),
        runs,
        (round(min(ratios), 3), round(max(ratios), 3)),
    )

"""How much is tried by chance: in `make test` few seeds that have each kind of case, in `make soak` many more."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import hypothesis
import pytest

Test = TypeVar("Test", bound=Callable[..., object])
# How many times more examples the long tests draw.
MORE: Final = 40


@dataclass
class Tier:
    """Which tests this process runs: those of every day, or the long ones."""

    soaks: bool = False


TIER: Final = Tier()


def seeds(everyday: Iterable[int], soak: Iterable[int]) -> list[Any]:
    """The parameters of a test that is run with seeds: these every day, and those in the long tests."""
    return [*everyday, *(pytest.param(seed, marks=pytest.mark.soak) for seed in soak)]


def examples(everyday: int) -> Callable[[Test], Test]:
    """Draw so many examples for a test every day, and many times more in the long tests."""

    def drawing(test: Test) -> Test:
        drawn: Test = hypothesis.settings(max_examples=everyday * (MORE if TIER.soaks else 1))(test)
        return pytest.mark.soak(drawn) if TIER.soaks else drawn

    return drawing

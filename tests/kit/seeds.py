"""Seeds of two tiers: the few of `make test` cover each kind of case once; `make soak` runs many more."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest


def seeds(everyday: Iterable[int], soak: Iterable[int]) -> list[Any]:
    """The parameters of a test that is run with seeds: these every day, and those in the long tier."""
    return [*everyday, *(pytest.param(seed, marks=pytest.mark.soak) for seed in soak)]

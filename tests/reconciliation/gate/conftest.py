"""A gate that remembers nothing; other tests judge their files after each other, as a process does."""

from __future__ import annotations

import pytest

from reconciliation.gate import bench
from reconciliation.gate.held import Held


@pytest.fixture
def nothing_held(monkeypatch: pytest.MonkeyPatch) -> None:
    """Great Expectations is asked about everything, and what it says is forgotten afterwards."""
    monkeypatch.setattr(bench, "_HELD", Held())

"""A program from before a rule, which recorded what this one refuses."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from ledger.execution import boundary


@contextmanager
def older_program() -> Iterator[None]:
    """A program that records whatever it is given."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(boundary, "require_bounds", lambda *given: None)
        yield

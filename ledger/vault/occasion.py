"""Who uses the vault, and when."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple


class Occasion(NamedTuple):
    """Who uses the vault, when, and as part of which work."""

    person: str
    at: datetime
    correlation: str | None = None

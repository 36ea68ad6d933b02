"""Random ids that sort by time."""

from __future__ import annotations

import secrets
import uuid
from datetime import datetime


def random_id(now: datetime) -> str:
    """A random id that sorts by time: UUID version 7 (RFC 9562, 5.7)."""
    milliseconds = int(now.timestamp() * 1000) & (1 << 48) - 1
    random = secrets.randbits(74)
    bits = milliseconds << 80 | 7 << 76 | (random >> 62) << 64 | 2 << 62 | random & (1 << 62) - 1
    return str(uuid.UUID(int=bits))

"""The streams that a command names before anything is loaded."""

from __future__ import annotations

from ledger.domain.fact import Command
from ledger.domain.refusals import Refused

# The streams that a command names, or the refusal if it cannot name them.
Bounded = tuple[str, ...] | Refused


def boundary_of(command: Command) -> Bounded:
    """The streams that a command names, or the refusal if it cannot name them."""
    try:
        return command.streams()
    except Refused as malformed:
        return malformed

"""The streams that a command names before anything is loaded, and whether what it says is within bounds."""

from __future__ import annotations

from ledger.domain.bounds import require_bounds
from ledger.domain.refusals import Refused
from ledger.execution.submission import Submission

# The streams that a command names, or the refusal if it cannot name them.
Bounded = tuple[str, ...] | Refused


def boundary_of(submitted: Submission) -> Bounded:
    """The streams that a command names, or the refusal if it cannot name them, or something is beyond its bounds."""
    try:
        require_bounds(submitted.command, submitted.envelope, submitted.counts_on)
        return submitted.command.streams()
    except Refused as malformed:
        return malformed

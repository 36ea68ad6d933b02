"""The streams that a command names before anything is loaded, and the days that it names."""

from __future__ import annotations

from ledger.domain.days import require_days
from ledger.domain.refusals import Refused
from ledger.execution.submission import Submission

# The streams that a command names, or the refusal if it cannot name them.
Bounded = tuple[str, ...] | Refused


def boundary_of(submitted: Submission) -> Bounded:
    """The streams that a command names, or the refusal if it cannot name them, or has a day that books cannot have."""
    try:
        require_days(submitted.command, submitted.envelope, submitted.counts_on)
        return submitted.command.streams()
    except Refused as malformed:
        return malformed

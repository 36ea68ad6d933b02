"""The facts of a write-off, from the request to its reversal; money that is paid after all recovers the loss."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from ledger.domain.approval import Because
from ledger.domain.chart_of_accounts import Leg, pair
from ledger.domain.duty import Act
from ledger.domain.fact import Fact
from ledger.domain.receivables.loss_facts import LossRecovered, RecoveryReversed


class WriteOffRequested(Fact, frozen=True):
    """Somebody asked to give up an open amount of an item."""

    write_off_id: str
    item_id: str
    amount_minor: int
    currency: str
    reason_code: str
    requester: str
    on_behalf_of: str | None = None


class WriteOffApproved(Fact, frozen=True):
    """Another person approved the write-off; the requested amount becomes a loss."""

    amount_minor: int
    currency: str
    ar_role: str
    approver: str


class WriteOffRejected(Fact, frozen=True):
    """Another person rejected the write-off."""

    approver: str
    reason_code: str


class WriteOffReversed(Fact, frozen=True):
    """The write-off was reversed: it was a mistake and never so, or it was so until the day of the reversal."""

    amount_minor: int
    currency: str
    ar_role: str
    because: Because
    reason_code: str


WriteOffFact = (
    WriteOffRequested | WriteOffApproved | WriteOffRejected | WriteOffReversed | LossRecovered | RecoveryReversed
)


def _approved_legs(fact: WriteOffApproved) -> tuple[Leg, ...]:
    return pair("write_off_loss", fact.ar_role, fact.amount_minor, fact.currency)


def _recovered_legs(fact: LossRecovered | RecoveryReversed) -> tuple[Leg, ...]:
    sign = 1 if isinstance(fact, LossRecovered) else -1
    return pair(fact.ar_role, "recovered_losses", sign * fact.amount_minor, fact.currency)


def _reversed_legs(fact: WriteOffReversed) -> tuple[Leg, ...]:
    return pair(fact.ar_role, "write_off_loss", fact.amount_minor, fact.currency)


LEGS: Final[dict[type[Fact], Callable[[Any], tuple[Leg, ...]]]] = {
    WriteOffApproved: _approved_legs,
    WriteOffReversed: _reversed_legs,
    LossRecovered: _recovered_legs,
    RecoveryReversed: _recovered_legs,
}
# What somebody decides with these facts.
ACTS: Final[dict[type[Fact], Act]] = {
    WriteOffRequested: Act("write_off_request"),
    WriteOffApproved: Act("write_off", limited=True),
    WriteOffRejected: Act("write_off_rejection"),
    WriteOffReversed: Act("write_off_reversal"),
}

"""The facts of a write-off, from the request to its reversal; money that is paid after all recovers the loss."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from ledger.domain.approval import Because
from ledger.domain.chart_of_accounts import Leg
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
    """Another person approved the write-off; the requested amount becomes a loss.

    `tax_code` is that of the item's lines, null if they have several; the tax in the loss follows in the item.
    """

    amount_minor: int
    currency: str
    ar_role: str
    tax_code: str | None
    unit: str | None
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
    tax_code: str | None
    unit: str | None
    because: Because
    reason_code: str


WriteOffFact = (
    WriteOffRequested | WriteOffApproved | WriteOffRejected | WriteOffReversed | LossRecovered | RecoveryReversed
)


def _loss(fact: WriteOffApproved | WriteOffReversed) -> tuple[Leg, ...]:
    amount = fact.amount_minor if isinstance(fact, WriteOffReversed) else -fact.amount_minor
    return (
        Leg(fact.ar_role, amount, fact.currency),
        Leg("write_off_loss", -amount, fact.currency, None, fact.tax_code, fact.unit),
    )


def _recovery(fact: LossRecovered | RecoveryReversed) -> tuple[Leg, ...]:
    amount = fact.amount_minor if isinstance(fact, LossRecovered) else -fact.amount_minor
    return (
        Leg(fact.ar_role, amount, fact.currency),
        Leg("recovered_losses", -amount, fact.currency, None, fact.tax_code, fact.unit),
    )


LEGS: Final[dict[type[Fact], Callable[[Any], tuple[Leg, ...]]]] = {
    WriteOffApproved: _loss,
    WriteOffReversed: _loss,
    LossRecovered: _recovery,
    RecoveryReversed: _recovery,
}
# What somebody decides with these facts.
ACTS: Final[dict[type[Fact], Act]] = {
    WriteOffRequested: Act("write_off_request"),
    WriteOffApproved: Act("write_off", limited=True),
    WriteOffRejected: Act("write_off_rejection"),
    WriteOffReversed: Act("write_off_reversal"),
}
SENTENCES: Final[dict[type[Fact], Callable[[Any], str]]] = {
    WriteOffRequested: lambda fact: f"Write-off of item {fact.item_id} requested by {fact.requester}",
    WriteOffApproved: lambda fact: f"Write-off approved by {fact.approver}",
    WriteOffRejected: lambda fact: f"Write-off rejected by {fact.approver} ({fact.reason_code})",
    WriteOffReversed: lambda fact: f"Write-off reversed ({fact.reason_code})",
    LossRecovered: lambda fact: f"Loss recovered by {fact.document}",
    RecoveryReversed: lambda fact: f"Recovery by {fact.document} reversed ({fact.because})",
}

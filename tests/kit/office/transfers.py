"""Payments that go to other entities, and come from them."""

from __future__ import annotations

from ledger.domain.cash.receipt import Receipt
from ledger.domain.cash.transfer import (
    BeginTransfer,
    CancelTransfer,
    CompleteTransfer,
    DeclineTransfer,
    ReceiveTransfer,
)
from ledger.domain.cash.transfer_facts import Quoted
from ledger.domain.cash.transfer_state import Transfer
from ledger.domain.fact import Command
from tests.kit.office.draws import Draws


class Transfers(Draws):
    """Draws of the office that has neighbours."""

    def send_across(self) -> Command | None:
        """Money of a receipt that was meant for another entity."""
        found = self.named(Receipt, lambda one: one.unallocated_minor > 0)
        if found is None:
            return None
        some = None if self.rng.random() < 0.6 else self.some_of(found[1].payment.amount_minor)
        return BeginTransfer(
            transfer_id=self.id("t"), receipt_id=found[0], entity="north", reason_code="PAID_US", amount_minor=some
        )

    def end_across(self) -> Command | None:
        """A transfer that arrived there, or is cancelled; one that has ended is refused."""
        found = self.named(Transfer, lambda one: one.status == "under_way")
        if found is None:
            return None
        if self.rng.random() < 0.5:
            return CompleteTransfer(transfer_id=found[0])
        return CancelTransfer(transfer_id=found[0], reason_code="OURS")

    def receive_across(self) -> Command:
        """A payment that another entity received for us, or now and then a transfer that it cancels."""
        if self.rng.random() < 0.2:
            return DeclineTransfer(transfer_id=self.id("t"), entity="north")
        quoted = Quoted(booked_on=self.day(0, 0, -7))
        return ReceiveTransfer(
            transfer_id=self.id("t"),
            entity="north",
            amount_minor=self.amount() * 2,
            currency=self.currency(),
            quoted=quoted,
        )

"""Examples of facts about transfers between entities."""

from __future__ import annotations

from typing import Final

from ledger.domain.cash.transfer_facts import (
    Quoted,
    TransferArrived,
    TransferBegun,
    TransferCancelled,
    TransferCompleted,
    TransferDeclined,
)
from ledger.domain.fact import Fact
from tests.museum.subjects import DAY, RECEIPT

_QUOTED: Final = Quoted(booked_on=DAY, reference="10017", reference_kind="ocr", reference_valid=True)

OF_TRANSFERS: Final[tuple[Fact, ...]] = (
    TransferBegun(
        transfer_id="t-1",
        entity="north",
        receipt_id=RECEIPT,
        amount_minor=250_00,
        currency="SEK",
        quoted=_QUOTED,
        reason_code="PAID_US",
    ),
    TransferArrived(transfer_id="t-1", entity="south", amount_minor=250_00, currency="SEK", quoted=_QUOTED),
    TransferDeclined(transfer_id="t-2", entity="south"),
    TransferCompleted(transfer_id="t-1"),
    TransferCancelled(transfer_id="t-1", amount_minor=250_00, currency="SEK", reason_code="WRONG_ENTITY"),
)

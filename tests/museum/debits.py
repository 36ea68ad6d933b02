"""An example of each fact of mandates and collections."""

from __future__ import annotations

from datetime import date
from typing import Final

from ledger.domain.cash.collection_facts import (
    Collected,
    CollectionDelayed,
    CollectionFailed,
    CollectionOrdered,
    CollectionReopened,
    CollectionReturned,
    CollectionSettled,
)
from ledger.domain.cash.mandate_facts import (
    MandateAccepted,
    MandateAmended,
    MandateCancelled,
    MandateHeld,
    MandateRejected,
    MandateRequested,
    MandateSent,
    MandateUsed,
)
from ledger.domain.fact import Fact
from ledger.domain.receivables.item_collected import ItemCollected, ItemCollectionEnded
from tests.museum.subjects import DAY, ITEM, PATIENT, RECEIPT, SHA

OF_DEBITS: Final[tuple[Fact, ...]] = (
    MandateRequested(
        mandate_id="101",
        account_id=PATIENT,
        scheme="autogiro",
        bank_account="b-1",
        payer_ref="guardian-1",
        signed_on=date(2024, 6, 1),
        notice_days=8,
    ),
    MandateAccepted(mandate_id="101", active_from=DAY),
    MandateRejected(mandate_id="101", reason_code="AG-04-23"),
    MandateAmended(mandate_id="101", payer_ref="guardian-2", reason_code="NEW_BANK"),
    MandateCancelled(mandate_id="101", ended_by="payer", reason_code="AG-46-02", advised=True),
    MandateSent(mandate_id="101", step="registration", order_file=SHA),
    MandateHeld(mandate_id="101", collection_id="d-1", reason_code="AG-82-2"),
    MandateUsed(collection_id="d-1", due_on=DAY),
    CollectionOrdered(
        collection_id="d-1",
        mandate_id="101",
        request_id="i-1.1",
        account_id=PATIENT,
        bank_account="b-1",
        items=(Collected(ITEM, 250_00),),
        amount_minor=250_00,
        currency="SEK",
        due_on=DAY,
        reference="1001171",
        end_to_end_id="d-1",
        order_file=SHA,
        order_id="o-1",
        again="PAYER_AGREED",
    ),
    CollectionDelayed(collection_id="d-1", reason_code="AG-82-9"),
    CollectionFailed(collection_id="d-1", reason_code="AG-82-1"),
    CollectionSettled(collection_id="d-1", receipt_id=RECEIPT),
    CollectionReturned(collection_id="d-1", receipt_id=RECEIPT, reason_code="MD06"),
    CollectionReopened(collection_id="d-1", reason_code="MISTAKE"),
    ItemCollected(collection_id="d-1"),
    ItemCollectionEnded(collection_id="d-1", refused_for="MD06"),
)

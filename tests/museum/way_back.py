"""Examples of the facts by which money goes back."""

from __future__ import annotations

from typing import Final

from ledger.domain.bank.movement_facts import MovementCleared, MovementUncleared
from ledger.domain.cash.payout import PayoutArrived, PayoutMovementRemoved, PayoutSent
from ledger.domain.cash.receipt_facts import (
    IdentificationWithdrawn,
    RecallReversed,
    ReceiptRecalled,
    ReceiptReclassified,
    ReceiptVoided,
)
from ledger.domain.fact import Fact
from ledger.domain.receivables.credit_facts import CustomerCreditReclaimed, CustomerCreditReleased
from ledger.domain.receivables.credit_note import CreditExcessMoved
from ledger.domain.receivables.difference_facts import DifferenceClosed, DifferenceReopened
from ledger.domain.receivables.item_facts import ItemDifferenceClosed, ItemDifferenceReopened, ItemExcessMoved
from ledger.domain.receivables.loss_facts import LossRecovered, RecoveryReversed
from tests.museum.subjects import ITEM, PATIENT, RECEIPT

OF_THE_WAY_BACK: Final[tuple[Fact, ...]] = (
    CustomerCreditReleased(
        allocation_id="a-2",
        because="recalled",
        item_id=ITEM,
        amount_minor=15_00,
        currency="SEK",
        ar_role="ar_patient",
    ),
    CustomerCreditReclaimed(
        item_id=f"{PATIENT}.recall1",
        document=f"receipt-{RECEIPT}",
        amount_minor=15_00,
        currency="SEK",
        ar_role="ar_patient",
    ),
    CreditExcessMoved(
        credit_note_id="c-1",
        item_id=ITEM,
        account_id=PATIENT,
        amount_minor=15_00,
        currency="SEK",
        ar_role="ar_patient",
    ),
    ItemExcessMoved(credit_note_id="c-1", amount_minor=15_00, currency="SEK"),
    IdentificationWithdrawn(account_id=PATIENT, reason_code="NOT_THEIRS", currency="SEK"),
    ReceiptRecalled(
        part_id="m-3",
        account_id=PATIENT,
        amount_minor=310_00,
        currency="SEK",
        role="recalls",
        reason_code="AC06",
    ),
    RecallReversed(
        part_id="m-3",
        account_id=PATIENT,
        amount_minor=310_00,
        currency="SEK",
        role="recalls",
        reason_code="NOT_TAKEN_BACK",
    ),
    DifferenceClosed(
        allocation_id="a-1", item_id=ITEM, amount_minor=40, currency="SEK", ar_role="ar_patient", limit_minor=1_00
    ),
    DifferenceReopened(
        allocation_id="a-1",
        item_id=ITEM,
        document="creditnote-c-1",
        because="moved",
        amount_minor=40,
        currency="SEK",
        ar_role="ar_patient",
    ),
    ItemDifferenceClosed(allocation_id="a-1", document=f"receipt-{RECEIPT}", amount_minor=40, currency="SEK"),
    ItemDifferenceReopened(
        allocation_id="a-1", document=f"receipt-{RECEIPT}", because="moved", amount_minor=40, currency="SEK"
    ),
    ReceiptReclassified(
        bank_account="b-1",
        account_id=PATIENT,
        amount_minor=310_00,
        currency="SEK",
        from_role="unallocated",
        role="suppliers",
        reason_code="SUPPLIERS_REFUND",
        payout_id="cards.po_1",
        provider_account="cards",
    ),
    ReceiptVoided(
        account_id=PATIENT,
        amount_minor=310_00,
        currency="SEK",
        role="card_clearing",
        reason_code="TWICE",
        provider_account="cards",
    ),
    PayoutSent(part_id="m-7", provider_account="cards", payout_ref="po_1", amount_minor=294_50, currency="SEK"),
    PayoutArrived(part_id="m-8", provider_account="cards", payout_ref="po_1", amount_minor=294_50, currency="SEK"),
    PayoutMovementRemoved(part_id="m-8", provider_account="cards", side="arrived", amount_minor=294_50, currency="SEK"),
    MovementCleared(document=f"receipt-{RECEIPT}", amount_minor=-310_00, currency="SEK"),
    MovementUncleared(document=f"receipt-{RECEIPT}", amount_minor=-310_00, currency="SEK"),
    LossRecovered(
        document=f"receipt-{RECEIPT}",
        allocation_id="a-1",
        amount_minor=9_00,
        currency="SEK",
        ar_role="ar_patient",
        tax_code="SE-25",
        unit="unit-4",
    ),
    RecoveryReversed(
        document=f"receipt-{RECEIPT}",
        allocation_id="a-1",
        because="recalled",
        amount_minor=9_00,
        currency="SEK",
        ar_role="ar_patient",
        tax_code="SE-25",
        unit="unit-4",
    ),
)

"""Examples of the facts of an item, with a value in every field."""

from __future__ import annotations

from datetime import date
from typing import Final

from ledger.domain.fact import Fact
from ledger.domain.receivables import item_facts as of_item
from tests.museum.subjects import DAY, DUE, INVOICE, ISSUED, ITEM, PATIENT, RECEIPT

_PARTS = (of_item.ItemPart(1, 240_00, 0, "SE-EXEMPT"), of_item.ItemPart(2, 8_00, 2_00, "SE-25"))
CREDITED_PARTS: Final = (of_item.ItemPart(2, 16_30, 4_08, "SE-25"),)

OF_ITEMS: Final[tuple[Fact, ...]] = (
    of_item.ItemRaised(
        item_id=ITEM,
        kind="principal",
        document=f"invoice-{INVOICE}",
        parent="i-0.1",
        account_id=PATIENT,
        payer="patient",
        parts=_PARTS,
        amount_minor=250_00,
        currency="SEK",
        unit="unit-4",
        arose_on=ISSUED,
        due=(of_item.Due(DUE, 125_00), of_item.Due(date(2024, 8, 3), 125_00)),
        terms=of_item.ItemTerms("SE", interest_rule="reference-8", reminder_fee_agreed=True, vat_method="cash"),
    ),
    of_item.ItemAllocated(allocation_id="a-1", document=f"receipt-{RECEIPT}", amount_minor=250_00, currency="SEK"),
    of_item.ItemDeallocated(
        allocation_id="a-1", document=f"receipt-{RECEIPT}", because="recalled", amount_minor=250_00, currency="SEK"
    ),
    of_item.ItemCredited(
        credit_note_id="c-1", amount_minor=5_00, excess_minor=15_00, currency="SEK", parts=CREDITED_PARTS
    ),
    of_item.ItemWrittenOff(
        write_off_id="w-1", document=f"receipt-{RECEIPT}", allocation_id="a-1", amount_minor=9_00, currency="SEK"
    ),
    of_item.ItemRestored(
        write_off_id="w-1", document=f"receipt-{RECEIPT}", allocation_id="a-1", amount_minor=9_00, currency="SEK"
    ),
    of_item.TaxRelieved(
        document="writeoff-w-1",
        role="write_off_loss",
        tax_role="vat_output",
        currency="SEK",
        unit="unit-4",
        posted_code="SE-12",
        parts=(of_item.TaxPart("SE-EXEMPT", 8_64, 0), of_item.TaxPart("SE-25", 29, 7)),
    ),
    of_item.TaxFellDue(
        document=f"receipt-{RECEIPT}", currency="SEK", unit="unit-4", parts=(of_item.TaxPart("SE-25", 8_00, 2_00),)
    ),
    of_item.UnpaidTaxDue(through_on=date(2024, 12, 31)),
    of_item.HoldPlaced(hold_id="h-1", reason_code="DISPUTED", until_on=date(2024, 7, 31)),
    of_item.HoldLifted(hold_id="h-1", reason_code="SETTLED"),
    of_item.ReminderSent(
        level=0,
        channel="letter",
        addressed_to=PATIENT,
        balance_minor=250_00,
        waiting_minor=100_00,
        asked_minor=150_00,
        money=(of_item.MoneyWaiting(document="receipt-r-1", amount_minor=100_00, since_on=DAY),),
        currency="SEK",
        due_on=DUE,
        ledger_position=2718,
        bank_loaded_through=DUE,
    ),
    of_item.ReminderSuppressed(
        level=0,
        on=DUE,
        why="money_waits",
        money=(of_item.MoneyWaiting(document=f"account-{PATIENT}", amount_minor=250_00, since_on=DAY),),
    ),
)

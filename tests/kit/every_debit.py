"""Every command about mandates and collections, in an order in which they can all be accepted."""

from __future__ import annotations

from msgspec.structs import replace

from ledger.domain.cash.collection_answer import (
    DelayCollection,
    FailCollection,
    ReopenCollection,
    ReturnCollection,
    SettleCollection,
)
from ledger.domain.cash.mandate import AcceptMandate, AmendMandate, CancelMandate, RejectMandate, RequestMandate
from ledger.domain.cash.mandate_sending import SendMandate
from ledger.domain.cash.recall import RecallReceipt
from ledger.domain.cash.recall_reversal import ReverseRecall
from tests.kit.book import DAY, Ask
from tests.kit.care import invoice, receipt
from tests.kit.debits import order_collection
from tests.kit.moved_lines import moved

DEBITS: list[Ask] = [
    RequestMandate(mandate_id="101", account_id="p1", scheme="autogiro", bank_account="b1", signed_on=DAY),
    SendMandate(mandate_id="101", step="registration", order_file="5" * 64),
    AcceptMandate(mandate_id="101", active_from=DAY),
    AmendMandate(mandate_id="101", payer_ref="guardian", reason_code="NEW_BANK"),
    RequestMandate(mandate_id="102", account_id="p1", scheme="autogiro", bank_account="b1"),
    RejectMandate(mandate_id="102", reason_code="AG-04-23"),
    invoice("i9"),
    order_collection("d1", "i9.1"),
    DelayCollection(collection_id="d1", reason_code="AG-82-9"),
    FailCollection(collection_id="d1", reason_code="AG-82-1"),
    order_collection("d2", "i9.1"),
    FailCollection(collection_id="d2", reason_code="AG-82-2"),
    replace(order_collection("d3", "i9.1"), again="PAYER_AGREED"),
    receipt("r9", 250_00),
    SettleCollection(collection_id="d3", receipt_id="r9"),
    ReopenCollection(collection_id="d3", reason_code="MISTAKE"),
    SettleCollection(collection_id="d3", receipt_id="r9"),
    moved("m19", -250_00, "recalls"),
    RecallReceipt(receipt_id="r9", part_id="m19", reason_code="MD06"),
    ReturnCollection(collection_id="d3", receipt_id="r9", reason_code="MD06"),
    ReverseRecall(receipt_id="r9", part_id="m19", reason_code="NOT_TAKEN_BACK"),
    SettleCollection(collection_id="d3", receipt_id="r9"),
    CancelMandate(mandate_id="101", ended_by="payer", reason_code="AG-46-02"),
]

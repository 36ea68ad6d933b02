"""What the bank answers to a collection: refused where it is about another receipt, or one that is still there."""

from __future__ import annotations

from typing import Final

from ledger.domain.cash.collection_answer import ReturnCollection, SettleCollection
from tests.kit.book import Raised
from tests.kit.care import declare_bank_account, invoice, receipt
from tests.kit.debits import accept_mandate, order_collection, request_mandate

_ORDERED: Final = (
    invoice("i8"),
    declare_bank_account("b1"),
    request_mandate(),
    accept_mandate(),
    order_collection("d9", "i8.1"),
)
_SETTLE: Final = SettleCollection(collection_id="d9", receipt_id="r9")
RAISED: Final[Raised] = {
    "collection_not_taken_back": (
        (*_ORDERED, receipt("r9", 250_00), _SETTLE),
        ReturnCollection(collection_id="d9", receipt_id="r9", reason_code="X"),
    ),
    "collection_paid_otherwise": ((*_ORDERED, receipt("r9", 1)), _SETTLE),
}

"""The office's mandates and direct debits: given, ordered, answered by the bank and taken back."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from msgspec.structs import replace

from ledger.domain.cash.collection_answer import (
    DelayCollection,
    FailCollection,
    ReopenCollection,
    ReturnCollection,
    SettleCollection,
)
from ledger.domain.cash.collection_state import Collection
from ledger.domain.cash.mandate import AcceptMandate, AmendMandate, CancelMandate, Mandate, RejectMandate
from ledger.domain.cash.mandate_sending import SendMandate
from ledger.domain.cash.receipt import Receipt
from ledger.domain.cash.schemes import earliest_due, rule_of
from ledger.domain.fact import Command
from ledger.domain.receivables.item import Item
from ledger.domain.receivables.request import Request
from tests.kit.debits import order_collection, request_mandate
from tests.kit.office.draws import Draws

# No cover; no mandate; more than the payer allowed.
_REFUSED: Final = ("AG-82-1", "AG-82-1", "AG-82-2", "AG-82-24")


class Debits(Draws):
    """Draws commands about mandates and collections."""

    def debit(self) -> Command | None:
        """A mandate asked for, or its next step, or a collection with it."""
        mandate = self.one(Mandate)
        if mandate is None or self.dares():
            return request_mandate(str(100 + len(self.book.log)), account_id=self.rng.choice(("p1", "p2")))
        id = mandate.requested.mandate_id
        if mandate.status == "requested" and not mandate.sent and int(id) % 3 == 0:
            return SendMandate(mandate_id=id, step="registration", order_file="5" * 64)
        if mandate.status == "requested":
            answers = (
                AcceptMandate(mandate_id=id),
                AcceptMandate(mandate_id=id, active_from=self.today + timedelta(days=self.rng.randrange(9))),
                RejectMandate(mandate_id=id, reason_code="AG-04-23"),
            )
            return self.rng.choice(answers)
        if mandate.status == "cancelled" and mandate.known_there and int(id) % 3 == 0:
            return SendMandate(mandate_id=id, step="ending", order_file="6" * 64)
        if mandate.status != "accepted" or self.rng.random() < 0.1:
            ends = CancelMandate(mandate_id=id, ended_by="payer", reason_code="AG-46-02")
            return self.rng.choice((ends, AmendMandate(mandate_id=id, reason_code="NEW_BANK")))
        return self._collection(mandate) or self._answer()

    def _collection(self, mandate: Mandate) -> Command | None:
        """A collection of what the mandate's payer owes, if nothing of it is collected already."""
        requests = [
            one.requested
            for one in self.book.states.values()
            if isinstance(one, Request) and one.requested.account_id == mandate.requested.account_id
        ]
        if not requests:
            return None
        asked = self.rng.choice(requests)
        items = [self.book.states[f"item-{one}"] for one in asked.items]
        open_ones = [one for one in items if isinstance(one, Item) and one.open_minor > 0]
        if not open_ones or any(one.collected_by for one in open_ones):
            return None
        told = max(one.balance.steps[0][0] for one in items if isinstance(one, Item))
        first = max(earliest_due(rule_of("autogiro", told), told, None), mandate.active_from or told)
        order = order_collection(
            self.id("d"),
            asked.request_id,
            sum(one.open_minor for one in open_ones),
            max(first, self.today),
            mandate.requested.mandate_id,
        )
        refused = mandate.held_for is not None or any(one.refused_for for one in open_ones)
        order = replace(order, again="PAYER_AGREED") if refused and not self.dares() else order
        return replace(order, amount_minor=order.amount_minor + 1) if self.dares() else order

    def _answer(self) -> Command | None:
        """What the bank answers to a collection."""
        collection = self.one(Collection)
        if collection is None:
            return None
        id = collection.ordered.collection_id
        receipts = {
            stream.partition("-")[2]: one for stream, one in self.book.states.items() if isinstance(one, Receipt)
        }
        if collection.status in ("settled", "failed") and self.rng.random() < 0.2:
            return ReopenCollection(collection_id=id, reason_code="MISTAKE")
        if collection.status == "settled" and collection.receipt_id is not None:
            back = ReturnCollection(collection_id=id, receipt_id=collection.receipt_id, reason_code="MD06")
            return back if receipts[collection.receipt_id].recalled_minor or self.dares() else None
        fit = [one for one, state in receipts.items() if state.payment.amount_minor == collection.ordered.amount_minor]
        if fit and self.rng.random() < 0.6:
            return SettleCollection(collection_id=id, receipt_id=self.rng.choice(fit))
        if self.rng.random() < 0.3:
            return DelayCollection(collection_id=id, reason_code="AG-82-9")
        return FailCollection(collection_id=id, reason_code=self.rng.choice(_REFUSED))

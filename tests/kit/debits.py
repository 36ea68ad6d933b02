"""Mandates and collections as tests ask for them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from ledger.domain.cash.collection import OrderCollection
from ledger.domain.cash.mandate import AcceptMandate, RequestMandate
from tests.kit.book import DAY

# A day on which the payer has been told of everything that the clinic has billed.
DEBITED: Final = DAY + timedelta(days=3)


def request_mandate(mandate_id: str = "101", **said: Any) -> RequestMandate:
    """A mandate of patient p1 for Autogiro, unless said."""
    about: dict[str, Any] = {"account_id": "p1", "scheme": "autogiro", "bank_account": "b1"}
    return RequestMandate(mandate_id=mandate_id, **(about | said))


def accept_mandate(mandate_id: str = "101", active_from: date | None = None) -> AcceptMandate:
    return AcceptMandate(mandate_id=mandate_id, active_from=active_from)


def order_collection(
    collection_id: str = "d1",
    request_id: str = "i1.1",
    amount_minor: int = 250_00,
    due_on: date = DEBITED,
    mandate_id: str = "101",
    order_file: str | None = None,
) -> OrderCollection:
    """All of an invoice of 250.00, unless said."""
    return OrderCollection(
        collection_id=collection_id,
        mandate_id=mandate_id,
        request_id=request_id,
        amount_minor=amount_minor,
        due_on=due_on,
        order_file=order_file,
    )

"""The clearing house is asked once to register a mandate, and once to take out what it may have."""

from __future__ import annotations

from typing import Final

import pytest

from ledger.domain.cash.mandate import CancelMandate, RejectMandate
from ledger.domain.cash.mandate_facts import MandateSent
from ledger.domain.cash.mandate_sending import SendMandate
from ledger.domain.fact import NewFact
from tests.kit.book import DAY, Book, Raised
from tests.kit.care import declare_bank_account, open_clinic
from tests.kit.debits import accept_mandate, request_mandate

FILE: Final = "5" * 64
REGISTER: Final = SendMandate(mandate_id="101", step="registration", order_file=FILE)
END: Final = SendMandate(mandate_id="101", step="ending", order_file=FILE)
CANCEL: Final = CancelMandate(mandate_id="101", ended_by="us", reason_code="MOVED")


def clinic() -> Book:
    return open_clinic().given(declare_bank_account("b1", "camt.053"), request_mandate())


def test_it_is_asked_to_register_a_mandate_once() -> None:
    book = clinic()
    sent = MandateSent(mandate_id="101", step="registration", order_file=FILE)
    book.when(REGISTER).then(NewFact("mandate-101", sent, DAY))
    book.when(REGISTER).refused("mandate_sent")
    book.given(accept_mandate())
    book.when(REGISTER).refused("mandate_accepted")


@pytest.mark.parametrize("known", [REGISTER, accept_mandate()])
def test_it_is_asked_once_to_take_out_what_it_may_have(known: SendMandate) -> None:
    book = clinic().given(known, CANCEL)
    book.when(END).then(NewFact("mandate-101", MandateSent(mandate_id="101", step="ending", order_file=FILE), DAY))
    book.when(END).refused("mandate_sent")


def test_what_it_said_itself_or_never_had_is_not_said_to_it() -> None:
    clinic().given(CANCEL).when(END).refused("mandate_not_to_send")
    advised = CancelMandate(mandate_id="101", ended_by="payer", reason_code="AG-46-02", advised=True)
    clinic().given(REGISTER, accept_mandate(), advised).when(END).refused("mandate_not_to_send")
    clinic().given(REGISTER, RejectMandate(mandate_id="101", reason_code="AG-04-23")).when(END).refused(
        "mandate_rejected"
    )


RAISED: Final[Raised] = {
    "mandate_not_to_send": ((declare_bank_account("b1", "camt.053"), request_mandate(), CANCEL), END),
    "mandate_sent": ((declare_bank_account("b1", "camt.053"), request_mandate(), REGISTER), REGISTER),
}

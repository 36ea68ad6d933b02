"""The mandate: requested, accepted or rejected by the bank, amended, and ended by whoever may."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import pytest
from msgspec.structs import replace

from ledger.domain.cash.mandate import AmendMandate, CancelMandate, Mandate, RejectMandate
from ledger.domain.cash.mandate_facts import (
    MandateAccepted,
    MandateAmended,
    MandateCancelled,
    MandateRejected,
    MandateRequested,
)
from ledger.domain.fact import NewFact
from tests.kit.book import DAY, Book, Raised, on
from tests.kit.care import declare_bank_account, invoice, open_clinic
from tests.kit.currencies import keeping
from tests.kit.debits import accept_mandate, order_collection, request_mandate

REJECT: Final = RejectMandate(mandate_id="101", reason_code="AG-04-23")
CANCEL: Final = CancelMandate(mandate_id="101", ended_by="payer", reason_code="AG-46-02")
AMEND: Final = AmendMandate(mandate_id="101", reason_code="NEW_BANK", payer_ref="guardian")
_EURO: Final = (keeping("EUR"), declare_bank_account("b2", currency="EUR"))
SIGNED: Final = request_mandate("REF-1", scheme="sepa_core", bank_account="b2", signed_on=DAY)


def clinic() -> Book:
    return open_clinic().given(declare_bank_account("b1", "camt.053"), *_EURO)


def test_a_mandate_of_autogiro_waits_for_the_banks_answer() -> None:
    requested = MandateRequested(
        mandate_id="101",
        account_id="p1",
        scheme="autogiro",
        bank_account="b1",
        payer_ref=None,
        signed_on=None,
        notice_days=None,
    )
    book = clinic()
    book.when(request_mandate()).then(NewFact("mandate-101", requested, DAY))
    book.when(request_mandate()).nothing_new()
    book.when(accept_mandate()).then(NewFact("mandate-101", MandateAccepted(mandate_id="101"), DAY))
    book.when(on(DAY + timedelta(days=5), accept_mandate())).nothing_new()
    state = book.states["mandate-101"]
    assert isinstance(state, Mandate)
    assert (state.status, state.active_from) == ("accepted", DAY)


def test_it_may_be_used_from_the_later_day_that_the_bank_gave() -> None:
    later, before = DAY + timedelta(days=9), DAY - timedelta(days=9)
    for said, active_from in ((later, later), (before, DAY)):
        book = clinic().given(request_mandate(), accept_mandate(active_from=said))
        state = book.states["mandate-101"]
        assert isinstance(state, Mandate)
        assert (state.since, state.active_from) == (DAY, active_from)


def test_a_signed_sepa_mandate_holds_at_once() -> None:
    book = clinic().given(SIGNED)
    assert isinstance(book.log[-1].fact, MandateAccepted)


def test_the_bank_rejects_it_once() -> None:
    book = clinic().given(request_mandate())
    book.when(REJECT).then(NewFact("mandate-101", MandateRejected(mandate_id="101", reason_code="AG-04-23"), DAY))
    book.when(REJECT).nothing_new()
    book.when(accept_mandate()).refused("mandate_rejected")


def test_it_is_for_another_account_and_then_ends_once() -> None:
    book = clinic().given(request_mandate(), accept_mandate())
    amended = MandateAmended(mandate_id="101", payer_ref="guardian", reason_code="NEW_BANK")
    book.when(AMEND).then(NewFact("mandate-101", amended, DAY))
    ended = MandateCancelled(mandate_id="101", ended_by="payer", reason_code="AG-46-02")
    book.when(CANCEL).then(NewFact("mandate-101", ended, DAY))
    book.when(CANCEL).nothing_new()
    book.when(AMEND).refused("mandate_cancelled")


@pytest.mark.parametrize("number", ["0101", "1" * 17, "A1"])
def test_the_number_is_one_that_autogiro_can_carry(number: str) -> None:
    clinic().when(request_mandate(number)).refused("mandate_number_malformed")


def test_it_is_for_a_payer_and_a_bank_account_that_there_are() -> None:
    clinic().when(request_mandate(account_id="nobody")).refused("account_not_open")
    clinic().when(request_mandate(bank_account="nowhere")).refused("bank_account_undeclared")
    clinic().given(request_mandate()).when(request_mandate(notice_days=1)).refused("mandate_number_taken")
    clinic().given(request_mandate(), CANCEL).when(request_mandate(notice_days=1)).refused("mandate_number_taken")


def test_it_is_for_an_account_in_the_currency_that_its_scheme_collects() -> None:
    clinic().when(replace(SIGNED, bank_account="b1")).refused("mandate_currency")
    clinic().given(SIGNED)
    clinic().when(request_mandate("102", bank_account="b2")).refused("mandate_currency")


_OURS: Final = (declare_bank_account("b1"), request_mandate())
RAISED: Final[Raised] = {
    "mandate_accepted": ((*_OURS, accept_mandate()), REJECT),
    "mandate_cancelled": ((*_OURS, CANCEL), accept_mandate()),
    "mandate_currency": ((declare_bank_account("b1"),), request_mandate("REF-1", scheme="sepa_core", signed_on=DAY)),
    "mandate_not_signed": (_EURO, replace(SIGNED, signed_on=None)),
    "mandate_number_malformed": ((), request_mandate("R" * 36, scheme="sepa_core")),
    "mandate_number_taken": (_OURS, request_mandate(notice_days=1)),
    "mandate_rejected": ((*_OURS, REJECT), CANCEL),
    "mandate_requested": ((invoice("i8"), *_OURS), order_collection(request_id="i8.1")),
    "mandate_unknown": ((), accept_mandate()),
}

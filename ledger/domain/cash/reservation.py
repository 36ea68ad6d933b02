"""What a refund reserves gives way to money that goes back, on the days before the refund used it."""

from __future__ import annotations

from ledger.domain.cash.refund_state import Refund
from ledger.domain.fact import Decision, NewFact, States, known_stream
from ledger.domain.receivables.account import Account
from ledger.domain.receivables.credit_facts import RefundReservationEnded, RefundReserved


def given_way(account: Account, currency: str, states: States) -> Decision:
    """The next facts after which refunds reserve less of what is not there; none if nothing more gives way.

    A refund that is approved by now reserves again from the day on which it needs the amount.
    """
    stream = known_stream("account", account.account_id)
    for day, lacking in account.free_in(currency).lacking:
        for id, reserved in account.refunds.items():
            refund = states[known_stream("refund", id)]
            assert isinstance(refund, Refund), "a refund of the account is loaded with it"
            amount = min(reserved.on(day), lacking)
            if refund.requested.currency != currency or amount <= 0 or reserved.latest:
                continue
            until = next(later for later, left in reserved.steps if later > day and left < amount)
            ended = RefundReservationEnded(refund_id=id, amount_minor=amount, currency=currency)
            reserves = RefundReserved(refund_id=id, amount_minor=amount, currency=currency)
            return NewFact(stream, ended, day), NewFact(stream, reserves, until)
    return ()

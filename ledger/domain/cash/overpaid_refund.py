"""What the bank paid for a refund of which nothing was to be paid: the payee owes it, as an item of kind `recall`."""

from __future__ import annotations

from datetime import date

from ledger.domain.cash.refund_state import Refund
from ledger.domain.cash.way_back import Draft
from ledger.domain.fact import States, known_stream
from ledger.domain.receivables.account import Account, CustomerCreditRefunded, account_of
from ledger.domain.receivables.credit_facts import RefundReserved
from ledger.domain.receivables.credit_use import next_recall, recall_raised


def item_to_come(states: States, refund: Refund) -> tuple[str, ...]:
    """The stream of the account's next recall item, which free credit may pay at once."""
    account = states.get(known_stream("account", refund.requested.account_id))
    return (known_stream("item", next_recall(account)),) if isinstance(account, Account) else ()


def paid_again(draft: Draft, refund: Refund, document: str, amount_minor: int, on: date) -> None:
    """An amount more left for the refund: it is owed from the bank's day on, and free customer credit pays it."""
    asked = refund.requested
    id, account_id, currency = asked.refund_id, asked.account_id, asked.currency
    draft.add("account", account_id, RefundReserved(refund_id=id, amount_minor=amount_minor, currency=currency), on)
    used = CustomerCreditRefunded(refund_id=id, amount_minor=amount_minor, currency=currency)
    draft.add("account", account_id, used, on)
    held = account_of(draft.states, account_id)
    reclaimed, raised = recall_raised(draft.states, held, document, currency, amount_minor, on)
    draft.add_all((reclaimed, raised))
    draft.pay_recall(raised.stream.partition("-")[2], on)

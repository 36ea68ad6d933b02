"""What holds of refunds and movements in a book after any commands: reserves, money under way, and what is whose."""

from __future__ import annotations

from collections import Counter, defaultdict

from ledger.domain.balance import Balance
from ledger.domain.bank.movement import Movement
from ledger.domain.bank.movement_facts import MovementPartBegun
from ledger.domain.cash.payout import Payout
from ledger.domain.cash.receipt import Receipt
from ledger.domain.cash.receipt_facts import RecallReversed, ReceiptRecalled
from ledger.domain.cash.refund_state import UNDER_WAY, Refund
from ledger.domain.catalogue import CATALOGUE
from ledger.domain.chart_of_accounts import CUSTOMER_CREDIT
from ledger.domain.receivables.account import Account
from tests.kit.book import Book


def refunds_reserve_what_they_ask_for_and_what_is_there(book: Book) -> None:
    """I15, on every day: what waits for approval is reserved, and no more is reserved than there is."""
    waiting = [one.requested for one in refunds_of(book) if one.status == "requested"]
    for account in (state for state in book.states.values() if isinstance(state, Account)):
        for currency, free in account.free.items():
            for day, amount in free.steps:
                assert amount >= 0, f"refunds of {account.account_id} reserve {-amount} too much on {day}"
            reserved = account.credit_in(currency).latest - free.latest
            of_account = (one for one in waiting if (one.account_id, one.currency) == (account.account_id, currency))
            asked = sum(one.amount_minor for one in of_account)
            assert reserved == asked, f"{reserved} {currency} of {account.account_id} is reserved, {asked} is asked for"


def refunds_under_way_sum_to_the_clearing_accounts(book: Book) -> None:
    """I16, on every day: what refunds owe and have in transit is what was posted to the two clearing accounts."""
    posted: dict[tuple[str, str], Balance] = defaultdict(Balance)
    for _, fact, on, _ in book.log:
        assert on is not None
        for leg in CATALOGUE.legs(fact):
            if leg.role in UNDER_WAY:
                key = leg.role, leg.currency
                posted[key] = posted[key].moved(on, -leg.amount_minor)
    for (role, currency), ledger in posted.items():
        ours = [one for one in refunds_of(book) if one.requested.currency == currency]
        kept = [one.payable if role == "refunds_payable" else one.transit for one in ours]
        for day in {day for balance in (ledger, *kept) for day, _ in balance.steps}:
            owed = sum(balance.on(day) for balance in kept)
            assert owed == ledger.on(day), f"{role} {currency} is {ledger.on(day)} on {day}, and refunds say {owed}"


def the_steps_and_lines_of_a_refund_say_what_is_under_way(book: Book) -> None:
    """I17: what was approved and not sent is owed; what was sent, paid and brought back is in transit, each once."""
    for refund in refunds_of(book):
        amount, id = refund.requested.amount_minor, refund.requested.refund_id
        assert refund.payable.latest == amount * (refund.status == "approved"), f"{id} is owed as {refund.payable}"
        lines = [*refund.movements.values()]
        paid = -sum(one for one in lines if one < 0)
        assert paid <= amount, f"{id} was paid twice"
        assert sum(one for one in lines if one > 0) <= amount, f"{id} came back twice"
        assert 0 <= refund.returned_minor <= amount, f"{id} came back by {refund.returned_minor}"
        sent = amount * (refund.status in ("sent", "settled", "returned")) - refund.returned_minor
        assert refund.transit.latest == sent + sum(lines), f"{id} has {refund.transit.latest} in transit"
        assert refund.status in ("settled", "failed", "returned") or paid < amount, f"{id} was paid, not settled"


def movements_are_where_they_say_and_belong_to_what_they_name(book: Book) -> None:
    """I18: however often somebody says what a movement was, its money is on one role, and one document counts it.

    What it took back of receipts was on the role from which it was taken, and is on its role if that was wrong. What
    was split off it was on its role, and every part that was split off has its own money from then on.
    """
    posted: dict[str, Counter[str]] = defaultdict(Counter)
    for stream, fact, *_ in book.log:
        for leg in CATALOGUE.legs(fact):
            posted[stream][leg.role] += leg.amount_minor
        if isinstance(fact, ReceiptRecalled):
            posted[f"movement-{fact.part_id}"][fact.role] -= fact.amount_minor
        if isinstance(fact, RecallReversed):
            posted[f"movement-{fact.part_id}"][fact.role] += fact.amount_minor
        if isinstance(fact, MovementPartBegun):
            bank, amount = fact.line.money_role, fact.line.amount_minor
            posted[f"movement-{fact.split_from}"].update({bank: -amount, fact.role: amount})
            posted[stream].update({bank: amount, fact.role: -amount})
    belonging: dict[str, list[str]] = defaultdict(list)
    for stream, state in book.states.items():
        if isinstance(state, Refund | Payout):
            for part_id in state.movements:
                belonging[f"movement-{part_id}"].append(stream)
        if isinstance(state, Receipt) and f"movement-{stream.partition('-')[2]}" in book.states:
            belonging[f"movement-{stream.partition('-')[2]}"].append(stream)
    for stream, state in book.states.items():
        if isinstance(state, Movement):
            found = {role: amount for role, amount in posted[stream].items() if amount}
            came = state.line.amount_minor - state.split_minor
            assert abs(came) <= abs(state.line.amount_minor), f"more than all of {stream} was split off"
            wanted = {state.line.money_role: came, state.role: -state.left_minor}
            assert found == {role: amount for role, amount in wanted.items() if amount}, f"{stream} {found}"
            # What was paid for a refund that was paid already is no line of it: the account counts it.
            named = [] if state.document is None or state.role == CUSTOMER_CREDIT else [state.document]
            assert belonging[stream] == named, f"{stream} names {named} and is counted by {belonging[stream]}"


def refunds_of(book: Book) -> list[Refund]:
    """All refunds of a book."""
    return [state for state in book.states.values() if isinstance(state, Refund)]

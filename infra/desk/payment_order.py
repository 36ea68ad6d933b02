"""The use case of payment orders: write a file that asks our bank to pay refunds, and record that they are sent.

The journal decides what was ordered: all refunds of a file are recorded as sent with its hash, together or not at all,
before the file gets its own name (`order_folder.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from infra.desk import names
from infra.desk.bank_account import declared_as
from infra.desk.desk import Desk, Occasion
from infra.desk.order_folder import MOST, Ordered, OrderFolder, Row, record_all
from infra.desk.payee import LEFT_OUT, Payee, payees_of
from infra.desk.problems import Problem, Stopped
from infra.desk.vault import VaultDoor

if TYPE_CHECKING:
    from ledger.domain.cash.refund_payment import SendRefund
    from reconciliation.payment_orders.pain001 import Account, Payment, PaymentOrder

_FILE: Final = ".xml"


@dataclass(frozen=True, slots=True)
class Asked:
    """From which account of ours refunds are paid, on which day, and which; without names, all that can be sent."""

    bank_account: str
    refunds: Sequence[str] = ()
    on: date | None = None
    bic: str | None = None


def order(desk: Desk, door: VaultDoor, folder: Path, asked: Asked, occasion: Occasion) -> Ordered:
    """Write a payment order for approved refunds and record them as sent; raises Stopped.

    A file that an earlier run recorded and could not finish gets its name first.
    """
    from ledger.domain.cash.refund_facts import RefundSent
    from ledger.domain.cash.refund_payment import SendRefund

    desk.require_for(SendRefund)
    _require_bic(asked.bic)
    orders = OrderFolder(folder, _FILE, lambda file: _is_recorded(desk, file))
    with orders.alone():
        finished, earlier = orders.finish()
        again = orders.ordered_before(desk, RefundSent)
        if again is not None:
            return Ordered([], [*finished, *again], [])
        # What was ordered with a key stays so, whatever day it is when it is asked for again.
        account, day = declared_as(desk, asked.bank_account), _execution_day(desk, asked.on)
        chosen, left_out = _chosen(desk, door, account, asked)
        if not chosen:
            return Ordered([], finished, left_out)
        taken = chosen[:MOST]
        written = _written(desk, account, asked, day, taken, occasion)

        def record(sha256: str) -> int | None:
            return record_all(desk, [_sending(one, sha256) for one in taken], occasion)

        file, position = orders.write(written.message_id, _content(written), record, earlier)
        file |= {"execution_on": day}
    rows = [
        {key: one.row[key] for key in ("refund_id", "account_id", "amount_minor", "currency", "end_to_end_id")}
        for one in taken
    ]
    return Ordered(rows, [*finished, file], left_out, len(chosen) - len(taken), position)


class _Chosen(NamedTuple):
    row: Mapping[str, Any]
    payment: Payment


def _chosen(desk: Desk, door: VaultDoor, account: Row, asked: Asked) -> tuple[list[_Chosen], list[Problem]]:
    """The payments of the refunds that can be ordered, and why others cannot."""
    from reconciliation.payment_orders.pain001 import Payment, wrong_with

    named = [names.refund(desk, one, "approved") for one in asked.refunds]
    desk.books.follow()
    rows = [row for row in desk.books.store.now.refunds() if row["status"] == "approved"]
    by_id = {row["refund_id"]: row for row in rows}
    refused = [
        Problem("refund_not_approved", LEFT_OUT["refund_not_approved"], one) for one in named if one not in by_id
    ]
    if asked.refunds:
        rows = [by_id[one] for one in dict.fromkeys(named) if one in by_id]
        refused += [_left_out("other_currency", row) for row in rows if row["currency"] != account["currency"]]
    rows = sorted((row for row in rows if row["currency"] == account["currency"]), key=lambda row: row["refund_id"])
    payees = payees_of(desk, door, rows)
    chosen: list[_Chosen] = []
    for row in rows:
        payee = payees[row["refund_id"]]
        if not isinstance(payee, Payee):
            refused.append(_left_out(payee, row))
            continue
        payment = Payment(row["end_to_end_id"], row["amount_minor"], row["currency"], _account_of(payee))
        wrong = wrong_with(payment)
        if wrong is None:
            chosen.append(_Chosen(row, payment))
        else:
            refused.append(_left_out(wrong, row))
    return chosen, refused


def _account_of(payee: Payee) -> Account:
    from ledger.domain.bank.account_number import account_number, kind_of
    from reconciliation.payment_orders.pain001 import Account

    kind = kind_of(payee.account)
    return Account(payee.name, account_number(payee.account, kind), kind)


def _left_out(code: str, row: Mapping[str, Any]) -> Problem:
    return Problem(code, LEFT_OUT[code], f"refund {row['refund_id']}")


def _written(
    desk: Desk, account: Row, asked: Asked, day: date, chosen: Sequence[_Chosen], occasion: Occasion
) -> PaymentOrder:
    from reconciliation.payment_orders.pain001 import PaymentOrder

    message_id = desk.id(None, occasion).replace("-", "")
    payments = [one.payment for one in chosen]
    return PaymentOrder(message_id, desk.now, day, _payer(desk, account), account["currency"], asked.bic, payments)


def _payer(desk: Desk, account: Row) -> Account:
    """Our name and the number from which we pay: an IBAN if the account has one, else its giro number."""
    from ledger.domain.bank.account import BankAccountDeclared
    from reconciliation.payment_orders.pain001 import Account, is_payable

    if desk.terms.legal_name is None:
        raise Stopped(Problem("legal_name_missing", _NO_NAME))
    facts = desk.facts([f"bankaccount-{account['bank_account']}"])
    declared = [one for one in facts if isinstance(one, BankAccountDeclared)][-1].account
    payable = [one for one in declared.aliases if is_payable(one.number, one.kind)]
    if not payable:
        raise Stopped(Problem("bank_account_not_payable", _NO_NUMBER, account["bank_account"]))
    best = min(payable, key=lambda one: one.kind != "iban")
    return Account(desk.terms.legal_name, best.number, best.kind)


def _content(written: PaymentOrder) -> bytes:
    from reconciliation.payment_orders.pain001 import write_pain001

    return write_pain001(written)


def _sending(one: _Chosen, file: str) -> SendRefund:
    from ledger.domain.cash.refund_payment import SendRefund

    return SendRefund(
        refund_id=one.row["refund_id"],
        rail="bank_transfer",
        end_to_end_id=one.payment.end_to_end_id,
        order_file=file,
    )


def _execution_day(desk: Desk, on: date | None) -> date:
    """The first day from the given one on, or from today, on which banks pay; raises Stopped if it is over."""
    from ledger.domain.terms.bank_days import on_or_after

    if on is not None and on < desk.today:
        raise Stopped(Problem("execution_day_over", _DAY_OVER, on.isoformat()))
    return on_or_after(on or desk.today, desk.terms.jurisdiction)


def _require_bic(bic: str | None) -> None:
    from reconciliation.payment_orders.iso20022 import is_bic

    if bic is not None and not is_bic(bic):
        raise Stopped(Problem("bic_malformed", NO_BIC, bic))


def _is_recorded(desk: Desk, file: str) -> bool:
    desk.books.follow()
    return any(row["order_file"] == file for row in desk.books.store.now.refunds())


_NO_NAME: Final = "a payment order names who pays: say it with `reskontra entity declare --legal-name`"
_NO_NUMBER: Final = (
    "this bank account has no IBAN, bankgiro or plusgiro from which a bank could be asked to pay: give it one with "
    "`reskontra bank-account declare`"
)
_DAY_OVER: Final = "no bank pays on a day that is over: give today or a later day with --on"
NO_BIC: Final = "a BIC has 8 or 11 capital letters and digits, such as SWEDSESS"

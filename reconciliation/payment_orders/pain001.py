"""Writes pain.001.001.09, the customer credit transfer of ISO 20022: one file asks our bank to pay several payees.

The elements are in the order of the schema, and the same order gives the same bytes. Sources: ISO 20022,
pain.001.001.09. Giro numbers are named as programs that Swedish banks accept name them: a bankgiro is BGNR at member
9900 of SESBA, a plusgiro BBAN at 9960. A bank that is known by the IBAN only is NOTPROVIDED (European Payments Council,
EPC132-08).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final, Literal

from ledger.domain.bank.account_number import Kind, is_right
from reconciliation.payment_orders.iso20022 import (
    LONGEST_ID,
    bank,
    counted,
    document,
    header,
    name_of,
    tag,
    text,
    units,
)

# Why a payment cannot be ordered in this format.
Wrong = Literal["payee_name_missing", "payee_account_not_payable", "end_to_end_id_malformed"]

# The member of the Swedish clearing that keeps giro numbers, and how the number is called.
_GIROS: Final[dict[Kind, tuple[str, str]]] = {
    "bankgiro": ("9900", "<Prtry>BGNR</Prtry>"),
    "plusgiro": ("9960", "<Cd>BBAN</Cd>"),
}
# The level of service by currency: what the banks of the euro and of Sweden expect for an ordinary payment.
_SERVICES: Final = {"EUR": "SEPA", "SEK": "NURG"}


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody's name and account number, which is in the one form of its kind."""

    name: str
    number: str
    kind: Kind

    def __repr__(self) -> str:
        return f"Account(kind={self.kind!r})"


@dataclass(frozen=True, slots=True)
class Payment:
    """An amount for a payee; the bank's line for it repeats the end-to-end id."""

    end_to_end_id: str
    amount_minor: int
    currency: str
    payee: Account


@dataclass(frozen=True, slots=True)
class PaymentOrder:
    """What a bank is to pay from our account on a day; it refuses a message id that it has seen before.

    `currency` is that of our account. Without a BIC, the bank knows itself by our account number.
    """

    message_id: str
    created_at: datetime
    execution_on: date
    payer: Account
    currency: str
    bic: str | None
    payments: Sequence[Payment]


def wrong_with(payment: Payment) -> Wrong | None:
    """Why a payment cannot be in an order; None if it can."""
    payee = payment.payee
    if not name_of(payee.name):
        return "payee_name_missing"
    if not is_payable(payee.number, payee.kind):
        return "payee_account_not_payable"
    if not 1 <= len(payment.end_to_end_id) <= LONGEST_ID:
        return "end_to_end_id_malformed"
    return None


def is_payable(number: str, kind: Kind) -> bool:
    """Whether an order can name this account: an IBAN, bankgiro or plusgiro with right check digits."""
    return (kind == "iban" or kind in _GIROS) and is_right(number, kind)


def write_pain001(order: PaymentOrder) -> bytes:
    """The file of an order; payments of one currency are together, with their number and sum.

    Raises ValueError if the order is empty or a payment cannot be in it.
    """
    wrong = sorted({reason for one in order.payments if (reason := wrong_with(one)) is not None})
    if wrong or not order.payments or not is_payable(order.payer.number, order.payer.kind):
        raise ValueError(f"the order cannot be written: {', '.join(wrong) or 'no payments or no account to pay from'}")
    currencies = sorted({one.currency for one in order.payments})
    groups = [
        _group(order, f"{order.message_id[: LONGEST_ID - 3]}-{number}", one) for number, one in enumerate(currencies, 1)
    ]
    head = header(order.message_id, order.created_at, _amounts(order.payments), order.payer.name)
    return document("pain.001.001.09", "CstmrCdtTrfInitn", (head, *groups))


def _group(order: PaymentOrder, id: str, currency: str) -> str:
    payments = [one for one in order.payments if one.currency == currency]
    service = _SERVICES.get(currency)
    return tag(
        "PmtInf",
        text("PmtInfId", id),
        text("PmtMtd", "TRF"),
        # Each payment is to be a line of its own, because a line settles a refund by its end-to-end id.
        text("BtchBookg", "false"),
        counted(_amounts(payments)),
        "" if service is None else tag("PmtTpInf", tag("SvcLvl", text("Cd", service))),
        tag("ReqdExctnDt", text("Dt", order.execution_on.isoformat())),
        tag("Dbtr", text("Nm", name_of(order.payer.name))),
        tag("DbtrAcct", _account_id(order.payer), text("Ccy", order.currency)),
        tag("DbtrAgt", tag("FinInstnId", bank(order.bic))),
        text("ChrgBr", "SLEV") if service == "SEPA" else "",
        *(f"\n{_payment(one)}" for one in payments),
        "\n",
    )


def _payment(payment: Payment) -> str:
    return tag(
        "CdtTrfTxInf",
        tag("PmtId", text("InstrId", payment.end_to_end_id), text("EndToEndId", payment.end_to_end_id)),
        tag("Amt", f'<InstdAmt Ccy="{payment.currency}">{units(payment.amount_minor, payment.currency)}</InstdAmt>'),
        _giro(payment.payee.kind),
        tag("Cdtr", text("Nm", name_of(payment.payee.name))),
        tag("CdtrAcct", _account_id(payment.payee)),
        # A giro payment has a reference or a message; ours says nothing about a person.
        tag("RmtInf", text("Ustrd", payment.end_to_end_id)),
    )


def _amounts(payments: Sequence[Payment]) -> list[Decimal]:
    return [units(one.amount_minor, one.currency) for one in payments]


def _account_id(account: Account) -> str:
    if account.kind not in _GIROS:
        return tag("Id", text("IBAN", account.number))
    scheme = _GIROS[account.kind][1]
    return tag("Id", tag("Othr", text("Id", account.number.replace("-", "")), tag("SchmeNm", scheme)))


def _giro(kind: Kind) -> str:
    if kind not in _GIROS:
        return ""
    member = tag("ClrSysMmbId", tag("ClrSysId", text("Cd", "SESBA")), text("MmbId", _GIROS[kind][0]))
    return tag("CdtrAgt", tag("FinInstnId", member))

"""Writes pain.008.001.08, the customer direct debit initiation of ISO 20022, for the direct debits of SEPA.

The elements are in the order of the schema, and the same order gives the same bytes. Every mandate is for repeated use
(RCUR): since November 2016 a first collection need not be called so. Each payment is to be a line of its own on the
statement, because a line settles a collection by its end-to-end id. Sources: ISO 20022, pain.008.001.08; European
Payments Council, EPC130-08, SEPA Core Direct Debit Scheme customer-to-PSP implementation guidelines.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

from stdnum.eu import at_02

from ledger.domain.bank.account_number import is_right
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

# Why a payment cannot be collected in this format.
Wrong = Literal["payer_name_missing", "payer_account_no_iban", "mandate_not_signed"]
Instrument = Literal["CORE", "B2B"]

_CURRENCY: Final = "EUR"
# Source: European Payments Council, EPC262-08 (AT-02): country, check digits, business code, national identifier.
_CREDITOR: Final = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{3}[A-Z0-9]{1,28}")


@dataclass(frozen=True, slots=True)
class Creditor:
    """Who collects: our name, IBAN and creditor identifier, and the BIC of our bank if it asks for one."""

    name: str
    iban: str
    identifier: str
    bic: str | None


@dataclass(frozen=True, slots=True)
class SepaDebit:
    """An amount in cents from a payer's account, with the mandate; the bank's line repeats the end-to-end id."""

    end_to_end_id: str
    amount_minor: int
    mandate_id: str
    signed_on: date | None
    name: str
    iban: str
    reference: str

    def __repr__(self) -> str:
        return f"SepaDebit({self.end_to_end_id!r})"


@dataclass(frozen=True, slots=True)
class SepaOrder:
    """What our bank is to collect on a day; it refuses a message id that it has seen before."""

    message_id: str
    created_at: datetime
    due_on: date
    creditor: Creditor
    instrument: Instrument
    debits: Sequence[SepaDebit]


def is_creditor(text: str) -> bool:
    """Whether a text is a creditor identifier with right check digits."""
    # The library checks only the digits, also of a text that is too short to have any.
    return bool(_CREDITOR.fullmatch(at_02.compact(text)) and at_02.is_valid(text))


def wrong_with(debit: SepaDebit) -> Wrong | None:
    """Why a payment cannot be in a file; None if it can."""
    if not name_of(debit.name):
        return "payer_name_missing"
    if not is_right(debit.iban, "iban"):
        return "payer_account_no_iban"
    return "mandate_not_signed" if debit.signed_on is None else None


def write_pain008(order: SepaOrder) -> bytes:
    """The file of an order; raises ValueError if it is empty or a payment cannot be in it."""
    ours = order.creditor
    if not order.debits or any(wrong_with(one) for one in order.debits):
        raise ValueError("the order has no payments, or one that cannot be written")
    if not is_creditor(ours.identifier) or not is_right(ours.iban, "iban"):
        raise ValueError("whoever collects has an IBAN and a creditor identifier")
    amounts = [units(one.amount_minor, _CURRENCY) for one in order.debits]
    scheme = tag("SchmeNm", text("Prtry", "SEPA"))
    identifier = tag("Id", tag("PrvtId", tag("Othr", text("Id", at_02.compact(ours.identifier)), scheme)))
    group = tag(
        "PmtInf",
        text("PmtInfId", order.message_id[:LONGEST_ID]),
        text("PmtMtd", "DD"),
        text("BtchBookg", "false"),
        counted(amounts),
        tag(
            "PmtTpInf",
            tag("SvcLvl", text("Cd", "SEPA")),
            tag("LclInstrm", text("Cd", order.instrument)),
            text("SeqTp", "RCUR"),
        ),
        text("ReqdColltnDt", order.due_on.isoformat()),
        tag("Cdtr", text("Nm", name_of(ours.name))),
        tag("CdtrAcct", tag("Id", text("IBAN", ours.iban))),
        tag("CdtrAgt", tag("FinInstnId", bank(ours.bic))),
        text("ChrgBr", "SLEV"),
        tag("CdtrSchmeId", identifier),
        *(f"\n{_debit(one)}" for one in order.debits),
        "\n",
    )
    head = header(order.message_id, order.created_at, amounts, ours.name)
    return document("pain.008.001.08", "CstmrDrctDbtInitn", (head, group))


def _debit(debit: SepaDebit) -> str:
    assert debit.signed_on is not None, "a mandate of SEPA is signed"
    return tag(
        "DrctDbtTxInf",
        tag("PmtId", text("InstrId", debit.end_to_end_id), text("EndToEndId", debit.end_to_end_id)),
        f'<InstdAmt Ccy="{_CURRENCY}">{units(debit.amount_minor, _CURRENCY)}</InstdAmt>',
        tag(
            "DrctDbtTx",
            tag("MndtRltdInf", text("MndtId", debit.mandate_id), text("DtOfSgntr", debit.signed_on.isoformat())),
        ),
        tag("DbtrAgt", tag("FinInstnId", bank(None))),
        tag("Dbtr", text("Nm", name_of(debit.name))),
        tag("DbtrAcct", tag("Id", text("IBAN", debit.iban))),
        tag("RmtInf", text("Ustrd", debit.reference)),
    )

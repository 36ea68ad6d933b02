"""Writes Klarna's settlement report as Klarna does, for the demo and for tests of the reader.

Source of columns: Klarna, Settlement reports, fields description.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ledger.domain.money import decimals_of
from reconciliation.statements.delimited import write_rows
from reconciliation.statements.klarna.columns import EFFECTS, TYPES, WITHOUT_TRANSACTIONS
from reconciliation.statements.values import to_text


@dataclass(frozen=True, slots=True)
class KlarnaTransaction:
    """One row of the second block; the amount is negative if it lowers the payout, and so is the tax on a fee."""

    type: str
    amount_minor: int
    order_id: str = ""
    capture_id: str = ""
    refund_id: str = ""
    merchant_reference: str = ""
    second_reference: str = ""
    our_capture: str = ""
    our_refund: str = ""
    captured_at: str = ""
    detailed_type: str = ""
    tax_minor: int = 0
    country: str = "SE"


@dataclass(frozen=True, slots=True)
class KlarnaSettlement:
    """A payout and its transactions. `tax_minor` is the tax on fees that is not in them, and `repaid_minor` and
    `deposited_minor` are what our debt to Klarna became less or more.
    """

    payment_reference: str
    paid_at: str
    transactions: Sequence[KlarnaTransaction]
    currency: str = "SEK"
    merchant: str = ""
    tax_minor: int = 0
    repaid_minor: int = 0
    deposited_minor: int = 0
    fee_correction_minor: int = 0
    opening_debt_minor: int | None = None

    def totals(self) -> dict[str, int]:
        """The totals of the first block, without signs, and what was paid."""
        stated = {
            "tax": self.tax_minor,
            "repay": self.repaid_minor,
            "deposit": self.deposited_minor,
            "fee_correction": self.fee_correction_minor,
        }
        found = {
            name: sign * sum(one.amount_minor for one in self.transactions if TYPES[one.type][1] == name)
            for name, sign in EFFECTS.items()
            if name not in (*WITHOUT_TRANSACTIONS, "commission_reversal", "tax")
        }
        corrections = sum(one.amount_minor for one in self.transactions if one.type == "CORRECTION")
        paid = sum(EFFECTS[name] * amount for name, amount in {**found, **stated}.items())
        return {**found, **stated, "settlement": paid + corrections}


def write_klarna(settlements: Sequence[KlarnaSettlement], delimiter: str = ";") -> bytes:
    """Write a report; Klarna writes one settlement a file."""
    blocks = [_settlement(one, delimiter) for one in settlements]
    return "".join(blocks).encode()


def _settlement(one: KlarnaSettlement, delimiter: str) -> str:
    decimals = decimals_of(one.currency) or 0
    first = {f"total_{name}_amount": _signed(amount, decimals) for name, amount in one.totals().items()}
    if one.opening_debt_minor is not None:
        closing = one.opening_debt_minor - one.repaid_minor + one.deposited_minor
        first["opening_debt_balance"] = _signed(one.opening_debt_minor, decimals)
        first["closing_debt_balance"] = _signed(closing, decimals)
    first |= {
        "settlement_currency": one.currency,
        "payment_reference": one.payment_reference,
        "payout_date": one.paid_at,
        "merchant_id": one.merchant,
    }
    second = [_transaction(each, one, decimals) for each in one.transactions]
    names = list(_transaction(KlarnaTransaction("SALE", 0), one, decimals))
    table = [[*first], [*first.values()], [], names, *([*each.values()] for each in second), []]
    return write_rows(table, delimiter)


def _transaction(one: KlarnaTransaction, settlement: KlarnaSettlement, decimals: int) -> dict[str, str]:
    return {
        "type": one.type,
        "capture_id": one.capture_id,
        "merchant_reference1": one.merchant_reference,
        "merchant_reference2": one.second_reference,
        "order_id": one.order_id,
        "capture_date": one.captured_at,
        "payout_date": settlement.paid_at,
        "amount": _signed(one.amount_minor, decimals),
        "currency_code": settlement.currency,
        "purchase_country": one.country,
        "detailed_type": one.detailed_type,
        "payment_reference": settlement.payment_reference,
        "vat_amount": _signed(one.tax_minor, decimals) if one.tax_minor else "",
        "refund_id": one.refund_id,
        "merchant_capture_reference": one.our_capture,
        "merchant_refund_reference": one.our_refund,
    }


def _signed(minor: int, decimals: int) -> str:
    return f"{'-' if minor < 0 else ''}{to_text(minor, decimals)}"

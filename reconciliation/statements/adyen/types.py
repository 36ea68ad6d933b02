"""What the types of Adyen's journal entries mean in our words.

Source: docs.adyen.com/reporting, settlement details report and journal types.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from reconciliation.statements.kinds import Kind

KINDS: Final[Mapping[str, Kind]] = MappingProxyType(
    {
        **dict.fromkeys(("settled", "settledbulk", "settledininstallments", "settledexternally"), "payment"),
        **dict.fromkeys(("refunded", "refundedbulk", "refundedininstallments", "refundedexternally"), "refund"),
        **dict.fromkeys(("refundedreversed", "refundedreversedexternally"), "refund_returned"),
        **dict.fromkeys(("chargeback", "secondchargeback", "chargebackexternally"), "chargeback"),
        **dict.fromkeys(("chargebackreversed", "chargebackreversedexternally"), "chargeback_returned"),
        **dict.fromkeys(("fee", "misccosts", "invoicededuction", "paymentcost"), "fee"),
        **dict.fromkeys(("depositcorrection", "reserveadjustment"), "reserve_held"),
        "balancetransfer": "carried_over",
        "merchantpayout": "payout",
        **dict.fromkeys(("merchantpayoutreversed", "bankinstructionreturned"), "payout_returned"),
        **dict.fromkeys(("paidout", "paidoutreversed", "manualcorrected", "settledreversed"), "other"),
    }
)


def kind_of(type: str, net_minor: int) -> Kind | None:
    """The kind of an entry, by its type and the direction of its money; None if the type is unknown."""
    kind = KINDS.get(type.casefold().replace(" ", ""))
    return "reserve_released" if kind == "reserve_held" and net_minor > 0 else kind

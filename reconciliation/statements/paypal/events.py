"""What PayPal's transaction event codes (T-codes) mean in our words.

Source: developer.paypal.com, transaction event codes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from reconciliation.statements.kinds import Kind

_CODE: Final = re.compile(r"T[0-9]{4}")
_BY_CODE: Final[Mapping[str, Kind]] = MappingProxyType(
    {
        "T1101": "payout_returned",
        "T1105": "reserve_released",
        # What a payer's bank or PayPal itself takes back; T1107 is what we send back.
        **dict.fromkeys(("T1100", "T1106", "T1116", "T1118", "T1201", "T1207"), "chargeback"),
        **dict.fromkeys(("T1202", "T1205", "T1208"), "chargeback_returned"),
        **dict.fromkeys(("T1107", "T1113"), "refund"),
        **dict.fromkeys(("T1108", "T1109"), "fee_returned"),
        "T1110": "reserve_held",
        "T1111": "reserve_released",
    }
)
# By the first three characters: the group of a code.
_BY_GROUP: Final[Mapping[str, Kind]] = MappingProxyType(
    {
        "T00": "payment",
        "T01": "fee",
        "T02": "exchange",
        # From and to our bank account.
        **dict.fromkeys(("T03", "T04", "T17"), "payout"),
        **dict.fromkeys(("T15", "T21"), "reserve_held"),
        **dict.fromkeys(
            ("T05", "T06", "T07", "T08", "T09", "T10", "T11", "T12", "T14", "T16", "T18", "T19", "T20", "T22", "T99"),
            "other",
        ),
    }
)


def kind_of(code: str, gross_minor: int) -> Kind | None:
    """The kind of a transaction, by its code and the direction of its money; None if the code is unknown."""
    kind = (_BY_CODE.get(code) or _BY_GROUP.get(code[:3])) if _CODE.fullmatch(code) else None
    if kind in ("reserve_held", "reserve_released"):
        return "reserve_held" if gross_minor < 0 else "reserve_released"
    if kind == "chargeback" and gross_minor > 0:
        return "chargeback_returned"
    if kind == "refund" and gross_minor > 0:
        return "refund_returned"
    # What we paid to others is no payment of a payer.
    return "other" if kind == "payment" and gross_minor < 0 else kind

"""The account roles on which a bank's movement can be booked with a tax code.

A movement is booked as the bank shows it: no tax is taken out of its amount, because the bank's line is no invoice. So
the code says of what it is, and gives it the ledger account of that code.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from ledger.domain.chart_of_accounts import ROLES, Kind
from ledger.domain.refusals import Refused
from ledger.domain.terms.tax_codes import is_taxable, tax_on

# What is sold with tax is invoiced: without its output tax, it would be in a tax return without the tax.
_TAXED: Final[tuple[Kind, ...]] = ("cost", "income", "elsewhere")


def require_tax_code(role: str, tax_code: str | None, on: date, about: str) -> None:
    """Refuse a tax code that does not exist on a day, or that says nothing of what is booked on the role."""
    if tax_code is None:
        return
    tax_on(tax_code, on)
    kind = ROLES[role].kind if role in ROLES else None
    if kind not in _TAXED or (kind == "income" and is_taxable(tax_code)):
        raise Refused("tax_code_on_role_unfit", f"{tax_code} on {role}, {about}")

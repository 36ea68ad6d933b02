"""Every report by name."""

from __future__ import annotations

from typing import Final

from projections.reports import (
    account_statement,
    acts,
    aging,
    bank,
    cut_over,
    diff,
    history,
    journal,
    money_in_transit,
    open_items,
    provider_fees,
    remittances,
    scores,
    tie_out,
    treatment_history,
    trial_balance,
    vat_return,
)
from projections.reports.report import Definition

# The reports, in the order in which they are listed.
REPORTS: Final[dict[str, Definition]] = {
    one.name: one
    for one in (
        aging.REPORT,
        open_items.REPORT,
        tie_out.REPORT,
        trial_balance.REPORT,
        vat_return.REPORT,
        journal.REPORT,
        bank.REPORT,
        cut_over.REPORT,
        money_in_transit.REPORT,
        provider_fees.REPORT,
        remittances.REPORT,
        scores.REPORT,
        diff.REPORT,
        account_statement.REPORT,
        history.REPORT,
        acts.REPORT,
        treatment_history.REPORT,
    )
}

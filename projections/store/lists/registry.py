"""Every list by name."""

from __future__ import annotations

from typing import Final

from projections.store.lists import (
    accounts,
    allocations,
    collections,
    credit_notes,
    customer_credits,
    exchange_rates,
    files,
    holds,
    invoices,
    items,
    mandates,
    movements,
    own_transfers,
    receipts,
    refunds,
    series,
    transfers,
    write_offs,
)
from projections.store.lists.listing import Listing

LISTS: Final[dict[str, Listing]] = {
    one.LIST.name: one.LIST
    for one in (
        accounts,
        invoices,
        credit_notes,
        items,
        series,
        receipts,
        allocations,
        customer_credits,
        refunds,
        mandates,
        collections,
        write_offs,
        movements,
        own_transfers,
        holds,
        transfers,
        exchange_rates,
        files,
    )
}

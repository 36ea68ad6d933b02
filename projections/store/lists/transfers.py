"""The list of transfers to and from other entities."""

from __future__ import annotations

from typing import Final

from ledger.domain.cash.transfer_state import Status
from projections.reports.report import Column
from projections.store.lists.listing import Filter, Listing, amount, days, flag, part, word, words_of

LIST: Final = Listing(
    "transfers",
    "transfer",
    "transfers",
    "List the transfers to and from other entities, and what those under way wait for.\n\nNo entity reads another "
    "one's books. So what another entity has begun is listed once it is recorded here.",
    (
        Column("transfer_id", "transfer", "id", "the transfer"),
        Column("direction", "direction", "code", "out or in"),
        Column("entity", "entity", "code", "the other entity"),
        Column("receipt_id", "receipt", "id", "the receipt in these books"),
        Column("currency", "currency", "code", "ISO 4217"),
        Column("amount_minor", "amount", "money", "amount"),
        Column("status", "status", "code", "how far it is"),
        Column("since", "since", "day", "day of the last step"),
        Column("waits_for", "waits for", "text", "what it waits for"),
    ),
    "SELECT * FROM transfers",
    "transfer_id",
    "status <> 'under_way', since, transfer_id",
    (
        amount("amount_minor", said="transferred"),
        part("transfer_id", "transfer"),
        Filter("receipt", "receipt", "receipt_id = %(receipt)s", "Only transfers of this receipt."),
        word("status", "status", "Only those with this status, such as under_way.", words_of(Status)),
        *days("since", "whose last step was"),
        flag("waiting", "status = 'under_way'", "Only those under way."),
    ),
    ("entity", "amount_minor", "status"),
    ("waiting", "under way"),
)

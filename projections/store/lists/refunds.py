"""The list of refunds: those under way first, with what each waits for and whose turn it is."""

from __future__ import annotations

from typing import Final

from ledger.domain.cash.refund_state import Status
from projections.reports.report import Column
from projections.store.lists.listing import Listing, account, amount, days, flag, part, word, words_of

LIST: Final = Listing(
    "refunds",
    "refund",
    "refunds",
    "List the refunds under way, with what each waits for, and whose turn it is.\n\nA refund waits for approval, for "
    "its payment order, for the bank's line that pays it, or for the line that brings its money back. A refund that "
    "was settled by hand waits until the bank's line comes. The longest waiting comes first. Their "
    "sums are compared with the ledger.",
    (
        Column("refund_id", "refund", "id", "the refund"),
        Column("account_id", "account", "id", "the account whose customer credit is paid back"),
        Column("currency", "currency", "code", "ISO 4217"),
        Column("amount_minor", "amount", "money", "amount"),
        Column("status", "status", "code", "how far it is"),
        Column("since", "since", "day", "day of the last step"),
        Column("age_days", "days", "count", "days since then"),
        Column("waits_for", "waits for", "code", "what it waits for; empty at its end"),
        Column("turn", "whose turn", "text", "the duties that may take the next step, and who may not"),
        Column("reason_code", "reason", "code", "reason of the request"),
        Column(
            "ended_reason_code",
            "ended because",
            "code",
            "why it was rejected, cancelled, failed or returned, such as the bank's code",
        ),
        Column("payable_minor", "payable", "money", "amount owed to the payer and not sent", listed=False),
        Column("transit_minor", "in transit", "money", "amount sent and not booked by the bank", listed=False),
        Column("end_to_end_id", "end-to-end id", "id", "identity of the payment order", listed=False),
        Column("order_file", "order file", "id", "hash of the file that ordered the payment", listed=False),
        Column("requester", "requested by", "id", "who requested it", listed=False),
        Column("on_behalf_of", "on behalf of", "id", "who asked the requester for it", listed=False),
        Column("approver", "approved by", "id", "who approved or rejected it", listed=False),
    ),
    "SELECT * FROM refunds",
    "refund_id",
    "waits_for IS NULL, since, refund_id",
    (
        amount("amount_minor", said="paid back"),
        part("refund_id", "refund"),
        account(),
        word("status", "status", "Only those with this status, such as requested.", words_of(Status)),
        *days("since", "whose last step was"),
        flag("waiting", "waits_for IS NOT NULL", "Only refunds under way."),
    ),
    ("amount_minor", "account_id", "status", "since"),
    ("waiting", "under way"),
    narrow=True,
)

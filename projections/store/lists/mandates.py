"""The list of mandates: those that wait or hold first."""

from __future__ import annotations

from typing import Final

from ledger.domain.cash.mandate_facts import Scheme, Status
from projections.reports.report import Column
from projections.store.collection_lookups import WAITS_FOR
from projections.store.lists.listing import Listing, account, days, flag, part, word, words_of

LIST: Final = Listing(
    "mandates",
    "mandate",
    "mandates",
    "List the mandates for direct debits, with where each stands.\n\nWith a mandate that is accepted, what its payer "
    "owes can be collected; one that is requested waits for the bank's answer.",
    (
        Column("mandate_id", "mandate", "id", "number under which the bank knows it"),
        Column("account_id", "account", "id", "the account whose payer gave it"),
        Column("scheme", "scheme", "code", "the scheme of direct debits"),
        Column("bank_account", "to", "id", "our bank account that gets the money"),
        Column("status", "status", "code", "where it stands"),
        Column("waits_for", "waits for", "code", "what it waits for: file, to be written, or bank, to answer"),
        Column("since", "since", "day", "day of the last step"),
        Column("active_from", "active from", "day", "day from which on collections may be due"),
        Column("used_on", "used", "day", "latest due day of a collection with it"),
        Column("under_way", "under way", "count", "collections with it that the bank has not answered"),
        Column("held_for", "held for", "code", "why a bank refused it, so that nothing is collected without a word"),
        Column("ended_by", "ended by", "code", "who ended it"),
        Column("reason_code", "reason", "code", "reason of the last step, by the bank's code or ours"),
        Column("sent_on", "sent", "day", "day of the file that asks to register it", listed=False),
        Column("end_sent_on", "end sent", "day", "day of the file that asks to take it out", listed=False),
        Column("signed_on", "signed", "day", "day of the payer's signature", listed=False),
        Column("notice_days", "notice", "count", "days of notice that were agreed", listed=False),
        Column("payer_ref", "payer", "id", "whose account is debited, in the vault", listed=False),
    ),
    f"SELECT mandates.*, {WAITS_FOR} AS waits_for, (SELECT count(*) FROM collections "
    "WHERE collections.mandate_id = mandates.mandate_id AND collections.status = 'ordered') AS under_way FROM mandates",
    "mandate_id",
    "status NOT IN ('requested', 'accepted'), since, mandate_id",
    (
        part("mandate_id", "mandate"),
        account(),
        word("status", "status", "Only those with this status, such as accepted.", words_of(Status)),
        word("scheme", "scheme", "Only those of this scheme, such as autogiro.", words_of(Scheme)),
        *days("since", "whose last step was"),
        flag("held", "held_for IS NOT NULL", "Only those with which a bank refused a direct debit."),
        flag("to-send", f"{WAITS_FOR} = 'file'", "Only those that a file must still say to the clearing house."),
        flag(
            "in-force",
            f"(status IN ('requested', 'accepted') OR {WAITS_FOR} = 'file')",
            "Only mandates that wait or hold.",
        ),
    ),
    ("account_id", "status", "since"),
    ("in-force", "waiting or accepted"),
    narrow=True,
)

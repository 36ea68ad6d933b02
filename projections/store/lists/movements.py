"""The list of bank movements that are not receipts; those in suspense come first."""

from __future__ import annotations

from typing import Final

from ledger.domain.chart_of_accounts import ROLES, roles_of
from projections.reports.report import Column
from projections.store.lists.listing import Listing, amount, days, flag, part, word

_SUSPENSE: Final = ", ".join(f"'{role}'" for role in roles_of("suspense"))
# All of it took receipts back, whoever said so, and nothing is left on the role on which it waited.
_ASSIGNED: Final = "amount_minor <> 0 AND amount_minor = cleared_minor"

LIST: Final = Listing(
    "movements",
    "bank movement",
    "bank movements",
    "List the bank movements that are not receipts.\n\nMovements in suspense come first: nobody has said what they "
    "were.",
    (
        Column("part_id", "movement", "id", "the movement, or a part of it"),
        Column("booked_on", "booked", "day", "booking day at the bank"),
        Column("age_days", "days", "count", "days since then"),
        Column("bank_account", "bank account", "id", "our bank account"),
        Column("currency", "currency", "code", "ISO 4217"),
        Column("amount_minor", "amount", "money", "amount, above zero if it came in"),
        Column("left_minor", "left", "money", "what of it nobody has explained; null for none"),
        Column("taken_minor", "took back", "money", "what of it took receipts back; null for none"),
        Column("role", "booked as", "code", "account role on which it is"),
        Column("tax_code", "tax code", "code", "tax code of what it was, if somebody or a rule said it"),
        Column("document", "of", "id", "the refund that it paid or brought back"),
        Column("rule", "rule", "code", "rule by which it was booked at first; a line rule has its version"),
        Column("why", "why", "text", "rule or reason by which it is booked there"),
        Column("could_be", "could be refund", "id", "refunds of the same amount"),
        Column("in_detail", "only in detail", "flag", "whether only a file with details has it, and no statement"),
        Column("raw_position", "place", "text", "where in the file it is"),
        Column("in_suspense", "in suspense", "flag", "whether nobody has explained all of it", listed=False),
    ),
    f"""
    SELECT part_id, booked_on, bank_account, currency, amount_minor, cleared_minor, tax_code, document, rule,
        reason_code, raw_position, in_detail, nullif(cleared_minor, 0) AS taken_minor,
        CASE WHEN {_ASSIGNED} THEN 'recalls' ELSE role END AS role,
        role IN ({_SUSPENSE}) AND amount_minor <> cleared_minor AS in_suspense,
        CASE WHEN role IN ({_SUSPENSE}) THEN nullif(amount_minor - cleared_minor, 0) END AS left_minor
    FROM movements WHERE NOT coalesce(document LIKE 'receipt-%%', false)
    """,
    "part_id",
    "NOT in_suspense, booked_on, part_id",
    (
        amount("amount_minor", said="of either sign"),
        part("part_id", "movement"),
        word("role", "role", "Only those booked on this account role, such as bank_suspense.", tuple(ROLES)),
        word("bank-account", "bank_account", "Only those of this bank account of ours, named by its id."),
        *days("booked_on", "booked"),
        flag("suspense", "in_suspense", "Only those in suspense."),
    ),
    ("booked_on", "amount_minor", "role"),
    ("suspense", "in suspense"),
)

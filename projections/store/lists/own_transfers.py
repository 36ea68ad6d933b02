"""The list of transfers between bank accounts of ours, each side with the other one; those without it come first."""

from __future__ import annotations

from typing import Final

from ledger.domain.chart_of_accounts import OWN_TRANSFERS
from projections.reports.report import Column
from projections.store.lists.listing import Listing, amount, days, flag, part, word

# Banks book the two sides on the same day or some bank days apart; the longest holidays of banks are between.
_APART: Final = 7

# What is on the role at a payment provider was changed into another currency, so it has no other side.
_SIDES: Final = f"""
    SELECT part_id, bank_account, counter_account, currency, booked_on, amount_minor - cleared_minor AS amount_minor,
        CASE WHEN reason_code IS NULL THEN rule ELSE reason_code END AS why, raw_position
    FROM movements WHERE role = '{OWN_TRANSFERS}' AND held_by IS NULL AND amount_minor <> cleared_minor
"""

LIST: Final = Listing(
    "own-transfers",
    "side of a transfer",
    "sides of transfers",
    "List the transfers between bank accounts of ours.\n\nTwo sides meet if they have the same amount, one out and one "
    f"in, at most {_APART} days apart, if neither names another account of ours, and if nothing else fits either of "
    "them. Sides that have not met come first; with --open and --to DATE, only those are listed that have waited since "
    "that day.",
    (
        Column("part_id", "movement", "id", "the movement, or a part of it"),
        Column("booked_on", "booked", "day", "booking day at the bank"),
        Column("bank_account", "bank account", "id", "our bank account"),
        Column("counter_account", "with", "id", "the account of ours that the line names; null if it names none"),
        Column("currency", "currency", "code", "ISO 4217"),
        Column("amount_minor", "amount", "money", "amount, above zero if it came in"),
        Column("other_side", "other side", "id", "the movement that is the other side; null if none or several fit"),
        Column("fitting", "fitting", "count", "how many movements fit as the other side"),
        Column("why", "why", "text", "rule or reason by which it is a transfer"),
        Column("raw_position", "place", "text", "where in the file it is"),
        Column("open", "open", "flag", "whether it has not met its other side", listed=False),
    ),
    f"""
    WITH sides AS ({_SIDES}),
    fit AS (
        SELECT one.part_id, other.part_id AS other_id, count(*) OVER (PARTITION BY one.part_id) AS fitting
        FROM sides AS one JOIN sides AS other
            ON other.amount_minor = -one.amount_minor AND other.currency = one.currency
            AND other.bank_account <> one.bank_account
            AND coalesce(one.counter_account, other.bank_account) = other.bank_account
            AND coalesce(other.counter_account, one.bank_account) = one.bank_account
            AND abs(other.booked_on - one.booked_on) <= {_APART}
    ),
    met AS (
        SELECT fit.part_id, fit.other_id FROM fit JOIN fit AS back
            ON back.part_id = fit.other_id AND back.other_id = fit.part_id AND back.fitting = 1
        WHERE fit.fitting = 1
    )
    SELECT sides.*, met.other_id AS other_side, met.other_id IS NULL AS open,
        (SELECT count(*) FROM fit WHERE fit.part_id = sides.part_id) AS fitting
    FROM sides LEFT JOIN met USING (part_id)
    """,
    "part_id",
    "NOT open, booked_on, part_id",
    (
        amount("amount_minor", said="of either sign"),
        part("part_id", "movement"),
        word("bank-account", "bank_account", "Only those of this bank account of ours, named by its id."),
        *days("booked_on", "booked"),
        flag("open", "open", "Only those that have not met their other side."),
    ),
    ("booked_on", "amount_minor", "bank_account"),
    ("open", "without their other side"),
)

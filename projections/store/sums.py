"""Sums over facts up to a day (by `occurred_on` or `accounting_date`), as known at a position."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Final

from ledger.domain.chart_of_accounts import roles_of
from ledger.domain.receivables.item import ar_role_of
from projections.read_models.gl_sums import BLOCK
from projections.store.changes import CHANGES
from projections.store.connections import Connections
from projections.store.feed_sums import DETAIL_DAYS, FEEDS
from projections.store.ledger_sums import LEDGER, POSITIONS, TAXES, TURNOVER

if TYPE_CHECKING:
    import pyarrow as pa

    from projections.reports.report_inputs import BankDays


class AsOf:
    """The read tables as of a day and as known at a position; results are Arrow tables with amounts in minor units.

    Sub-ledger sums go by `occurred_on`, general-ledger sums by `accounting_date`; both count only facts at or
    below `known_at`.
    """

    def __init__(self, connections: Connections, as_of: date, known_at: int) -> None:
        self._connections = connections
        self.as_of = as_of
        self.known_at = known_at

    def items(self) -> pa.Table:
        """Every item whose balance is not zero on that day, with the sums of its changes."""
        return self.query(_ITEMS)

    def due(self) -> pa.Table:
        """Open amounts; columns: payer, role (of the control account), currency, due_on, open_minor, items (count)."""
        import pyarrow as pa

        found = self.query(_DUE)
        roles = [ar_role_of(payer) for payer in found["payer"].to_pylist()]
        return found.add_column(1, "role", pa.array(roles, pa.string()))

    def unallocated(self) -> pa.Table:
        """Unallocated receipts; columns include receipt_id, account_id, payer, currency, amount_minor (below zero)."""
        return self.query(_UNALLOCATED)

    def credits(self) -> pa.Table:
        """Customer credit by account, with the columns account_id, payer, currency and amount_minor (below zero)."""
        return self.query(_CREDITS)

    def ledger(self, days: Sequence[date] = ()) -> pa.Table:
        """The general ledger by role, dimensions and currency: debit_minor, credit_minor, timing differences.

        It is also divided at the given days, which are in order: `from_on` is the last of them that is not after the
        accounting date; null for what counts before all of them.
        `accounted_after_minor` is the sum of what happened on or before the day but is accounted for later.
        `occurred_after_minor` is the sum of what is accounted for on or before the day but happened later.
        """
        if not days:
            return self.query(LEDGER.format(from_on="NULL::date", divided=""))
        divided = "($3::date[])[width_bucket(accounting_date, $3::date[])]"
        return self.query(LEDGER.format(from_on=divided, divided=", from_on"), [one.isoformat() for one in days])

    def turnover(self, from_on: date) -> pa.Table:
        """Debits and credits by currency, with accounting dates from `from_on` to the day."""
        return self.query(TURNOVER, from_on)

    def taxes(self, from_on: date, roles: Sequence[str]) -> pa.Table:
        """Postings of these roles by tax code and currency, with accounting dates from `from_on` to the day.

        The columns are role, tax_code, currency, earlier (whether it happened before `from_on`), and amount_minor and
        base_minor, which are debits less credits.
        """
        return self.query(TAXES, from_on, list(roles))

    def positions(self, year_from: date, from_on: date) -> tuple[int, int]:
        """Positions between which all postings from `year_from` on, up to the last one from `from_on` on, are found.

        The first one is before them all. Only postings on or before the day, and known at the position, count.
        """
        given = {"year_from": year_from, "from_on": from_on, "as_of": self.as_of, "known_at": self.known_at}
        with self._connections.rows() as connection:
            row = connection.execute(POSITIONS.encode(), given).fetchone()
        assert row is not None, "a sum over no rows is one row"
        return max(row[0] * BLOCK - 1, 0), min((row[1] + 1) * BLOCK - 1, self.known_at)

    def account(self, account_id: str) -> pa.Table:
        """The sub-ledger lines of one account: its items, its customer credit, and its identified receipts."""
        return self.query(_ACCOUNT, account_id)

    def account_sums(self, account_id: str) -> pa.Table:
        """The net amount that one account owes, by currency, summed in the database."""
        return self.query(_ACCOUNT_SUMS, account_id)

    def changes(self, since: int) -> pa.Table:
        """What was recorded after a position and counts on or before the day, in the sub-ledger or the general ledger.

        The columns are ledger_position, stream, what, role, effect, account_id, payer, currency, amount_minor,
        occurred_on and accounting_date.
        """
        return self.query(CHANGES, since)

    def bank_money(self, days: Mapping[str, BankDays]) -> dict[str, tuple[int, int, int, int]]:
        """Money of bank accounts by booking day, each with the day of its opening balance, and the first and the last
        day of its statements: through the last day, after it, what is to be explained, and what was booked between the
        first two days, or before the first day of the statements if there is no opening balance.
        """
        given = {
            "accounts": list(days),
            "opened": [opened for opened, _, _ in days.values()],
            "first": [first for _, first, _ in days.values()],
            "through": [last for _, _, last in days.values()],
            "as_of": self.as_of,
            "known_at": self.known_at,
            "money": list(roles_of("money")),
            "difference": list(roles_of("difference")),
        }
        with self._connections.rows() as connection:
            rows = connection.execute(_BANK_MONEY.encode(), given).fetchall()
        return {row[0]: (int(row[1]), int(row[2]), int(row[3]), int(row[4])) for row in rows}

    def feeds(self) -> pa.Table:
        """Payments that detail files show, by account, day and the formats that show them, beside the statements.

        The columns are bank_account, booked_on, currency, formats, payments (a count), amount_minor and stated_minor:
        what statements have of the payments. Rows without formats correct the day's sum of it.
        """
        return self.query(FEEDS, list(roles_of("details")))

    def detail_days(self) -> pa.Table:
        """What detail files show of each account's days less what statements have of it; days that agree are left out.

        The columns are bank_account, occurred_on, amount_minor, its debits_minor, and the files' shown_through.
        """
        return self.query(DETAIL_DAYS, list(roles_of("details")))

    def query(self, statement: str, *more: object) -> pa.Table:
        """The result of a query of the tables as of the day ($1) and as known at the position ($2)."""
        return self._connections.arrow(statement, self.as_of, self.known_at, *more)


_ITEM_SUMS: Final = """
    SELECT item_id, account_id, role, currency, sum(amount_minor)::bigint AS open_minor,
        coalesce(sum(amount_minor) FILTER (WHERE effect = 'raised'), 0)::bigint AS original_minor,
        coalesce(-sum(amount_minor) FILTER (WHERE effect = 'paid'), 0)::bigint AS paid_minor,
        coalesce(-sum(amount_minor) FILTER (WHERE effect = 'credited'), 0)::bigint AS credited_minor,
        coalesce(-sum(amount_minor) FILTER (WHERE effect = 'written_off'), 0)::bigint AS written_off_minor,
        coalesce(-sum(amount_minor) FILTER (WHERE effect = 'rounded_off'), 0)::bigint AS rounded_off_minor
    FROM activity
    WHERE balance = 'item' AND occurred_on <= $1 AND ledger_position <= $2
    GROUP BY item_id, account_id, role, currency
    HAVING sum(amount_minor) <> 0
"""

# The reference of an item's last payment request, as known at the position.
_LAST_ASKED: Final = """
    SELECT DISTINCT ON (item_id) item_id, reference FROM requests WHERE made_at_position <= $2
    ORDER BY item_id, made_at_position DESC
"""

# A left join, so that an amount is shown even if its item is missing from `items`.
_ITEMS: Final = f"""
SELECT sums.item_id, items.kind, sums.account_id, items.payer, sums.role, sums.currency, invoices.invoice_id,
    invoices.series, invoices.number, asked.reference, items.arose_on, items.due_on, invoices.care_unit,
    sums.original_minor, sums.paid_minor, sums.credited_minor, sums.written_off_minor, sums.rounded_off_minor,
    sums.open_minor
FROM ({_ITEM_SUMS}) AS sums
LEFT JOIN items USING (item_id)
LEFT JOIN invoices ON items.document = 'invoice-' || invoices.invoice_id
LEFT JOIN ({_LAST_ASKED}) AS asked USING (item_id)
ORDER BY items.due_on, invoices.series, invoices.number, sums.item_id
"""

# A balance whose changes are all up to the day and up to the position is read as it is now. A balance whose first
# change is after the day or after the position is left out, because it did not exist yet. Only the other balances are
# summed line by line. One SQL statement reads all balances, so all of them are from one snapshot.
_UNCHANGED: Final = "{0}.last_on <= $1 AND {0}.last_position <= $2"
_CHANGING: Final = "{0}.first_on <= $1 AND {0}.{1} <= $2 AND ({0}.last_on > $1 OR {0}.last_position > $2)"

_DUE: Final = f"""
SELECT payer, currency, due_on, sum(open_minor)::bigint AS open_minor, sum(items)::bigint AS items
FROM (
    SELECT payer, currency, due_on, sum(open_minor) AS open_minor, count(*) AS items FROM items
    WHERE open_minor <> 0 AND {_UNCHANGED.format("items")}
    GROUP BY payer, currency, due_on
    UNION ALL
    SELECT items.payer, items.currency, items.due_on, sum(activity.amount_minor) AS open_minor, 1 AS items
    FROM items JOIN activity USING (item_id)
    WHERE {_CHANGING.format("items", "raised_at_position")}
        AND activity.balance = 'item' AND activity.occurred_on <= $1 AND activity.ledger_position <= $2
    GROUP BY items.item_id
    HAVING sum(activity.amount_minor) <> 0
) AS found
GROUP BY payer, currency, due_on
ORDER BY payer, currency, due_on
"""

# The payer of a receipt depends only on what is known, not on the day of the report: the last line says who it is, and
# the receipt counts as that payer's on all days, even those before that line.
_OWNER: Final = """
    SELECT owned.account_id FROM activity AS owned
    WHERE owned.balance = 'receipt' AND owned.receipt_id = sums.receipt_id AND owned.ledger_position <= $2
    ORDER BY owned.ledger_position DESC LIMIT 1
"""

_RECEIPT: Final = ", ".join(
    f"receipts.{column}"
    for column in ("receipt_id", "currency", "booked_on", "bank_account", "reference", "reference_valid")
)

_UNALLOCATED: Final = f"""
SELECT sums.receipt_id, sums.account_id, accounts.payer, sums.currency, sums.amount_minor,
    sums.booked_on, sums.bank_account, sums.reference, sums.reference_valid
FROM (
    SELECT {_RECEIPT}, receipts.account_id, -receipts.unallocated_minor AS amount_minor FROM receipts
    WHERE receipts.unallocated_minor <> 0 AND {_UNCHANGED.format("receipts")}
    UNION ALL
    SELECT sums.receipt_id, sums.currency, sums.booked_on, sums.bank_account, sums.reference, sums.reference_valid,
        owner.account_id, sums.amount_minor
    FROM (
        SELECT {_RECEIPT}, sum(activity.amount_minor)::bigint AS amount_minor
        FROM receipts JOIN activity USING (receipt_id)
        WHERE {_CHANGING.format("receipts", "recorded_at_position")}
            AND activity.balance = 'receipt' AND activity.occurred_on <= $1 AND activity.ledger_position <= $2
        GROUP BY receipts.receipt_id
        HAVING sum(activity.amount_minor) <> 0
    ) AS sums
    LEFT JOIN LATERAL ({_OWNER}) AS owner ON true
) AS sums
LEFT JOIN accounts USING (account_id)
ORDER BY sums.booked_on, sums.receipt_id
"""

_CREDITS: Final = """
SELECT sums.account_id, accounts.payer, sums.currency, sums.amount_minor
FROM (
    SELECT account_id, currency, sum(amount_minor)::bigint AS amount_minor
    FROM activity
    WHERE balance = 'credit' AND occurred_on <= $1 AND ledger_position <= $2
    GROUP BY account_id, currency
    HAVING sum(amount_minor) <> 0
) AS sums
LEFT JOIN accounts USING (account_id)
ORDER BY sums.account_id, sums.currency
"""

_BANK_MONEY: Final = f"""
SELECT asked.bank_account,
    coalesce(sum(amount) FILTER (WHERE role = ANY(%(money)s) AND occurred_on <= through_on), 0),
    coalesce(sum(amount) FILTER (WHERE role = ANY(%(money)s) AND occurred_on <= through_on IS NOT TRUE), 0),
    coalesce(-sum(amount) FILTER (WHERE role = ANY(%(difference)s)), 0),
    coalesce(sum(amount) FILTER (
        WHERE role = ANY(%(money)s) AND occurred_on < first_on AND occurred_on <= opening_on IS NOT TRUE
    ), 0)
FROM unnest(%(accounts)s::text[], %(opened)s::date[], %(first)s::date[], %(through)s::date[])
    AS asked (bank_account, opening_on, first_on, through_on)
JOIN (
    SELECT role, bank_account, occurred_on, debit_minor - credit_minor AS amount FROM gl_sums
    WHERE block < (%(known_at)s::bigint + 1) / {BLOCK}
    UNION ALL
    SELECT role, bank_account, occurred_on, amount_minor FROM gl_postings
    WHERE ledger_position >= (%(known_at)s::bigint + 1) / {BLOCK} * {BLOCK} AND ledger_position <= %(known_at)s
) AS found USING (bank_account)
WHERE occurred_on <= %(as_of)s
GROUP BY asked.bank_account
"""

_THEIRS: Final = f"""
    SELECT activity.* FROM activity
    WHERE activity.account_id = $3 AND activity.balance <> 'receipt'
    UNION ALL
    SELECT activity.* FROM activity
    JOIN (
        SELECT DISTINCT receipt_id FROM activity WHERE account_id = $3 AND balance = 'receipt'
    ) AS sums USING (receipt_id)
    CROSS JOIN LATERAL ({_OWNER}) AS owner
    WHERE activity.balance = 'receipt' AND owner.account_id = $3
"""

_ACCOUNT: Final = f"""
SELECT theirs.ledger_position, theirs.line, theirs.effect, theirs.amount_minor, theirs.currency, theirs.document,
    theirs.occurred_on, coalesce(invoices.series, notes.series) AS series,
    coalesce(invoices.number, notes.number) AS number
FROM ({_THEIRS}) AS theirs LEFT JOIN invoices ON theirs.document = 'invoice-' || invoices.invoice_id
LEFT JOIN credit_notes AS notes ON theirs.document = 'creditnote-' || notes.credit_note_id
WHERE theirs.occurred_on <= $1 AND theirs.ledger_position <= $2
ORDER BY theirs.occurred_on, theirs.ledger_position, theirs.line
"""

_ACCOUNT_SUMS: Final = f"""
SELECT currency, sum(amount_minor)::bigint AS amount_minor
FROM ({_THEIRS}) AS theirs
WHERE occurred_on <= $1 AND ledger_position <= $2
GROUP BY currency
ORDER BY currency
"""

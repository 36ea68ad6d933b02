"""Look-ups in the current read tables: accounts, items, receipts, refunds, write-offs and bank files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from psycopg.rows import dict_row

from ledger.domain.chart_of_accounts import roles_of
from ledger.domain.terms.chart import Chart
from ledger.domain.terms.mapping_facts import AccountMapped, AccountMappingEnded, Dimension, MappingFact
from projections.store.connections import Connections

if TYPE_CHECKING:
    import pyarrow as pa

Found = dict[str, Any]


class Lookups:
    """The current read tables: long lists as Arrow tables, the rest as dictionaries, with amounts in minor units."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def items(self, account_id: str | None = None, due_by: date | None = None, open_only: bool = True) -> pa.Table:
        """Items with all columns, by due date; by default only open items.

        `account_id` limits them to one account, and `due_by` to items payable by that day.
        """
        conditions = [("account_id = ${}", account_id), ("payable_by <= ${}", due_by)]
        return self._listed("items", conditions, "open_minor <> 0" if open_only else "true", "due_on, item_id")

    def first_posting_on(self) -> date | None:
        """The earliest accounting date of a posting; None if nothing was posted."""
        found = self._row("SELECT min(accounting_date) AS day FROM gl_sums", {})
        return None if found is None else found["day"]

    def tax_waiting(self, day: date) -> dict[str, date]:
        """The invoices up to a day whose tax waits or waited for payment, each with the day on which it counts."""
        return {row["invoice_id"]: row["counts_on"] for row in self._rows(_TAX_WAITING, {"day": day})}

    def holds(self) -> list[Found]:
        """Every hold that has not been lifted, oldest first."""
        return self._rows("SELECT * FROM holds WHERE lifted_on IS NULL ORDER BY placed_on, item_id, hold_id")

    def receipts(self, account_id: str | None = None, unallocated_only: bool = True) -> pa.Table:
        """Receipts of one account or of all, by booking day, with all columns; by default only the unallocated ones."""
        only = "unallocated_minor <> 0" if unallocated_only else "true"
        return self._listed("receipts", [("account_id = ${}", account_id)], only, "booked_on, receipt_id")

    def account(self, account_id: str) -> Found | None:
        """One account, with its `balances` in each currency."""
        given = {"id": account_id}
        found = self._row("SELECT * FROM accounts WHERE account_id = %(id)s", given)
        if found is not None:
            query = "SELECT * FROM account_balances WHERE account_id = %(id)s ORDER BY currency"
            found["balances"] = self._rows(query, given)
        return found

    def marked_accounts(self) -> list[Found]:
        """The accounts whose payer has a mark, by account."""
        return self._rows(_MARKED)

    def refunds(self, status: str | None = None) -> list[Found]:
        """Refunds with the given status, or with any status."""
        return self._rows(_OF_STATUS.format("refunds"), {"status": status})

    def write_offs(self, status: str | None = None) -> list[Found]:
        """Write-offs with the given status, or with any status."""
        return self._rows(_OF_STATUS.format("write_offs"), {"status": status})

    def erasures(self, status: str | None = None) -> list[Found]:
        """Requests to erase a person with the given status, or with any status."""
        return self._rows(_OF_STATUS.format("erasures"), {"status": status})

    def transfers(self, status: str | None = None) -> list[Found]:
        """Transfers to and from other entities with the given status, or with any status."""
        return self._rows(_OF_STATUS.format("transfers"), {"status": status})

    def movements(self) -> list[Found]:
        """Bank movements that are not receipts: first those in suspense, then the others, each oldest first."""
        return self._rows(_MOVEMENTS, {"suspense": list(roles_of("suspense"))})

    def movement(self, part_id: str) -> Found | None:
        """One bank movement, or a part of one."""
        return self._row("SELECT * FROM movements WHERE part_id = %(id)s", {"id": part_id})

    def file(self, sha256: str) -> Found | None:
        """One bank file."""
        return self._row("SELECT * FROM files WHERE sha256 = %(id)s", {"id": sha256})

    def files(self) -> list[Found]:
        """All bank files that were judged."""
        return self._rows("SELECT * FROM files ORDER BY sha256")

    def files_loading(self, known_at: int | None = None) -> list[Found]:
        """Files being loaded now, or at the position `known_at`: sha256, format, lines, loaded and completed_at."""
        return self._rows(_LOADING, {"known_at": known_at if known_at is not None else _NOW})

    def set_aside(self, known_at: int | None = None) -> list[Found]:
        """Streams with facts that no read table holds now, or at the position `known_at`, in the journal's order."""
        return self._rows(_SET_ASIDE, {"known_at": known_at if known_at is not None else _NOW})

    def files_booked_by(self, files: Sequence[str], day: date) -> set[str]:
        """Which of these files have money that the bank booked by a day."""
        return {row["file"] for row in self._rows(_BOOKED_BY, {"files": list(files), "day": day})}

    def provider_accounts(self, known_at: int | None = None) -> list[Found]:
        """Our accounts at payment providers, each with its `payout_terms`, as known now or at a position."""
        given = {"known_at": known_at if known_at is not None else _NOW}
        accounts = self._rows(_PROVIDER_ACCOUNTS, given)
        terms = self._rows("SELECT * FROM payout_terms ORDER BY bank_account, from_on")
        for account in accounts:
            key = (account["bank_account"], account["known_from_position"])
            mine = [one for one in terms if (one["bank_account"], one["declared_at_position"]) == key]
            account["payout_terms"] = mine
        return accounts

    def bank_accounts(self, known_at: int | None = None) -> list[Found]:
        """The provider's own bank accounts, each with its `feeds`, as known now or at the position `known_at`."""
        given = {"known_at": known_at if known_at is not None else _NOW}
        accounts = self._rows(_BANK_ACCOUNTS, given)
        feeds = self._rows("SELECT * FROM bank_feeds ORDER BY bank_account, number")
        for account in accounts:
            key = (account["bank_account"], account["declared_at_position"])
            mine = [one for one in feeds if (one["bank_account"], one["declared_at_position"]) == key]
            account["feeds"] = [{name: one[name] for name in ("format", "from_on", "until_on")} for one in mine]
        return accounts

    def chart(self, known_at: int | None = None) -> Chart:
        """The chart of accounts, as known now or at the position `known_at`."""
        rows = self._rows(_MAPPINGS, {"known_at": known_at if known_at is not None else _NOW})
        return Chart.of(map(_mapping, rows))

    def bank_differences(self) -> list[Found]:
        """Bank accounts with an amount that contradicts the bank and waits for a person, by currency."""
        return self._rows(_DIFFERENCES, {"roles": list(roles_of("difference"))})

    def complete_statements(self) -> list[Found]:
        """Statements from files that are complete and whose lines are booked, oldest first."""
        return self._rows(_COMPLETE_STATEMENTS)

    def proven_statements(self, known_at: int) -> list[Found]:
        """Statements with balances and a last day, from booked files that were complete at a position."""
        return self._rows(_PROVEN_STATEMENTS, {"known_at": known_at})

    def persons(self) -> list[Found]:
        """Every person with each duty's days and the number of their sign-ins, in the order of their registration."""
        return self._rows(_PERSONS)

    def limits(self) -> list[Found]:
        """Every limit, by duty, kind and currency, in the order in which they were set."""
        return self._rows("SELECT * FROM limits ORDER BY duty, kind, currency, ledger_position")

    def acts(
        self, actor: str | None, act: str | None, since: datetime | None, before: datetime | None, known_at: int
    ) -> pa.Table:
        """What persons decided, as known at a position, recorded from an instant on and before another."""
        conditions = [
            ("actor = ${}", actor),
            ("act = ${}", act),
            ("recorded_at >= ${}", since),
            ("recorded_at < ${}", before),
            ("ledger_position <= ${}", known_at),
        ]
        return self._listed("acts", conditions, "true", "ledger_position")

    def streams_of_account(self, account_id: str) -> list[str]:
        """The streams of an account's history: its own, and those of its items, receipts and documents."""
        given = {"account": account_id, "own": f"account-{account_id}"}
        return [row["stream"] for row in self._rows(_STREAMS_OF_ACCOUNT, given)]

    def _listed(self, table: str, conditions: Sequence[tuple[str, object]], only: str, order: str) -> pa.Table:
        asked = [(condition, value) for condition, value in conditions if value is not None]
        numbered = [condition.format(number) for number, (condition, _) in enumerate(asked, 1)]
        where = " AND ".join([only, *numbered])
        return self._connections.arrow(
            f"SELECT * FROM {table} WHERE {where} ORDER BY {order}", *(value for _, value in asked)
        )

    def _rows(self, query: str, given: Mapping[str, object] | None = None) -> list[Found]:
        with self._connections.rows() as connection, connection.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(query.encode(), given).fetchall()

    def _row(self, query: str, given: Mapping[str, object]) -> Found | None:
        found = self._rows(query, given)
        return found[0] if found else None


def _mapping(row: Found) -> MappingFact:
    """The fact of which a row of `account_mappings` is made."""
    dimensions = tuple(map(Dimension, row["dimensions"], row["of_values"]))
    named = {name: row[name] for name in ("role", "from_on", "until_on")} | {"dimensions": dimensions}
    if row["account"] is None:
        return AccountMappingEnded(**named)
    return AccountMapped(**named, **{name: row[name] for name in ("account", "name", "source", "confirmed")})


_MARKED: Final = """
SELECT * FROM accounts
WHERE num_nonnulls(confidential_since, protected_registration_since, minor_since, dead_since) > 0 ORDER BY account_id
"""

_PERSONS: Final = """
SELECT persons.person_id, persons.registered_on, duties.duty, duties.from_on, duties.until_on,
    (SELECT count(*) FROM sign_ins WHERE sign_ins.person_id = persons.person_id) AS sign_ins
FROM persons LEFT JOIN duties
    ON duties.person_id = persons.person_id AND (duties.until_on IS NULL OR duties.until_on >= duties.from_on)
ORDER BY persons.registered_at_position, persons.person_id, duties.given_at_position, duties.duty
"""

# The first column is the id, both in the table of refunds and in the table of write-offs.
_OF_STATUS: Final = "SELECT * FROM {} WHERE %(status)s::text IS NULL OR status = %(status)s ORDER BY 1"

_MOVEMENTS: Final = """
SELECT * FROM movements WHERE NOT coalesce(document LIKE 'receipt-%%', false)
ORDER BY role <> ALL(%(suspense)s) OR amount_minor = cleared_minor, booked_on, part_id
"""

# Higher than every possible position.
_NOW: Final = 2**63 - 1

_SET_ASIDE: Final = "SELECT * FROM set_aside WHERE ledger_position <= %(known_at)s ORDER BY ledger_position"

_LOADING: Final = """
SELECT files.sha256, files.format, files.lines,
    (SELECT count(*) FROM receipts
        WHERE receipts.file = files.sha256 AND receipts.recorded_at_position <= %(known_at)s
            -- What a person split off is counted with the part from which it came.
            AND receipts.receipt_id NOT IN (SELECT part_id FROM movements WHERE split_from IS NOT NULL))
    + (SELECT count(*) FROM movements
        WHERE movements.file = files.sha256 AND movements.recorded_at_position <= %(known_at)s
            AND movements.split_from IS NULL
            -- What became a receipt is counted there.
            AND NOT coalesce(movements.document LIKE 'receipt-%%', false)) AS loaded,
    files.completed_at_position AS completed_at
FROM files
WHERE files.ingested_at_position <= %(known_at)s
    AND (files.completed_at_position IS NULL OR files.completed_at_position > %(known_at)s)
ORDER BY files.ingested_at_position
"""

_BOOKED_BY: Final = """
SELECT file FROM receipts WHERE file = ANY(%(files)s) AND booked_on <= %(day)s
UNION SELECT file FROM movements WHERE file = ANY(%(files)s) AND booked_on <= %(day)s
"""

_BANK_ACCOUNTS: Final = """
SELECT * FROM (
    SELECT DISTINCT ON (bank_account) * FROM bank_accounts WHERE known_from_position <= %(known_at)s
    ORDER BY bank_account, known_from_position DESC
) AS newest
WHERE in_use ORDER BY bank_account
"""

_PROVIDER_ACCOUNTS: Final = """
SELECT DISTINCT ON (bank_account) * FROM provider_accounts WHERE known_from_position <= %(known_at)s
ORDER BY bank_account, known_from_position DESC
"""

_MAPPINGS: Final = """
SELECT * FROM account_mappings WHERE known_from_position <= %(known_at)s ORDER BY known_from_position
"""

_DIFFERENCES: Final = """
SELECT bank_account, currency, sum(amount_minor)::bigint AS amount_minor FROM movements
WHERE role = ANY(%(roles)s) GROUP BY bank_account, currency HAVING sum(amount_minor) <> 0 ORDER BY 1, 2
"""

_COMPLETE_STATEMENTS: Final = """
SELECT statements.* FROM bank_statements AS statements JOIN files USING (sha256)
WHERE statements.complete AND files.books
ORDER BY statements.bank_account, statements.from_on, statements.to_on, files.ingested_at_position, statements.number
"""

_TAX_WAITING: Final = """
SELECT substr(stream, 9) AS invoice_id, min(accounting_date) AS counts_on FROM gl_postings
WHERE role = 'vat_deferred' AND stream LIKE 'invoice-%%' AND occurred_on <= %(day)s GROUP BY stream
"""

_PROVEN_STATEMENTS: Final = """
SELECT statements.* FROM bank_statements AS statements JOIN files USING (sha256)
WHERE files.books AND files.completed_at_position <= %(known_at)s AND statements.to_on IS NOT NULL
    AND statements.opening_minor IS NOT NULL
ORDER BY statements.bank_account, files.completed_at_position, statements.number
"""

_STREAMS_OF_ACCOUNT: Final = """
SELECT %(own)s::text AS stream
UNION SELECT stream FROM activity WHERE account_id = %(account)s
UNION SELECT document FROM activity WHERE account_id = %(account)s
UNION SELECT 'refund-' || refund_id FROM refunds WHERE account_id = %(account)s
UNION SELECT 'writeoff-' || write_offs.write_off_id FROM write_offs
    JOIN items USING (item_id) WHERE items.account_id = %(account)s
ORDER BY 1
"""

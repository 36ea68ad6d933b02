"""Which refused files came again, in a form that was loaded.

What a refused file says of its accounts, days and numbers decides, as far as it could be read, under whatever name the
other one came. Only if it says nothing of that, the name does; and never for a file of other days.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ledger.domain.bank.file import StatementProven
    from projections.store.read_store import ReadStore
    from reconciliation.steps.day import BankDay

    Row = Mapping[str, Any]
    # The loaded files, by hash, with their statements.
    Loaded = Mapping[str, Sequence[StatementProven]]


def contents(received: Sequence[Row]) -> dict[str, list[Row]]:
    """The files that came, each with all its names, under its hash or, if it could not be archived, under its name."""
    came: dict[str, list[Row]] = {}
    for row in received:
        came.setdefault(row["sha256"] or f"not archived: {row['name']}", []).append(row)
    return came


def loaded_files(store: ReadStore) -> dict[str, list[StatementProven]]:
    """The files that are in the book as a whole, with their statements."""
    loaded: dict[str, list[StatementProven]] = {
        row["sha256"]: [] for row in store.now.files() if row["status"] == "complete"
    }
    accounts = {one["bank_account"] for one in (*store.now.bank_accounts(), *store.now.provider_accounts())}
    for one in store.matching.statements(accounts):
        if one.sha256 in loaded:
            loaded[one.sha256].append(one.proven)
    return loaded


def replacement(names: Sequence[Row], came: Mapping[str, Sequence[Row]], loaded: Loaded) -> str | None:
    """The hash of the newest of the loaded files that came since and replace a refused one; None if none does."""
    first_at = min(one["first_at"] for one in names)
    since = [sha256 for sha256 in loaded if sha256 in came and min(one["first_at"] for one in came[sha256]) >= first_at]
    says = names[0]["says"] or []
    if any(one["bank_account"] and _is_told(one) for one in says):
        found = _covering(says, since, loaded)
    else:
        called = {one["name"] for one in names}
        alike = [sha256 for sha256 in since if called & {one["name"] for one in came[sha256]}]
        arrived_on = first_at.astimezone(UTC).date()
        found = [
            sha256
            for sha256 in alike
            if _begins_by(loaded[sha256], arrived_on) and all(_covering([one], [sha256], loaded) for one in says)
        ]
    return max(found, key=lambda sha256: (max(one["last_at"] for one in came[sha256]), sha256)) if found else None


def without_replaced(day: BankDay, files: Collection[str]) -> list[str]:
    """Those of these files that nothing replaces."""
    if not files:
        return []
    came = contents(day.desk.received())
    loaded = loaded_files(day.books.store)
    others = {one: {sha256: of for sha256, of in loaded.items() if sha256 != one} for one in files}
    return [one for one in files if one not in came or replacement(came[one], came, others[one]) is None]


def _covering(says: Sequence[Row], files: Sequence[str], loaded: Loaded) -> list[str]:
    """Those of these files that cover something of what is said, if together they cover all of it."""
    of_each = [[one for one in files if any(_covers(said, it) for it in loaded[one] or ())] for said in says]
    return [sha256 for some in of_each for sha256 in some] if all(of_each) else []


def _covers(said: Row, statement: StatementProven) -> bool:
    """Whether a statement may have what another one says that it has."""
    account = (said["bank_account"], said["currency"])
    if said["bank_account"] and account != (statement.bank_account, statement.currency):
        return False
    numbers = {name: (said[name], getattr(statement, name)) for name in ("sequence", "statement_id")}
    told = [mine == other for mine, other in numbers.values() if mine and other]
    first, last = _days(said)
    if first is None or last is None:
        return not told or told[0]
    if statement.from_on is None or statement.to_on is None:
        return bool(told) and told[0]
    if (statement.from_on, statement.to_on) == (first, last):
        # A bank may make several statements of one day.
        return not (said["sequence"] and statement.sequence) or said["sequence"] == statement.sequence
    return statement.from_on <= first and last <= statement.to_on


def _is_told(said: Row) -> bool:
    return any(said[name] for name in ("from_on", "to_on", "sequence", "statement_id"))


def _days(said: Row) -> tuple[date, date] | tuple[None, None]:
    first, last = said["from_on"] or said["to_on"], said["to_on"] or said["from_on"]
    return (date.fromisoformat(first), date.fromisoformat(last)) if first else (None, None)


def _begins_by(statements: Sequence[StatementProven], on: date) -> bool:
    """Whether not all of these statements are of later days."""
    days = [one.from_on for one in statements if one.from_on is not None]
    return not days or min(days) <= on

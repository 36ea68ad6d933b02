"""Which refused files came again, in a form that was loaded.

What a refused file says of its accounts, days and numbers decides, as far as it could be read, under whatever name the
other one came. Only if it says nothing of that, the name does; and never for a file of other days. What another one is
follows from its statements in the book; a file that only answers our orders has none there, so what it said when it was
judged is kept with the verdict. Of the same account and days, a file brings only what is of its own kind: no statement
brings the advice of its day, and no details bring the balances.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date
from typing import TYPE_CHECKING, Any

from reconciliation.statements import TRAITS

if TYPE_CHECKING:
    from projections.store.read_store import ReadStore
    from reconciliation.steps.day import BankDay

    Row = Mapping[str, Any]
    # The loaded files, by hash, with their statements in the book.
    Loaded = Mapping[str, Sequence[Row]]


def contents(received: Sequence[Row]) -> dict[str, list[Row]]:
    """The files that came, each with all its names, under its hash or, if it could not be archived, under its name."""
    came: dict[str, list[Row]] = {}
    for row in received:
        came.setdefault(row["sha256"] or f"not archived: {row['name']}", []).append(row)
    return came


def loaded_files(store: ReadStore) -> dict[str, Sequence[Row]]:
    """The files that are in the book as a whole, with their statements."""
    stated = store.bank_lines.stated()
    complete = [row["sha256"] for row in store.now.files() if row["status"] == "complete"]
    return {sha256: stated.get(sha256, ()) for sha256 in complete}


def replacement(names: Sequence[Row], came: Mapping[str, Sequence[Row]], loaded: Loaded) -> str | None:
    """The hash of the newest of the loaded files that came since and replace a refused one; None if none does."""
    first_at = min(one["first_at"] for one in names)
    known = {sha256: of or came[sha256][0]["says"] or () for sha256, of in loaded.items() if sha256 in came}
    since = [
        sha256
        for sha256 in known
        if min(one["first_at"] for one in came[sha256]) >= first_at
        and _same_kind(names[0]["format"], came[sha256][0]["format"])
    ]
    called = {one["name"] for one in names}
    alike = [sha256 for sha256 in since if called & {one["name"] for one in came[sha256]}]
    says = names[0]["says"] or []
    if any(one["bank_account"] and _is_told(one) for one in says):
        # Of a file that answered our orders before this was kept, nothing is known but its name.
        found = _covering(says, since, known) or [sha256 for sha256 in alike if not known[sha256]]
    else:
        arrived_on = first_at.astimezone(UTC).date()
        found = [
            sha256
            for sha256 in alike
            if _begins_by(known[sha256], arrived_on)
            and (not known[sha256] or all(_covering([one], [sha256], known) for one in says))
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


def _same_kind(refused: str | None, other: str | None) -> bool:
    """Whether a file of the other format can bring what a refused one should have brought."""
    meant, brings = TRAITS.get(refused or ""), TRAITS.get(other or "")
    if meant is None or refused == other:
        return True
    if brings is None or not brings.books or meant.holds != brings.holds:
        return False
    # What is never booked, such as the movements of a day that has not ended, comes again in any file that is.
    return not meant.books or (meant.proof == "balances") == (brings.proof == "balances")


def _covering(says: Sequence[Row], files: Sequence[str], loaded: Loaded) -> list[str]:
    """Those of these files that cover something of what is said, if together they cover all of it."""
    of_each = [[one for one in files if any(_covers(said, it) for it in loaded[one])] for said in says]
    return [sha256 for some in of_each for sha256 in some] if all(of_each) else []


def _covers(said: Row, other: Row) -> bool:
    """Whether a statement may have what a refused one says that it has."""
    if said["bank_account"] and any(said[name] != other[name] for name in ("bank_account", "currency")):
        return False
    pairs = {name: (said.get(name), other.get(name)) for name in ("about", "sequence", "statement_id")}
    if _differ(*pairs["about"]):
        return False
    told = [mine == its for mine, its in (pairs["sequence"], pairs["statement_id"]) if mine and its]
    (first, last), (begins, ends) = _days(said), (_day(other["from_on"]), _day(other["to_on"]))
    if first is None or last is None:
        return not told or told[0]
    if begins is None or ends is None:
        return bool(told) and told[0]
    if (begins, ends) == (first, last):
        # A bank may make several statements of one day.
        return not _differ(*pairs["sequence"])
    return begins <= first and last <= ends


def _differ(mine: str | None, its: str | None) -> bool:
    """Whether both are said, and not the same."""
    return bool(mine and its) and mine != its


def _is_told(said: Row) -> bool:
    return any(said[name] for name in ("from_on", "to_on", "sequence", "statement_id"))


def _days(said: Row) -> tuple[date, date] | tuple[None, None]:
    first, last = _day(said["from_on"] or said["to_on"]), _day(said["to_on"] or said["from_on"])
    return (first, last) if first and last else (None, None)


def _day(said: date | str | None) -> date | None:
    """A day of the book, or as it is kept with a verdict."""
    return date.fromisoformat(said) if isinstance(said, str) else said


def _begins_by(statements: Sequence[Row], on: date) -> bool:
    """Whether not all of these statements are of later days."""
    days = [day for one in statements if (day := _day(one["from_on"])) is not None]
    return not days or min(days) <= on

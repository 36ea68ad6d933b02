"""The read tables at one location, live or being rebuilt; one transaction saves a page of facts and its position."""

from __future__ import annotations

import struct
from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import starmap
from typing import TYPE_CHECKING, Any, Final, cast

import msgspec
import psycopg
from psycopg.rows import TupleRow
from psycopg.sql import SQL, Composed, Identifier

from ledger.domain.catalogue import CATALOGUE, Catalogue
from projections.read_models.account_balances import ACCOUNT_BALANCES, AccountBalance, settle
from projections.read_models.accounts import ACCOUNTS, Account
from projections.read_models.gl_postings import GL_POSTINGS
from projections.read_models.gl_sums import GL_SUMS, Tally
from projections.read_models.model import Key, Model, Row, columns
from projections.read_models.page import KEYS, Before, Page, fold, lines, touched
from projections.read_models.registry import KEYED, LINES
from projections.read_models.set_aside import SET_ASIDE, StreamSetAside
from projections.read_models.turnovers import MOST, TURNOVERS, Turning
from projections.store.definitions import POSITION, TABLES, Location, refuse_others

if TYPE_CHECKING:
    from ledger import Recorded

# What a fact can cause that a read model does not expect, or a column cannot hold. Any other error is no fact's fault.
CANNOT_HOLD: Final = (
    psycopg.DataError,
    psycopg.errors.NotNullViolation,
    psycopg.errors.UniqueViolation,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
    struct.error,
)


class ReadTables:
    """The read tables at one location."""

    def __init__(
        self, connection: psycopg.Connection[TupleRow], location: Location, catalogue: Catalogue = CATALOGUE
    ) -> None:
        self.connection = connection
        self.location = location
        self._catalogue = catalogue

    def position(self) -> int:
        """The position up to which the tables contain all facts.

        Raises ReadTablesOutdated if the tables' versions are not this program's.
        """
        return self._position(SQL("SELECT position, versions FROM {}"))

    def apply(self, batch: Sequence[Recorded], after: int, upto: int) -> int:
        """Add all facts after `after` up to `upto`; returns the position reached.

        If another follower was faster, nothing is applied, and the position that it reached is returned. A fact that
        the tables cannot hold is set aside with the later facts of its stream; all others are added.
        """
        try:
            return self._apply(batch, after, upto, self._add)
        except CANNOT_HOLD:
            # Nothing is in the tables. Now the facts that can be held are added without the others.
            return self._apply(batch, after, upto, self._add_what_can_be_held)

    def _apply(
        self, batch: Sequence[Recorded], after: int, upto: int, add: Callable[[Sequence[Recorded]], object]
    ) -> int:
        with self.connection.transaction():
            # A page lost in a crash is lost together with its position, so its facts will be read and added again.
            self.connection.execute("SET LOCAL synchronous_commit TO off")
            position = self._position(SQL("SELECT position, versions FROM {} FOR UPDATE"))
            if position != after or upto <= after:
                return position
            add(self._leave_out(batch))
            self.connection.execute(SQL("UPDATE {} SET position = %s").format(self.location.table(POSITION)), (upto,))
        return upto

    def _leave_out(self, batch: Sequence[Recorded]) -> Sequence[Recorded]:
        """Count the facts of streams that are set aside, and return the other facts."""
        self._need(SET_ASIDE)
        query = SQL("SELECT stream FROM {}").format(self.location.table(SET_ASIDE.table))
        return self._without(batch, {row[0] for row in self.connection.execute(query)})

    def _without(self, batch: Sequence[Recorded], aside: Collection[str]) -> Sequence[Recorded]:
        if not aside:
            return batch
        self._set_aside([one for one in batch if one.stream in aside], "")
        return [one for one in batch if one.stream not in aside]

    def _set_aside(self, facts: Iterable[Recorded], why: str) -> None:
        rows: dict[str, StreamSetAside] = {}
        for one in facts:
            count = rows[one.stream].facts if one.stream in rows else 0
            rows[one.stream] = StreamSetAside(one.stream, one.position, one.name, why, count + 1)
        self._add_to(SET_ASIDE, list(rows.values()), ("facts",))

    def _add(self, batch: Sequence[Recorded]) -> None:
        before = {model.table: self._rows(model, ids) for model, ids in _needed(batch)}
        self._write(batch, fold(batch, before, self._catalogue), before)

    def _add_what_can_be_held(self, batch: Sequence[Recorded]) -> frozenset[str]:
        """Add the facts of a page; where that fails, of each half of it, until one fact is left to be set aside.

        Returns the streams that are set aside now and were not before.
        """
        if not batch:
            return frozenset()
        try:
            with self.connection.transaction():
                self._add(batch)
        except CANNOT_HOLD as trouble:
            if len(batch) == 1:
                self._set_aside(batch, type(trouble).__name__)
                return frozenset({batch[0].stream})
            middle = len(batch) // 2
            aside = self._add_what_can_be_held(batch[:middle])
            # What the first half set aside is not added in the second.
            return aside | self._add_what_can_be_held(self._without(batch[middle:], aside))
        return frozenset()

    def _need(self, model: Model) -> None:
        """Make sure that a table is there before it is read or written; these always are."""

    def analyse(self) -> None:
        """Update the planner's row counts; only the tables' owner may do this."""
        tables = SQL(", ").join(map(self.location.table, TABLES))
        self.connection.execute(SQL("ANALYZE {}").format(tables))

    def _position(self, query: SQL) -> int:
        row = self.connection.execute(query.format(self.location.table(POSITION))).fetchone()
        assert row is not None, "the migration inserted the position table's only row"
        refuse_others(row[1], self.location.schema)
        return int(row[0])

    def _rows(self, model: Model, ids: Collection[str]) -> dict[Key, Row]:
        """The current rows of some streams, by key."""
        query = SQL("SELECT {} FROM {} WHERE {} = ANY(%s)").format(
            _names(model), self.location.table(model.table), Identifier(model.key[0])
        )
        with self.connection.cursor(binary=True) as cursor:
            values = cursor.execute(query, (list(ids),)).fetchall()
        if _has_arrays(model):
            values = [tuple(tuple(one) if isinstance(one, list) else one for one in row) for row in values]
        key_of = KEYS[model.table]
        return {key_of(row): row for row in starmap(model.row, values)}

    def _write(self, batch: Sequence[Recorded], page: Page, before: Before) -> None:
        for model in KEYED:
            if model.table in page.rows:
                replaced = {key[0] for key in before.get(model.table, ())}
                self._replace(model, replaced, page.rows[model.table].values())
        self._write_balances(page)
        # Lines are made, and amounts summed, while the server is still receiving the lines before them.
        tally, turning = Tally(), Turning()
        for model_of_lines in LINES:
            made = turning.passing(model_of_lines, lines(model_of_lines, batch, page, self._catalogue))
            self._copy(model_of_lines, tally.passing(made) if model_of_lines is GL_POSTINGS else made)
        self._add_to(GL_SUMS, tally.rows(), ("debit_minor", "credit_minor", "base_minor"))
        self._add_to(TURNOVERS, turning.rows(), ("amount_minor",))
        self._refuse_sums_beyond_the_end()

    def _refuse_sums_beyond_the_end(self) -> None:
        self._need(TURNOVERS)
        query = SQL("SELECT 1 FROM {} WHERE amount_minor > %s").format(self.location.table(TURNOVERS.table))
        if self.connection.execute(query, (MOST,)).fetchone() is not None:
            raise OverflowError(f"amounts of more than {MOST:,} minor units in one currency cannot be summed")

    def _add_to(self, model: Model, rows: Sequence[Row], amounts: Collection[str]) -> None:
        """Add each row's amounts to those of the stored row with the same key, or insert the row if its key is new."""
        if not rows:
            return
        self._need(model)
        query = SQL("INSERT INTO {} AS kept ({}) SELECT * FROM unnest({}) ON CONFLICT ({}) DO UPDATE SET {}").format(
            self.location.table(model.table),
            _names(model),
            SQL(", ").join(SQL("%s::{}[]").format(SQL(column.type)) for column in columns(model.row)),
            SQL(", ").join(map(Identifier, model.key)),
            SQL(", ").join(SQL("{0} = kept.{0} + excluded.{0}").format(Identifier(name)) for name in amounts),
        )
        values = zip(*map(msgspec.structs.astuple, rows), strict=True)
        self.connection.execute(query, [list(column) for column in values])

    def _write_balances(self, page: Page) -> None:
        ids = {account_id for account_id, _ in page.moved.by_key}
        if not ids:
            return
        balances = cast(dict[Key, AccountBalance], self._rows(ACCOUNT_BALANCES, ids))
        opened = page.rows.get(ACCOUNTS.table, {})
        unknown = ids - {id for id, _ in balances} - {id for (id,) in opened}
        accounts = cast(dict[Key, Account], opened | (self._rows(ACCOUNTS, unknown) if unknown else {}))
        payers = {balance.account_id: balance.payer for balance in balances.values()}
        payers |= {account.account_id: account.payer for account in accounts.values()}
        settled: list[Row] = list(settle(page.moved, balances, payers))
        # Only changed rows are replaced, because an account may also have unchanged rows, in other currencies.
        key_of = KEYS[ACCOUNT_BALANCES.table]
        self._delete_by_key(ACCOUNT_BALANCES, [key for key in map(key_of, settled) if key in balances])
        self._copy(ACCOUNT_BALANCES, settled)

    def _replace(self, model: Model, replaced: Collection[str], rows: Iterable[Row]) -> None:
        """Replace the rows of some streams; this is as cheap as updating them and needs only one code path."""
        if replaced:
            query = SQL("DELETE FROM {} WHERE {} = ANY(%s)")
            self.connection.execute(
                query.format(self.location.table(model.table), Identifier(model.key[0])), (list(replaced),)
            )
        self._copy(model, rows)

    def _delete_by_key(self, model: Model, keys: Sequence[Key]) -> None:
        if keys:
            query = SQL("DELETE FROM {} USING unnest(%s::text[], %s::text[]) AS gone (a, b) WHERE {} = a AND {} = b")
            named = query.format(self.location.table(model.table), *map(Identifier, model.key))
            self.connection.execute(named, [list(part) for part in zip(*keys, strict=True)])

    def _copy(self, model: Model, rows: Iterable[Row]) -> None:
        statement = SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(
            self.location.table(model.table), _names(model)
        )
        values = map(msgspec.structs.astuple, rows)
        if _has_arrays(model):
            values = map(_with_lists, values)
        first = next(values, None)
        if first is None:
            return
        self._need(model)
        with self.connection.cursor() as cursor, cursor.copy(statement) as copy:
            copy.set_types([column.type for column in columns(model.row)])
            write = copy.write_row
            write(first)
            for row in values:
                write(row)


def _needed(batch: Sequence[Recorded]) -> Iterable[tuple[Model, Collection[str]]]:
    ids = touched(batch)
    return ((model, ids[model.table]) for model in KEYED if model.table in ids)


def _names(model: Model) -> Composed:
    return SQL(", ").join(map(Identifier, model.row.__struct_fields__))


def _has_arrays(model: Model) -> bool:
    return any(column.type.endswith("[]") for column in columns(model.row))


def _with_lists(values: tuple[Any, ...]) -> tuple[Any, ...]:
    """The driver maps lists to PostgreSQL arrays; a tuple would become a composite value."""
    return tuple(list(value) if isinstance(value, tuple) else value for value in values)

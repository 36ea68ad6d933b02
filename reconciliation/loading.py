"""One file on its way into the book: what was read of it, its entries with their keys, and what it proves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from ledger.domain.bank_file import StatementProven
from reconciliation.gate import Terms
from reconciliation.matching import continuity, identity
from reconciliation.matching.entries import entries

if TYPE_CHECKING:
    from projections.store.for_matching import ForMatching
    from reconciliation.archive import Archive
    from reconciliation.statements import Parsed

# Bank days further back than this, or ahead by more than this, are not believed.
DAYS_BACK: Final = 30 * 365
DAYS_AHEAD: Final = 7


@dataclass(frozen=True, slots=True)
class Proof:
    """What a file that books nothing says was credited, beside what the book has, minor units."""

    bank_account: str
    currency: str
    from_on: date
    to_on: date
    stated_minor: int
    booked_minor: int


@dataclass(frozen=True, slots=True)
class Stated:
    """A statement of this file in the terms in which those of other files are known."""

    sha256: str
    number: int
    bank_account: str
    currency: str
    statement_id: str | None
    from_on: date | None
    to_on: date | None
    opening_minor: int | None
    closing_minor: int | None
    lines: int
    sum_minor: int
    complete: bool = False


class Loading:
    """A file of the archive as read; its entries are keyed once, however often a chunk of them is planned."""

    def __init__(
        self,
        sha256: str,
        archive: Archive,
        on: date,
        currencies: frozenset[str],
        sources: Mapping[str, tuple[str, str]],
    ) -> None:
        self.sha256 = sha256
        self.terms = Terms(currencies, on - timedelta(days=DAYS_BACK), on + timedelta(days=DAYS_AHEAD))
        self._archive = archive
        self._sources = sources
        self._entries: pl.DataFrame | None = None

    @cached_property
    def parsed(self) -> Parsed:
        """All that could be read of the file."""
        return self._archive.parsed(self.sha256)

    @cached_property
    def _plain(self) -> pl.DataFrame:
        return self._plain_of(self.parsed)

    @cached_property
    def height(self) -> int:
        """How many entries are to be booked."""
        return self._booked(self._plain).height

    @property
    def lines(self) -> int:
        """How many entries the file has, booked from here or not."""
        return self._plain.height

    @property
    def books(self) -> bool:
        """Whether this format is the declared source of some account in the file."""
        return any(self._is_source(row["account"]) for row in self.parsed.statements.to_pylist())

    def entries(self, look_up: ForMatching) -> pl.DataFrame:
        """Entries to book, with their keys."""
        if self._entries is None:
            stated = self._stated()
            known = look_up.statements({one.bank_account for one in stated})
            chains = continuity.chains(stated, known)
            shown = {self.sha256: identity.with_content(self._plain)}
            for one in (one for chain in chains.values() for one in chain if one.sha256 != self.sha256):
                if one.sha256 not in shown:
                    shown[one.sha256] = identity.with_content(self._plain_of(self._archive.parsed(one.sha256)))
            keyed = identity.keyed(self._plain, continuity.earlier(chains, shown))
            self._entries = self._booked(keyed)
        return self._entries

    def unproven(self, look_up: ForMatching) -> list[int]:
        """Statements, by number, that neither a balance nor their own like proves to be new or known."""
        stated = [one for one in self._stated() if one.opening_minor is None]
        known = look_up.statements({one.bank_account for one in stated}) if stated else ()
        return [one.number for one in stated if continuity.already_whole(one, known) is None]

    def proven(self) -> tuple[StatementProven, ...]:
        """The file's statements for the record of its loading."""
        return tuple(
            StatementProven(
                bank_account=one.bank_account,
                currency=one.currency,
                statement_id=one.statement_id,
                from_on=one.from_on,
                to_on=one.to_on,
                opening_minor=one.opening_minor,
                closing_minor=one.closing_minor,
                lines=one.lines,
                sum_minor=one.sum_minor,
            )
            for one in self._stated()
        )

    def proofs(self, look_up: ForMatching) -> tuple[Proof, ...]:
        """Credits stated beside credits booked, for accounts whose source is another format."""
        found: list[Proof] = []
        for one in self._stated():
            if self._is_source(one.bank_account) or one.from_on is None or one.to_on is None:
                continue
            mine = self._plain.filter((pl.col("statement_no") == one.number) & (pl.col("amount_minor") > 0))
            booked = look_up.credited(one.bank_account, one.from_on, one.to_on)
            stated = int(mine["amount_minor"].sum())
            found.append(Proof(one.bank_account, one.currency, one.from_on, one.to_on, stated, booked))
        return tuple(found)

    def _plain_of(self, parsed: Parsed) -> pl.DataFrame:
        return entries(parsed.lines, parsed.statements, self.terms.earliest_on, self.terms.latest_on)

    def _booked(self, frame: pl.DataFrame) -> pl.DataFrame:
        accounts = [account for account in set(frame["account"]) if self._is_source(account)]
        return frame.filter(frame["account"].is_in(accounts))

    def _is_source(self, account: str | None) -> bool:
        return self._sources.get(account or "", ("", ""))[1] == self.parsed.format

    def _stated(self) -> list[Stated]:
        # A statement that does not say its days has those of its lines.
        told: dict[Any, tuple[Any, ...]] = {
            number: tuple(rest)
            for number, *rest in self._plain.group_by("statement_no")
            .agg(
                pl.len(), pl.col("amount_minor").sum(), first=pl.col("booked_on").min(), last=pl.col("booked_on").max()
            )
            .iter_rows()
        }
        nothing = (0, 0, None, None)
        return [
            Stated(
                sha256=self.sha256,
                number=row["statement_no"],
                bank_account=row["account"] or "",
                currency=row["currency"] or "",
                statement_id=row["statement_id"],
                from_on=row["from_on"] or told.get(row["statement_no"], nothing)[2],
                to_on=row["to_on"] or told.get(row["statement_no"], nothing)[3],
                opening_minor=row["opening_minor"],
                closing_minor=row["closing_minor"],
                lines=told.get(row["statement_no"], nothing)[0],
                sum_minor=told.get(row["statement_no"], nothing)[1],
            )
            for row in self.parsed.statements.to_pylist()
        ]

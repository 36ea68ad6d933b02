"""What is needed to load one file: its parsed data, its entries with their keys, and what the file proves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

import polars as pl
import pyarrow as pa

from ledger import zone_of
from ledger.domain.bank.file import StatementProven
from ledger.domain.grammar import LONGEST_LINE, LONGEST_WORDS
from ledger.domain.terms.entity import Terms as EntityTerms
from projections.store.matching_lookups import KnownStatement
from reconciliation.gate import Terms
from reconciliation.matching import continuity, corrected, differences, identity, pairing, relations, repeated_lines
from reconciliation.matching.accounts import OurAccount, OurAccounts
from reconciliation.matching.changed_lines import Changed
from reconciliation.matching.debits import STOPPED
from reconciliation.matching.entries import entries
from reconciliation.matching.origins import with_origins
from reconciliation.matching.own_numbers import left_out
from reconciliation.matching.recalls import first
from reconciliation.statements import TRAITS, Profile
from reconciliation.statements.values import in_one_line
from reconciliation.steps import changed_again, stated_otherwise
from reconciliation.steps.account_feeds import feeds
from reconciliation.steps.booked_elsewhere import Elsewhere
from reconciliation.steps.other_feeds import NEAR, beside
from reconciliation.steps.stated_otherwise import Otherwise

if TYPE_CHECKING:
    from projections.store.matching_lookups import ForMatching
    from reconciliation.archive import Archive
    from reconciliation.statements import Parsed
    from reconciliation.statements.traits import Traits
    from reconciliation.steps.mapped_files import FileMappings


class FileLoad:
    """A parsed file of the archive; all chunks share its entries, whose keys are made only once."""

    def __init__(
        self,
        sha256: str,
        archive: Archive,
        on: date,
        terms: EntityTerms,
        accounts: OurAccounts,
        mappings: FileMappings | None = None,
    ) -> None:
        self.sha256 = sha256
        self.terms = Terms.of(terms, on)
        self._profile = Profile(zone_of(terms), accounts.flipping)
        self._archive = archive
        self._mappings = mappings
        self.accounts = accounts
        self._entries: pl.DataFrame | None = None
        self.changed: tuple[Changed, ...] = ()  # What came before with other payments.
        self.otherwise: tuple[Otherwise, ...] = ()  # What other files of the account state otherwise.
        self.of_providers: pl.DataFrame | None = None  # Entries that may be payouts, once they were looked for.

    @cached_property
    def parsed(self) -> Parsed:
        """Everything that could be read of the file."""
        return self._read(self.sha256)

    @property
    def traits(self) -> Traits | None:
        """The traits of the file's format, if it is known."""
        return TRAITS.get(self.parsed.format or "")

    @property
    def read_by(self) -> str | None:
        """The version of the file mapping by which a table was read."""
        return self.parsed.message if self.traits is not None and self.traits.mapped else None

    @cached_property
    def plain(self) -> pl.DataFrame:
        """The entries that the file's lines lead to, without keys, whether or not they are booked."""
        return self._plain_of(self.parsed)

    @property
    def lines(self) -> int:
        """The number of entries in the file, whether or not they are to be booked."""
        return self.plain.height

    @cached_property
    def stopped(self) -> pl.DataFrame:
        """The lines about payments of direct debits that were not made, or not yet; none of them is money."""
        if self.traits is None or not self.traits.answers_debits:
            return pl.DataFrame()
        lines = pl.DataFrame(pl.from_arrow(self.parsed.lines.select(STOPPED)))
        return lines.filter((pl.col("status") == "info") & pl.col("return_reason").is_not_null())

    @property
    def before_opening(self) -> int:
        """The number of entries that are not booked, because the account's opening balance contains them."""
        return int((~self._after_opening(self.plain)).sum())

    @property
    def books(self) -> bool:
        """Whether files of this format are booked."""
        return self.traits is not None and self.traits.books

    def entries(self, look_up: ForMatching) -> pl.DataFrame:
        """The entries in the order of booking, with their keys and what happens to each: a `decision` of `pairing`."""
        if self._entries is None:
            stated = self._stated()
            known = look_up.statements({one.proven.bank_account for one in stated})
            repeated = self._repeated(stated, [one for one in known if one.sha256 != self.sha256])
            chains = continuity.chains(stated, known, repeated)
            shown = {self.sha256: identity.with_content(self.plain)}
            for one in (one for chain in chains.values() for one in chain if one.sha256 != self.sha256):
                if one.sha256 not in shown:
                    shown[one.sha256] = identity.with_content(self.shown(one.sha256))
            keyed = identity.keyed(self.plain, continuity.earlier(chains, shown))
            self._entries = first(self._decided(self._booked(keyed), stated, known, look_up, repeated))
        return self._entries

    def _repeated(self, stated: list[KnownStatement], others: list[KnownStatement]) -> repeated_lines.Repeated:
        shown = cache(self.shown)

        @cache
        def lines_of(one: KnownStatement) -> repeated_lines.Lines:
            plain = self.plain if one.sha256 == self.sha256 else shown(one.sha256)
            return repeated_lines.lines_of(plain.filter(pl.col("statement_no") == one.number))

        return repeated_lines.repeated(stated, others, lines_of)

    def _decided(
        self,
        entries: pl.DataFrame,
        stated: list[KnownStatement],
        known: Sequence[KnownStatement],
        look_up: ForMatching,
        repeated: repeated_lines.Repeated,
    ) -> pl.DataFrame:
        """The entries beside what is booked from other files; what this file contradicts is a further entry."""
        others = [one for one in known if one.sha256 != self.sha256]
        began = next((number for number, one in enumerate(known) if one.sha256 == self.sha256), len(known))
        found = feeds({one.proven.bank_account for one in stated}, self.accounts, known[:began])
        format = self.parsed.format
        delivered = relations.deliveries(stated, others, repeated)
        booked = self._elsewhere(entries, stated, others, look_up, delivered, bool(found.mixed))
        decided = pairing.decide(entries, stated, others, booked, format, repeated)
        entries = entries.join(decided.lines, on=["statement_no", "line_no"], how="left", maintain_order="left")
        entries, self.changed = changed_again.apart(entries, booked, format, stated, others, self.shown)
        other = Elsewhere(format, others, look_up, self.shown)
        entries, otherwise = beside(entries, booked, stated, found, other)
        proven = [one.number for one in stated if one.proven.opening_minor is not None]
        # Payments of a detail file may have the keys of a statement's lines; a statement's lines, any keys.
        taken = pl.col("key").is_in(booked.filter(pl.col("format").ne_missing(pl.lit(format)))["line_key"].implode())
        fresh = (pl.col("decision") == pairing.BOOK) & (pl.col("statement_no").is_in(proven) | taken)
        apart = identity.apart(entries.with_columns(fresh=fresh), booked["line_key"], self.sha256)
        self.otherwise = stated_otherwise.renamed(otherwise, entries["key"], apart["key"])
        entries = apart.drop("fresh")
        entries = differences.beside(entries, decided.differences)
        return differences.beside(entries, tuple(self._corrections(stated, others, look_up, entries)))

    def _corrections(
        self, stated: list[KnownStatement], others: list[KnownStatement], look_up: ForMatching, entries: pl.DataFrame
    ) -> Iterator[differences.Difference]:
        for one in corrected.corrected(stated, others):
            files = [other.sha256 for other in one.alike]
            found = pl.DataFrame(pl.from_arrow(look_up.booked({one.statement.proven.bank_account}, *one.days, files)))
            elsewhere = found.filter(pl.col("file").ne_missing(pl.lit(self.sha256)))
            made = corrected.difference(one, corrected.with_new(elsewhere, entries, self.sha256))
            if made is not None:
                yield made

    def _elsewhere(
        self,
        entries: pl.DataFrame,
        stated: list[KnownStatement],
        others: list[KnownStatement],
        look_up: ForMatching,
        delivered: Sequence[relations.Relation],
        mixed: bool,
    ) -> pl.DataFrame:
        """What is booked from other files on the days of this file and of longer statements, or by earlier deliveries.

        Files of several feeds may show a payment on neighbouring days, and so may two files without balances.
        """
        longer = relations.longer(delivered, others)
        said = [day for one in (*stated, *longer) for day in (one.proven.from_on, one.proven.to_on)]
        days = [day for day in (*said, *entries["booked_on"].unique()) if day is not None]
        again = [one.file for one in delivered]
        joined = [relations.joined(one, [*others, *stated]) for one in stated]
        again += [one.sha256 for found in joined if found is not None for one in found.statements]
        accounts = {one.proven.bank_account for one in stated}
        first, last = (min(days), max(days)) if days else (date.min, date.min)
        unproven = any(one.proven.opening_minor is None for one in (*stated, *others))
        if (mixed or unproven) and days:
            first, last = first - NEAR, last + NEAR
        found = look_up.booked(accounts, first, last, again)
        return pl.DataFrame(pl.from_arrow(found)).filter(pl.col("file").ne_missing(pl.lit(self.sha256)))

    def shown(self, sha256: str) -> pl.DataFrame:
        """The entries of another file of the archive, without keys."""
        return self._plain_of(self._read(sha256))

    def _read(self, sha256: str) -> Parsed:
        if self._mappings is None:
            return self._archive.parsed(sha256, self._profile)
        return self._mappings.parsed(self._archive, sha256, self._profile)

    def seen_before(self, receipts: int, movements: int) -> int:
        """How many entries of the file are no money of its own, if it brought so many receipts and movements."""
        assert self._entries is not None, "a file is loaded before it is closed"
        changed = sum(len(one.payments) for one in self.changed)
        return self._entries.height - receipts - movements - changed

    def account_of(self, number: str | None, currency: str | None) -> OurAccount | None:
        """Our account that the file names, or the one that its file mapping names by our id of it."""
        if self.read_by is None:
            return self.accounts.named(number, currency)
        account = self.accounts.account(number or "")
        return account if account is not None and account.currency == currency else None

    def unproven(self, look_up: ForMatching) -> list[int]:
        """The `statement_no` of each statement that has no opening balance and equals no statement loaded before.

        Nothing shows whether these statements are new or repeats.
        """
        stated = [one for one in self._stated() if one.proven.opening_minor is None]
        known = look_up.statements({one.proven.bank_account for one in stated}) if stated else ()
        return [one.number for one in stated if continuity.already_whole(one, known) is None]

    def proven(self) -> tuple[StatementProven, ...]:
        """The file's statements, as they are recorded when loading begins."""
        return tuple(one.proven for one in self._stated())

    def _plain_of(self, parsed: Parsed) -> pl.DataFrame:
        made = entries(parsed.kept, self._ours(parsed.statements), self.terms.earliest_on, self.terms.latest_on)
        made = left_out(made, self.accounts.numbers)
        return with_origins(made, parsed.statements, TRAITS.get(parsed.format or ""))

    def _ours(self, statements: pa.Table) -> pa.Table:
        """The statements with the id of our account in place of the number that the file states."""
        rows = statements.select(["account", "currency"]).to_pylist()
        named = [self.account_of(row["account"], row["currency"]) for row in rows]
        ids = [one.bank_account if one else row["account"] for one, row in zip(named, rows, strict=True)]
        index = statements.column_names.index("account")
        return statements.set_column(index, "account", pa.array(ids, pa.string()))

    def _booked(self, frame: pl.DataFrame) -> pl.DataFrame:
        return frame.filter(self._after_opening(frame)) if self.books else frame.clear()

    def _after_opening(self, frame: pl.DataFrame) -> pl.Series:
        """For each entry, whether it is not in its account's opening balance."""
        found = {one: self.accounts.account(one) for one in set(frame["account"].drop_nulls())}
        days = {one: account.opening_on for one, account in found.items() if account and account.opening_on}
        opened = frame["account"].replace_strict(days, default=None, return_dtype=pl.Date)
        return (frame["booked_on"] > opened).fill_null(value=True)

    def _stated(self) -> list[KnownStatement]:
        # A statement without days gets the first and last day of its lines.
        said: dict[Any, tuple[Any, ...]] = {
            number: tuple(rest)
            for number, *rest in self.plain.group_by("statement_no")
            .agg(
                pl.len(),
                pl.col("amount_minor").sum(),
                incoming=pl.col("amount_minor").clip(0).sum(),
                first=pl.col("booked_on").min(),
                last=pl.col("booked_on").max(),
            )
            .iter_rows()
        }
        rows = self._ours(self.parsed.statements).to_pylist()
        return [self._known(row, *said.get(row["statement_no"], (0, 0, 0, None, None))) for row in rows]

    def _known(
        self,
        row: dict[str, Any],
        lines: int,
        sum_minor: int,
        incoming_minor: int,
        first: date | None,
        last: date | None,
    ) -> KnownStatement:
        proven = StatementProven(
            bank_account=row["account"] or "",
            currency=row["currency"] or "",
            statement_id=in_one_line(row["statement_id"], LONGEST_WORDS),
            from_on=row["from_on"] or first,
            to_on=row["to_on"] or last,
            opening_minor=row["opening_minor"],
            closing_minor=row["closing_minor"],
            lines=lines,
            sum_minor=sum_minor,
            sequence=in_one_line(row["sequence"], LONGEST_LINE),
            incoming_minor=incoming_minor,
        )
        return KnownStatement(self.sha256, row["statement_no"], proven, complete=False)

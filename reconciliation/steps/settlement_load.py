"""What is needed to load one settlement file of a payment provider: its transactions, and which of them are booked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl
import pyarrow as pa

from reconciliation.matching import own_numbers, pairing, recalls, remittances, settlements
from reconciliation.steps import captured_sums
from reconciliation.steps.answers_load import kind_of
from reconciliation.steps.captured_sums import OfSums
from reconciliation.steps.file_load import FileLoad

if TYPE_CHECKING:
    from datetime import date

    from ledger.domain.terms.entity import Terms as EntityTerms
    from projections.store.matching_lookups import ForMatching
    from projections.store.provider_lookups import ForSettlements
    from reconciliation.archive import Archive
    from reconciliation.matching.accounts import OurAccount, OurAccounts
    from reconciliation.statements import Parsed
    from reconciliation.steps.mapped_files import FileMappings


# What happens to a transaction besides `pairing.BOOK` and `pairing.AGAIN`: it was recorded when it was captured, or it
# was recorded with another amount or with other charges. A claim for which nothing is paid is no money.
CAPTURED: Final = "captured"
UNPAID: Final = remittances.UNPAID
# A settlement has a transaction that it did not have when it was booked, although it pays out the same.
GAINED: Final = "gained"
CONTRADICTED: Final = "contradicted"
# The payout of a settlement that has other amounts than it had when it was booked.
CHANGED: Final = "changed"
# A payment has an id that another one in the file has too.
SECOND: Final = "second"
# What a payer paid before under another number of the remittance.
REPEATED: Final = "repeated"
_PAYOUTS: Final = ("payout", "payout_returned")


class SettlementLoad(FileLoad):
    """A parsed settlement file; a provider's own ids say which of its transactions are in the book already."""

    def account_of(self, number: str | None, currency: str | None) -> OurAccount | None:
        """Our account at the provider that the file names, or the only one there if it names none."""
        if self.read_by is not None:
            return super().account_of(number, currency)
        provider = self.traits.provider if self.traits is not None else None
        return self.accounts.at_provider(number, currency, provider or "")

    def decide(self, look_up: ForSettlements) -> None:
        """Decide what happens to each transaction; what is booked is looked up once."""
        if self._entries is not None:
            return
        frame = settlements.keyed(self.plain, within_settlement=self.is_remittance)
        settled = pl.DataFrame(pl.from_arrow(look_up.settled(frame["key"].to_list()))).unique("line_key", keep="first")
        captured = _captured(frame.filter(pl.col("kind") == "payment"), look_up)
        frame = frame.join(
            settled.select(
                "file",
                "paid_out",
                key="line_key",
                settled_minor="amount_minor",
                charged_minor="charges_minor",
                taxed_minor="tax_minor",
                settled_as="money_id",
            ),
            on="key",
            how="left",
            maintain_order="left",
        ).join(captured, on="key", how="left", maintain_order="left")
        first = pl.int_range(pl.len()).over("receipt_id") == 0
        alike = _alike("settled_minor", "amount_minor") & _alike("charged_minor", "charges_minor")
        # Another report may not say the tax.
        alike &= _alike("taxed_minor", "charges_tax_minor").fill_null(value=True)
        is_captured = pl.col("receipt_id").is_not_null() & first
        decision = (
            pl.when(pl.col("kind") == UNPAID)
            .then(pl.lit(UNPAID))
            .when(pl.col("settled_minor").is_not_null() & ~alike)
            .then(pl.lit(CONTRADICTED))
            .when(pl.col("settled_minor").is_not_null())
            .then(pl.lit(pairing.AGAIN))
            .when(is_captured & (pl.col("captured_minor") == pl.col("amount_minor")))
            .then(pl.lit(CAPTURED))
            .otherwise(pl.lit(pairing.BOOK))
        )
        frame = self._without_gains(_booked_whole(frame.with_columns(decision=decision)))
        frame = _without_second(self._without_changed(frame), self.is_remittance)
        frame = self._without_repeats(frame, look_up) if self.is_remittance else frame
        frame, self._sums = captured_sums.decided(frame, look_up)
        self._entries = recalls.first(frame)

    def _without_changed(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The entries, where transactions that were paid out have no second payout; adds `overlaps`.

        A payout without an id of its own is known by its amount, so in a settlement that contradicts itself as it was
        booked, it is no other payout. Nor is one with another id, if all that it pays out was paid out. If only some of
        it was, it is another payout that `overlaps` one of before.
        """
        is_payout, is_new = pl.col("kind").is_in(_PAYOUTS), pl.col("decision") == pairing.BOOK
        of_before = self._of_before()
        changed = of_before & (pl.col("decision") == CONTRADICTED)
        paid_out = of_before & (pl.col("decision") == pairing.AGAIN) & pl.col("paid_out").fill_null(value=False)
        frame = frame.with_columns(
            changed=changed.any().over("statement_no"),
            some=(paid_out & ~is_payout).any().over("statement_no"),
            whole=(paid_out | is_payout | (pl.col("kind") == UNPAID)).all().over("statement_no"),
            sums=_sums_to_nothing() & ~(of_before & is_payout).any().over("statement_no"),
        )
        repaid = pl.col("sums") & pl.col("some")
        again = is_payout & is_new & ((pl.col("changed") & ~pl.col("has_id")) | (repaid & pl.col("whole")))
        return frame.with_columns(
            decision=pl.when(again).then(pl.lit(CHANGED)).otherwise("decision"),
            overlaps=is_payout & is_new & ~again & repaid,
        ).drop("changed", "some", "whole", "sums")

    def _without_gains(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The entries, where a settlement that is paid out as before has no new transactions: its payout is their sum.

        A payer of lumps keeps nothing, so a remittance that comes again with another lump has no new claims either.
        What an earlier run of this file has booked is no settlement of before.
        """
        is_payout = pl.col("kind").is_in(_PAYOUTS)
        known = [pairing.AGAIN, CONTRADICTED] if self.is_remittance else [pairing.AGAIN]
        before = is_payout & pl.col("decision").is_in(known) & self._of_before()
        whole = _sums_to_nothing() & before.any().over("statement_no")
        gained = whole & (pl.col("decision") == pairing.BOOK) & ~is_payout
        return frame.with_columns(decision=pl.when(gained).then(pl.lit(GAINED)).otherwise("decision"))

    def _of_before(self) -> pl.Expr:
        """Whether a transaction is in the book from another file; an earlier run of this one is no other file."""
        return pl.col("settled_minor").is_not_null() & pl.col("file").ne_missing(pl.lit(self.sha256))

    def _without_repeats(self, frame: pl.DataFrame, look_up: ForSettlements) -> pl.DataFrame:
        """The entries, where a remittance with another trace number is no new one if it pays only what was paid.

        A payer that pays a remittance anew, for the payment went astray, gives it another number; the claims keep
        theirs. A claim that was taken back may be paid again.
        """
        is_new = (pl.col("decision").is_in([pairing.BOOK, UNPAID])).all().over("statement_no")
        paid = frame.filter(is_new & (pl.col("kind") == "payment"))
        kept = pl.DataFrame(pl.from_arrow(look_up.kept(paid["bank_id_key"].drop_nulls().unique().to_list())))
        before = kept.filter(pl.col("file") != self.sha256).select("bank_id_key", "amount_minor").unique()
        again = frame.join(before.with_columns(was_paid=True), on=["bank_id_key", "amount_minor"], how="left")
        repeats = (
            again.filter(pl.col("kind").is_in(["payment", "chargeback"]))
            .group_by("statement_no")
            .agg(pl.col("was_paid").fill_null(value=False).all() & (pl.col("kind") == "payment").all())
            .filter("was_paid")
        )
        of_before = is_new & pl.col("statement_no").is_in(repeats["statement_no"].to_list())
        return frame.with_columns(decision=pl.when(of_before).then(pl.lit(REPEATED)).otherwise("decision"))

    def entries(self, look_up: ForMatching) -> pl.DataFrame:
        """The transactions with their keys and what happens to each."""
        assert self._entries is not None, "what is booked of a settlement is looked up before"
        return self._entries

    @property
    def of_sums(self) -> OfSums:
        """What the file's sums of payments are, if payments that were recorded at capture wait."""
        assert self._entries is not None, "what is booked of a settlement is looked up before"
        return self._sums

    def seen_before(self, receipts: int, movements: int) -> int:
        """How many transactions of the file are no money of its own."""
        assert self._entries is not None, "a file is loaded before it is closed"
        return self._entries.filter(~pl.col("decision").is_in([pairing.BOOK, captured_sums.UNSURE])).height

    def unproven(self, look_up: ForMatching) -> list[int]:
        """None: a provider's ids prove what is a repeat."""
        return []

    def _plain_of(self, parsed: Parsed) -> pl.DataFrame:
        ours = self._ours(parsed.statements)
        rails = {one.bank_account: one.rail for one in self.accounts.at_providers()}
        rail = pa.array([rails.get(id) for id in ours["account"].to_pylist()], pa.string())
        earliest, latest = self.terms.earliest_on, self.terms.latest_on
        beside = self.accounts.in_currencies()
        sums = self.traits is not None and self.traits.sums
        made = settlements.entries(
            parsed.kept,
            ours.append_column("rail", rail),
            earliest,
            latest,
            beside,
            sums=sums,
            remittance=self.is_remittance,
        )
        return own_numbers.left_out(made, self.accounts.numbers)

    @property
    def is_remittance(self) -> bool:
        """Whether the transactions are claims, which the file's payer decided."""
        return self.traits is not None and self.traits.holds == "remittance"


def is_recorded_otherwise() -> pl.Expr:
    """Whether a payment is booked although a person had recorded it with another amount, which may be the wrong one."""
    other = pl.col("captured_minor") != pl.col("amount_minor")
    return ((pl.col("decision") == pairing.BOOK) & other).fill_null(value=False)


def _alike(booked: str, stated: str) -> pl.Expr:
    """Whether the book has an amount as the file has it; null if one of them has none."""
    return pl.col(booked) == pl.col(stated)


def _without_second(frame: pl.DataFrame, remittance: bool) -> pl.DataFrame:
    """The entries, where of payments with one id only the first is booked: an id of a provider is of one transaction.

    A payer of a `remittance` gives several claims one number.
    """
    if remittance:
        return frame
    nth = pl.int_range(pl.len()).over("account", "kind", "bank_ref")
    second = (pl.col("kind") == "payment") & pl.col("has_id") & (pl.col("decision") == pairing.BOOK) & (nth > 0)
    return frame.with_columns(decision=pl.when(second).then(pl.lit(SECOND)).otherwise("decision"))


def _sums_to_nothing() -> pl.Expr:
    """Whether a settlement's transactions and its payout sum to nothing, so that it pays out all of them."""
    net = pl.col("amount_minor") - pl.col("charges_minor").fill_null(0)
    return (net.sum() == 0).over("statement_no")


def _booked_whole(frame: pl.DataFrame) -> pl.DataFrame:
    """The entries, where what the book has in the settlement's currency already is not booked in the payer's as well.

    Our account in that currency was declared later.
    """
    is_known = settlements.changed_into() & pl.col("settled_minor").is_not_null()
    known = is_known.any().over("statement_no", "line_no", "detail_no") & (pl.col("decision") == pairing.BOOK)
    return frame.with_columns(decision=pl.when(known).then(pl.lit(pairing.AGAIN)).otherwise("decision"))


def _captured(payments: pl.DataFrame, look_up: ForSettlements) -> pl.DataFrame:
    """The payments that were recorded when they were captured: key, receipt_id and captured_minor.

    Whoever recorded one may have given either id of it: that of the payment, or the one under which we asked for it.
    """
    ids = ("bank_id_key", "end_to_end_key")
    asked = pl.concat([payments[one] for one in ids]).drop_nulls().unique().sort()
    found = pl.DataFrame(pl.from_arrow(look_up.captured(asked.to_list())))
    found = found.select("receipt_id", id="bank_id_key", captured_minor="amount_minor")
    both = [payments.select("key", id=one).join(found, on="id", maintain_order="left") for one in ids]
    return pl.concat(both).unique("key", keep="first", maintain_order=True).drop("id")


def load(
    sha256: str,
    archive: Archive,
    on: date,
    terms: EntityTerms,
    accounts: OurAccounts,
    mappings: FileMappings | None = None,
) -> FileLoad:
    """What is needed to load a file of the archive: a statement, a settlement or remittance, or answers to orders."""
    plain = FileLoad(sha256, archive, on, terms, accounts, mappings)
    loading = _kind_of(plain)(sha256, archive, on, terms, accounts, mappings)
    loading.parsed = plain.parsed
    return loading


def _kind_of(loading: FileLoad) -> type[FileLoad]:
    """How a file is loaded that holds what this one holds."""
    answers, traits = kind_of(loading.parsed), loading.traits
    if answers is not None:
        return answers
    return SettlementLoad if traits is not None and traits.settles else FileLoad

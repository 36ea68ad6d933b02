"""The step that looks up payouts with the lines that are theirs, and reads in the archive what such lines say."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from ledger.vault.refusals import VaultRefused
from reconciliation.archive import ArchiveRefused
from reconciliation.matching import receipts_of_payouts, sent_payouts
from reconciliation.matching.arrived_payouts import arrived
from reconciliation.matching.entries import PAYMENTS
from reconciliation.matching.payout_lines import of_providers
from reconciliation.matching.payouts import (
    AFTER,
    BEFORE,
    REMEMBERED,
    SAID,
    Arrival,
    Arrived,
    KnownPayout,
    Sender,
    texts_of,
)
from reconciliation.matching.receipts_of_payouts import WaitingReceipt
from reconciliation.matching.sent_payouts import Sent
from reconciliation.proposals.statement import with_ids
from reconciliation.steps.settlement_load import load

if TYPE_CHECKING:
    from reconciliation.steps.day import BankDay
    from reconciliation.steps.file_load import FileLoad

_Place = tuple[int | None, str | None]


def arrived_in(day: BankDay, loading: FileLoad, whole: pl.DataFrame, entries: pl.DataFrame) -> Arrived:
    """The entries of a chunk that are payouts of our payment providers; `whole` are all of the file to be booked.

    A line of another chunk may be the same payout as well, or take it back. So those of the file that may be payouts
    are looked at together in each chunk, as if none of them were in the book yet.
    """
    at_providers = day.books.store.now.provider_accounts()
    if not at_providers or entries.is_empty():
        return Arrived({}, {})
    senders = [Sender(one["bank_account"], one["currency"], tuple(one["senders"])) for one in at_providers]
    if loading.of_providers is None:
        loading.of_providers = of_providers(whole, senders)
    columns = loading.of_providers.columns
    rows = pl.concat([loading.of_providers, entries.select(columns)]).unique("key", maintain_order=True)
    known, arrivals = _known(day, rows, with_ids(loading.of_providers)["money_id"].to_list())
    under_way = {(one.currency, one.left_minor) for one in known if not one.unannounced}
    under_way &= set(rows.select("currency", "amount_minor").iter_rows())
    unannounced = {one.payout_id for one in known if one.unannounced}
    # Such a line may be the payout under way as well as a line of the file.
    wait = [one for one in arrivals if one.payout_id in unannounced and (one.currency, one.amount_minor) in under_way]
    found, mine = arrived(rows, known, _with_texts(day, arrivals, wait), senders), set(entries["key"])
    found = {key: of for key, of in found.items() if key in mine}
    return Arrived(found, day.books.store.settlements.sent_parts([id for of in found.values() for id in of.beside]))


def sent_in(day: BankDay, rows: pl.DataFrame) -> Sent:
    """What the payouts of a provider's file are; `rows` are all those of the file that are not in the book yet."""
    known, arrivals = _known(day, rows)
    meant = sent_payouts.may_be_meant(rows, known, arrivals)
    found = sent_payouts.sent(rows, known, _with_texts(day, meant, meant))
    asked = receipts_of_payouts.not_arrived(rows, found, known)
    if not asked.is_empty():
        receipts_of_payouts.add_receipts(asked, found, known, _waiting(day, asked))
    found.parts = day.books.store.settlements.sent_parts(list(found.beside))
    return found


def _waiting(day: BankDay, payouts: pl.DataFrame) -> list[WaitingReceipt]:
    """The receipts of our banks that wait since these payouts were sent, with what their lines say."""
    first, last = payouts["booked_on"].min(), payouts["booked_on"].max()
    assert isinstance(first, date)
    assert isinstance(last, date)
    rows = day.books.store.settlements.untouched_receipts(payouts["currency"].to_list(), first - AFTER, last + BEFORE)
    waiting = [WaitingReceipt(**one) for one in rows]
    said = _texts(day, waiting)
    return [one._replace(said=said[one.file].get(_place(one), ())) for one in waiting]


def _known(day: BankDay, entries: pl.DataFrame, without: Sequence[str] = ()) -> tuple[list[KnownPayout], list[Arrival]]:
    """The payouts under way and those of which something moved lately, and their lines, `without` some of these."""
    first = entries["booked_on"].min()
    assert isinstance(first, date), "what is booked has a day"
    settlements = day.books.store.settlements
    since = first - REMEMBERED if first - date.min > REMEMBERED else date.min
    known = [KnownPayout(**one | {"more_refs": tuple(one["more_refs"])}) for one in settlements.payouts(since, without)]
    lines = [Arrival(**one) for one in settlements.arrivals([one.payout_id for one in known])]
    return known, [one for one in lines if one.part_id not in without]


def _with_texts(day: BankDay, arrivals: Iterable[Arrival], asked: Collection[Arrival]) -> list[Arrival]:
    """The lines, those that are asked about with the texts that their files have."""
    texts = _texts(day, asked)
    wanted = {one.part_id for one in asked}
    return [
        one._replace(said=texts[one.file].get(_place(one), ())) if one.part_id in wanted and one.file else one
        for one in arrivals
    ]


def _texts(day: BankDay, asked: Collection[Arrival | WaitingReceipt]) -> dict[str, Mapping[_Place, tuple[str, ...]]]:
    """What lines say, by their files and places."""
    places: dict[str, set[_Place]] = {}
    for one in asked:
        if one.file is not None:
            places.setdefault(one.file, set()).add(_place(one))
    return {file: _texts_of(day, file, places[file]) for file in sorted(places)}


def _texts_of(day: BankDay, file: str, places: Collection[_Place]) -> Mapping[_Place, tuple[str, ...]]:
    """What these lines of a file say; nothing if the file was erased, for example, so that a person decides."""
    try:
        return _read_again(day, file, places)
    except (ArchiveRefused, VaultRefused):
        return {}


def _read_again(day: BankDay, file: str, places: Collection[_Place]) -> Mapping[_Place, tuple[str, ...]]:
    loading = load(file, day.archive, day.on, day.books.terms(), day.our_accounts(), day.mappings())
    lines = loading.plain.filter(pl.col("part").is_in(PAYMENTS)).select("statement_no", "raw_position", *SAID)
    asked = lines.filter(pl.col("raw_position").is_in([position for _, position in places]))
    return {(row["statement_no"], row["raw_position"]): texts_of(row) for row in asked.to_dicts()}


def _place(one: Arrival | WaitingReceipt) -> _Place:
    return one.statement_no, one.raw_position

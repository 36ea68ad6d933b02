"""The step that matches receipts with payment requests, and leaves to people what may be for another request too."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

import polars as pl

from reconciliation.matching import candidates, disputes, exact_match, other_requests, written

if TYPE_CHECKING:
    from projections.store.matching_lookups import ForMatching


def matched(
    look_up: ForMatching, receipts: pl.DataFrame, disputed: Collection[str] = (), recorded: Collection[str] = ()
) -> pl.DataFrame:
    """Each receipt with its payment request, or with the reason why no match is certain.

    A won dispute that quotes no reference has the one of its payment. The second question is asked only for receipts
    with words and another amount than is open. `disputed` are the hashes of the ids of payments whose dispute comes in
    the same file, and `recorded` the keys of receipts of which a person has recorded another amount.
    """
    if disputed_ids := disputes.without_reference(receipts):
        receipts = disputes.named(receipts, look_up.paid_by(disputed_ids))
    found = exact_match.match(receipts, look_up.by_reference(exact_match.asked(receipts), 2))
    found = exact_match.beside_recorded(exact_match.without_credit(found, disputed), recorded)
    unsure = other_requests.unsure(found)
    mistyped, numbers = written.mistyped(unsure), written.numbers(unsure)
    if mistyped.is_empty() and numbers.is_empty():
        return found
    requests = look_up.by_reference(sorted(set(mistyped["reference"])), candidates.MOST)
    invoices = look_up.by_number(sorted(set(numbers["number"])), candidates.MOST)
    return other_requests.doubted(found, mistyped, requests, numbers, invoices)


def suggested(look_up: ForMatching, matched: pl.DataFrame) -> pl.DataFrame:
    """The items that the unmatched receipts among these might be for."""
    unmatched = matched.filter(matched["reason"].is_not_null())
    if unmatched.is_empty():
        return candidates.NONE
    slipped, numbered = candidates.slips(unmatched), candidates.numbered(unmatched)
    most = candidates.MOST
    amounts = sorted(set(unmatched.select("currency", "amount_minor").iter_rows()))
    by_reference = candidates.Named(slipped, look_up.by_reference(sorted(set(slipped["reference"])), most))
    by_number = candidates.Named(numbered, look_up.by_number(sorted(set(numbered["number"])), most))
    return candidates.candidates(unmatched, by_reference, by_number, look_up.by_amount(amounts, most))

"""What is not done yet at the end of a period: each point stops a hard close or is told, and a close records them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from infra.desk.amounts import written
from infra.desk.bank_findings import bank_problems, is_wrong
from infra.desk.detail_points import SENTENCES as OF_DETAILS
from infra.desk.detail_points import TOLD, detail_points
from infra.desk.movement import is_unexplained
from infra.desk.quarantine import open_doubts, open_reviews

if TYPE_CHECKING:
    from infra.desk.desk import Desk
    from projections.reports.loaded_through import Reached


class Point(NamedTuple):
    """Something that is not done: a stable code, how many there are, what to do, and the first of them."""

    code: str
    number: int
    sentence: str
    about: tuple[str, ...]

    @property
    def row(self) -> dict[str, Any]:
        """The point as one row, for programs."""
        said = {"code": self.code, "count": self.number, "sentence": self.sentence, "about": list(self.about[:_NAMED])}
        return said | {"stops": self.stops}

    @property
    def stops(self) -> bool:
        """Whether it stops a hard close; else it is only told."""
        return self.code not in TOLD


def line(row: Mapping[str, Any]) -> str:
    """A point's row as people read it: what is not done, what to do, and whom it is about."""
    return f"{row['code']} ({row['count']}): {row['sentence']}{_concerned(row)}"


def _concerned(row: Mapping[str, Any]) -> str:
    """Whom a point is about, unless its sentence names them."""
    if all(one.partition(",")[0] in row["sentence"] for one in row["about"]):
        return ""
    more = row["count"] - len(row["about"])
    return f" Concerned: {'; '.join(row['about'])}{f'; and {more} more' if more > 0 else ''}."


def open_points(desk: Desk, through_on: date) -> list[Point]:
    """What stops the period that ends on this day from being closed hard, or is told beside it.

    The read tables must be up to date.
    """
    at = _End(desk, through_on)
    gaps = at.gaps()
    found = {
        "facts_set_aside": [one.stream for one in desk.books.set_aside()],
        "does_not_tie": at.untied(),
        "unpaid_tax": at.unpaid_tax(),
        "bank_differs": at.bank("account"),
        "bank_gap": [f"{one['bank_account']}, {one['from_on']} to {one['through_on']}" for one in gaps],
        "statement_disputed": at.bank("disputed"),
        "bank_to_explain": at.bank_to_explain(),
        "statements_missing": at.statements_missing(),
        **at.details(),
        "provider_breaks": at.provider_breaks(),
        "files_loading": [one["sha256"] for one in desk.books.store.now.files_loading()],
        "recalls_unassigned": at.unexplained(recalls=True),
        "suspense_old": at.unexplained(recalls=False),
        "unallocated_old": at.unallocated(),
        "doubts_open": at.doubts(),
        "reviews_open": at.reviews(),
        "write_offs_waiting": at.requested("writeoff", desk.books.store.now.write_offs("requested"), "write_off_id"),
        "refunds_waiting": at.requested("refund", desk.books.store.now.refunds("requested"), "refund_id"),
    }
    missing = "; ".join(one.sentence for one in bank_problems(gaps[:_NAMED], _with_currency))
    told = {"on": through_on, "differing": at.differing() if found["bank_differs"] else "", "missing": missing}
    return [
        Point(code, len(which), _SENTENCES[code].format(**told, named=_named(which)), tuple(which))
        for code, which in found.items()
        if which
    ]


@dataclass(frozen=True)
class _End:
    """The end of a period, seen from the desk."""

    desk: Desk
    through_on: date

    @property
    def old_on(self) -> date:
        """The last day of money that is too old to be unexplained when the period ends."""
        return self.through_on - timedelta(self.desk.terms.days_unexplained)

    def untied(self) -> list[str]:
        """The control accounts that do not tie out."""
        report = self.desk.books.report("tie-out", self.through_on)
        return [f"{one.name} {one.currency}" for one in report.controls if one.difference_minor]

    def unpaid_tax(self) -> list[str]:
        """The currencies of tax that is due although it waits for payment, if the period ends the fiscal year."""
        from ledger.domain.terms.fiscal_year import fiscal_year
        from projections.reports.vat_return import not_due

        if self.through_on != fiscal_year(self.through_on, self.desk.terms.fiscal_year_from)[1]:
            return []
        return list(not_due(self.desk.books.inputs(self.through_on).ledger(), by_effect=True))

    def bank(self, what: str) -> list[str]:
        """The bank accounts with such a difference from the bank."""
        return [row["bank_account"] for row in self._bank_rows if row["what"] == what and is_wrong(row)]

    def gaps(self) -> list[dict[str, Any]]:
        """What is missing between two statements and is, or may be, of the period or an earlier one."""
        from projections.reports.bank import of_gap

        found = [row for row in self._bank_rows if row["what"] == "gap"]
        known = {(row["bank_account"], row["from_on"]) for row in found}
        for one in self._reached:
            # The statement before which one is missing may end after the period, so that the report does not have it.
            if self._has_gap(one) and one.gap is not None and (one.bank_account, one.gap.after_on) not in known:
                named = {"what": "gap", "bank_account": one.bank_account, "currency": one.currency}
                found.append({**named, "to_explain_minor": None, **of_gap(one.gap)})
        return found

    def differing(self) -> str:
        """By how much the bank's balances exceed the ledger's, account by account, with the day of each balance."""
        return "; ".join(
            f"{row['bank_account']} by {written(row['difference_minor'], row['currency'])} {row['currency']} on "
            f"{row['through_on']}"
            for row in self._bank_rows
            if row["what"] == "account" and row["difference_minor"]
        )

    def bank_to_explain(self) -> list[str]:
        """The bank accounts with money that contradicts the bank and waits for a person."""
        return [row["bank_account"] for row in self._bank_rows if row["to_explain_minor"]]

    def statements_missing(self) -> list[str]:
        """The bank accounts whose statements do not reach the period's end, each with the last day that they reach.

        What is missing before other statements is a gap, and not named again.
        """
        short = []
        for one in self._reached:
            last_on = one.last_on if self._has_gap(one) else one.through_on
            awaited = not one.closed if self._has_gap(one) else one.awaited
            if awaited and (last_on is None or last_on < self.through_on):
                short.append(f"{one.bank_account}, {f'up to {last_on}' if last_on else 'no statement'}")
        return short

    def details(self) -> dict[str, list[str]]:
        """The days on which detail files and statements have other payments, by what that means for a close."""
        return detail_points(self.desk, self.through_on, self.old_on, self._reached)

    def provider_breaks(self) -> list[str]:
        """What is missing at payment providers, or contradicts, at the end of the period and still today."""
        if not self.desk.books.store.now.provider_accounts():
            return []
        still = set(self._broken(max(self.desk.today, self.through_on)))
        return [f"{account}, {about}" for account, about in self._broken(self.through_on) if (account, about) in still]

    def _broken(self, on: date) -> list[tuple[str, str]]:
        from projections.reports.money_in_transit import is_break

        rows = self.desk.books.report("money-in-transit", on).table.to_pylist()
        return [
            (one["bank_account"], one["document"] or f"{one['what']} from {one['since_on'] or 'the beginning'}")
            for one in rows
            if is_break(one)
        ]

    def unexplained(self, *, recalls: bool) -> list[str]:
        """Movements in suspense: recalls up to the last day, and others that are too old."""
        from reconciliation.matching.movements import RECALL_RULES

        last = self.through_on if recalls else self.old_on
        return [
            one["part_id"]
            for one in self._movements()
            if (one["rule"] in RECALL_RULES) == recalls and is_unexplained(one) and one["booked_on"] <= last
        ]

    def unallocated(self) -> list[str]:
        """Receipts that are too old to be unallocated."""
        receipts = self.desk.books.store.now.receipts().to_pylist()
        return [one["receipt_id"] for one in receipts if one["booked_on"] <= self.old_on]

    def doubts(self) -> list[str]:
        """Open doubts about lines that the bank booked in the period or an earlier one.

        A doubt that is about no line is one about all of its file's money.
        """
        doubts = open_doubts(self.desk)
        files = {one["sha256"] for one in doubts if one["booked_on"] is None}
        concerned = self.desk.books.store.now.files_booked_by(sorted(files), self.through_on)
        return [
            f"doubt-{one['id']}"
            for one in doubts
            if (one["sha256"] in concerned if one["booked_on"] is None else one["booked_on"] <= self.through_on)
        ]

    def reviews(self) -> list[str]:
        """Open reviews of movements of the period or an earlier one; what is in suspense is counted there."""
        days = {one["part_id"]: one["booked_on"] for one in self._movements() if not is_unexplained(one)}
        reviews = open_reviews(self.desk)
        return [f"review-{one['id']}" for one in reviews if days.get(one["part_id"], date.max) <= self.through_on]

    def requested(self, noun: str, waiting: Sequence[dict[str, Any]], id: str) -> list[str]:
        """The requests made up to the last day that wait for another person."""
        streams = [f"{noun}-{one[id]}" for one in waiting]
        facts = self.desk.books.journal.facts(streams) if streams else ()
        return [
            stream.partition("-")[2] for stream, version, dated in facts if version == 1 and dated.on <= self.through_on
        ]

    @cached_property
    def _reached(self) -> list[Reached]:
        return self.desk.books.bank_reached()

    def _has_gap(self, one: Reached) -> bool:
        """Whether a day of the period, or an earlier one, may be in an account's first gap."""
        return one.gap is not None and one.gap.first_on <= self.through_on

    @cached_property
    def _bank_rows(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.desk.books.report("bank", self.through_on).table.to_pylist()
        return rows

    def _movements(self) -> Iterator[dict[str, Any]]:
        yield from self.desk.books.store.now.movements()


def _named(which: Sequence[str]) -> str:
    more = len(which) - _NAMED
    return "; ".join(which[:_NAMED]) + (f"; and {more} more" if more > 0 else "")


def _with_currency(minor: int, currency: str) -> str:
    return f"{written(minor, currency)} {currency}"


# So many of those whom a point is about are named.
_NAMED: Final = 10
_SENTENCES: Final = {
    **OF_DETAILS,
    "facts_set_aside": "The figures lack facts that no read table can hold; report it, see `reskontra verify`.",
    "does_not_tie": "A control account does not equal the sub-ledger; see `reskontra tie-out --as-of {on}`.",
    "unpaid_tax": "Tax waits for payment that is due at the end of the fiscal year; run `reskontra vat-year-end`.",
    "bank_differs": (
        "The bank's own balance exceeds the ledger's: {differing}; see `reskontra bank --as-of {on}`. Load a missing "
        "statement, correct the opening balance with `reskontra bank-account opening`, or ask the bank for a corrected "
        "statement. No command explains such a difference; close the month softly until it is gone."
    ),
    "bank_gap": "The statements of a bank account have a gap: {missing}.",
    "statement_disputed": "A statement came again with another closing balance; load the next one.",
    "bank_to_explain": "An account has money that contradicts the bank; `reskontra quarantine` says what to do.",
    "statements_missing": "The statements of these accounts reach only to an earlier day; load the next ones.",
    "provider_breaks": (
        "At payment providers, something is missing or contradicts; see `reskontra money-in-transit --as-of {on}`. "
        "Load the file or the statement that is missing, or ask the provider."
    ),
    "files_loading": "A file is only partly loaded; run `reskontra reconcile` with it again.",
    "recalls_unassigned": "The bank took money back; say of which receipt with `reskontra receipt recall`.",
    "suspense_old": "Money has been in suspense too long; say what it was with `reskontra movement reclassify`.",
    "unallocated_old": "Receipts have been unallocated too long; allocate them, see `reskontra receipts`.",
    "doubts_open": "Doubts about bank lines are open; decide them, see `reskontra quarantine`.",
    "reviews_open": "Reviews of bank movements are open; decide them, see `reskontra quarantine`.",
    "write_offs_waiting": "Write-offs wait for approval; see `reskontra write-off list`.",
    "refunds_waiting": "Refunds wait for approval; see `reskontra refund list`.",
}

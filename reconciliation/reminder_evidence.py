"""What a reminder run looks at, read for all due items at once: their payers' money, holds, and the bank's files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from projections.reports.loaded_through import Reached, loaded_through, that_matter
from reconciliation.matching.waiting_money import NOTHING, Money, Names, Owed, Planned, decided_about, plan
from reconciliation.reminded import Lagging

if TYPE_CHECKING:
    from ledger.domain.terms.entity import Terms
    from projections import Books
    from reconciliation.store import ReconciliationStore

_PAYERS: Final = ("patient", "guardian")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What all reminders of a run share.

    `due` are the open items of patients and guardians that are due, also those that a reminder was sent for, and
    `planned` the money that may be for them. `differing` are the bank accounts with money that nobody can be named for
    yet, each with a day if there is one. `loading` files are only partly loaded, and `set_aside` facts are in no read
    table.
    """

    on: date
    position: int
    terms: Terms
    due: tuple[dict[str, Any], ...]
    planned: dict[str, Planned]
    bank: tuple[Reached, ...]
    differing: dict[str, date | None]
    loading: int
    set_aside: int

    def planned_for(self, item_id: str) -> Planned:
        """The money that may be for an item."""
        return self.planned.get(item_id, NOTHING)

    def loaded_through(self, currency: str) -> date | None:
        """The day up to which those bank accounts are loaded to which an item in a currency may be paid."""
        return loaded_through(that_matter(self.bank, currency))

    def differs(self, currency: str) -> bool:
        """Whether one of these accounts has money that nobody can be named for yet."""
        return any(one.bank_account in self.differing for one in that_matter(self.bank, currency))

    def lagging(self, currencies: set[str]) -> tuple[Lagging, ...]:
        """Which of the accounts that matter to these currencies are not loaded up to the day of the run."""
        matter = dict.fromkeys(one for currency in sorted(currencies) for one in that_matter(self.bank, currency))
        late = (one for one in matter if one.awaited and (one.through_on is None or one.through_on < self.on))
        return tuple(
            Lagging(one.bank_account, one.through_on, one.ahead_on, one.currency, one.gap, one.later_on) for one in late
        )


def evidence(
    books: Books, lists: ReconciliationStore, on: date, recorded_at: datetime, feeds: Sequence[Reached] = ()
) -> Evidence:
    """Read what a run on a day looks at.

    The day on which the bank's statements are looked at is today, or the run's day if it is later: a statement that
    ends after it is dated wrongly. `feeds` are other accounts whose files are late.
    """
    terms = books.terms()
    bank = (*books.bank_reached(max(on, books.civil_day(recorded_at))), *feeds)
    contradicting = {row["bank_account"]: None for row in books.store.now.bank_differences()}
    due = _due(books, on)
    return Evidence(
        on=on,
        position=books.store.position(),
        terms=terms,
        due=due,
        planned=_planned(books, lists, due, on),
        bank=bank,
        differing=contradicting | books.short_in_detail(),
        loading=len(books.store.now.files_loading()),
        set_aside=sum(one.facts for one in books.set_aside()),
    )


def _due(books: Books, on: date) -> tuple[dict[str, Any], ...]:
    import pyarrow.compute as pc

    of_persons = pc.field("payer").isin(list(_PAYERS))
    return tuple(books.store.now.items(due_by=on, open_only=True).filter(of_persons).to_pylist())


def _planned(books: Books, lists: ReconciliationStore, due: tuple[dict[str, Any], ...], on: date) -> dict[str, Planned]:
    if not due:
        return {}
    found = books.store.reminders
    guardians = {row["account_id"]: row["guardian_id"] for row in books.store.now.marked_accounts()}
    held = {row["item_id"] for row in books.store.now.holds() if row["until_on"] is None or on <= row["until_on"]}
    owed = [
        Owed(
            row["item_id"],
            row["account_id"],
            guardians.get(row["account_id"]) or row["account_id"],
            row["currency"],
            row["open_minor"],
            row["payable_by"],
            row["item_id"] in held,
        )
        for row in due
    ]
    receipts = [
        Money(
            f"receipt-{row['receipt_id']}",
            row["account_id"],
            row["currency"],
            row["amount_minor"],
            row["booked_on"],
            row["identified"],
        )
        for row in found.unallocated()
    ]
    credit = [
        Money(f"account-{row['account_id']}", row["account_id"], row["currency"], row["amount_minor"])
        for row in found.credit()
    ]
    refunds = [
        Money(f"refund-{row['refund_id']}", row["account_id"], row["currency"], row["amount_minor"])
        for row in found.unsent_refunds()
    ]
    quoted = [Names(row["receipt_id"], row["item_id"]) for row in found.quoted()]
    return plan(owed, [*receipts, *credit, *refunds], [*quoted, *decided_about(lists.candidates())])

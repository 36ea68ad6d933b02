"""What a reminder run did: whom it reminded, whom not and why, and what stands in its way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Final

from ledger.domain.terms import bank_days

if TYPE_CHECKING:
    from ledger.domain.terms.entity import Terms
    from projections.reports.gap import Gap

# Whoever has this duty decides about money that has waited too long.
_FINANCE: Final = "finance"
# For these reasons nobody needs to be reminded.
NOT_NEEDED: Final = ("paid", "held", "collected", "money_waits", "small_rest", "not_a_patient")


@dataclass(frozen=True, slots=True)
class Decided:
    """What became of a due item, with amounts in minor units.

    `why` says why no reminder was sent, or is the code of the refusal. `money` are the streams of the receipts,
    accounts and refunds with money that waits, and `task_of` the duty whose task it is by now.
    """

    item_id: str
    account_id: str
    currency: str
    due_on: date
    open_minor: int
    decision: str  # sent, not_sent, refused
    why: str | None = None
    asked_minor: int = 0
    waiting_minor: int = 0
    money: tuple[str, ...] = ()
    waiting_since: date | None = None
    task_of: str | None = None

    @property
    def is_missed(self) -> bool:
        """Whether nobody was reminded although no money, no hold and no other reason makes that right."""
        return self.decision == "refused" or (self.decision == "not_sent" and self.why not in NOT_NEEDED)


@dataclass(frozen=True, slots=True)
class Lagging:
    """A bank account that is not loaded up to the day of the run, and how far it is.

    `ahead_on` is the day of a statement that ends in the future, which does not count. `gap` is what is missing between
    its statements, and `later_on` the last day of files of the account that go further than its statements.
    """

    bank_account: str
    through_on: date | None
    ahead_on: date | None = None
    currency: str = ""
    gap: Gap | None = None
    later_on: date | None = None


@dataclass(frozen=True, slots=True)
class SentInVain:
    """A reminder that asked for money that was there, with amounts in minor units.

    `there_minor` is what was there beyond what the reminder had left out. Of the money, `applied_minor` was applied to
    the item afterwards, and the rest still waits. `money` are the streams of its documents, and `open_minor` is what is
    open of the item now.
    """

    item_id: str
    account_id: str
    currency: str
    due_on: date
    on: date
    asked_minor: int
    there_minor: int
    applied_minor: int
    open_minor: int
    money: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reminded:
    """The result of a reminder run, or of its rehearsal.

    `due` items had no reminder before, and `recorded` decisions about them are new. `loading` files are only partly
    loaded, and `set_aside` facts are in no read table. `differing` are the bank accounts with money that nobody can be
    named for yet, each with the day if there is one. `in_vain` are the reminders of the run's day, of this run or an
    earlier one, that were sent to people whose money was there, as is known now; `missed` counts the due items without
    money or hold that nobody was reminded of. There should be none of either.
    """

    on: date
    bank_loaded_through: date | None
    loading: int
    due: int
    sent: int
    suppressed: int
    refused: int
    set_aside: int = 0
    differing: Mapping[str, date | None] = field(default_factory=dict)
    recorded: int = 0
    items: tuple[Decided, ...] = ()
    lagging: tuple[Lagging, ...] = ()
    in_vain: tuple[SentInVain, ...] = ()
    missed: int = 0
    rehearsed: bool = False

    @property
    def reminded_with_money(self) -> int:
        """How many reminders of the run's day were sent to people whose money was there."""
        return len(self.in_vain)

    @property
    def tasks(self) -> int:
        """How many items wait for money that somebody must decide about by now."""
        return sum(one.task_of is not None for one in self.items)


def task_of(since: date | None, on: date, terms: Terms) -> str | None:
    """The duty whose task it is, on a day, to decide about money that waits since another; None if there is time."""
    if since is None or on <= bank_days.after(since, terms.days_money_waits, terms.jurisdiction):
        return None
    return _FINANCE

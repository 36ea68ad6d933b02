"""Activity: the sub-ledger line by line, derived from the facts' `changes`, never from postings."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Final

from ledger.domain.chart_of_accounts import control_roles
from ledger.domain.receivables.item import ar_role_of
from projections.read_models.items import ITEMS
from projections.read_models.model import Index, Lines, Row, Tables, id_of

if TYPE_CHECKING:
    from ledger import Recorded
    from ledger.domain.catalogue import Catalogue
    from ledger.domain.noun import Change


class Activity(Row, frozen=True):
    """A line of the sub-ledger.

    The sign means the same in every balance: above zero, the payer owes more; below zero, the payer owes less. So the
    plain sum of a payer's lines is the net amount owed, and the sum of all lines with the same account role equals the
    balance of that role's control account. A receipt belongs to the account that its newest line gives, or to none.
    """

    ledger_position: Annotated[int, "Position of the fact in the journal."]
    line: Annotated[int, "Number of the line among the fact's lines, from 1."]
    stream: Annotated[str, "Stream of the fact, in the form noun-id."]
    balance: Annotated[
        str, "Which balance changed: item, receipt (its unallocated amount) or credit (customer credit)."
    ]
    effect: Annotated[str, "How the balance changed: raised, paid, credited, written_off, received, granted and so on."]
    account_id: Annotated[
        str | None,
        "Account of the item or credit. A receipt belongs to the account given in the last line about that receipt, "
        "or to no account if that line gives none.",
    ]
    item_id: Annotated[str | None, "The item."]
    receipt_id: Annotated[str | None, "The receipt."]
    allocation_id: Annotated[
        str | None, "Allocation of a receipt or use of customer credit that the line is part of; null for other lines."
    ]
    role: Annotated[str, "Account role of the control account that sums this balance."]
    amount_minor: Annotated[int, "Change in what the payer owes, minor units: above zero if the payer owes more."]
    currency: Annotated[str, "ISO 4217 code of the amount."]
    document: Annotated[str, "Stream of the document that caused the line."]
    occurred_on: Annotated[date, "Day the fact happened; the line counts in the sub-ledger from this day on."]
    accounting_date: Annotated[date, "Day on which the fact counts in the general ledger."]


def lines(recorded: Recorded, tables: Tables, catalogue: Catalogue) -> tuple[Activity, ...]:
    """The lines of one fact."""
    changes = catalogue.changes(recorded.fact)
    if not changes:
        return ()
    return tuple(_line(recorded, change, number, tables) for number, change in enumerate(changes, 1))


def _line(recorded: Recorded, change: Change, number: int, tables: Tables) -> Activity:
    envelope, id = recorded.envelope, id_of(recorded)
    account_id, item_id, receipt_id = change.account_id, None, None
    if change.balance == "item":
        item = tables[ITEMS.table][(id,)]
        account_id, item_id, role = item.account_id, id, ar_role_of(item.payer)
    elif change.balance == "credit":
        account_id, role = id, _CREDIT
    else:
        receipt_id, role = id, _UNALLOCATED
    return Activity(
        recorded.position,
        number,
        recorded.stream,
        change.balance,
        change.effect,
        account_id,
        item_id,
        receipt_id,
        getattr(recorded.fact, "allocation_id", None),
        role,
        change.amount_minor,
        change.currency,
        change.document or recorded.stream,
        envelope.occurred_on,
        envelope.accounting_date,
    )


(_CREDIT,) = control_roles("credit")
(_UNALLOCATED,) = control_roles("receipt")

ACTIVITY: Final = Lines(
    "activity",
    "The sub-ledger line by line. Whichever balance changed, a positive amount means that the payer owes more, and "
    "a negative amount that the payer owes less.",
    Activity,
    lines,
    indexes=(
        Index(("account_id",), "account_id IS NOT NULL"),
        Index(("item_id",), "item_id IS NOT NULL"),
        Index(("receipt_id",), "receipt_id IS NOT NULL"),
        Index(("allocation_id",), "balance = 'item' AND allocation_id IS NOT NULL"),
        Index(("account_id", "currency"), "balance = 'credit'"),
        Index(("ledger_position",), "effect = ANY (ARRAY['withdrawn', 'never_received'])"),
    ),
)

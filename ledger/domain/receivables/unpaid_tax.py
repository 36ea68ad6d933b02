"""Unpaid tax of the cash method: it falls due at the end of a fiscal year, as the law asks, and not again when paid."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Final

from ledger.domain.fact import Command, Decision, Envelope, States, stream_of
from ledger.domain.noun import Noun
from ledger.domain.receivables.item import item_of, mirrored
from ledger.domain.receivables.item_facts import UnpaidTaxDue
from ledger.domain.refusals import Refused
from ledger.domain.terms.entity import STREAM as TERMS
from ledger.domain.terms.entity import Terms, terms_of
from ledger.domain.terms.fiscal_year import fiscal_year

# Commands


class LetUnpaidTaxFallDue(Command, frozen=True):
    """Make the tax due that an item has not been paid for by the last day of a fiscal year."""

    # The day is the end of a fiscal year, and the rule itself asks whether that has ended.
    most_ahead: ClassVar[int | None] = 36_500
    most_back: ClassVar[int | None] = 36_500

    item_id: str
    through_on: date

    def streams(self) -> tuple[str, ...]:
        """The item and the entity's terms."""
        return (stream_of("item", self.item_id), TERMS)


# Decide


def let_fall_due(states: States, command: LetUnpaidTaxFallDue, envelope: Envelope) -> Decision:
    """Let it fall due on that day, once. Nothing falls due of what was not open then, or whose tax never waited."""
    item, through_on = item_of(states, command.item_id), command.through_on
    require_over(through_on, terms_of(states), envelope.accounting_date)
    waits = item.raised.terms.vat_method == "cash" and any(one.tax_minor for one in item.raised.parts)
    known = item.unpaid_tax_due_on
    if not waits or item.balance.on(through_on) <= 0 or (known is not None and known <= through_on):
        return ()
    return (mirrored(command.item_id, UnpaidTaxDue(through_on=through_on), through_on),)


def require_over(through_on: date, terms: Terms, today: date) -> None:
    """Refuse a day that is not the last one of a fiscal year that is over."""
    _, last_on = fiscal_year(through_on, terms.fiscal_year_from)
    if through_on != last_on or today <= last_on:
        raise Refused("fiscal_year_goes_on", str(last_on))


# Registration

NOUN: Final = Noun(
    "unpaidtax",
    rules={LetUnpaidTaxFallDue: let_fall_due},
    duties={LetUnpaidTaxFallDue: ("finance",)},
    refusals={
        "fiscal_year_goes_on": "Unpaid tax falls due on the last day of a fiscal year that has ended; give that day.",
    },
)

"""The use cases of the entity's terms: declare them, and show them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from infra.desk.desk import Desk, Done, Occasion
from infra.desk.measurement import contents
from infra.desk.problems import Problem, Stopped

if TYPE_CHECKING:
    from ledger.domain.terms.entity import Terms


class TermsShown(NamedTuple):
    """The terms, and when they were declared; for the default terms, day and position are None."""

    terms: Terms
    declared_on: date | None
    position: int | None


def only_currency(desk: Desk, terms: Terms, given: str | None, what: str) -> str:
    """Return the given currency, or else the only one of the entity's terms; raises Stopped if they have several.

    `what` says whose currency it is, as in "the refund's currency".
    """
    currencies = terms.currencies
    if given is None and len(currencies) != 1:
        sentence = f"give {what} with --currency: {desk.books.entity} keeps its books in {', '.join(currencies)}"
        raise Stopped(Problem("currency_missing", sentence))
    return given or currencies[0]


def declare(desk: Desk, terms: Terms, occasion: Occasion) -> Done:
    """Declare the entity's terms; the newest declaration is the valid one.

    What the book holds is measured while nobody else may record anything, because not everything can change any more.
    """
    from ledger.domain.terms.entity import DeclareTerms

    desk.books.follow()
    command = DeclareTerms(terms=terms)
    return desk.record_alone(command, occasion, lambda: contents(desk), entity=desk.books.entity)


def shown(desk: Desk) -> TermsShown:
    """Return the newest terms, or the defaults if none were declared."""
    from ledger.domain.terms.entity import STREAM, EntityTermsDeclared, Terms

    facts = desk.books.journal.read([STREAM]).get(STREAM)
    if not facts:
        return TermsShown(Terms(), None, None)
    last = facts[-1]
    assert isinstance(last.fact, EntityTermsDeclared)
    return TermsShown(last.fact.terms, last.envelope.occurred_on, last.position)

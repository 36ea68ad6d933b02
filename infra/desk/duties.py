"""What each duty is for, and whose duty each command is, as the nouns and the use cases say it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from ledger.domain.duty import Duty

ABOUT: Final[Mapping[Duty, str]] = {
    "front_desk": "receives patients, and what they pay at the desk",
    "nurse": "treats patients, opens their accounts and holds what is unclear",
    "billing": "bills, credits and reminds payers, and says whose a payment is",
    "manager": "answers for a unit: credits, grants exceptions, and alone sees protected payers",
    "finance": "keeps the books: the bank, refunds, ledger accounts and periods",
    "approver": "decides what somebody else asked for",
    "auditor": "reads, asks who read what, and seals; records nothing",
    "integrator": "is another program, which opens accounts and bills",
    "admin": "administers persons, duties, limits, terms and keys",
}


class AskedOf(NamedTuple):
    """Whose duty a command is.

    `gives` names the ledger's commands that it gives, and `also` one more with an option. `needs` has the duties for
    work that leaves no fact, by the option that starts it, or "" if the command itself does.
    """

    gives: tuple[str, ...]
    also: Mapping[str, str]
    needs: Mapping[str, tuple[Duty, ...]]


class Right(NamedTuple):
    """A command as it is typed, and the duties of which one is enough for it."""

    command: str
    duties: tuple[Duty, ...]


def rights(commands: Mapping[str, AskedOf]) -> Iterator[Right]:
    """Whose duty each command is, in the order of the commands; those that only read are left out."""
    for typed, asked in commands.items():
        if asked.gives:
            yield Right(typed, _of_all(*asked.gives))
        for option, given in asked.also.items():
            yield Right(f"{typed} {option}", _of_all(*asked.gives, given))
        for option, duties in asked.needs.items():
            yield Right(f"{typed} {option}".strip(), duties)


def _of_all(*commands: str) -> tuple[Duty, ...]:
    """The duties of persons that may give all these commands of the ledger."""
    from ledger.domain.catalogue import CATALOGUE
    from ledger.domain.duty import of_persons

    registered = {command.__name__: frozenset(duties) for command, duties in CATALOGUE.duties.items()}
    return of_persons(frozenset.intersection(*(registered[one] for one in commands)))

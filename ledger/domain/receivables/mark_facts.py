"""What must be known of a payer before anybody is asked for money or shown a name; nothing in it says who it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, Literal

from ledger.domain.duty import Act, Duty
from ledger.domain.fact import Fact

# `confidential` and `protected_registration` are the two grades of a protected identity. Sources: Swedish Public Access
# to Information and Secrecy Act 22:1 (a note of confidentiality), Population Registration Act 16 § (registered
# elsewhere than where the person lives).
Mark = Literal["confidential", "protected_registration", "minor", "dead"]
PROTECTING: Final[frozenset[Mark]] = frozenset({"confidential", "protected_registration"})
# Whoever has this duty may read who a protected payer is.
MANAGER: Final[Duty] = "manager"


class AccountMarked(Fact, frozen=True):
    """It became known that the payer's identity is protected, or that the payer is a minor or dead.

    `guardian_id` is the account of a minor's guardian, who gets the letters; null if none is known, or nobody is a
    minor.
    """

    mark: Mark
    reason_code: str
    guardian_id: str | None


class AccountMarkEnded(Fact, frozen=True):
    """The mark does not hold any more, or it never did; the reason says which."""

    mark: Mark
    reason_code: str


class PayerErased(Fact, frozen=True):
    """The payer was erased: nothing says any more who it was, so nothing new is billed on the account."""

    subject_id: str


# What somebody decides with these facts.
MARK_ACTS: Final[dict[type[Fact], Act]] = {AccountMarked: Act("mark"), AccountMarkEnded: Act("mark_end")}


Marks = Mapping[Mark, AccountMarked]


def marked(marks: Marks, fact: AccountMarked | AccountMarkEnded) -> dict[Mark, AccountMarked]:
    """The marks after one more fact; a mark that is set again replaces the earlier one."""
    left = {mark: one for mark, one in marks.items() if mark != fact.mark}
    return left | {fact.mark: fact} if isinstance(fact, AccountMarked) else left


def marks_of(facts: Iterable[Fact]) -> Marks:
    """The marks after all facts of an account."""
    marks: dict[Mark, AccountMarked] = {}
    for fact in facts:
        if isinstance(fact, AccountMarked | AccountMarkEnded):
            marks = marked(marks, fact)
    return marks


def is_protected(marks: Marks) -> bool:
    """Whether the payer's name and contact are shown only to those whose duty allows it."""
    return not PROTECTING.isdisjoint(marks)


_SAID: Final[dict[Mark, str]] = {
    "confidential": "the population register notes confidentiality",
    "protected_registration": "the identity is protected by registration elsewhere",
    "minor": "a minor",
    "dead": "dead",
}

SENTENCES: Final[dict[type[Fact], Callable[[Any], str]]] = {
    AccountMarked: lambda fact: (
        f"Payer marked: {_SAID[fact.mark]}" + (f", guardian {fact.guardian_id}" if fact.guardian_id else "")
    ),
    AccountMarkEnded: lambda fact: f"Mark of the payer ended: {_SAID[fact.mark]}",
    PayerErased: lambda fact: "Payer erased",
}

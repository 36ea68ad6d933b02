"""Whom the book says to be erased: its fact decides, whether or not the vault still has the key."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from infra.desk.problems import Problem, Stopped

if TYPE_CHECKING:
    from infra.desk.desk import Desk


def erased_on(desk: Desk, subject_id: str) -> date | None:
    """The day on which a person was erased, or None."""
    from ledger.domain.fact import known_stream
    from ledger.domain.personal_data.subject import SubjectErased

    dated = (dated for _, _, dated in desk.books.journal.facts([known_stream("subject", subject_id)]))
    return next((one.on for one in dated if isinstance(one.fact, SubjectErased)), None)


def refuse_erased(desk: Desk, subject_id: str) -> None:
    """Refuse to keep or show anything of a person who was erased; raises Stopped."""
    on = erased_on(desk, subject_id)
    if on is not None:
        raise Stopped(Problem("subject_erased", _ERASED.format(subject=subject_id, on=on), subject_id))


_ERASED: Final = (
    "{subject} was erased on {on}, so nothing of this person is kept or shown any more; `reskontra vault erasures` "
    "says whether the key is destroyed"
)

"""Whom the book says to be erased: its fact decides, whether or not the vault still has the key."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Final

from infra.desk.problems import Problem, Stopped

if TYPE_CHECKING:
    from infra.desk.desk import Desk


def erased_on(desk: Desk, subject_ids: Iterable[str]) -> dict[str, date]:
    """Those of these persons who were erased, each with the day."""
    from ledger.domain.fact import known_stream
    from ledger.domain.personal_data.subject import SubjectErased

    ids = {known_stream("subject", one): one for one in subject_ids}
    facts = desk.books.journal.facts(ids)
    return {ids[stream]: dated.on for stream, _, dated in facts if isinstance(dated.fact, SubjectErased)}


def refuse_erased(desk: Desk, subject_id: str) -> None:
    """Refuse to keep or show anything of a person who was erased; raises Stopped."""
    on = erased_on(desk, [subject_id]).get(subject_id)
    if on is not None:
        raise Stopped(Problem("subject_erased", _ERASED.format(subject=subject_id, on=on), subject_id))


_ERASED: Final = (
    "{subject} was erased on {on}, so nothing of this person is kept or shown any more; `reskontra vault erasures` "
    "says whether the key is destroyed"
)

"""Who may see what of a payer whose identity is protected."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from infra.desk.desk import Desk
    from ledger.domain.fact import Fact
    from ledger.vault.kinds import Kind


def masked(desk: Desk, subject_id: str) -> frozenset[Kind]:
    """The kinds of text that whoever is at the desk may not see of this person; of a protected one, all that tell who.

    The marks are read from the facts, so a mark holds from the moment at which it is recorded. A manager sees
    protected persons, too.
    """
    return masked_of(desk, [subject_id])[subject_id]


def masked_of(desk: Desk, subject_ids: Collection[str]) -> dict[str, frozenset[Kind]]:
    """For each of these persons, what `masked` says; all facts are read at once."""
    from ledger.domain.fact import known_stream
    from ledger.domain.receivables.mark_facts import MANAGER, is_protected, marks_of
    from ledger.vault.kinds import TELLING

    facts: dict[str, list[Fact]] = {known_stream("account", one): [] for one in subject_ids}
    for stream, _, dated in desk.books.journal.facts(facts):
        facts[stream].append(dated.fact)
    protected = {one for one in subject_ids if is_protected(marks_of(facts[known_stream("account", one)]))}
    hidden = protected if protected and not desk.holds(MANAGER) else frozenset()
    return {one: TELLING if one in hidden else frozenset() for one in subject_ids}

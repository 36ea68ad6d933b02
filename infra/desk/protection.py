"""Who may see what of a payer whose identity is protected."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from infra.desk.desk import Desk
    from ledger.vault.kinds import Kind


def masked(desk: Desk, subject_id: str) -> frozenset[Kind]:
    """The kinds of text that whoever is at the desk may not see of this person; of a protected one, all that tell who.

    The marks are read from the facts, so a mark holds from the moment at which it is recorded. A manager sees
    protected persons, too.
    """
    from ledger.domain.fact import known_stream
    from ledger.domain.receivables.mark_facts import MANAGER, is_protected, marks_of
    from ledger.vault.kinds import TELLING

    marks = marks_of(desk.facts([known_stream("account", subject_id)]))
    return TELLING if is_protected(marks) and not desk.holds(MANAGER) else frozenset()

"""What a command is answered: an outcome, or one whose positions are not known before its facts are appended."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from ledger.execution.submission import Outcome, Status
from ledger.journal.recorded_facts import CommandMark


class Recording(msgspec.Struct, frozen=True, gc=False):
    """An outcome whose positions are not known yet; they will be in the command's mark."""

    status: Status
    mark: CommandMark


Answer = Outcome | Recording


def committed(answer: Answer, at: Sequence[int]) -> Outcome:
    """The outcome once the facts of the chunk are committed at the positions `at`."""
    if isinstance(answer, Outcome):
        return answer
    mark = answer.mark
    return Outcome(mark.key, answer.status, at[mark.first], at[mark.last])


def undone(answer: Answer) -> Outcome:
    """The outcome that a command would have, without positions."""
    return answer if isinstance(answer, Outcome) else Outcome(answer.mark.key, answer.status)

"""The step that gathers: it stores the files in the archive as received, under the hash of their content."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ledger.domain.fact import stream_of
from ledger.domain.personal_data.subject import SubjectErased
from reconciliation.archive import FilesRefused, PathMissing
from reconciliation.gate import Reason
from reconciliation.steps.outcomes import Gathered
from reconciliation.store import ReceivedFile

if TYPE_CHECKING:
    from reconciliation.archive.intake import Refusal
    from reconciliation.steps.day import BankDay


def gather(day: BankDay, paths: Sequence[Path]) -> Gathered:
    """Store files in the given order, each under the hash of its content; a folder's files are sorted by name.

    The names of the files are listed, also of those that cannot be archived; a path at which there is nothing is only
    refused. A file that was erased is not archived.
    """
    refused: tuple[Refusal, ...] = ()
    try:
        taken = tuple(day.archive.gather(paths, partial(erased, day)))
    except FilesRefused as some:
        taken, refused = some.gathered, some.refusals
    gathered = Gathered(
        tuple((path.name, sha256) for path, sha256 in taken),
        tuple((one.path.name, Reason(one.code, one.sentence, one.path.name)) for one in refused),
    )
    if not day.rehearsed:
        came = {ReceivedFile(name, sha256) for name, sha256 in gathered.files}
        refusals = [one for one in gathered.refused if one[1].code != PathMissing.code]
        came |= {ReceivedFile(name, None, reason.code, reason.sentence) for name, reason in refusals}
        day.desk.keep_received(sorted(came, key=lambda one: (one.name, one.sha256 or "")), day.recorded_at)
    return gathered


def erased(day: BankDay, sha256: str) -> bool:
    """Whether the book says that a file was erased, whatever the archive still has of it."""
    journal = day.books.journal
    return any(isinstance(one.fact, SubjectErased) for _, _, one in journal.facts([stream_of("subject", sha256)]))

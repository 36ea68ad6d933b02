"""The use cases of archived years: move closed years into files, check the files, and register their new folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from infra.desk.desk import Desk
from infra.desk.problems import Problem, Stopped

if TYPE_CHECKING:
    from ledger.domain.duty import Duty
    from ledger.journal.archived_years import ArchivedFile
    from ledger.sealing import Checkpoint, SealFolders

# Whose duty it is, although it leaves no fact.
ARCHIVING: Final[tuple[Duty, ...]] = ("finance", "admin")


class ArchivedYears(NamedTuple):
    """The files added, the last archived position, and the checkpoint up to which facts were to be archived."""

    files: Sequence[ArchivedFile]
    reach: int
    checkpoint: Checkpoint


def years(desk: Desk, owner_url: str, seals: SealFolders, year: int, folder: Path) -> ArchivedYears:
    """Move the facts of closed years, up to the last checkpoint of `year`, into files that match the seals."""
    from ledger.journal.archive_files import archived_files
    from ledger.journal.archive_run import archive
    from ledger.sealing.sealed_years import SealedYear

    desk.require(*ARCHIVING)
    entity = desk.books.entity
    if year >= desk.today.year:
        raise Stopped(Problem("year_not_over", f"{year} is not over; only closed years are archived"))
    _refuse_while_loading(desk)
    sealed = SealedYear(seals, year)
    before = archived_files(owner_url, entity)
    sealed.go_on_after(before[-1].last if before else 0)
    upto = sealed.checkpoint.position
    done = archive(owner_url, entity, folder, upto, upto, check=sealed.check)
    sealed.finish()
    return ArchivedYears(done.files, done.reach, sealed.checkpoint)


def checked(owner_url: str, entity: str) -> tuple[Sequence[ArchivedFile], list[Problem]]:
    """Return the files of archived years, and a problem for each file that is missing or has changed."""
    from ledger.journal.archive_files import archived_files, check_file
    from ledger.journal.archived_years import ArchivedFactsUnreadable

    files = archived_files(owner_url, entity)
    problems = []
    for file in files:
        try:
            check_file(owner_url, entity, file)
        except ArchivedFactsUnreadable as trouble:
            problems.append(Problem("archived_facts_unreadable", str(trouble), file.path.name))
    return files, problems


def moved(owner_url: str, entity: str, folder: Path) -> Sequence[ArchivedFile]:
    """Check the files of archived years in their new folder, register the folder, and return the files."""
    from ledger.journal.archive_files import find_again

    found = find_again(owner_url, entity, folder)
    if not found:
        sentence = (
            f"no year of {entity} is archived yet, so there are no files to find: `reskontra archive years` makes them"
        )
        raise Stopped(Problem("nothing_archived", sentence))
    return found


def _refuse_while_loading(desk: Desk) -> None:
    desk.books.follow()
    loading = desk.books.store.now.files_loading()
    if loading:
        sentence = (
            f"{len(loading)} bank files are only partly loaded: run `reskontra reconcile` with these files again, then "
            "archive"
        )
        raise Stopped(Problem("file_half_loaded", sentence))

"""Archived years: closed years leave the database for files, which are checked, and found again when they move."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from infra.cli.answer import Table, Told
from infra.cli.asking import Call, Commands
from infra.cli.printing import progress
from infra.desk.problems import Problem, Stopped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ledger.journal.archived import ArchivedFile

COMMANDS: Final = Commands("archive", "Closed years: move their facts out of the database, check the files, move them.")

_FILES: Final = (("first", "first_position"), ("last", "last_position"), ("facts", "facts"), ("file", "file"))


@COMMANDS.add("years")
def years(
    call: Call,
    year: Annotated[int, typer.Argument(metavar="YEAR", min=1900, max=2999, help="The last year to be archived.")],
    folder: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Where the files go; else below the data folder.")
    ] = None,
) -> Told:
    """Move the facts of closed years out of the database.

    Up to the year's last signed checkpoint, into Parquet files that are compared with the seals before anything
    leaves the database. Reports, replays and proofs answer as before; the files belong to the books from then on.
    """
    from ledger.journal.archive_keeping import archived_files
    from ledger.journal.archiving import archive
    from ledger.sealing.sealed_years import SealedYear

    if year >= call.today.year:
        raise Stopped(Problem("year_not_over", f"{year} is not over; only closed years are archived"))
    _refuse_while_loading(call)
    sealed = SealedYear(call.settings.sealing, year)
    before = archived_files(call.urls.owner, call.entity)
    sealed.go_on_after(before[-1].last if before else 0)
    upto = sealed.checkpoint.position
    place = folder or call.settings.data_dir / "archived-years" / call.entity
    with progress(0, "archiving"):
        done = archive(call.urls.owner, call.entity, place, upto, upto, check=sealed.check)
    sealed.finish()
    said = f"{sum(file.facts for file in done.files)} facts were archived" if done.files else "nothing new to archive"
    beyond = ", which is beyond" if done.reach > upto else ","
    page: list[str | Table] = [
        f"{said}; the archive of {call.entity} reaches position {done.reach}{beyond} "
        f"checkpoint {sealed.checkpoint.number} of {sealed.checkpoint.day}",
    ]
    if done.files:
        page += [Table(_FILES, _rows(done.files)), "back these files up with the books"]
    return Told(rows=_rows(done.files), position=done.reach, page=page)


@COMMANDS.add("verify")
def verify(call: Call) -> Told:
    """Check the files of archived years.

    Each is there, is what was archived, and holds what the books say. `reskontra verify` checks the facts in them.
    """
    from ledger.journal.archive_keeping import archived_files, check_file
    from ledger.journal.archived import ArchivedFactsUnreadable

    files = archived_files(call.urls.owner, call.entity)
    problems = []
    for file in files:
        try:
            check_file(call.urls.owner, call.entity, file)
        except ArchivedFactsUnreadable as trouble:
            problems.append(Problem("archived_facts_unreadable", str(trouble), file.path.name))
    said = f"{len(files) - len(problems)} of {len(files)} files of archived facts are sound"
    return Told(
        rows=_rows(files),
        problems=problems,
        ok=not problems,
        position=files[-1].last if files else 0,
        page=[Table(_FILES, _rows(files)), said] if files else ["nothing is archived"],
    )


@COMMANDS.add("moved")
def moved(
    call: Call,
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="The folder where all the files are now.")],
) -> Told:
    """Say where the files of archived years are now.

    They are checked first. Whoever has the books open finds them there at once.
    """
    from ledger.journal.archive_keeping import find_again

    files = find_again(call.urls.owner, call.entity, folder)
    return Told(rows=_rows(files), page=[f"{len(files)} files of archived facts are read from {folder.resolve()}"])


def _refuse_while_loading(call: Call) -> None:
    with call.books() as books:
        books.follow()
        loading = books.store.now.files_loading()
    if loading:
        raise Stopped(
            Problem(
                "loading",
                f"{len(loading)} bank files are half in the book, and archiving waits for them: "
                "run `reskontra reconcile` with them again",
            )
        )


def _rows(files: Sequence[ArchivedFile]) -> list[dict[str, Any]]:
    return [
        {
            "first_position": file.first,
            "last_position": file.last,
            "facts": file.facts,
            "file": file.file,
            "sha256": file.sha256,
        }
        for file in files
    ]

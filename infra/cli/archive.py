"""Archived years: closed years leave the database for files, which are checked, and found again when they move."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from infra.cli.answer import Table, Told
from infra.cli.asking import Call, Commands
from infra.cli.printing import progress
from infra.desk import archive

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
    place = folder or call.settings.data_dir / "archived-years" / call.entity
    with call.desk() as desk, progress(0, "archiving"):
        files, reach, checkpoint = archive.years(desk, call.urls.owner, call.settings.sealing, year, place)
    said = f"{sum(file.facts for file in files)} facts were archived" if files else "nothing new to archive"
    beyond = ", which is beyond" if reach > checkpoint.position else ","
    page: list[str | Table] = [
        f"{said}; the archive of {call.entity} reaches position {reach}{beyond} "
        f"checkpoint {checkpoint.number} of {checkpoint.day}",
    ]
    if files:
        page += [Table(_FILES, _rows(files)), "back these files up with the books"]
    return Told(rows=_rows(files), position=reach, page=page)


@COMMANDS.add("verify")
def verify(call: Call) -> Told:
    """Check the files of archived years.

    Each is there, is what was archived, and holds what the books say. `reskontra verify` checks the facts in them.
    """
    files, problems = archive.checked(call.urls.owner, call.entity)
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
    files = archive.moved(call.urls.owner, call.entity, folder)
    return Told(rows=_rows(files), page=[f"{len(files)} files of archived facts are read from {folder.resolve()}"])


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

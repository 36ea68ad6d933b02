"""Archived years: commands that move closed years into files, check the files, and register a new folder for them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from infra.cli.answer import Answer, Table
from infra.cli.invocation import Call, Commands
from infra.cli.options import whole
from infra.cli.page import progress
from infra.desk import archive
from infra.desk.counts import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ledger.journal.archived_years import ArchivedFile

COMMANDS: Final = Commands(
    "archive", "Archive the facts of closed years into files, check the files, or register their new folder."
)

_FILES: Final = (("first", "first_position"), ("last", "last_position"), ("facts", "facts"), ("file", "file"))


@COMMANDS.add("years", needs={"": archive.ARCHIVING})
def years(
    call: Call,
    year: Annotated[int, typer.Argument(parser=whole(1900, 2999), metavar="YEAR", help="The last year to archive.")],
    folder: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="The folder for the files; below the data folder if you give none."),
    ] = None,
) -> Answer:
    """Move the facts of closed years out of the database.

    Every fact up to the last checkpoint of YEAR moves into Parquet files. The files are compared with the seals before
    anything is deleted. Reports, replays and proofs stay the same. From then on the files are part of the books.
    """
    target = folder or call.settings.archived_years
    with call.desk() as desk, progress(0, "archiving"):
        files, reach, checkpoint = archive.years(desk, call.urls.owner, call.settings.sealing, year, target)
    said = f"archived {counted(sum(file.facts for file in files), 'fact')}" if files else "nothing new to archive"
    beyond = ", beyond" if reach > checkpoint.position else ","
    page: list[str | Table] = [
        f"{said}; the archive of {call.entity} reaches position {reach}{beyond} "
        f"checkpoint {checkpoint.number} of {checkpoint.day}",
    ]
    if files:
        page += [Table(_FILES, _rows(files)), "from now on, back up these files together with the books"]
    return Answer(rows=_rows(files), position=reach, page=page)


@COMMANDS.add("verify")
def verify(call: Call) -> Answer:
    """Check the files of archived years.

    Each file must exist, be unchanged, and contain the facts that the books expect in it. `reskontra verify` also
    checks the facts themselves.
    """
    files, problems = archive.checked(call.urls.owner, call.entity)
    said = f"{len(files) - len(problems)} of {len(files)} files of archived facts are sound"
    return Answer(
        rows=_rows(files),
        problems=problems,
        ok=not problems,
        position=files[-1].last if files else 0,
        page=[Table(_FILES, _rows(files)), said] if files else ["nothing is archived"],
    )


@COMMANDS.add("moved")
def moved(
    call: Call,
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="The folder that now holds all the files.")],
) -> Answer:
    """Register a new folder for the files of archived years.

    The files are checked first. This takes effect at once, even in processes that already have the books open.
    """
    files = archive.moved(call.urls.owner, call.entity, folder)
    return Answer(
        rows=_rows(files), page=[f"archived facts are now read from {folder.resolve()}: {counted(len(files), 'file')}"]
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

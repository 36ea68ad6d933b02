"""The command that writes all sealed facts into a folder, for an outsider."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from infra.cli.answer import Answer
from infra.cli.checkpoints import row_of, sentence_of
from infra.cli.invocation import Call, Commands
from infra.cli.page import progress
from infra.desk import seal
from infra.desk.counts import counted

COMMANDS: Final = Commands()


@COMMANDS.add("export")
def export(
    call: Call,
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="The folder to create; it must not exist yet.")],
    table: Annotated[
        bool,
        typer.Option(
            "--parquet", help="Also write the facts as Parquet, for analysts; the Parquet file proves nothing."
        ),
    ] = False,
) -> Answer:
    """Write all sealed facts into a folder, for an outsider.

    The folder contains the facts as records, the checkpoint over them, and the notes about the log's keys. The facts
    are checked while they are written.
    """
    with call.desk() as desk, progress(0, "writing the facts"):
        done = seal.export(desk, call.settings.sealing, folder.resolve(), table=table)
    row = {**row_of(done.checkpoint), "folder": str(folder), "files": list(done.files)}
    page = [f"wrote {counted(done.checkpoint.size, 'fact')} to {folder}: {sentence_of(done.checkpoint)}"]
    return Answer(rows=[row], position=done.checkpoint.position, page=page)

"""The command that proves to an outsider that one fact was sealed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from infra.cli.answer import Answer
from infra.cli.invocation import Call, Commands
from infra.desk import seal
from infra.desk.problems import quoted

COMMANDS: Final = Commands()


@COMMANDS.add("prove")
def prove(
    call: Call,
    fact: Annotated[
        str, typer.Argument(metavar="FACT", help="The fact as STREAM@VERSION, such as invoice-i1@1, or its position.")
    ],
    to: Annotated[
        Path | None, typer.Option(metavar="FILE", dir_okay=False, help="Write the proof into this file.")
    ] = None,
) -> Answer:
    """Prove that a fact was sealed.

    The proof is JSON. You can check it with the program that `reskontra seal verifier` prints.
    """
    import json

    from ledger.disk import write_whole
    from ledger.sealing import SealRefused, read_name

    try:
        read_name(fact)
    except SealRefused as wrong:
        raise typer.BadParameter(wrong.sentence.replace(repr(fact), quoted(fact))) from None
    with call.desk() as desk:
        proof = seal.prove(desk, call.settings.sealing, fact)
    text = json.dumps(proof)
    if to is not None:
        write_whole(to.resolve(), text + "\n")
    page = [text if to is None else f"the proof of {fact} is in {to}"]
    return Answer(rows=[proof], position=proof["fact"]["position"], page=page)

"""Commands that prove that history was not rewritten: seals, keys, and a second party's signature."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from infra.cli.answer import Answer
from infra.cli.checkpoints import row_of, sentence_of
from infra.cli.invocation import Call, Commands
from infra.cli.options import day as read_day
from infra.cli.page import progress
from infra.desk import seal
from infra.desk.counts import counted

if TYPE_CHECKING:
    from ledger.sealing import Checkpoint, Cosigned, Key

COMMANDS: Final = Commands("seal", "Seal facts so that others can check them: checkpoints, keys, cosignatures.")


@COMMANDS.add("now", needs={"": seal.SEALING})
def now(
    call: Call,
    day: Annotated[
        date | None, typer.Option(parser=read_day, metavar="DATE", help="The business day; today if you give none.")
    ] = None,
    while_loading: Annotated[
        bool, typer.Option("--while-loading", help="Seal even if a bank file is only partly loaded.")
    ] = False,
) -> Answer:
    """Seal all facts recorded so far.

    A signed checkpoint over the facts is written outside the database. The bank day does the same when it ends.
    """
    with call.desk() as desk, progress(0, "sealing"):
        done = seal.now(desk, call.settings.sealing, day, while_loading=while_loading)
    last = done.checkpoint
    if last is None:
        return Answer(page=[f"nothing is recorded in {call.entity} yet, so there is nothing to seal"])
    said = f"sealed {counted(done.facts, 'fact')}" if done.facts else "nothing new to seal"
    page = [f"{said}: {sentence_of(last)}"]
    row = {**row_of(last), "new_facts": done.facts}
    return Answer(
        rows=[row], totals=_totals(last), as_of=date.fromisoformat(last.day), position=last.position, page=page
    )


@COMMANDS.add("key")
def key(call: Call) -> Answer:
    """Show the log's verifier key.

    Give the key to those who will check proofs, but do not send it by the same channel as the proofs.
    """
    from ledger.sealing import known_keys

    chain = known_keys(call.settings.sealing)
    rows = [{"number": one.number, "key": str(one.key), "after_checkpoint": one.after} for one in chain]
    return Answer(rows=rows, page=[str(chain[-1].key)])


@COMMANDS.add("rotate-key", needs={"": seal.REPLACING_KEY})
def rotate_key(call: Call) -> Answer:
    """Replace the log's key.

    Writes a note that introduces the new key and is signed with both keys. The old private key is destroyed.
    """
    with call.desk() as desk:
        made = seal.replace_key(desk, call.settings.sealing)
    return Answer(rows=[{"key": str(made)}], page=[f"the next checkpoint will be signed with {made}"])


@COMMANDS.add("cosign")
def cosign(
    call: Call,
    checkpoint: Annotated[
        Path, typer.Argument(metavar="CHECKPOINT", exists=True, dir_okay=False, help="The file of the checkpoint.")
    ],
    key: Annotated[
        Path, typer.Option(metavar="FILE", help="The file of your private key; created if it does not exist.")
    ],
    name: Annotated[str, typer.Option(metavar="NAME", help="Your name as a witness, such as auditor.example/anna.")],
    last: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            exists=True,
            dir_okay=False,
            help="The checkpoint you cosigned last, if it is not beside your key.",
        ),
    ] = None,
    log_key: Annotated[
        str | None,
        typer.Option(
            metavar="KEY",
            help="The log's verifier key, or a file with the key; if you give none, the log's key notes beside the "
            "checkpoint are trusted.",
        ),
    ] = None,
) -> Answer:
    """Add a witness's cosignature to a checkpoint.

    The checkpoint must be signed with the log's key. It must also continue the checkpoint you cosigned last, which is
    kept beside your key. The checkpoints in between must be in the folder of the new checkpoint. A checkpoint older
    than the last one you cosigned is never cosigned.
    """
    from ledger.sealing import cosign as add_signature

    trusted = None if log_key is None else given_key(log_key)
    done = add_signature(checkpoint, key, name, call.now, last=last, log_key=trusted)
    row = {**row_of(done.checkpoint), "key": str(done.key), "continues_checkpoint": done.since, "new": done.new}
    page = [_signed(done, name), f"your verifier key: {done.key}"]
    return Answer(rows=[row], page=page)


@COMMANDS.add("verifier")
def verifier(call: Call) -> Answer:
    """Print the program that checks proofs and exports.

    The program is one file. It needs Python and the package `cryptography`, but neither the database nor reskontra.
    """
    from ledger.sealing import verifier as program

    lines = Path(program.__file__).read_text(encoding="utf-8").splitlines()
    return Answer(rows=[{"line": line} for line in lines], page=lines)


def given_key(given: str) -> Key:
    """Return the verifier key: the user typed either the key itself or the name of a file that contains it."""
    from ledger.sealing import Invalid, key_given

    try:
        return key_given(given)
    except Invalid as wrong:
        raise typer.BadParameter(str(wrong)) from None


def _totals(checkpoint: Checkpoint) -> list[dict[str, Any]]:
    return [
        {"name": "control total", "account": account, "currency": currency, "sum_minor": minor}
        for currency, account, minor in checkpoint.totals
    ]


def _signed(done: Cosigned, name: str) -> str:
    if not done.new:
        return f"nothing new: {name} has already cosigned {sentence_of(done.checkpoint)}"
    first = "it is the first checkpoint of this log that your key signed, so it was compared with no other"
    since = f"it continues checkpoint {done.since}" if done.since else first
    since = "you cosigned the same checkpoint before" if done.since == done.checkpoint.number else since
    return f"{name} signed {sentence_of(done.checkpoint)}; {since}"

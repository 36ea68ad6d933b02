"""Proof that history was not rewritten: seals, keys, a second party's signature."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from infra.cli.answer import Told
from infra.cli.asking import Call, Commands
from infra.cli.checkpoints import row_of, sentence_of
from infra.cli.options import day as read_day
from infra.cli.printing import progress
from infra.desk import seal

if TYPE_CHECKING:
    from ledger.sealing import Checkpoint, Countersigned, Key

COMMANDS: Final = Commands("seal", "Seal history, and let others prove it: seal now, keys, countersigning.")


@COMMANDS.add("now")
def now(
    call: Call,
    day: Annotated[
        date | None, typer.Option(parser=read_day, metavar="DATE", help="The business day; today unless said.")
    ] = None,
    while_loading: Annotated[
        bool, typer.Option("--while-loading", help="Also while a bank file is half in the book.")
    ] = False,
) -> Told:
    """Seal all facts up to now.

    A signed checkpoint over them is written outside the database. The bank day does it at its end.
    """
    with call.desk() as desk, progress(0, "sealing"):
        done = seal.now(desk, call.settings.sealing, day, while_loading=while_loading)
    last = done.checkpoint
    if last is None:
        return Told(page=[f"nothing is recorded in {call.entity} yet, and so nothing is sealed"])
    said = f"{done.facts} facts are sealed" if done.facts else "nothing new to seal"
    page = [f"{said}: {sentence_of(last)}"]
    row = {**row_of(last), "new_facts": done.facts}
    return Told(rows=[row], totals=_totals(last), as_of=date.fromisoformat(last.day), position=last.position, page=page)


@COMMANDS.add("key")
def key(call: Call) -> Told:
    """Show the log's verifier key.

    Give it to who is to check proofs, on another way than the proofs themselves.
    """
    from ledger.sealing import known_keys

    chain = known_keys(call.settings.sealing)
    rows = [{"number": one.number, "key": str(one.key), "after_checkpoint": one.after} for one in chain]
    return Told(rows=rows, page=[str(chain[-1].key)])


@COMMANDS.add("rotate-key")
def rotate_key(call: Call) -> Told:
    """Replace the log's key.

    A note that the old and the new key both sign names the new one; the old private key is gone.
    """
    from ledger.sealing import rotate

    made = rotate(call.settings.sealing, call.now)
    return Told(rows=[{"key": str(made)}], page=[f"the next checkpoint is signed with {made}"])


@COMMANDS.add("countersign")
def countersign(
    call: Call,
    checkpoint: Annotated[
        Path, typer.Argument(metavar="CHECKPOINT", exists=True, dir_okay=False, help="The checkpoint's file.")
    ],
    key: Annotated[Path, typer.Option(metavar="FILE", help="Your private key; made where there is none.")],
    name: Annotated[str, typer.Option(metavar="NAME", help="Your name as a signer, as in auditor.example/anna.")],
    last: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            exists=True,
            dir_okay=False,
            help="The checkpoint you signed last, if it is not beside your key.",
        ),
    ] = None,
    log_key: Annotated[
        str | None, typer.Option(metavar="KEY", help="The log's verifier key, or a file of it; else its own word.")
    ] = None,
) -> Told:
    """Add a second party's signature to a checkpoint.

    It is the log's, and continues the one you signed last, which is kept beside your key; those in between lie beside
    the new one. An older one is never signed afterwards.
    """
    from ledger.sealing import countersign as add_signature

    trusted = None if log_key is None else given_key(log_key)
    done = add_signature(checkpoint, key, name, call.now, last=last, log_key=trusted)
    row = {**row_of(done.checkpoint), "key": str(done.key), "continues_checkpoint": done.since, "new": done.new}
    page = [_signed(done, name), f"your verifier key: {done.key}"]
    return Told(rows=[row], page=page)


@COMMANDS.add("verifier")
def verifier(call: Call) -> Told:
    """Print the program that checks proofs and exports.

    One file that needs Python and the package cryptography, and neither the database nor reskontra.
    """
    from ledger.sealing import verifier as program

    lines = Path(program.__file__).read_text(encoding="utf-8").splitlines()
    return Told(rows=[{"line": line} for line in lines], page=lines)


def given_key(given: str) -> Key:
    """A verifier key, or a file of it, as it was typed."""
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


def _signed(done: Countersigned, name: str) -> str:
    if not done.new:
        return f"nothing new: {name} has signed {sentence_of(done.checkpoint)}"
    first = "it is the first of this log that is signed with this key, and was compared with none"
    since = f"it continues checkpoint {done.since}" if done.since else first
    since = "you signed the same before" if done.since == done.checkpoint.number else since
    return f"{name} signed {sentence_of(done.checkpoint)}; {since}"

"""Commands of the vault, where everything personal is; texts come from a file or from standard input.

No option takes a personal text, because every user of a machine sees the options of all running commands.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Annotated, Final, TypeAlias

import typer

from infra.cli.answer import Answer, Table
from infra.cli.invocation import Call, Commands
from infra.cli.options import Everything, Key, OnBehalfOf, ReasonCode, day
from infra.cli.outcome import recorded, waits
from infra.cli.page import note
from infra.desk import erasure, names, vault
from infra.desk.counts import counted
from infra.desk.desk import Occasion
from infra.desk.problems import quoted
from ledger.vault.kinds import KINDS, Kind
from ledger.vault.purposes import Purpose


def _kind(text: str) -> Kind:
    for known in KINDS:
        if text == known:
            return known
    raise typer.BadParameter(f"{quoted(text)} is no kind of text; give one of {', '.join(KINDS)}")


COMMANDS: Final = Commands("vault", "What is personal: put, show and find it, and ask who read it.")

_SubjectName: TypeAlias = Annotated[
    str, typer.Argument(metavar="SUBJECT", help="Whose: the account of a payer, or another person's id in the vault.")
]
_ErasedName: TypeAlias = Annotated[
    str,
    typer.Argument(
        metavar="SUBJECT",
        help="Who or what: the account of a payer, another person's id in the vault, or the hash of a bank file.",
    ),
]
_KindName: TypeAlias = Annotated[Kind, typer.Option("--kind", help="The kind of text.")]
_PurposeName: TypeAlias = Annotated[Purpose, typer.Option("--purpose", help="Why you read it; this is logged.")]
_From: TypeAlias = Annotated[
    Path | None,
    typer.Option("--from", metavar="FILE", help="The file with the text; standard input if you give none."),
]

_ENTRIES: Final = (
    ("kind", "kind"),
    ("text", "text"),
    ("masked", "masked"),
    ("entry", "entry_id"),
    ("version", "version"),
    ("put", "put_at"),
    ("by", "put_by"),
)
_READINGS: Final = (
    ("at", "at"),
    ("by", "person"),
    ("subject", "subject_id"),
    ("what", "kinds"),
    ("purpose", "purpose"),
    ("work", "correlation"),
)

_NAMING: Final = (("file", "sha256"), ("kept through", "kept_through"))
_ERASURES: Final = (
    ("subject", "subject_id"),
    ("status", "status"),
    ("reason", "reason_code"),
    ("requested by", "requester"),
    ("on behalf of", "on_behalf_of"),
    ("decided by", "approver"),
    ("since", "since"),
    ("kept through", "kept_through"),
)


@COMMANDS.add("put", needs={"": vault.CLERKS})
def put(
    call: Call,
    kind: _KindName,
    subject: Annotated[
        str | None,
        typer.Argument(
            metavar="SUBJECT",
            help="Whose: the account of a payer, or another person's id in the vault; a new person if you give none.",
        ),
    ] = None,
    source: _From = None,
    entry: Annotated[
        str | None, typer.Option(metavar="ID", help="The entry of which this is a new version; a new entry if none.")
    ] = None,
) -> Answer:
    """Keep a text of a person in the vault.

    Of a name, an address or a number, a person has one: another one is a new version. Old versions are kept.
    """
    text = _text(source)
    with call.desk() as desk:
        row = vault.put(desk, call.vault, subject, kind, text, entry)
    return Answer(rows=[row], page=[f"{row['subject_id']}: {kind} kept as entry {row['entry_id']}"])


@COMMANDS.add("show", needs={"": vault.CLERKS})
def show(
    call: Call,
    subject: _SubjectName,
    purpose: _PurposeName,
    kind: Annotated[
        list[str] | None,
        typer.Option("--kind", parser=_kind, metavar="KIND", help="What to show; everything if you give none."),
    ] = None,
    history: Annotated[bool, typer.Option("--history", help="Show the old versions too.")] = False,
) -> Answer:
    """Show what is known of a person.

    Who read it, when and why is logged before anything is shown. Of a person with protected identity, what tells who it
    is stays masked.
    """
    with call.desk() as desk:
        rows = vault.show(desk, call.vault, subject, [_kind(one) for one in kind or ()], purpose, history=history)
    return Answer(rows=rows, page=[Table(_ENTRIES, rows)])


@COMMANDS.add("find", needs={"": vault.CLERKS})
def find(call: Call, kind: _KindName, purpose: _PurposeName, source: _From = None) -> Answer:
    """Find the persons of whom exactly this is known, however it is written.

    The look-up is logged too.
    """
    text = _text(source)
    with call.desk() as desk:
        found = vault.find(desk, call.vault, kind, text, purpose)
    page = [f"{counted(len(found), 'person', 'persons')} with this {kind.replace('_', ' ')}", *found]
    return Answer(rows=[{"subject_id": one} for one in found], page=page)


@COMMANDS.add("log", needs={"": vault.READING_THE_LOG})
def log(
    call: Call,
    person: Annotated[str | None, typer.Option("--by", metavar="PERSON", help="Only what this person read.")] = None,
    subject: Annotated[str | None, typer.Option(metavar="SUBJECT", help="Only what was read of this person.")] = None,
    on: Annotated[date | None, typer.Option(parser=day, metavar="DATE", help="Only what was read on this day.")] = None,
    everything: Everything = False,
) -> Answer:
    """Show who read what of whom, when and why.

    The oldest reading is first.
    """
    with call.desk() as desk:
        rows = vault.log(desk, call.vault, person, subject, on)
    return Answer(rows=rows, page=[f"{counted(len(rows), 'reading')}", Table(_READINGS, rows, long=True)])


@COMMANDS.add("erase", gives=("RequestErasure",))
def erase(
    call: Call, subject: _ErasedName, reason: ReasonCode, on_behalf_of: OnBehalfOf = None, key: Key = None
) -> Answer:
    """Ask to erase a person, or a bank file, which says of many persons what they paid.

    Another person must approve it. It is refused while money of the person is open, or the law keeps the accounts; the
    refusal then names the day.
    """
    with call.desk() as desk:
        occasion = Occasion(key, on_behalf_of=names.asker(desk, on_behalf_of))
        done = erasure.request(desk, call.vault, subject, reason, occasion)
    return recorded(done, waits(f"vault approve-erasure {done.named['subject_id']}", on_behalf_of))


@COMMANDS.add("approve-erasure", gives=("ApproveErasure",))
def approve_erasure(call: Call, subject: _ErasedName, key: Key = None) -> Answer:
    """Erase a person or a bank file whose erasure somebody else asked for.

    The key is destroyed, so nothing of it can be read any more. The facts have nothing personal and stay as they are.
    Bank files that may still say who the person was are listed, with the last day on which the law keeps each.
    """
    with call.desk() as desk:
        done = erasure.approve(desk, call.vault, subject, Occasion(key))
    answer = recorded(done, "the key is destroyed")
    files = done.more.get("bank_files", ())
    if not files:
        return answer
    named = f"{counted(len(files), 'bank file')} may still say who it was; erase each by its hash after the day given"
    return replace(answer, page=[*answer.page, named, Table(_NAMING, files, long=True)])


@COMMANDS.add("reject-erasure", gives=("RejectErasure",))
def reject_erasure(call: Call, subject: _ErasedName, reason: ReasonCode, key: Key = None) -> Answer:
    """Reject an erasure that somebody else asked for."""
    with call.desk() as desk:
        occasion = Occasion(key)
        return recorded(erasure.reject(desk, call.vault, subject, reason, occasion))


@COMMANDS.add("erasures")
def erasures(call: Call) -> Answer:
    """List the persons whose erasure was asked for, and what became of it."""
    with call.desk() as desk:
        rows, position = erasure.listed(desk, call.vault)
    said = f"{counted(len(rows), 'erasure')} in {call.entity}"
    return Answer(rows=rows, position=position, page=[said, Table(_ERASURES, rows, long=True)])


@COMMANDS.add("replace-key", needs={"": vault.REPLACING_KEYS})
def replace_key(call: Call) -> Answer:
    """Replace the secret of the master key that wraps the keys of persons and of bank files.

    Afterwards a copy of the old secret opens nothing, and what was erased before cannot be opened from any backup. Make
    a backup of the new key. If the command is interrupted, run it again.
    """
    with call.desk() as desk:
        count = vault.replace_key(desk, call.vault)
    said = f"{counted(count, 'key')} of persons and bank files wrapped anew; make a backup of {call.vault.key}"
    return Answer(rows=[{"wrapped": count}], page=[said])


def _text(source: Path | None) -> str:
    try:
        if source is not None:
            return source.read_text(encoding="utf-8").rstrip("\n")
        if sys.stdin.isatty():
            note("type the text, and end it with Ctrl-D on a line of its own")
        # Whatever the locale is, which might let bytes through that are no text.
        return sys.stdin.buffer.read().decode("utf-8").rstrip("\n")
    except UnicodeDecodeError:
        raise typer.BadParameter("the text is not UTF-8; convert it first") from None

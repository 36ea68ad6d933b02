"""A second party's signature under a checkpoint: it saw this state of the log, which continues what it saw before.

The countersigner needs no database and none of the log's leaves: the checkpoints between the one it signed last and the
new one prove each that they continue the one before (c2sp.org/tlog-cosignature). What it signed last lies beside its
key, for each log apart, and is written before the signature is given away: a stop in between leaves a checkpoint that
is remembered and can be signed again, never one that was signed and is forgotten.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import quote

from ledger.on_disk import write_whole
from ledger.sealing.checkpoints import checked
from ledger.sealing.keys import Signer, make_key, note_paths, open_key, read_note
from ledger.sealing.place import held
from ledger.sealing.refusals import SealRefused
from ledger.sealing.verifier import (
    COSIGNATURE,
    Checkpoint,
    Introduced,
    Invalid,
    Key,
    Note,
    check_checkpoint,
    check_continues,
    check_signed,
    key_chain,
    parse_introduction,
    parse_note,
)


class Countersigned(NamedTuple):
    """The checkpoint and the countersigner's key, what it was shown to continue, and whether it was signed just now.

    `since` is the checkpoint signed last; none where this is the first of this log that is signed with the key.
    """

    checkpoint: Checkpoint
    key: Key
    since: int | None
    new: bool


class _Shown(NamedTuple):
    """A file as it was read once: its words, the note in them, and the checkpoint that the log's key signed."""

    content: str
    note: Note
    checkpoint: Checkpoint


def countersign(
    path: Path, key: Path, name: str, at: datetime, *, last: Path | None = None, log_key: Key | None = None
) -> Countersigned:
    """Add a signature line to a checkpoint's file; the private key is made where its file does not exist.

    The checkpoint continues the one signed last with this key, which lies beside it; `last` is that checkpoint where
    it does not. `log_key` is the log's verifier key, else the notes beside the checkpoint are believed. Raises
    SealRefused where the checkpoint is not the log's, or does not continue the last; OSError of the disk.
    """
    _require_name(name)
    try:
        if not path.is_file():
            raise Invalid(f"the checkpoint {path} is missing")
        with _alone(path.parent, key.resolve().parent):
            chain = _chain(path, log_key)
            shown = _read(path, chain)
            memory = memory_of(key, shown.checkpoint.origin)
            sources = [one for one in (memory if memory.exists() else None, last) if one is not None]
            signer = _signer(key, name, sources)
            _require_other(signer, chain)
            known = [_own(one, chain, signer) for one in sources]
            for one in known:
                _check_between(path, one, shown, chain)
            since = max((one.checkpoint.number for one in known), default=None)
            signed = _is_signed(shown.note, signer.key)
            content = shown.content if signed else shown.content + signer.line(shown.note.text, at)
            # First what is remembered, then what others see.
            write_whole(memory, content)
            if not signed:
                write_whole(path, content)
    except Invalid as wrong:
        raise SealRefused("not_consistent", f"nothing is countersigned: {wrong}") from None
    return Countersigned(shown.checkpoint, signer.key, since, not signed)


def memory_of(key: Path, origin: str) -> Path:
    """Where a countersigner keeps what it signed last of a log, with its signature: beside its private key."""
    whole = key.resolve()
    return whole.with_name(f"{whole.name}.{quote(origin, safe='')}.signed")


@contextmanager
def _alone(*folders: Path) -> Iterator[None]:
    """Nobody else adds to the checkpoint meanwhile, or signs with the key."""
    with ExitStack() as stack:
        # Always in the same order, so that no two wait for each other.
        for folder in sorted({folder.resolve() for folder in folders}):
            stack.enter_context(held(folder))
        yield


def _require_name(name: str) -> None:
    if not name or not name.isprintable() or any(sign.isspace() or sign == "+" for sign in name):
        raise SealRefused(
            "name_malformed", f"{name!r} is no name of a signer: no spaces and no plus, as in auditor.example/anna"
        )


def _chain(path: Path, log_key: Key | None) -> list[Introduced]:
    notes = [read_note(note) for note in note_paths(path.parent.parent / "keys")]
    if log_key is None and not notes:
        raise Invalid("the log's key is not known: give it with --log-key, had from whom you trust")
    return key_chain(log_key or parse_introduction(notes[0]).key, notes)


def _read(path: Path, chain: Sequence[Introduced]) -> _Shown:
    try:
        content = path.read_bytes().decode()
        note = parse_note(content)
        return _Shown(content, note, check_checkpoint(note, chain))
    except FileNotFoundError:
        raise Invalid(f"the checkpoint {path} is missing") from None
    except UnicodeDecodeError:
        raise Invalid(f"{path} is no signed note") from None
    except Invalid as wrong:
        raise Invalid(f"checkpoint file {path.name}: {wrong}") from None


def _signer(key: Path, name: str, sources: Sequence[Path]) -> Signer:
    """The key, made where it is the first time; a key that has signed something is there."""
    if key.exists():
        return open_key(key, name, COSIGNATURE)
    if sources:
        raise SealRefused("key_missing", _NO_KEY.format(key=key, source=sources[0]))
    return make_key(key, name, COSIGNATURE)


def _require_other(signer: Signer, chain: Sequence[Introduced]) -> None:
    """A second party is another one: no key of the log's vouches for the log."""
    if signer.key.public in [one.key.public for one in chain]:
        sentence = "this is a key of the log itself, and its signature says nothing more; name a key of your own"
        raise SealRefused("key_of_the_log", f"nothing is countersigned: {sentence}")


def _own(path: Path, chain: Sequence[Introduced], signer: Signer) -> _Shown:
    """What was signed last bears the signature of this very key, else anything could be passed off as it."""
    found = _read(path, chain)
    try:
        check_signed(found.note, signer.key)
    except Invalid as wrong:
        raise Invalid(f"{path.name} should be what you signed last, and {wrong}") from None
    return found


def _is_signed(note: Note, key: Key) -> bool:
    """Whether the note bears this signature already; raises Invalid where it is one over another text."""
    if not any((one.name, one.key_id) == (key.name, key.id) for one in note.signatures):
        return False
    check_signed(note, key)
    return True


def _check_between(path: Path, known: _Shown, shown: _Shown, chain: Sequence[Introduced]) -> None:
    """Each checkpoint from the one signed last to the new one continues the one before."""
    since, found = known.checkpoint, shown.checkpoint
    if found.number < since.number:
        raise Invalid(_OLDER.format(number=found.number, last=since.number))
    if found.number == since.number and shown.note.text != known.note.text:
        raise Invalid(_ANOTHER.format(number=found.number))
    before = since
    for number in range(since.number + 1, found.number):
        beside = path.with_name(f"{number:08}.checkpoint")
        if not beside.exists():
            raise Invalid(f"{beside.name} is needed as well, beside {path.name}: the two are proven step by step")
        following = checked(beside, chain, number)
        check_continues(following, before)
        before = following
    if found.number > since.number:
        check_continues(found, before)


_NO_KEY: Final = (
    "the private key {key} is missing, though {source} is said to be signed with it; name the key that you signed with "
    "before"
)
_OLDER: Final = (
    "checkpoint {number} is older than checkpoint {last}, which you signed last; an older one is never signed "
    "afterwards, ask for one after it"
)
_ANOTHER: Final = (
    "this is another checkpoint {number} than the one you signed, and the log does not continue that: keep both, as "
    "they prove it"
)

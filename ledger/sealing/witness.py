"""A witness cosigns a checkpoint only if the checkpoint continues the log as the witness last saw it.

The witness needs only files: the checkpoints after the last cosigned one, up to the new one. Each of them contains the
proof that it continues the previous checkpoint (c2sp.org/tlog-cosignature). The last cosigned checkpoint of each log is
kept beside the witness's key, and is written before the cosignature is published. If the program stops in between, a
remembered checkpoint can be cosigned again, but no cosigned checkpoint is ever forgotten.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import quote

from ledger.disk import write_whole
from ledger.sealing.checkpoints import checked
from ledger.sealing.keys import Signer, make_key, note_paths, open_key, read_note
from ledger.sealing.refusals import SealRefused
from ledger.sealing.seal_folders import held
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


class Cosigned(NamedTuple):
    """The checkpoint, the witness's key, the checkpoint cosigned before, and whether this cosignature is new.

    `since` is the number of the previously cosigned checkpoint; None if this key never cosigned a checkpoint of this
    log before.
    """

    checkpoint: Checkpoint
    key: Key
    since: int | None
    new: bool


class _Shown(NamedTuple):
    """What one reading of a file gave: its content, the note in it, and the checkpoint that the log's key signed."""

    content: str
    note: Note
    checkpoint: Checkpoint


def cosign(
    path: Path, key: Path, name: str, at: datetime, *, last: Path | None = None, log_key: Key | None = None
) -> Cosigned:
    """Add a cosignature line to a checkpoint's file; the private key is created if its file does not exist.

    The checkpoint must continue the checkpoint that this key cosigned last. That last checkpoint is kept beside the
    key; if it is not there, `last` names its file. `log_key` is the log's verifier key; without it, the notes beside
    the checkpoint are trusted. Raises SealRefused if the checkpoint is not signed by the log or does not continue the
    last one; raises OSError if the disk fails.
    """
    _require_name(name)
    try:
        if not path.is_file():
            raise Invalid(f"the checkpoint {path} is missing")
        with _alone(path.parent, key.resolve().parent):
            chain = _chain(path, log_key)
            shown = _read(path, chain)
            memory = memory_of(key, shown.checkpoint.origin)
            remembered = [one for one in (memory if memory.exists() else None, last) if one is not None]
            signer = _signer(key, name, remembered)
            _require_other(signer, chain)
            known = [_own(one, chain, signer) for one in remembered]
            for one in known:
                _check_between(path, one, shown, chain)
            since = max((one.checkpoint.number for one in known), default=None)
            signed = _is_signed(shown.note, signer.key)
            content = shown.content if signed else shown.content + signer.line(shown.note.text, at)
            # Write the witness's memory first, then the file that others see.
            write_whole(memory, content)
            if not signed:
                write_whole(path, content)
    except Invalid as wrong:
        raise SealRefused("checkpoint_inconsistent", f"nothing was cosigned: {wrong}") from None
    return Cosigned(shown.checkpoint, signer.key, since, not signed)


def memory_of(key: Path, origin: str) -> Path:
    """The file with the last checkpoint that this key cosigned for a log; it is in the folder of the private key."""
    whole = key.resolve()
    return whole.with_name(f"{whole.name}.{quote(origin, safe='')}.signed")


@contextmanager
def _alone(*folders: Path) -> Iterator[None]:
    """Lock the folders, so that nobody else changes the checkpoint's file or signs with the key meanwhile."""
    with ExitStack() as stack:
        # The order is always the same, so that two processes never wait for each other.
        for folder in sorted({folder.resolve() for folder in folders}):
            stack.enter_context(held(folder))
        yield


def _require_name(name: str) -> None:
    if not name or not name.isprintable() or any(sign.isspace() or sign == "+" for sign in name):
        raise SealRefused(
            "name_malformed",
            f"{name!r} is not a witness's name; give a name without spaces or plus signs, such as auditor.example/anna",
        )


def _chain(path: Path, log_key: Key | None) -> list[Introduced]:
    notes = [read_note(note) for note in note_paths(path.parent.parent / "keys")]
    if log_key is None and not notes:
        raise Invalid("the log's key is unknown: get it from somebody you trust, and give it with --log-key")
    return key_chain(log_key or parse_introduction(notes[0]).key, notes)


def _read(path: Path, chain: Sequence[Introduced]) -> _Shown:
    try:
        content = path.read_bytes().decode()
        note = parse_note(content)
        return _Shown(content, note, check_checkpoint(note, chain))
    except FileNotFoundError:
        raise Invalid(f"the checkpoint {path} is missing") from None
    except UnicodeDecodeError:
        raise Invalid(f"{path} is not a signed note") from None
    except Invalid as wrong:
        raise Invalid(f"checkpoint file {path.name}: {wrong}") from None


def _signer(key: Path, name: str, remembered: Sequence[Path]) -> Signer:
    """The witness's key, created on first use; raises SealRefused if the key that cosigned before is missing."""
    if key.exists():
        return open_key(key, name, COSIGNATURE)
    if remembered:
        raise SealRefused("key_missing", _NO_KEY.format(key=key, source=remembered[0]))
    return make_key(key, name, COSIGNATURE)


def _require_other(signer: Signer, chain: Sequence[Introduced]) -> None:
    """The witness must be another party: a key of the log cannot witness the log."""
    if signer.key.public in [one.key.public for one in chain]:
        sentence = "this key belongs to the log itself, so its cosignature would prove nothing; use a key of your own"
        raise SealRefused("witness_key_is_log_key", f"nothing was cosigned: {sentence}")


def _own(path: Path, chain: Sequence[Introduced], signer: Signer) -> _Shown:
    """The remembered checkpoint; raises Invalid unless it has this key's cosignature.

    Without this check, any file could be taken for the remembered checkpoint.
    """
    found = _read(path, chain)
    try:
        check_signed(found.note, signer.key)
    except Invalid as wrong:
        raise Invalid(f"{path.name} should be the checkpoint you cosigned last, but {wrong}") from None
    return found


def _is_signed(note: Note, key: Key) -> bool:
    """Whether the note already has this key's cosignature; raises Invalid if that cosignature is for another text."""
    if not any((one.name, one.key_id) == (key.name, key.id) for one in note.signatures):
        return False
    check_signed(note, key)
    return True


def _check_between(path: Path, known: _Shown, shown: _Shown, chain: Sequence[Introduced]) -> None:
    """Check that each checkpoint after the last cosigned one, up to the new one, continues its predecessor."""
    since, found = known.checkpoint, shown.checkpoint
    if found.number < since.number:
        raise Invalid(_OLDER.format(number=found.number, last=since.number))
    if found.number == since.number and shown.note.text != known.note.text:
        raise Invalid(_ANOTHER.format(number=found.number))
    before = since
    for number in range(since.number + 1, found.number):
        beside = path.with_name(f"{number:08}.checkpoint")
        if not beside.exists():
            raise Invalid(
                f"the folder of {path.name} must also contain {beside.name}, because each checkpoint is checked "
                "against the previous one"
            )
        following = checked(beside, chain, number)
        check_continues(following, before)
        before = following
    if found.number > since.number:
        check_continues(found, before)


_NO_KEY: Final = (
    "the private key {key} is missing, although {source} was cosigned with it; give the key that you used before"
)
_OLDER: Final = (
    "checkpoint {number} is older than checkpoint {last}, which you cosigned last; older checkpoints are not cosigned, "
    "so ask for a newer one"
)
_ANOTHER: Final = (
    "this checkpoint {number} is not the one that you cosigned, so the log does not continue what you saw: keep the "
    "files of both checkpoints, because together they prove this"
)

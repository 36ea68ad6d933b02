"""Checks a proof, an export or checkpoints of a reskontra journal, without the database and without reskontra.

    python verifier.py proof PROOF.json --key KEY
    python verifier.py export CHECKPOINT FACTS.records ... --key KEY [--notes FILE ...] [--leaves FILE]
    python verifier.py checkpoints CHECKPOINT ... --key KEY [--notes FILE ...]

KEY is the log's verifier key, or a file that contains it, from somebody you trust. If a key was ever replaced, give the
notes of all the log's keys with --notes. With --witness KEY, a witness's cosignature is also required. Exit code 0:
what was checked holds; 1: it does not; 2: wrong usage or unreadable file. Needs only Python 3.11 and `cryptography`.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import json
import re
import struct
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any, BinaryIO, Final, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def printable(text: str) -> str:
    """The text with invisible characters escaped, so that none of them moves the cursor or hides a line."""
    return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in text)


class Invalid(Exception):
    """The given files do not prove what they claim; the message says why and is always printable."""

    def __init__(self, sentence: str) -> None:
        super().__init__(printable(sentence))


class Fact(NamedTuple):
    """A fact: its stored bytes, and where and under which name they were recorded."""

    position: int
    stream: str
    version: int
    name: str
    state: bytes

    @property
    def label(self) -> str:
        """The fact's name in messages, shortened so that a long name cannot fill the screen."""
        named = self.stream if len(self.stream) <= 60 else self.stream[:60] + "..."
        return f"{named}@{self.version} at position {self.position}"


# Leaves and trees (RFC 9162, section 2.1)

_LEAF: Final = b"\x00"
_PLACE: Final = struct.Struct(">cQQ")
_LENGTH: Final = struct.Struct(">I")
# No honest record is longer than this. A larger length can only be meant to fill the reader's memory.
_LONGEST: Final = 1 << 28
LEAF_RECORD: Final = struct.Struct(">Q32s")


def record_of(position: int, stream: str, version: int, name: str, state: bytes) -> bytes:
    """Bytes hashed into a leaf: position, version (8 bytes each); stream, name, state, each preceded by its length."""
    named, topic = stream.encode(), name.encode()
    pack = _LENGTH.pack
    head = _PLACE.pack(_LEAF, position, version)
    return b"".join((head, pack(len(named)), named, pack(len(topic)), topic, pack(len(state)), state))


def leaf_hash(position: int, stream: str, version: int, name: str, state: bytes) -> bytes:
    """Hash of a fact's leaf."""
    return sha256(record_of(position, stream, version, name, state)).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of a node, made from the roots of its two subtrees."""
    return sha256(b"\x01" + left + right).digest()


class Frontier:
    """A growing tree, kept as the roots of its complete subtrees, largest first; they suffice for adding leaves."""

    __slots__ = ("_roots", "size")

    def __init__(self) -> None:
        self.size = 0
        self._roots: list[bytes] = []

    def add(self, root: bytes, height: int = 0) -> None:
        """Add a leaf, or a complete subtree of this height; all subtrees added before must be at least as high."""
        node = self.size >> height
        while node & 1:
            root = node_hash(self._roots.pop(), root)
            node >>= 1
        self._roots.append(root)
        self.size += 1 << height

    def leads_to(self, size: int, root: bytes) -> bool:
        """Whether the tree has this number of leaves and this root."""
        return (self.size, self.root()) == (size, root)

    def root(self) -> bytes:
        """Root of the tree as it is now."""
        if not self._roots:
            return sha256(b"").digest()
        root = self._roots[-1]
        for left in reversed(self._roots[:-1]):
            root = node_hash(left, root)
        return root


def check_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> None:
    """Raise Invalid unless the path leads from the leaf at this index to the root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        raise Invalid(f"a tree of {size} leaves has no leaf {index}")
    node, last, found = index, size - 1, leaf
    for beside in path:
        if last == 0:
            raise Invalid("the path is too long for the tree")
        if node & 1 or node == last:
            found = node_hash(beside, found)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            found = node_hash(found, beside)
        node, last = node >> 1, last >> 1
    if last or found != root:
        raise Invalid("the fact is not the one that was sealed: the proof's path does not lead to the root")


def check_consistency(old: int, old_root: bytes, new: int, new_root: bytes, path: Sequence[bytes]) -> None:
    """Raise Invalid unless the new tree is the old tree with leaves added at the end (RFC 9162, 2.1.4.2)."""
    broken = Invalid(f"the tree of {new} facts does not continue the tree of {old} facts")
    if old in (0, new):
        if path or (old and old_root != new_root):
            raise broken
        return
    steps = list(path) if old & (old - 1) else [old_root, *path]
    if not 0 < old < new or not steps:
        raise broken
    node, last = old - 1, new - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    first = second = steps[0]
    for beside in steps[1:]:
        if last == 0:
            raise broken
        if node & 1 or node == last:
            first, second = node_hash(beside, first), node_hash(beside, second)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            second = node_hash(second, beside)
        node, last = node >> 1, last >> 1
    if last or first != old_root or second != new_root:
        raise broken


# Signed notes and their keys (c2sp.org/signed-note, c2sp.org/tlog-cosignature)

ED25519: Final = 1
COSIGNATURE: Final = 4
_DASH: Final = "\u2014 "
_SIGNER: Final = re.compile(r"[^\s+\ud800-\udfff]+")


class Key(NamedTuple):
    """A public key: its owner's name, its kind (1: plain signatures, 4: cosignatures with a time), and its bytes."""

    name: str
    kind: int
    public: bytes

    @property
    def id(self) -> bytes:
        """The four bytes that identify the key in a signature."""
        return sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{encoded(bytes([self.kind]) + self.public)}"


class Signature(NamedTuple):
    """One signature line of a note."""

    name: str
    key_id: bytes
    value: bytes


class Note(NamedTuple):
    """A text and its signatures."""

    text: str
    signatures: tuple[Signature, ...]


def encoded(data: bytes) -> str:
    """The bytes in Base 64, as they are written in notes."""
    return base64.b64encode(data).decode()


def decoded(text: str) -> bytes:
    """The bytes of a Base 64 text; raises Invalid."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Invalid(f"{text[:20]!r} is not Base 64") from None


def parse_key(text: str) -> Key:
    """The verifier key in a text of the form NAME+ID+KEY; raises Invalid."""
    name, _, rest = text.strip().partition("+")
    given, _, public = rest.partition("+")
    material = decoded(public)
    if not _SIGNER.fullmatch(name) or len(material) != 33 or material[0] not in (ED25519, COSIGNATURE):
        raise Invalid("this is not a verifier key; a verifier key looks like reskontra/clinic+0a1b2c3d+AZ...=")
    key = Key(name, material[0], material[1:])
    if key.id.hex() != given:
        raise Invalid(f"the verifier key of {name} is damaged: its bytes give another id, {key.id.hex()}")
    return key


def parse_note(data: str) -> Note:
    """The text of a note and its signature lines; raises Invalid."""
    text, blank, lines = data.rpartition("\n\n")
    if not blank or not lines.endswith("\n") or re.search(r"[\x00-\x09\x0b-\x1f\ud800-\udfff]", data):
        raise Invalid("this is not a signed note; a signed note is a text, an empty line, and signature lines")
    signatures = []
    for line in lines[:-1].split("\n"):
        name, _, value = line.removeprefix(_DASH).partition(" ")
        material = decoded(value)
        if not line.startswith(_DASH) or not name or len(material) < 5:
            raise Invalid("a signature line of the note is incomplete")
        signatures.append(Signature(name, material[:4], material[4:]))
    return Note(text + "\n", tuple(signatures))


def cosigned_text(text: str, seconds: int) -> bytes:
    """The bytes that a witness signs: the time, in seconds since 1970, and the text of the note."""
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()


def check_signed(note: Note, key: Key) -> None:
    """Raise Invalid unless the note is signed with the key."""
    own = [one for one in note.signatures if (one.name, one.key_id) == (key.name, key.id)]
    if not own:
        raise Invalid(f"the note is not signed by {key.name} with key {key.id.hex()}")
    for one in own:
        message, value = note.text.encode(), one.value
        if key.kind == COSIGNATURE:
            message, value = cosigned_text(note.text, int.from_bytes(value[:8], "big")), value[8:]
        try:
            Ed25519PublicKey.from_public_bytes(key.public).verify(value, message)
        except (InvalidSignature, ValueError):
            raise Invalid(f"the signature of {key.name} does not match the text: one of the two was changed") from None


class Introduced(NamedTuple):
    """A key of the log, its number, the previous key, and the last checkpoint signed with the previous key."""

    number: int
    key: Key
    before: Key | None
    after: int


def parse_introduction(note: Note) -> Introduced:
    """The content of a key's note; raises Invalid."""
    lines = note.text.split("\n")
    said = _said(lines[3:-1], ("before", "after", "introduced_at"))
    number = re.fullmatch(r"key ([1-9][0-9]{0,7})", lines[1] if len(lines) > 4 else "")
    if number is None:
        raise Invalid("this note does not introduce a key of a log")
    key, before = parse_key(lines[2]), parse_key(said["before"][0]) if "before" in said else None
    if {key.name, before.name if before else key.name} != {lines[0]}:
        raise Invalid("the note of a key names one log, but the keys in the note name another log")
    return Introduced(int(number[1]), key, before, _number(said, "after"))


def key_chain(trusted: Key, notes: Iterable[Note]) -> list[Introduced]:
    """The log's keys, each linked to the next by a note that both signed; raises Invalid if none is the trusted key."""
    chain: list[Introduced] = []
    for note in notes:
        one = parse_introduction(note)
        check_signed(note, one.key)
        if chain:
            if (one.number, one.before) != (chain[-1].number + 1, chain[-1].key) or one.after < chain[-1].after:
                raise Invalid(f"the note of key {one.number} does not continue the note of the previous key")
            check_signed(note, chain[-1].key)
        chain.append(one)
    if not chain:
        return [Introduced(1, trusted, None, 0)]
    if trusted not in [one.key for one in chain]:
        raise Invalid(f"key {trusted.id.hex()} of {trusted.name} is not one of the log's keys")
    return chain


def signer_of(chain: Sequence[Introduced], number: int) -> Key:
    """The key that signs the checkpoint with this number."""
    in_time = [one.key for one in chain if one.after < number]
    if not in_time:
        raise Invalid(f"checkpoint {number} was signed with an earlier key; also give the note of that key")
    return in_time[-1]


# Checkpoints: notes in the format of c2sp.org/tlog-checkpoint


class Checkpoint(NamedTuple):
    """What was sealed: the number of facts, the last position, the root, the day, and the totals.

    Each of `totals` is (currency, ledger account, sum in minor units). `loading` lists the streams of partly loaded
    files. `before` is the size of the previous checkpoint, and `proof` is the consistency proof from that checkpoint.
    """

    origin: str
    size: int
    root: bytes
    number: int
    position: int
    day: str
    sealed_at: str
    totals: tuple[tuple[str, str, int], ...]
    loading: tuple[str, ...]
    before: int
    proof: tuple[bytes, ...]


def parse_checkpoint(text: str) -> Checkpoint:
    """The checkpoint in a note's text; raises Invalid."""
    lines = text.split("\n")[:-1]
    if len(lines) < 3 or not re.fullmatch(r"0|[1-9][0-9]{0,17}", lines[1]):
        raise Invalid("this is not a checkpoint; a checkpoint begins with its origin, number of facts and root")
    known = ("checkpoint", "position", "day", "sealed_at", "total", "loading", "before", "consistent")
    said = _said(lines[3:], known)
    totals = [re.fullmatch(r"([A-Z]{3}) ([0-9]{1,8}) (-?[0-9]{1,30})", line) for line in said.get("total", ())]
    if not {"checkpoint", "position", "day", "sealed_at", "before"} <= set(said) or None in totals:
        raise Invalid("the checkpoint is incomplete: number, position, day, time, totals or previous size are missing")
    return Checkpoint(
        origin=lines[0],
        size=int(lines[1]),
        root=decoded(lines[2]),
        number=_number(said, "checkpoint"),
        position=_number(said, "position"),
        day=said["day"][0],
        sealed_at=said["sealed_at"][0],
        totals=tuple((one[1], one[2], int(one[3])) for one in totals if one),
        loading=tuple(said.get("loading", ())),
        before=_number(said, "before"),
        proof=tuple(map(decoded, said.get("consistent", ()))),
    )


def check_checkpoint(note: Note, chain: Sequence[Introduced]) -> Checkpoint:
    """The checkpoint in a note; raises Invalid if it is not signed by the key that the log had at that checkpoint."""
    found = parse_checkpoint(note.text)
    key = signer_of(chain, found.number)
    if found.origin != key.name:
        raise Invalid(f"the checkpoint belongs to {found.origin[:60]!r}, but the key belongs to {key.name}")
    check_signed(note, key)
    return found


def check_continues(found: Checkpoint, before: Checkpoint | None) -> None:
    """Raise Invalid unless `found` follows `before` (None for the first checkpoint) and continues its tree."""
    number, size, root = (before.number, before.size, before.root) if before else (0, 0, b"")
    if found.number != number + 1 or found.before != size or (before and found.position <= before.position):
        raise Invalid(f"checkpoint {found.number} does not follow checkpoint {number}: one of them is missing")
    check_consistency(size, root, found.size, found.root, found.proof)


def _said(lines: Iterable[str], known: Sequence[str]) -> dict[str, list[str]]:
    said: dict[str, list[str]] = {}
    for line in lines:
        word, _, rest = line.partition(" ")
        if word not in known or not rest:
            raise Invalid(f"the note has an unknown line, {line[:20]!r}")
        said.setdefault(word, []).append(rest)
    return said


def _number(said: dict[str, list[str]], word: str) -> int:
    if len(said.get(word, ())) != 1 or not re.fullmatch(r"0|[1-9][0-9]{0,18}", said[word][0]):
        raise Invalid(f"the note needs exactly one line {word!r}, with a number")
    return int(said[word][0])


# A record is one fact: the length in 4 bytes, then the bytes that are hashed into the fact's leaf


def read_facts(path: Path) -> Iterator[Fact]:
    """The facts in a file of records, in the file's order; raises Invalid for any other file."""
    with path.open("rb") as file:
        while head := file.read(_LENGTH.size):
            # A record can claim any length, so never read more than the largest length allowed.
            length = int.from_bytes(head, "big")
            record = file.read(length) if length <= _LONGEST else b""
            try:
                if (len(head), len(record)) != (_LENGTH.size, length):
                    raise ValueError
                yield _fact_of(record)
            except (ValueError, struct.error):
                other = "the file was not written by `reskontra export`, or it is damaged"
                raise Invalid(f"{path.name}: {other}") from None


def _fact_of(record: bytes) -> Fact:
    kind, position, version = _PLACE.unpack_from(record)
    texts, at = [], _PLACE.size
    for _ in range(3):
        start = at + _LENGTH.size
        at = start + _LENGTH.unpack_from(record, at)[0]
        texts.append(record[start:at])
    if kind != _LEAF or at != len(record):
        raise ValueError
    return Fact(position, texts[0].decode(), version, texts[1].decode(), texts[2])


# The three checks


_FACT: Final = {"position": int, "stream": str, "version": int, "name": str, "state": str}
PROOF_FORMAT: Final = "reskontra-proof/1"
_PROOF: Final = {"format": str, "fact": _FACT, "leaf_index": int, "path": [str], "checkpoint": str, "keys": [str]}


def parse_proof(text: str) -> Any:
    """The values of a proof in JSON; raises Invalid if it is not JSON, repeats a name or has an invalid number."""
    try:
        return json.loads(text, object_pairs_hook=_named_once, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise Invalid("the proof is not JSON") from None


def _named_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Invalid("a name occurs twice in the proof, so two readers could use different values")
    return found


def _no_number(word: str) -> Any:
    raise Invalid(f"{word} is not a number")


def _has_shape(value: Any, shape: Any) -> bool:
    if isinstance(shape, dict):
        whole = type(value) is dict and value.keys() == shape.keys()
        return whole and all(_has_shape(value[name], one) for name, one in shape.items())
    if isinstance(shape, list):
        return type(value) is list and all(_has_shape(one, shape[0]) for one in value)
    return type(value) is shape


def check_proof(proof: Any, key: Key, *others: Key) -> tuple[Fact, Checkpoint]:
    """The fact in a valid proof, and the checkpoint that sealed it; raises Invalid."""
    if isinstance(proof, dict) and proof.get("format") != PROOF_FORMAT:
        raise Invalid(f"the proof's format is not {PROOF_FORMAT}; use the verifier of the release that wrote the proof")
    if not _has_shape(proof, _PROOF):
        raise Invalid("the proof was not written by `reskontra prove`, or it was changed")
    fact = Fact(**{**proof["fact"], "state": decoded(proof["fact"]["state"])})
    try:
        leaf = leaf_hash(*fact)
    except (UnicodeEncodeError, struct.error):
        raise Invalid("`reskontra prove` cannot have written the proof: its fact has an impossible value") from None
    chain, note = key_chain(key, map(parse_note, proof["keys"])), parse_note(proof["checkpoint"])
    index, path = proof["leaf_index"], [decoded(one) for one in proof["path"]]
    checkpoint = check_checkpoint(note, chain)
    for other in others:
        check_signed(note, other)
    if fact.position > checkpoint.position:
        raise Invalid("the fact's position is after the last position of the checkpoint")
    check_inclusion(leaf, index, checkpoint.size, path, checkpoint.root)
    return fact, checkpoint


def check_export(facts: Iterable[Fact], checkpoint: Checkpoint, leaves: BinaryIO | None = None) -> None:
    """Raise Invalid unless these are exactly the checkpoint's facts, in order; with `leaves`, name what differs."""
    tree, last = Frontier(), 0
    differing: list[str] = []
    for fact in facts:
        if not last < fact.position <= checkpoint.position or fact.version < 1:
            raise Invalid(f"{fact.label} is out of order")
        last, leaf = fact.position, leaf_hash(*fact)
        tree.add(leaf)
        if leaves is not None and leaves.read(LEAF_RECORD.size) != LEAF_RECORD.pack(last, leaf) and len(differing) < 10:
            differing.append(fact.label)
    if not tree.leads_to(checkpoint.size, checkpoint.root):
        first = f"; these differ from their leaves: {', '.join(differing)}" if differing else ""
        counts = f"{tree.size} facts instead of {checkpoint.size}"
        raise Invalid(f"the facts are not those that checkpoint {checkpoint.number} sealed: {counts}{first}")


def _proof(asked: argparse.Namespace, key: Key, others: Sequence[Key]) -> str:
    fact, checkpoint = check_proof(parse_proof(_text(asked.proof)), key, *others)
    return f"{fact.stream}@{fact.version} ({fact.name}, position {fact.position}) is in {_described(checkpoint)}"


def _export(asked: argparse.Namespace, key: Key, others: Sequence[Key]) -> str:
    (checkpoint,) = _checkpoints([asked.checkpoint], asked.notes, key, others)
    facts = (fact for path in asked.facts for fact in read_facts(path))
    if asked.leaves is None:
        check_export(facts, checkpoint)
    else:
        with asked.leaves.open("rb") as leaves:
            check_export(facts, checkpoint, leaves)
    return f"the files given ({len(asked.facts)}) contain exactly the facts of {_described(checkpoint)}"


def _chain(asked: argparse.Namespace, key: Key, others: Sequence[Key]) -> str:
    found = _checkpoints(asked.checkpoints, asked.notes, key, others)
    for before, after in pairwise(found):
        check_continues(after, before)
    return f"{len(found)} checkpoints, each of which continues the previous one; the last is {_described(found[-1])}"


def _checkpoints(files: Sequence[Path], notes: Sequence[Path], key: Key, others: Sequence[Key]) -> list[Checkpoint]:
    chain = key_chain(key, [parse_note(_text(path)) for path in notes])
    found = []
    for path in files:
        note = parse_note(_text(path))
        found.append(check_checkpoint(note, chain))
        for other in others:
            check_signed(note, other)
    return found


def _described(found: Checkpoint) -> str:
    return f"checkpoint {found.number} of {found.origin}: {found.size} facts, day {found.day}, sealed {found.sealed_at}"


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        raise Invalid(f"{path.name} is not a text file") from None


def key_given(text: str) -> Key:
    """The verifier key in a text, or in the file that the text names; raises Invalid.

    A text that looks like a key is never taken for a file's name, because a file of that name could hold another key.
    """
    is_key = re.fullmatch(r"\s*[^\s+]+\+[0-9a-fA-F]{8}\+\S*\s*", text)
    return parse_key(_text(Path(text)) if not is_key and Path(text).is_file() else text)


def main(arguments: Sequence[str]) -> int:
    """Run the command line and return the exit code."""
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    kinds = given.add_subparsers(required=True, metavar="proof|export|checkpoints")
    work: Callable[[argparse.Namespace, Key, Sequence[Key]], str]
    for name, work in (("proof", _proof), ("export", _export), ("checkpoints", _chain)):
        one = kinds.add_parser(name)
        one.set_defaults(work=work)
        one.add_argument("--key", required=True)
        one.add_argument("--witness", action="append", default=[])
        if name == "proof":
            one.add_argument("proof", type=Path)
            continue
        one.add_argument("--notes", type=Path, nargs="+", default=[])
        one.add_argument(
            "checkpoint" if name == "export" else "checkpoints", type=Path, nargs=None if name == "export" else "+"
        )
        if name == "export":
            one.add_argument("facts", type=Path, nargs="+")
            one.add_argument("--leaves", type=Path)
    asked = given.parse_args(arguments)
    try:
        said, code = asked.work(asked, key_given(asked.key), [key_given(one) for one in asked.witness]), 0
    except Invalid as wrong:
        said, code = str(wrong), 1
    except OSError as trouble:
        said, code = f"{trouble.filename}: {trouble.strerror}", 2
    # The message is printed in ASCII, because the program would fail at a character that the terminal's encoding lacks.
    printed = printable(said).encode("ascii", "backslashreplace").decode()
    print(("holds:", "DOES NOT HOLD:", "cannot read")[code], printed, file=sys.stderr if code == 2 else sys.stdout)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Execution: load what a batch of commands needs, decide in memory, append all at once; again on conflict."""

from __future__ import annotations

import hashlib
import random
import time
from collections.abc import Sequence
from typing import Final, Literal, overload

import msgspec

from ledger.domain.catalogue import remember
from ledger.domain.fact import Command, Envelope, NewFact, State
from ledger.domain.refusals import REFUSALS, Refused
from ledger.domain.rulebook import Boundary, decide
from ledger.journal.journal import Conflict, Journal
from ledger.journal.recorded import Addition, CommandMark

_ATTEMPTS: Final = 12
_DIGEST: Final = msgspec.json.Encoder()

Status = Literal["done", "nothing_new", "refused"]


class Submission(msgspec.Struct, frozen=True, gc=False):
    """A command and the envelope its facts will carry; time, actor and key come in from outside."""

    command: Command
    envelope: Envelope


class Outcome(msgspec.Struct, frozen=True, gc=False):
    """What became of a command: its facts' first and last position, or why it was refused.

    `nothing_new` with positions repeats the first answer to the same key; without, there was nothing to record.
    """

    key: str
    status: Status
    first_position: int | None = None
    last_position: int | None = None
    code: str | None = None
    sentence: str | None = None


@overload
def execute(journal: Journal, submitted: Submission) -> Outcome: ...


@overload
def execute(
    journal: Journal, submitted: Sequence[Submission], *, chunk: int = ..., stop_on_refusal: bool = ...
) -> list[Outcome]: ...


def execute(
    journal: Journal,
    submitted: Submission | Sequence[Submission],
    *,
    chunk: int = 2000,
    stop_on_refusal: bool = False,
) -> Outcome | list[Outcome]:
    """Decide and record one command, or a batch in chunks, each chunk all or nothing.

    A refused command changes nothing and does not stop the others, unless asked: then its chunk still
    records what came before it, and what comes after is not decided. Raises JournalUnavailable.
    """
    if isinstance(submitted, Submission):
        return _chunk(journal, [submitted], False)[0]
    outcomes: list[Outcome] = []
    for start in range(0, len(submitted), chunk):
        outcomes += _chunk(journal, submitted[start : start + chunk], stop_on_refusal)
        if stop_on_refusal and outcomes and outcomes[-1].status == "refused":
            break
    return outcomes


def _chunk(journal: Journal, submitted: Sequence[Submission], stop_on_refusal: bool) -> list[Outcome]:
    for attempt in range(_ATTEMPTS):
        deciding = _Deciding(journal, submitted)
        deciding.decide_all(stop_on_refusal)
        try:
            return deciding.recorded(journal)
        except Conflict:
            time.sleep(random.uniform(0, 0.005 * 2 ** min(attempt, 6)))
    refused = Refused("concurrent_change")
    return [_refusal(one.envelope.key, refused) for one in submitted]


class _Deciding:
    """One attempt at a chunk: the states as loaded, and what is decided on top of them."""

    def __init__(self, journal: Journal, submitted: Sequence[Submission]) -> None:
        self._codec = journal.codec
        self._submitted = submitted
        self._marks = journal.marks({one.envelope.key for one in submitted})
        self._boundaries = [() if one.envelope.key in self._marks else _boundary(one.command) for one in submitted]
        self._states: dict[str, State | None] = {}
        self._versions: dict[str, int] = {}
        bounded = (boundary for boundary in self._boundaries if not isinstance(boundary, Refused))
        history = journal.read({stream for boundary in bounded for stream in boundary})
        for stream, facts in history.items():
            self._states[stream] = remember(stream, None, (recorded.fact for recorded in facts))
            self._versions[stream] = facts[-1].version
        self._additions: list[Addition] = []
        self._new_marks: dict[str, CommandMark] = {}
        self._outcomes: list[Outcome | CommandMark] = []

    def decide_all(self, stop_on_refusal: bool) -> None:
        """Decide each command on the states that the ones before it leave behind."""
        for one, boundary in zip(self._submitted, self._boundaries, strict=True):
            try:
                self._outcomes.append(self._decide(one, boundary))
            except Refused as refused:
                self._outcomes.append(_refusal(one.envelope.key, refused))
                if stop_on_refusal:
                    break

    def recorded(self, journal: Journal) -> list[Outcome]:
        """Append what was decided, and say what became of each command."""
        positions = journal.append(self._additions, tuple(self._new_marks.values()))
        return [
            one if isinstance(one, Outcome) else Outcome(one.key, "done", positions[one.first], positions[one.last])
            for one in self._outcomes
        ]

    def _decide(self, one: Submission, boundary: tuple[str, ...] | Refused) -> Outcome | CommandMark:
        if isinstance(boundary, Refused):
            raise boundary
        key = one.envelope.key
        digest = _digest(one.command)
        known = self._marks.get(key)
        if known is not None:
            _require_same(known, digest)
            return Outcome(key, "nothing_new", known.first, known.last)
        if key in self._new_marks:
            _require_same(self._new_marks[key], digest)
            return Outcome(key, "nothing_new")
        facts = decide({stream: self._states.get(stream) for stream in boundary}, one.command)
        if not facts:
            return Outcome(key, "nothing_new")
        first = len(self._additions)
        self._add(facts, self._codec.encode_envelope(one.envelope), boundary)
        mark = CommandMark(key, digest, first, len(self._additions) - 1)
        self._new_marks[key] = mark
        return mark

    def _add(self, facts: Sequence[NewFact], envelope: bytes, boundary: tuple[str, ...]) -> None:
        for stream, fact in facts:
            assert stream in boundary, f"{type(fact).__name__} lies outside its command's boundary"
            version = self._versions.get(stream, 0) + 1
            self._versions[stream] = version
            self._states[stream] = remember(stream, self._states.get(stream), (fact,))
            state = self._codec.encode(fact, envelope)
            self._additions.append(Addition(stream, version, self._codec.name_of(fact), state))


def _boundary(command: Command) -> tuple[str, ...] | Refused:
    bounded: Boundary = command  # type: ignore[assignment]
    try:
        return bounded.streams()
    except Refused as malformed:
        return malformed


def _digest(command: Command) -> bytes:
    content = type(command).__name__.encode() + _DIGEST.encode(command)
    return hashlib.blake2b(content, digest_size=16).digest()


def _require_same(mark: CommandMark, digest: bytes) -> None:
    if mark.digest != digest:
        raise Refused("key_reused", mark.key)


def _refusal(key: str, refused: Refused) -> Outcome:
    assert refused.code in REFUSALS
    return Outcome(key, "refused", code=refused.code, sentence=refused.sentence)

"""Deciding a chunk: the states its commands need, loaded at once, and what each leads to on top of the others."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Final

import msgspec

from ledger.domain.catalogue import remember
from ledger.domain.fact import Command, Fact, NewFact, State
from ledger.domain.refusals import REFUSALS, Refused
from ledger.domain.rulebook import Boundary, decide
from ledger.execution.submission import Outcome, Status, Submission
from ledger.journal.codec import Codec
from ledger.journal.journal import Writing
from ledger.journal.recorded import Addition, CommandMark

_DIGEST: Final = msgspec.json.Encoder()
# The streams a command names, or why it cannot name them.
Bounded = tuple[str, ...] | Refused


class _Recording(msgspec.Struct, frozen=True, gc=False):
    """An answer that waits for the positions: those of the command's mark."""

    status: Status
    mark: CommandMark


class Deciding:
    """One attempt at a chunk: the states as loaded, and what is decided on top of them."""

    def __init__(
        self,
        codec: Codec,
        writing: Writing,
        submitted: Sequence[Submission],
        boundaries: Sequence[Bounded],
        trusting: bool,
    ) -> None:
        self._codec = codec
        self._submitted = submitted
        self._boundaries = boundaries
        # `trusting`, that no key was used before, until a command turns out not to be accepted or not to be new.
        self._look = writing.marks if trusting else None
        self._marks = {} if trusting else writing.marks({one.envelope.key for one in submitted})
        self._states: dict[str, State | None] = {}
        self._versions: dict[str, int] = {}
        # Facts that a stream's state does not know yet: most are never asked for again.
        self._unremembered: dict[str, list[Fact]] = {}
        new = (
            boundary
            for one, boundary in zip(submitted, boundaries, strict=True)
            if one.envelope.key not in self._marks and not isinstance(boundary, Refused)
        )
        for stream, facts in writing.read({stream for boundary in new for stream in boundary}).items():
            self._unremembered[stream] = [recorded.fact for recorded in facts]
            self._versions[stream] = facts[-1].version
        self._count = 0
        self._additions: list[Addition] = []
        self._marks_to_add: list[CommandMark] = []
        self._new_marks: dict[str, CommandMark] = {}
        self._answers: list[Outcome | _Recording] = []

    def decide(self, start: int, stop: int, stop_on_refusal: bool) -> bool:
        """Decide some, each on the states that the ones before it leave behind; whether to stop at a refusal."""
        for one, boundary in zip(self._submitted[start:stop], self._boundaries[start:stop], strict=True):
            answer: Outcome | _Recording
            try:
                answer = self._decide(one, boundary)
            except Refused as refused:
                answer = self._answered_before(one) or refusal(one.envelope.key, refused)
            self._answers.append(answer)
            if stop_on_refusal and isinstance(answer, Outcome) and answer.status == "refused":
                return True
        return False

    def take(self) -> tuple[list[Addition], list[CommandMark]]:
        """What was decided since the last time, to be appended."""
        taken = self._additions, self._marks_to_add
        self._additions, self._marks_to_add = [], []
        return taken

    def outcomes(self, at: Sequence[int]) -> list[Outcome]:
        """What became of each command, once all of it is committed at these positions."""
        return [
            one
            if isinstance(one, Outcome)
            else Outcome(one.mark.key, one.status, at[one.mark.first], at[one.mark.last])
            for one in self._answers
        ]

    def _answered_before(self, one: Submission) -> Outcome | None:
        """The answer a command was given before, where nobody has looked for it yet and there is one."""
        if self._look is None:
            return None
        known = self._look([one.envelope.key]).get(one.envelope.key)
        if known is None:
            return None
        return _repeated(known, _digest(one.command))

    def _decide(self, one: Submission, boundary: Bounded) -> Outcome | _Recording:
        key = one.envelope.key
        digest = _digest(one.command)
        known = self._marks.get(key)
        if known is not None:
            return _repeated(known, digest)
        if isinstance(boundary, Refused):
            raise boundary
        if key in self._new_marks:
            _require_same(self._new_marks[key], digest)
            return _Recording("nothing_new", self._new_marks[key])
        facts = decide({stream: self._state(stream) for stream in boundary}, one.command)
        if not facts:
            return self._answered_before(one) or Outcome(key, "nothing_new")
        first = self._count
        self._add(facts, self._codec.encode_envelope(one.envelope), boundary)
        mark = CommandMark(key, digest, first, self._count - 1)
        self._new_marks[key] = mark
        self._marks_to_add.append(mark)
        return _Recording("done", mark)

    def _state(self, stream: str) -> State | None:
        state = self._states.get(stream)
        facts = self._unremembered.pop(stream, None)
        if facts is not None:
            state = self._states[stream] = remember(stream, state, facts)
        return state

    def _add(self, facts: Sequence[NewFact], envelope: bytes, boundary: tuple[str, ...]) -> None:
        codec = self._codec
        for stream, fact in facts:
            assert stream in boundary, f"{type(fact).__name__} lies outside its command's boundary"
            version = self._versions.get(stream, 0) + 1
            self._versions[stream] = version
            self._unremembered.setdefault(stream, []).append(fact)
            self._additions.append(Addition(stream, version, codec.name_of(fact), codec.encode(fact, envelope)))
        self._count += len(facts)


def boundary_of(command: Command) -> Bounded:
    """The streams a command names, or why it cannot name them."""
    bounded: Boundary = command  # type: ignore[assignment]
    try:
        return bounded.streams()
    except Refused as malformed:
        return malformed


def _digest(command: Command) -> bytes:
    content = type(command).__name__.encode() + _DIGEST.encode(command)
    return hashlib.blake2b(content, digest_size=16).digest()


def _repeated(known: CommandMark, digest: bytes) -> Outcome:
    """The first answer again, or a refusal where the key was another command's."""
    if known.digest != digest:
        return refusal(known.key, Refused("key_reused", known.key))
    return Outcome(known.key, "nothing_new", known.first, known.last)


def _require_same(mark: CommandMark, digest: bytes) -> None:
    if mark.digest != digest:
        raise Refused("key_reused", mark.key)


def refusal(key: str, refused: Refused) -> Outcome:
    """The answer to a command that is not accepted."""
    assert refused.code in REFUSALS
    return Outcome(key, "refused", code=refused.code, sentence=refused.sentence)

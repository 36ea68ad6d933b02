"""Decides a chunk of commands: loads in one go all the states that they need, then decides them in order."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from datetime import date

from ledger.domain.duty import person_of_actor
from ledger.domain.fact import Command, Dated, Envelope, NewFact, State, States
from ledger.domain.people.authority import Use, authority_stream, used
from ledger.domain.people.limit import LIMITS
from ledger.domain.refusals import Refused
from ledger.domain.terms.closed_days import CLOSED, FINANCE, require_open
from ledger.domain.terms.period import STREAM as PERIODS
from ledger.execution.admission import Admission, Admitted
from ledger.execution.answers import Answer, Recording, committed, undone
from ledger.execution.boundary import Bounded
from ledger.execution.digest import digest_of, require_same
from ledger.execution.envelopes import corrected_by, effective, filled
from ledger.execution.kept_states import KeptStates
from ledger.execution.open_days import OpenDays
from ledger.execution.reads import Reads
from ledger.execution.submission import Outcome, Submission
from ledger.execution.unremembered import Unremembered
from ledger.journal.codec import Codec
from ledger.journal.recorded_facts import Addition, CommandMark, Obeyed
from ledger.journal.turns import Conflict


class Attempt:
    """One attempt at a chunk: the loaded states, and the decisions made on top of them."""

    def __init__(self, codec: Codec, reads: Reads, trusting: bool, presuming: bool, going_on: bool = False) -> None:
        self._codec = codec
        self._catalogue = codec.catalogue
        self._reads = reads
        self._admission = Admission(codec.catalogue, reads.admitted)
        self._admitting: set[str] = set()
        self._kept = KeptStates(reads)
        self._submitted: Sequence[Submission] = ()
        self._boundaries: Sequence[Bounded] = ()
        # With `trusting`, the key of a command is looked up only if the command is refused or leads to no facts.
        self._look = reads.marks if trusting else None
        self._marks: dict[str, CommandMark] = {}
        self._states: dict[str, State | None] = {}
        self._versions: dict[str, int] = {}
        # With `presuming`, a stream is assumed to be new if the command that names it is one that normally writes the
        # stream's first fact. Such a stream is not read unless a decision depends on it.
        self._presuming = presuming
        self._presumed: set[str] = set()
        # The closed days decide on which day a fact counts, so every chunk obeys the stream of periods.
        self._open_days = OpenDays(reads)
        # The further streams of each command, as far as they were known before the first command was decided.
        self._besides: list[tuple[str, ...]] = []
        # Facts that are not yet folded into their stream's state; most of them are never needed again.
        self._unremembered = Unremembered()
        # For each stream, the index of the last command that names it. A stream is dropped when no later command can
        # need it; but if some command asks for further streams, or if more commands follow (`going_on`), all streams
        # are kept.
        self._last_named: dict[str, int] = {}
        self._keeps_all = going_on
        self._count = 0
        self._additions: list[Addition] = []
        self._marks_to_add: list[CommandMark] = []
        self._new_marks: dict[str, CommandMark] = {}
        self._answers: list[Answer] = []

    def take_up(self, submitted: Sequence[Submission], boundaries: Sequence[Bounded]) -> None:
        """Take the next commands and load what they need."""
        self._submitted, self._boundaries = submitted, boundaries
        self._besides = [()] * len(submitted)
        self._answers = []
        if self._look is None:
            self._marks |= self._reads.marks({one.envelope.key for one in submitted})
        self._load_ahead()

    def give(self, states: Mapping[str, State]) -> None:
        """States that are in no stream: what was measured for these commands alone."""
        self._states |= states
        self._versions |= dict.fromkeys(states, 0)

    @property
    def obeyed(self) -> Obeyed:
        """The stream of periods, and the version of it that the decisions so far depend on."""
        return Obeyed(PERIODS, self._versions[PERIODS])

    def decide(self, start: int, stop: int, stop_on_refusal: bool) -> bool:
        """Decide commands in order; returns whether a refusal stops the chunk."""
        asked = zip(self._submitted[start:stop], self._boundaries[start:stop], self._besides[start:stop], strict=True)
        for one, boundary, besides in asked:
            answer = self._answer(one, boundary, besides)
            self._answers.append(answer)
            if stop_on_refusal and isinstance(answer, Outcome) and answer.status == "refused":
                return True
        return False

    def _answer(self, one: Submission, boundary: Bounded, besides: tuple[str, ...]) -> Answer:
        try:
            answer: Answer = self._decide(one, boundary, besides)
        except Refused as refused:
            if self._read_presumed(boundary):
                return self._answer(one, boundary, besides)
            if refused.code in CLOSED:
                self._open_days.require_newest()
            return self._answered_before(one) or self._refusal(one.envelope.key, refused)
        if isinstance(answer, Outcome) and self._read_presumed(boundary):
            return self._answer(one, boundary, besides)
        return answer

    def _read_presumed(self, streams: Bounded) -> bool:
        """Read the streams that were only assumed to be new; returns whether there were any."""
        if isinstance(streams, Refused):
            return False
        presumed = self._presumed.intersection(streams).difference(self._versions)
        self._load(presumed)
        return bool(presumed)

    def take(self) -> tuple[list[Addition], list[CommandMark]]:
        """The facts decided since the last call, to be appended."""
        taken = self._additions, self._marks_to_add
        self._additions, self._marks_to_add = [], []
        return taken

    def outcomes(self, at: Sequence[int]) -> list[Outcome]:
        """The outcome of each command; the facts are now committed at the positions `at`."""
        return [committed(one, at) for one in self._answers]

    def rehearsed(self) -> list[Outcome]:
        """The outcome that each command would have, without positions."""
        return [undone(one) for one in self._answers]

    def _load_ahead(self) -> None:
        """Load the streams that the commands name, and the commands' further streams if these are already known."""
        asking: list[tuple[int, Command, tuple[str, ...]]] = []
        wanted: set[str] = set()
        actors: set[str] = set()
        for number, (one, boundary) in enumerate(zip(self._submitted, self._boundaries, strict=True)):
            if isinstance(boundary, Refused):
                continue
            for stream in boundary:
                self._last_named[stream] = number
            if one.envelope.key not in self._marks:
                actors.add(one.envelope.actor)
                wanted.update(boundary)
                if self._presuming and one.command.begins:
                    self._presumed.update(boundary[: one.command.begins])
                if type(one.command).more is not Command.more:
                    self._keeps_all = True
                    asking.append((number, one.command, boundary))
        admitting = {stream for actor in actors for stream in self._admission.streams(actor)}
        self._admitting |= admitting
        self._last_named |= dict.fromkeys(admitting, len(self._submitted))
        self._load_periods(named=PERIODS in wanted)
        self._load((wanted | admitting) - self._presumed, admitting - wanted)
        for number, command, boundary in asking:
            # If streams depend on an earlier command of this chunk, they are loaded when their command is decided.
            self._besides[number] = command.more(self._states_of(boundary))
        self._load({stream for more in self._besides for stream in more})

    def _load(self, streams: Collection[str], keeping: Set[str] = frozenset()) -> None:
        """Read those streams that have not been read yet, for those in `keeping` only facts that are not kept.

        A stream without facts has version 0.
        """
        missing = {stream: 0 for stream in streams if stream not in self._versions}
        if not missing:
            return
        self._versions |= missing
        keep, keeping = self._unremembered.keep, keeping & missing.keys()
        known, found = self._kept.load(missing, keeping)
        for stream, kept in known.items():
            self._versions[stream], self._states[stream] = kept.version, kept.state
        for stream, version, dated in found:
            self._versions[stream] = version
            keep(stream, dated)
        for stream, state in self._states_of(keeping).items():
            if stream not in known or known[stream].state is not state:
                self._kept.keep(stream, self._versions[stream], state)

    def _load_periods(self, named: bool) -> None:
        """Load the closed days; they are not taken from memory if a command is about the periods themselves."""
        if PERIODS in self._versions:
            return
        self._versions[PERIODS], newest = self._open_days.load(trusting=self._presuming and not named)
        if newest is not None:
            self._unremembered.keep(PERIODS, newest)

    def _answered_before(self, one: Submission) -> Outcome | None:
        """Look up a command's key if this has not been done yet, and return the earlier answer if there is one."""
        if self._look is None:
            return None
        known = self._look([one.envelope.key]).get(one.envelope.key)
        if known is None:
            return None
        return self._repeated(known, digest_of(one.command))

    def _decide(self, one: Submission, boundary: Bounded, besides: tuple[str, ...]) -> Answer:
        key = one.envelope.key
        digest = digest_of(one.command)
        known = self._marks.get(key)
        if known is not None:
            return self._repeated(known, digest)
        if isinstance(boundary, Refused):
            raise boundary
        if key in self._new_marks:
            require_same(self._new_marks[key], digest)
            return Recording("nothing_new", self._new_marks[key])
        if not self._presumed.isdisjoint(others := boundary[one.command.begins :]):
            self._read_presumed(others)
        states = self._states_of(boundary)
        if type(one.command).more is not Command.more:
            self._add_more(one.command, states, besides)
        admitted = self._admission.admit(one, states, self._states_of)
        envelope = filled(one.envelope, admitted.duties[0] if admitted.duties else None)
        facts = self._catalogue.decide(states, one.command, envelope)
        if not facts:
            return self._answered_before(one) or Outcome(key, "nothing_new")
        if uses := self._admission.uses(facts):
            duty, counting = self._count_uses(envelope.actor, admitted, uses, states)
            envelope, facts = filled(one.envelope, duty), (*facts, *counting)
        if one.counts_on is not None:
            finance = FINANCE in admitted.duties
            require_open(self._open_days.closed, one.counts_on, FINANCE if finance else envelope.duty)
        first = self._count
        self._add(facts, envelope, one.counts_on, states)
        mark = CommandMark(key, digest, first, self._count - 1)
        self._new_marks[key] = mark
        self._marks_to_add.append(mark)
        return Recording("done", mark)

    def _count_uses(
        self, actor: str, admitted: Admitted, uses: Sequence[Use], states: dict[str, State | None]
    ) -> tuple[str, tuple[NewFact, ...]]:
        """Count limited decisions: their duty, and the facts that count them in streams that are added to the states.

        Later commands of the chunk see these facts. Another writer's facts in the same streams are a conflict.
        """
        person_id = person_of_actor(actor)
        assert person_id is not None, "no job makes limited decisions"
        streams = (LIMITS, authority_stream(person_id, admitted.day))
        self._load(streams)
        self._last_named |= dict.fromkeys(streams, len(self._submitted))
        states |= self._states_of(streams)
        return used(states, person_id, admitted.duties, uses, admitted.day)

    def _add_more(self, command: Command, states: dict[str, State | None], besides: tuple[str, ...]) -> None:
        """Add to the states those of the command's further streams, until the command names no others."""
        # What was named when the chunk was read may be less than what commands before this one have made of it.
        named, asked = besides or command.more(states), not besides
        while (more := [stream for stream in named if stream not in states]) or not asked:
            self._load(more)
            states |= self._states_of(more)
            named, asked = command.more(states), True

    def _states_of(self, streams: Iterable[str]) -> dict[str, State | None]:
        states, unremembered, remember = self._states, self._unremembered, self._catalogue.remember
        found: dict[str, State | None] = {}
        for stream in streams:
            state = states.get(stream)
            if stream in unremembered:
                state = states[stream] = remember(stream, state, unremembered.take(stream))
            found[stream] = state
        return found

    def _add(self, facts: Sequence[NewFact], envelope: Envelope, counts_on: date | None, states: States) -> None:
        versions, keep, add = self._versions, self._unremembered.keep, self._additions.append
        codec, encode, name_of = self._codec, self._codec.encode, self._codec.names.__getitem__
        all_, last_named, number = self._keeps_all, self._last_named, len(self._answers)
        # A fact can take effect on a different day from its command; usually all facts of a command have the same day.
        before, around, placed = None, b"", envelope
        corrected, closed = corrected_by(facts, versions), self._open_days.closed
        for stream, fact, on, corrects in facts:
            version = versions.get(stream, 0) + 1
            if version > 1 and stream not in states:
                if not self._presumed.isdisjoint(states):
                    raise Conflict(f"{stream} already exists, although it was assumed to be new")
                raise AssertionError(f"{type(fact).__name__} is in a stream that its command did not name")
            versions[stream] = version
            day, about = on or envelope.occurred_on, corrected.get(stream) if corrects else None
            with_on = self._unremembered.counting.corrected(stream, about, day) if corrects else None
            if before != (day, with_on, about):
                before, placed = (day, with_on, about), effective(envelope, day, with_on, about, counts_on, closed)
                around = codec.encode_envelope(placed)
            if all_ or last_named.get(stream, -1) > number:
                keep(stream, Dated(fact, day, placed.accounting_date))
            add(Addition(stream, version, name_of(type(fact)), encode(fact, around)))
            if stream == PERIODS:
                self._open_days.note(fact)
            elif stream in self._admitting:
                self._admission.look_again()
        self._count += len(facts)

    def _repeated(self, known: CommandMark, digest: bytes) -> Outcome:
        """The first answer again, or a refusal if the key was used for another command."""
        if known.digest != digest:
            return self._refusal(known.key, Refused("key_reused", known.key))
        return Outcome(known.key, "nothing_new", known.first, known.last)

    def _refusal(self, key: str, refused: Refused) -> Outcome:
        return Outcome(key, "refused", code=refused.code, sentence=self._catalogue.refusal(refused))

"""The audit of history: compares every fact with its leaf, and every checkpoint with the facts it covers.

The root and the totals are computed from the facts themselves. A finding names a changed fact and says whether it was
edited, deleted, inserted or moved. If a leaf differs but the facts give the signed root, the leaf was changed.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING, Final, NamedTuple

from ledger.sealing.changes import END, Difference, described, moves
from ledger.sealing.leaves import Leaf, LeafReader
from ledger.sealing.totals import ControlTotals, Posted
from ledger.sealing.tree import extend
from ledger.sealing.verifier import LEAF_RECORD, Checkpoint, Frontier, leaf_hash

if TYPE_CHECKING:
    from ledger.journal.recorded_facts import StoredFact

# At most this many findings are named; the rest are counted.
MOST_NAMED: Final = 1000
# Only the first differing records of the log are named, because the whole file must be restored anyway.
_MOST_RECORDS: Final = 10
_NOWHERE: Final = bytes(32)
_RESTORE: Final = "restore the facts from a backup"
_PUT_BACK: Final = "restore the file from a backup"

Amount = Callable[[int, str], str]  # formats minor units and their currency for people


def in_minor_units(minor: int, currency: str) -> str:
    """Format an amount without knowing how many decimals its currency has."""
    return f"{minor} {currency} in minor units"


class Finding(NamedTuple):
    """One difference from what was sealed: a stable code, a sentence, and the fact or file concerned."""

    code: str
    sentence: str
    about: str


@dataclass(slots=True)
class Window:
    """The facts after the last checkpoint; nothing proves them yet."""

    facts: int = 0
    first: int | None = None
    last: int | None = None

    def take(self, facts: Sequence[StoredFact]) -> None:
        """Add facts to the window; there must be at least one."""
        self.facts += len(facts)
        self.first = facts[0].position if self.first is None else self.first
        self.last = facts[-1].position


class Audit:
    """Compares all facts, in order, with their leaves; `checkpoints` are the log's checkpoints, already verified.

    Facts are hashed and compared many at a time; if one fact of such a group does not match its leaf, the facts of the
    group are compared one by one. `finished` is true once all facts were taken; until then the findings are incomplete.
    """

    def __init__(self, checkpoints: Sequence[Checkpoint], leaves: LeafReader, amount: Amount = in_minor_units) -> None:
        self.findings: list[Finding] = []
        self.unnamed = 0
        self.window = Window()
        self.finished = False
        self._checkpoints = list(checkpoints)
        self._leaves = leaves
        self._amount = amount
        self._unread = ""
        self._short_reported = False
        self._leaf = self._read_leaf()
        self._index = 0
        self._closed = 0
        # `_of_log` and `_of_facts` are the same tree until the first difference.
        self._of_log = self._of_facts = Frontier()
        self._differences: list[Difference] = []
        self._totals = ControlTotals()
        self._countable = True
        self._proven = True
        self._last = "the beginning"
        self._next = END

    @property
    def sealed_position(self) -> int:
        """The position up to which history is sealed."""
        return self._checkpoints[-1].position if self._checkpoints else 0

    def take(self, facts: Sequence[StoredFact], posted: Sequence[Posted | None]) -> None:
        """Take in the next facts, in order, each with its posting, or with None if the fact cannot be read."""
        start = 0
        while start < len(facts):
            self._meet(facts[start])
            while self._closed < len(self._checkpoints) and facts[start].position > self._until:
                self._close()
            if self._closed == len(self._checkpoints):
                self.window.take(facts[start:])
                return
            stop = bisect_right(facts, self._until, start, key=itemgetter(0))
            self._compare(facts[start:stop])
            self._count(posted[start:stop])
            start = stop

    @property
    def _until(self) -> int:
        """The last position of the earliest checkpoint that has not been checked yet."""
        return self._checkpoints[self._closed].position

    def _meet(self, fact: StoredFact) -> None:
        """Note this fact's name; if the last difference has no `after` yet, this name becomes its `after`."""
        self._next = f"{fact.stream}@{fact.version}"
        if self._differences and not self._differences[-1].after:
            self._differences[-1].after = self._next

    def finish(self) -> None:
        """Check the remaining checkpoints, once all facts have been taken in."""
        self._next = END
        while self._closed < len(self._checkpoints):
            self._close()
        self.finished = True

    def _count(self, posted: Sequence[Posted | None]) -> None:
        for one in posted:
            if one is None:
                self._countable = False
            elif one:
                try:
                    self._totals.add(one)
                except KeyError:
                    # The standard chart has no such role, so somebody changed the fact.
                    self._countable = False

    def _compare(self, facts: Sequence[StoredFact]) -> None:
        if not self._as_sealed(facts):
            for fact in facts:
                self._meet(fact)
                self._compare_one(fact)

    def _as_sealed(self, facts: Sequence[StoredFact]) -> bool:
        """Whether these facts match the next leaves, record by record; if they do, they are added to the trees."""
        if self._leaf is None or self._index + len(facts) > self._checkpoints[self._closed].size:
            return False
        if facts[0].position < 1 or any(fact.version < 1 for fact in facts):
            return False
        hashes = [leaf_hash(*fact) for fact in facts]
        records = b"".join([LEAF_RECORD.pack(fact.position, leaf) for fact, leaf in zip(facts, hashes, strict=True)])
        if not records.startswith(LEAF_RECORD.pack(*self._leaf)) or not self._passed(records[LEAF_RECORD.size :]):
            return False
        for tree in {self._of_log, self._of_facts}:
            extend(tree, hashes)
        self._index += len(facts)
        self._leaf = self._read_leaf()
        self._last = f"{facts[-1].stream}@{facts[-1].version}"
        return True

    def _passed(self, records: bytes) -> bool:
        try:
            return self._leaves.passed(records)
        except OSError:
            # If the leaves cannot be read, comparing fact by fact shows how far they can be.
            return False

    def _compare_one(self, fact: StoredFact) -> None:
        while self._leaf is not None and self._leaf.position < fact.position and self._within():
            self._missing()
        hashed = leaf_hash(*fact) if fact.position > 0 and fact.version > 0 else b""
        leaf = self._leaf if self._leaf is not None and self._leaf.position == fact.position else None
        if (leaf is None or leaf.hash != hashed) and not self._short():
            self._note(Difference(fact.position, fact, leaf, self._index, self._last))
        # A fact with an impossible version or position cannot have a leaf, so it counts as a fact whose leaf is wrong.
        self._add(hashed or _NOWHERE, leaf.hash if leaf else None)
        if leaf is not None:
            self._next_leaf()
        self._last = self._next

    def _add(self, of_facts: bytes | None, of_log: bytes | None) -> None:
        """Add hashes to the facts' tree and to the log's; until the first difference, one tree serves as both."""
        if self._of_facts is self._of_log:
            if of_facts == of_log and of_facts is not None:
                self._of_facts.add(of_facts)
                return
            self._of_facts = deepcopy(self._of_log)
        if of_facts is not None:
            self._of_facts.add(of_facts)
        if of_log is not None:
            self._of_log.add(of_log)

    def _short(self) -> bool:
        """Whether the leaves stop short of the next checkpoint; if so, it is unknown what that checkpoint sealed."""
        return self._leaf is None and self._within()

    def _within(self) -> bool:
        return self._index < self._checkpoints[self._closed].size

    def _missing(self) -> None:
        assert self._leaf is not None
        self._note(Difference(self._leaf.position, None, self._leaf, self._index, self._last, self._next))
        self._add(None, self._leaf.hash)
        self._next_leaf()

    def _next_leaf(self) -> None:
        self._index += 1
        self._leaf = self._read_leaf()

    def _read_leaf(self) -> Leaf | None:
        try:
            return self._leaves.next()
        except OSError as trouble:
            self._unread = f"cannot be read ({trouble.strerror})"
            return None

    def _note(self, difference: Difference) -> None:
        if len(self._differences) < MOST_NAMED:
            self._differences.append(difference)
        else:
            self.unnamed += 1

    def _close(self) -> None:
        """Check whether the facts and the leaves, read up to the current checkpoint, lead to that checkpoint's root."""
        checkpoint = self._checkpoints[self._closed]
        while self._leaf is not None and self._within():
            self._missing()
        log = self._of_log.leads_to(checkpoint.size, checkpoint.root)
        facts = self._of_facts.leads_to(checkpoint.size, checkpoint.root)
        self._explain(checkpoint, log=log, facts=facts)
        # Both trees go on from the one that led to the root; else one difference makes all later checkpoints fail.
        self._proven = log or facts
        if log:
            self._of_facts = self._of_log
        elif facts:
            self._of_log = self._of_facts
        self._check_totals(checkpoint)
        self._differences.clear()
        self._closed += 1

    def _explain(self, checkpoint: Checkpoint, *, log: bool, facts: bool) -> None:
        number = checkpoint.number
        # If neither the leaves nor the facts lead to one root, they lead to no later root; only the first is reported.
        if self._short():
            self._tell_short()
        elif not log and self._proven:
            sentence = (
                f"the file `leaves` was changed: it does not lead to the root of checkpoint {number}; {_PUT_BACK}"
            )
            self._find("log_changed", sentence, "leaves")
        if facts:
            for one in self._differences[:_MOST_RECORDS]:
                sentence = (
                    f"record {one.index} of `leaves` does not match the fact at position {one.position}, "
                    "although that fact is unchanged"
                )
                self._find("log_changed", sentence, f"leaf {one.index}")
            self.unnamed += len(self._differences[_MOST_RECORDS:])
        else:
            moved = moves(self._differences)
            for one in self._differences:
                code, sentence, about = described(one, number, moved)
                self._find(code, f"{sentence}; {_RESTORE}", about)
            if not self._differences and self._proven:
                sentence = f"the facts do not lead to the root of checkpoint {number}; {_RESTORE}"
                self._find("history_changed", sentence, f"checkpoint {number}")

    def _tell_short(self) -> None:
        """Report missing leaves once, because leaves missing for this checkpoint are missing for all later ones."""
        if self._short_reported:
            return
        self._short_reported = True
        ends = f"ends after {self._index} of the {self._checkpoints[-1].size} records that were sealed"
        what = self._unread or (ends if self._index else "is missing or empty")
        self._find("log_changed", f"`leaves` {what}; {_PUT_BACK}", "leaves")

    def _check_totals(self, checkpoint: Checkpoint) -> None:
        found = self._totals.lines()
        # Later totals continue from the checkpoint's signed totals, so that a difference is reported only once.
        self._totals = ControlTotals(checkpoint.totals)
        if not self._countable or found == checkpoint.totals:
            self._countable = True
            return
        sealed, counted = ({line[:2]: line[2] for line in lines} for lines in (checkpoint.totals, found))
        for currency, account in sorted({*sealed, *counted}):
            was, now = sealed.get((currency, account), 0), counted.get((currency, account), 0)
            if was != now:
                sums = f"{self._amount(was, currency)} at checkpoint {checkpoint.number}"
                sentence = f"the total of account {account} was {sums}, and is now {self._amount(now, currency)}"
                self._find("totals_differ", sentence, f"{account} {currency}")

    def _find(self, code: str, sentence: str, about: str) -> None:
        if len(self.findings) < MOST_NAMED:
            self.findings.append(Finding(code, sentence, about))
        else:
            self.unnamed += 1

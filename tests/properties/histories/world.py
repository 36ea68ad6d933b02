"""A clinic on real books whose days pass: many small histories go on side by side, all through the desk."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple, Protocol

import psycopg

from infra.desk import bank_account, bank_day, series
from infra.desk.desk import Desk, Done, Occasion
from infra.desk.problems import Stopped
from infra.settings import Settings
from ledger.domain.bank.line import BankLine
from ledger.domain.bank.movement_facts import MovementClassified
from ledger.domain.cash.receipt_facts import ReceiptRecorded
from ledger.domain.fact import State
from projections import Books, open_books
from reconciliation.reminded import Reminded
from reconciliation.store import ReconciliationStore
from tests.kit import calculator
from tests.kit.calculator import Wrong
from tests.kit.staff import give_key
from tests.properties.histories.bank import DELIVERIES, LATE, PROMPT, Bank, Delivery
from tests.properties.histories.closing import CLOSING
from tests.properties.histories.giro import BANKGIRO, FEEDS, GIRO

ENTITY: Final = "clinic"
FIRST: Final = date(2026, 9, 14)
DAYS: Final = 72
# On this day, counted from the first, a file that was loaded long ago comes again.
AGAIN_DAY: Final = 40
# The reminders run on every third day.
_REMINDED_EVERY: Final = 3
# The rule by which a statement's sum is booked whose payments other files show.
_SUM: Final = "paid_in_detail"


class Entry(NamedTuple):
    """What somebody did: in which history, on which day, dated by whom, and what became of it."""

    seed: int
    day: date
    text: str
    key: str
    given: date | None
    counted: date | None
    status: str


class Acting(Protocol):
    """A history, as the world calls it."""

    seed: int
    received: list[str]
    movements: list[str]

    def work(self, offset: int) -> None:
        """Do what is due on a day, counted from the first."""


# What is expected from the bank without a reference: account, booking day and amount.
Expected = tuple[str, date, int]


@dataclass
class World:
    """The books, the bank, today, and what was done so far."""

    books: Books
    lists: ReconciliationStore
    folder: Path
    bank: Bank = field(default_factory=Bank)
    day: date = FIRST
    log: list[Entry] = field(default_factory=list)
    histories: list[Acting] = field(default_factory=list)
    # Whose reference, or whose amount, a line of the bank is; and whose a receipt or movement therefore is.
    references: dict[str, Acting] = field(default_factory=dict)
    expected: dict[Expected, Acting] = field(default_factory=dict)
    theirs: dict[str, int] = field(default_factory=dict)
    # The day of each run of the reminders, the position after it, and what it did.
    reminded: list[tuple[date, int, Reminded]] = field(default_factory=list)
    _minute: int = 0
    _files: list[Path] = field(default_factory=list)

    def desk(self, user: str = "anna") -> Desk:
        """The desk, a minute after it was used last."""
        self._minute += 1
        now = datetime.combine(self.day, time(8), UTC) + timedelta(seconds=self._minute)
        return Desk(self.books, self.lists, now, user, self.settings.vault_key, "histories")

    @property
    def settings(self) -> Settings:
        """Where the files are."""
        return Settings(data_dir=self.folder / "data")

    def open(self) -> None:
        """What every clinic begins with."""
        give_key(self.settings.vault_key)
        desk = self.desk()
        for account in (PROMPT, LATE):
            said = bank_account.Declaration(id=account, feeds=("camt.053",))
            bank_account.declare(desk, account, "SEK", said, Occasion())
        giro = bank_account.Declaration(id=GIRO, feeds=FEEDS, aliases=(f"{BANKGIRO[:3]}-{BANKGIRO[3:]}",))
        bank_account.declare(desk, GIRO, "SEK", giro, Occasion())
        series.open_series(desk, "A", Occasion(), 1001)
        series.open_series(desk, "C", Occasion(), reference_kind="none")

    def do(
        self,
        seed: int,
        text: str,
        act: Callable[[Desk, Occasion], Done],
        on: date | None = None,
        counts: date | None = None,
        user: str = "anna",
    ) -> Done | None:
        """Do something at the desk; None where the desk refuses."""
        key = f"h{seed}-{len(self.log)}"
        try:
            done: Done | None = act(self.desk(user), Occasion(key, on, counts))
            status = "done"
        except Stopped as stopped:
            done, status = None, stopped.problems[0].code
        self.log.append(Entry(seed, self.day, text, key, on, counts, status))
        return done

    def wrong(self, raw: psycopg.Connection[Any]) -> list[Wrong]:
        """What the calculator finds wrong in the books on any day and at any position."""
        done = [one for one in self.log if one.status == "done"]
        given = {one.key: one.given for one in done if one.given}
        return calculator.checked(raw, given, [one.key for one in done if one.counted])

    def expect(self, whose: Acting, account: str, on: date, amount_minor: int) -> int:
        """The amount, or the next one further from zero that nobody else moves that day, to know whose line it is."""
        while (account, on, amount_minor) in self.expected:
            amount_minor += 100 if amount_minor > 0 else -100
        self.expected[account, on, amount_minor] = whose
        return amount_minor

    def state(self, stream: str) -> State | None:
        """What a stream comes to now."""
        found = (dated for _, _, dated in self.books.journal.facts([stream]))
        return self.books.catalogue.remember(stream, None, found)

    def go(self, offset: int) -> None:
        """Begin a day, counted from the first."""
        self.day = FIRST + timedelta(days=offset)
        self._minute = 0

    def pass_days(self, days: int = DAYS) -> None:
        """Let the days pass: each day first the bank's files, then every history's work."""
        for offset in range(days):
            self.go(offset)
            self.load(*(one for one in DELIVERIES if one.on == offset))
            if offset == AGAIN_DAY:
                self._again()
            if offset in CLOSING:
                CLOSING[offset](self)
            for history in self.histories:
                history.work(offset)
            if offset % _REMINDED_EVERY == 0:
                self.remind()

    def remind(self) -> None:
        """Remind on the last day up to which all files are loaded."""
        on = self.books.bank_loaded_through()
        if on is not None:
            done = bank_day.remind(replace(self.desk(), job="reminders"), Settings(data_dir=self.folder / "data"), on)
            self.reminded.append((on, self.books.journal.stable_position(), done))
            self.log.append(Entry(-1, self.day, f"remind on {on}: {done.sent} sent", "", None, None, "done"))

    def load(self, *deliveries: Delivery) -> None:
        """Load the files of a day."""
        paths = []
        for one in deliveries:
            path = self.folder / f"{one.account}-{one.first}.{one.feed}"
            content = self.bank.file(one, FIRST + timedelta(days=one.first), FIRST + timedelta(days=one.last))
            if content:
                path.write_bytes(content)
                paths.append(path)
        if not paths:
            return
        self._files += paths
        before = self.books.journal.stable_position()
        self._read(*paths)
        for recorded in self.books.journal.follow(before, 100_000):
            match recorded.fact:
                case ReceiptRecorded(receipt_id=id, payment=line):
                    self._sort(recorded.stream, id, line, line.reference)
                # The sum of several payments is nobody's.
                case MovementClassified(part_id=id, line=line, document=document, rule=rule) if rule != _SUM:
                    self._sort(recorded.stream, id, line, document)

    def _again(self) -> None:
        before = len(self.books.journal.follow(0, 100_000))
        self._read(self._files[0])
        assert len(self.books.journal.follow(0, 100_000)) == before, "a file that is known led to facts"

    def _read(self, *paths: Path) -> None:
        desk, settings = replace(self.desk(), job="bank-day"), self.settings
        summary = bank_day.load(desk, settings, paths, None)
        wrong = [(one.judged.status, one.judged.refusals, one.refused_commands) for one in summary.files]
        assert all(status in ("new", "complete") and not refused for status, _, refused in wrong), wrong
        names = " ".join(path.name for path in paths)
        self.log.append(Entry(-1, self.day, f"load {names}", "", None, None, "done"))

    def _sort(self, stream: str, id: str, line: BankLine, reference: str | None) -> None:
        """Whose line it is: by what it quotes, or by its amount."""
        whose = self.references.get(reference or "")
        whose = whose or self.expected[line.bank_account, line.booked_on, line.amount_minor]
        self.theirs[stream] = whose.seed
        (whose.received if stream.startswith("receipt-") else whose.movements).append(id)


@contextmanager
def world_at(url: str, folder: Path) -> Iterator[World]:
    """A clinic on new books at a writer's URL."""
    with open_books(url, ENTITY) as books, ReconciliationStore(url, ENTITY) as lists:
        world = World(books, lists, folder)
        world.open()
        yield world


def told(entries: Sequence[Entry]) -> str:
    """What was done, line by line."""
    return "\n".join(
        f"  {one.day} {one.text}"
        + (f" (on {one.given})" if one.given else "")
        + (f" (counts {one.counted})" if one.counted else "")
        + f": {one.status}"
        for one in entries
    )

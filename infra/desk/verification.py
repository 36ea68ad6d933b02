"""Every check that proves the book, and read tables made anew where the facts are what they were."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from infra.desk import checks
from infra.desk.problems import Problem, Stopped
from infra.desk.watching import Watch, unwatched

if TYPE_CHECKING:
    from datetime import date

    from infra.desk.desk import Desk
    from infra.desk.reading_facts import Check
    from infra.postgres import Urls
    from ledger.sealing import Amount, Audit, Key, LogRead, SealPlace
    from projections import Books, Rebuilt

# The checks that say whether the facts are what they were.
_OF_FACTS: Final = ("facts", "seals", "sealed facts", "control totals")
_NOT_ACCEPTED: Final = (
    "no difference is accepted while the seals do not hold ({found}): put right what `reskontra verify` names, changed "
    "facts from a backup; the live tables stay as they are"
)


@dataclass(frozen=True, slots=True)
class Verified:
    """What was found: each check, the log and the audit beside it, and how many facts lie where no reader looks."""

    checks: list[Check]
    log: LogRead
    audit: Audit
    position: int
    beyond: int


@dataclass(frozen=True, slots=True)
class Verification:
    """What is checked: an entity's books, beside their seals; `amount` writes an amount for people."""

    desk: Desk
    urls: Urls
    seals: SealPlace
    amount: Amount
    watch: Watch = unwatched

    @property
    def books(self) -> Books:
        """The books."""
        return self.desk.books

    def verify(self, today: date, key: Key | None = None, kept: Sequence[Path] = ()) -> Verified:
        """Make every check, each one said sound or not.

        `key` is the log's, had from somebody trusted; `kept` are checkpoints kept elsewhere, which the log must hold.
        """
        from ledger.sealing import read_log

        log = read_log(self.seals, key, kept)
        followed = checks.follow(self.books)
        audit, upto, made = self._beside_seals(log, followed.position)
        with self.watch(0, "comparing the read tables with a replay"):
            made.append(checks.read_tables(self.books, followed, checks.facts_changed(made)))
        made.append(checks.tie_out(self.books, today, followed))
        made.append(checks.archived_years(self.urls.writer, self.books.entity))
        drawn, beyond = checks.positions(self.books.journal, upto)
        return Verified([*made, drawn], log, audit, followed.position, beyond)

    def rebuild(self, *, accept_differences: bool) -> Rebuilt:
        """Replay the journal into new read tables; differences are accepted only where the seals hold, else Stopped."""
        from projections import rebuild

        books = self.books
        if accept_differences:
            self._require_seals()
        with self.watch(0, "replaying the journal"):
            return rebuild(books.journal, self.urls.owner, books.entity, accept_differences=accept_differences)

    def _beside_seals(self, log: LogRead, position: int) -> tuple[Audit, int, list[Check]]:
        """Every fact up to a position, or up to the last seal where that is further, beside its seal."""
        from ledger.sealing import Audit, LeafReader

        audit = Audit(log.checkpoints, LeafReader(self.seals.folder), self.amount)
        # What is sealed was stable once, so it is there to be read, also where the database tells less now.
        upto = max(position, audit.sealed_position)
        with self.watch(upto, "reading every fact") as advance:
            made = checks.read_facts(self.books.journal, upto, audit, advance)
        return audit, upto, [*made, *checks.read_seals(log, audit)]

    def _require_seals(self) -> None:
        """What was made of changed facts must not take the place of tables that may still be right."""
        from ledger.sealing import read_log

        _, _, made = self._beside_seals(read_log(self.seals), self.books.journal.stable_position())
        broken = [check for check in made if not check.ok and check.name in _OF_FACTS]
        if broken:
            found = "; ".join(f"{check.name}: {check.found}" for check in broken)
            raise Stopped(Problem("seals_do_not_hold", _NOT_ACCEPTED.format(found=found)))

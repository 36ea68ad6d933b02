"""The use cases that run all checks of the books, and that rebuild the read tables if no fact was changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from infra.desk import checks, erasure, kept_secrets
from infra.desk.problems import Problem, Stopped
from infra.desk.progress import Watch, unwatched

if TYPE_CHECKING:
    from datetime import date

    from infra.desk.check import Check
    from infra.desk.desk import Desk
    from infra.desk.vault import VaultDoor
    from infra.postgres import Urls
    from ledger.sealing import Amount, Audit, Key, LogRead, SealFolders
    from projections import Books, Rebuilt

# The checks that show whether facts were changed.
_OF_FACTS: Final = ("facts", "seals", "sealed facts", "control totals")
_NOT_ACCEPTED: Final = (
    "differences are not accepted while a check of the seals fails ({found}): repair what `reskontra verify` names, "
    "restoring changed facts from a backup; the live tables stay as they are"
)


@dataclass(frozen=True, slots=True)
class Verified:
    """Each check's result, the log, the audit, and the number of facts that readers cannot reach."""

    checks: list[Check]
    log: LogRead
    audit: Audit
    position: int
    beyond: int


@dataclass(frozen=True, slots=True)
class Verification:
    """The checks of an entity's books against their seals; `amount` formats an amount for people."""

    desk: Desk
    urls: Urls
    seals: SealFolders
    amount: Amount
    vault: VaultDoor
    watch: Watch = unwatched

    @property
    def books(self) -> Books:
        """The books."""
        return self.desk.books

    def verify(self, today: date, key: Key | None = None, kept: Sequence[Path] = ()) -> Verified:
        """Run all checks.

        `key` is the log's key from a trusted source; `kept` are checkpoints kept elsewhere, which the log must contain.
        """
        from ledger.sealing import read_log

        log = read_log(self.seals, key, kept)
        followed = checks.follow(self.books)
        audit, upto, made = self._beside_seals(log, followed.position)
        with self.watch(0, "comparing the read tables with a replay"):
            made.append(checks.read_tables(self.books, followed, checks.facts_changed(made)))
        made.append(checks.tie_out(self.books, today, followed))
        made.append(checks.bank(self.books, today, followed, self.amount))
        made.append(checks.archived_years(self.urls.writer, self.books.entity))
        made += [kept_secrets.vault(self.books, self.vault), kept_secrets.bank_files(self.books, self.vault)]
        made.append(erasure.check(self.books, self.vault))
        drawn, beyond = checks.positions(self.books.journal, upto)
        return Verified([*made, drawn], log, audit, followed.position, beyond)

    def rebuild(self, *, accept_differences: bool) -> Rebuilt:
        """Replay the journal into new read tables.

        With `accept_differences`, the seals are checked first; raises Stopped if one is broken.
        """
        from projections import rebuild

        books = self.books
        if accept_differences:
            self._require_seals()
        with self.watch(0, "replaying the journal"):
            return rebuild(books.journal, self.urls.owner, books.entity, accept_differences=accept_differences)

    def _beside_seals(self, log: LogRead, position: int) -> tuple[Audit, int, list[Check]]:
        """Compare every fact with its seal, up to `position` or the last checkpoint, whichever is later."""
        from ledger.sealing import Audit, LeafReader

        audit = Audit(log.checkpoints, LeafReader(self.seals.folder), self.amount)
        # Sealed facts were stable once, so they can be read even if the database gives a lower stable position now.
        upto = max(position, audit.sealed_position)
        with self.watch(upto, "reading every fact") as advance:
            made = checks.read_facts(self.books.journal, upto, audit, advance)
        return audit, upto, [*made, *checks.read_seals(log, audit)]

    def _require_seals(self) -> None:
        """Raise Stopped if facts were changed; tables made from them must not replace tables that may be right."""
        from ledger.sealing import read_log

        _, _, made = self._beside_seals(read_log(self.seals), self.books.journal.stable_position())
        broken = [check for check in made if not check.ok and check.name in _OF_FACTS]
        if broken:
            found = "; ".join(f"{check.name}: {check.found}" for check in broken)
            raise Stopped(Problem("seals_do_not_hold", _NOT_ACCEPTED.format(found=found)))

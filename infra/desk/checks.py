"""Each check that proves the book: the facts read once, set beside their seals, and the tables compared with them.

Whoever spoilt the book may have spoilt it so that a check stops; then the check says so, and the others are made.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from datetime import date
from typing import TYPE_CHECKING, Final, NamedTuple

from infra.desk.reading_facts import Check, Reading, counted, first_of

if TYPE_CHECKING:
    from ledger import Journal
    from ledger.journal.recorded import StoredFact
    from ledger.sealing import Audit, LogRead, Posted
    from projections import Books

# Before every position: what somebody puts at zero or below is read too.
_BEFORE_ALL: Final = -(2**63)
_AFTER_ALL: Final = 2**63 - 1
_MOST_BEYOND: Final = 1000
# Seconds in which a writer who is at work is done, unless a bulk save is long.
_PATIENCE: Final = 2.0
_PAUSE: Final = 0.05


class Followed(NamedTuple):
    """The position up to which the book is checked, and what stopped the read tables on the way, if anything did."""

    position: int
    stopped: str | None


def follow(books: Books) -> Followed:
    """Bring the read tables as far as the facts let them."""
    try:
        return Followed(books.follow(), None)
    # What a spoilt fact or table makes the read tables stumble over cannot be listed; it must not hide what else is
    # found. So it is here and below.
    except Exception as trouble:
        return Followed(books.journal.stable_position(), _told("following", trouble))


def read_facts(journal: Journal, upto: int, audit: Audit, advance: Callable[[int], None]) -> list[Check]:
    """Every fact up to a position read once: readable, postings at zero, series gapless, files complete; audited."""
    from ledger.execution.interpreter import at_full_speed

    reading = Reading()
    reached = 0
    try:
        for page in journal.stored_pages(_BEFORE_ALL, upto):
            with at_full_speed(True):
                _read_page(journal, page, reading, audit)
            advance(max(page[-1].position - reached, 0))
            reached = max(page[-1].position, reached)
    except Exception as trouble:
        reading.stop(_told(f"reading the facts after position {reached}", trouble), _code(trouble))
    else:
        audit.finish()
    return reading.checks()


def _read_page(journal: Journal, page: list[StoredFact], reading: Reading, audit: Audit) -> None:
    posted: list[Posted | None] = []
    for recorded in reading.decode(journal, page):
        legs = None
        if recorded is not None:
            try:
                # Counted once, for the postings' own check and for the control totals.
                legs = journal.catalogue.legs(recorded.fact)
                if reading.trouble is None:
                    reading.take(recorded, legs)
            except Exception as trouble:
                reading.stop(_told(f"reckoning with {recorded.stream}@{recorded.version}", trouble))
        posted.append(None if recorded is None or legs is None else (legs, recorded.envelope.accounting_date))
    audit.take(page, posted)


def read_seals(log: LogRead, audit: Audit) -> list[Check]:
    """Whether the log is whole, every sealed fact as it was sealed, and the totals what the facts come to."""
    if not (log.chain or log.findings):
        return [Check("seals", True, "nothing is sealed yet", "log_changed")]
    found = [*log.findings, *audit.findings]
    facts = tuple(one for one in found if one.code.startswith(("fact_", "history_")))
    totals = tuple(one for one in found if one.code == "totals_differ")
    rest = tuple(one for one in found if one not in facts and one not in totals)
    number = log.last.number if log.last else 0
    more = f", and {audit.unnamed} more" if audit.unnamed else ""
    chain = f"{counted(number, 'checkpoint')} in one chain, {log.trust}"
    changed = f"{len(facts)} {'was' if len(facts) == 1 else 'were'} changed{more}"
    differ = f"{counted(len(totals), 'account')} {'differs' if len(totals) == 1 else 'differ'}"
    sealed, counts, code = _unchanged(log), "the facts come to what was sealed", ""
    if not audit.finished:
        sealed = counts = "cannot be told, because not every fact could be read"
        code = "facts_unread"
    return [
        Check("seals", not rest, f"{counted(len(rest), 'finding')}{more}" if rest else chain, "log_changed", rest),
        Check("sealed facts", not facts and not code, changed if facts else sealed, code or "history_changed", facts),
        Check("control totals", not totals and not code, differ if totals else counts, code or "totals_differ", totals),
    ]


def _unchanged(log: LogRead) -> str:
    if log.last is None:
        return "none lies below a checkpoint that can be believed"
    return "1 is as it was sealed" if log.last.size == 1 else f"{log.last.size} are as they were sealed"


def facts_changed(checks: Iterable[Check]) -> bool:
    """Whether the facts themselves were found changed, so that nothing may be made anew from them."""
    return any(check.name in ("facts", "sealed facts") and not check.ok for check in checks)


def read_tables(books: Books, followed: Followed, changed: bool) -> Check:
    """Whether the read tables are what a replay of the journal makes them; `changed` where the facts are not right."""
    name, code = "read tables", "read_tables_differ"
    advice = _RESTORE if changed else _FIND_OUT
    if followed.stopped is not None:
        return Check(name, False, f"cannot be brought further: {followed.stopped}; {advice}", code)
    try:
        found = books.parity()
    except Exception as trouble:
        return Check(name, False, f"cannot be compared with a replay: {_told('the replay', trouble)}; {advice}", code)
    differing = [table.table for table in found.tables if not table.equal]
    rows = sum(table.live_rows for table in found.tables)
    if not differing:
        return Check(name, True, f"{len(found.tables)} tables with {rows} rows are what a replay makes them", code)
    differ = "differs" if len(differing) == 1 else "differ"
    return Check(name, False, f"{first_of(differing)} {differ} from a replay; {advice}", code)


def tie_out(books: Books, on: date, followed: Followed) -> Check:
    """Whether the control accounts are what the sub-ledger shows."""
    name, code = "tie-out", "does_not_tie"
    try:
        # Where the tables cannot follow, they are asked as they stand.
        report = books.report("tie-out", on, None if followed.stopped is None else books.store.position())
    except Exception as trouble:
        return Check(name, False, f"cannot be reckoned: {_told('the reckoning', trouble)}", code)
    differing = [f"{control.name} {control.currency}" for control in report.controls if control.difference_minor]
    if not differing:
        tie = "ties" if len(report.controls) == 1 else "tie"
        return Check(name, True, f"{counted(len(report.controls), 'control')} {tie}", code)
    differ = "differs" if len(differing) == 1 else "differ"
    return Check(name, False, f"{first_of(differing)} {differ}; see `reskontra tie-out`", code)


def archived_years(url: str, entity: str) -> Check:
    """Whether the files of archived years are what was archived, and hold each fact where the books say."""
    from ledger.journal.archive_keeping import archived_files, check_file
    from ledger.sealing import Finding

    files = archived_files(url, entity)
    code = "archived_facts_unreadable"
    findings = []
    for file in files:
        try:
            check_file(url, entity, file)
        except Exception as trouble:
            findings.append(Finding(code, _told(f"checking {file.path}", trouble), file.path.name))
    sound = f"{counted(len(files), 'file')} with each fact where the books say" if files else "nothing is archived"
    said = f"{len(findings)} of {counted(len(files), 'file')} cannot be used as the books say" if findings else sound
    return Check("archived years", not findings, said, code, tuple(findings))


def positions(journal: Journal, upto: int) -> tuple[Check, int]:
    """Whether each fact lies where readers come to it: at a position that was drawn, and not beyond the stable one.

    How many lie beyond is told too. A writer may be at work, and is waited for.
    """
    from ledger.sealing import Finding

    found = journal.stored(max(upto, journal.stable_position()), _AFTER_ALL, _MOST_BEYOND)
    # Asked second: of what was seen, everything had been drawn.
    drawn = journal.last_drawn()
    planted = [fact for fact in found if fact.position > drawn]
    waiting = [fact.position for fact in found if fact.position <= drawn]
    deadline = time.monotonic() + _PATIENCE
    while waiting and time.monotonic() < deadline:
        time.sleep(_PAUSE)
        stable = journal.stable_position()
        waiting = [position for position in waiting if position > stable]
    findings = [
        Finding("fact_not_drawn", _PLANTED.format(fact=fact, drawn=drawn), f"{fact.stream}@{fact.version}")
        for fact in planted
    ]
    if waiting:
        beyond = counted(len(waiting), "fact")
        findings.append(
            Finding("facts_beyond_readers", _WAITING.format(beyond=beyond, first=waiting[0]), f"position {waiting[0]}")
        )
    count = len(planted) + len(waiting)
    least = "at least " if len(found) == _MOST_BEYOND else ""
    lie = "lies" if count == 1 else "lie"
    said = (
        f"{least}{counted(count, 'fact')} {lie} where no reader looks" if count else "each fact is where readers look"
    )
    return Check("positions", not count, said, "fact_not_drawn", tuple(findings)), count


def _told(what: str, trouble: Exception) -> str:
    """What stopped a check, as it may be told; that the database is away is no finding, and goes on as it is."""
    from ledger import JournalUnavailable
    from ledger.journal.archived import ArchivedFactsUnreadable
    from ledger.journal.codec import UnreadableFact
    from projections.store.trouble import ReadStoreTrouble

    if isinstance(trouble, JournalUnavailable | ReadStoreTrouble | MemoryError):
        raise trouble
    if isinstance(trouble, UnreadableFact | ArchivedFactsUnreadable):
        return str(trouble)
    # Its message may repeat what a row said.
    return f"{what} stops with {type(trouble).__name__}"


def _code(trouble: Exception) -> str:
    from ledger.journal.archived import ArchivedFactsUnreadable

    return "archived_facts_unreadable" if isinstance(trouble, ArchivedFactsUnreadable) else "facts_unread"


_RESTORE: Final = (
    "the facts themselves were changed, so do not rebuild: restore them from a backup, then run `reskontra verify` "
    "again"
)
_FIND_OUT: Final = "no seal tells why, so find out why before you run `reskontra rebuild`"
_PLANTED: Final = (
    "{fact.stream}@{fact.version} lies at position {fact.position}, and no position after {drawn} was ever drawn: it "
    "was put there by hand; find out by whom, and have the database's owner delete it"
)
_WAITING: Final = (
    "{beyond} beyond the stable position, the first at position {first}, cannot be reached by readers: put there by "
    "hand, or kept waiting by a bulk save that takes long; run `reskontra verify` again"
)

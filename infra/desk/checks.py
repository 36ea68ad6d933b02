"""The checks of the books: every fact is compared with its seal, and the read tables are compared with the facts.

Every fact is read only once. Damaged books may make a check stop with an error. The check then reports the error, and
the other checks still run.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from datetime import date
from typing import TYPE_CHECKING, Final, NamedTuple

from infra.desk.bank_findings import bank_problems
from infra.desk.check import Check
from infra.desk.counts import counted
from infra.desk.fact_scan import FactScan, first_of

if TYPE_CHECKING:
    from ledger import Journal
    from ledger.journal.recorded_facts import StoredFact
    from ledger.sealing import Amount, Audit, LogRead, Posted
    from projections import Books

# This is below every real position, so that the scan also reads facts that somebody put at position zero or below.
_BEFORE_ALL: Final = -(2**63)
_AFTER_ALL: Final = 2**63 - 1
_MOST_BEYOND: Final = 1000
# A running save normally ends within this many seconds.
_PATIENCE: Final = 2.0
_PAUSE: Final = 0.05


class Followed(NamedTuple):
    """The position up to which the books are checked, and the error that stopped the read tables, if any."""

    position: int
    stopped: str | None


def follow(books: Books) -> Followed:
    """Let the read tables follow the journal; an error that stops them is returned."""
    try:
        return Followed(books.follow(), None)
    # A damaged fact or table can cause any error, and no error may hide other findings. This is why all errors are
    # caught here and below.
    except Exception as trouble:
        return Followed(books.journal.stable_position(), _stopped("following", trouble))


def read_facts(journal: Journal, upto: int, audit: Audit, advance: Callable[[int], None]) -> list[Check]:
    """Read every fact up to a position, in one pass for both the audit and the checks that need all facts."""
    from ledger.execution.interpreter import at_full_speed

    reading = FactScan()
    reached = 0
    try:
        for page in journal.stored_pages(_BEFORE_ALL, upto):
            with at_full_speed(True):
                _read_page(journal, page, reading, audit)
            advance(max(page[-1].position - reached, 0))
            reached = max(page[-1].position, reached)
    except Exception as trouble:
        reading.stop(_stopped(f"reading the facts after position {reached}", trouble), _code(trouble))
    else:
        audit.finish()
    return reading.checks()


def _read_page(journal: Journal, page: list[StoredFact], reading: FactScan, audit: Audit) -> None:
    from ledger.sealing import posted

    postings: list[Posted | None] = []
    for recorded in reading.decode(journal, page):
        one: Posted | None = None
        if recorded is not None:
            try:
                # The legs are computed once, for the check of postings and for the control totals.
                one = posted(recorded, journal.catalogue)
                if reading.trouble is None:
                    reading.take(recorded, one)
            except Exception as trouble:
                reading.stop(_stopped(f"computing with {recorded.stream}@{recorded.version}", trouble))
        postings.append(one)
    audit.take(page, postings)


def read_seals(log: LogRead, audit: Audit) -> list[Check]:
    """Check that the log is complete, that no sealed fact was changed, and that the facts sum to the control totals."""
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
    sealed, counts, code = _unchanged(log), "the facts sum to the sealed totals", ""
    if not audit.finished:
        sealed = counts = "unknown, because not every fact could be read"
        code = "facts_unread"
    return [
        Check("seals", not rest, f"{counted(len(rest), 'finding')}{more}" if rest else chain, "log_changed", rest),
        Check("sealed facts", not facts and not code, changed if facts else sealed, code or "history_changed", facts),
        Check("control totals", not totals and not code, differ if totals else counts, code or "totals_differ", totals),
    ]


def _unchanged(log: LogRead) -> str:
    if log.last is None:
        return "no fact is covered by a checkpoint that can be trusted"
    return (
        ("1 is unchanged since it was sealed")
        if log.last.size == 1
        else f"{log.last.size} are unchanged since they were sealed"
    )


def facts_changed(checks: Iterable[Check]) -> bool:
    """Whether the facts themselves were changed; if they were, nothing may be rebuilt from them."""
    return any(check.name in ("facts", "sealed facts") and not check.ok for check in checks)


def read_tables(books: Books, followed: Followed, changed: bool) -> Check:
    """Check that the read tables equal a replay of the journal; pass `changed` if the facts were found changed."""
    name, code = "read tables", "read_tables_differ"
    advice = _RESTORE if changed else _FIND_OUT
    if followed.stopped is not None:
        return Check(name, False, f"cannot follow the journal further: {followed.stopped}; {advice}", code)
    try:
        found = books.parity()
    except Exception as trouble:
        return Check(
            name, False, f"cannot be compared with a replay: {_stopped('the replay', trouble)}; {advice}", code
        )
    differing = [table.table for table in found.tables if not table.equal]
    rows = sum(table.live_rows for table in found.tables)
    if not differing:
        return Check(name, True, f"{len(found.tables)} tables with {rows} rows equal a replay of the journal", code)
    differ = "differs" if len(differing) == 1 else "differ"
    return Check(name, False, f"{first_of(differing)} {differ} from a replay; {advice}", code)


def tie_out(books: Books, on: date, followed: Followed) -> Check:
    """Check that the control accounts equal the sub-ledger."""
    name, code = "tie-out", "does_not_tie"
    try:
        # Tables that cannot follow the journal are used as they are.
        report = books.report("tie-out", on, None if followed.stopped is None else books.store.position())
    except Exception as trouble:
        return Check(name, False, f"cannot be computed: {_stopped('the computation', trouble)}", code)
    differing = [f"{control.name} {control.currency}" for control in report.controls if control.difference_minor]
    if not differing:
        tie = "ties" if len(report.controls) == 1 else "tie"
        return Check(name, True, f"{counted(len(report.controls), 'control')} {tie}", code)
    differ = "differs" if len(differing) == 1 else "differ"
    return Check(name, False, f"{first_of(differing)} {differ}; see `reskontra tie-out`", code)


def bank(books: Books, on: date, followed: Followed, amount: Amount) -> Check:
    """Check that the ledger's money on each bank account is the bank's, and that no statement is missing."""
    from ledger.sealing import Finding

    name, code = "bank", "ledger_is_not_bank"
    try:
        report = books.report("bank", on, None if followed.stopped is None else books.store.position())
    except Exception as trouble:
        return Check(name, False, f"cannot be computed: {_stopped('the computation', trouble)}", code)
    problems = bank_problems(report.table.to_pylist(), amount)
    findings = tuple(Finding(one.code, one.sentence, str(one.about)) for one in problems)
    if findings:
        return Check(name, False, f"{counted(len(findings), 'finding')}; see `reskontra bank`", code, findings)
    compared = [row for row in report.table.to_pylist() if row["bank_minor"] is not None]
    said = "the ledger equals the bank on" if compared else "no statement is loaded for"
    return Check(name, True, f"{said} {counted(len(compared) or report.table.num_rows, 'account')}", code)


def archived_years(url: str, entity: str) -> Check:
    """Check that archived years' files are unchanged and that their facts have the positions given in the books."""
    from ledger.journal.archive_files import archived_files, check_file
    from ledger.sealing import Finding

    files = archived_files(url, entity)
    code = "archived_facts_unreadable"
    findings = []
    for file in files:
        try:
            check_file(url, entity, file)
        except Exception as trouble:
            findings.append(Finding(code, _stopped(f"checking {file.path}", trouble), file.path.name))
    sound = f"{counted(len(files), 'file')} with every fact that the books expect" if files else "nothing is archived"
    said = f"{len(findings)} of {counted(len(files), 'file')} cannot be used" if findings else sound
    return Check("archived years", not findings, said, code, tuple(findings))


def positions(journal: Journal, upto: int) -> tuple[Check, int]:
    """Check that readers can reach every fact.

    A fact can be reached if its position was drawn from the sequence and is not beyond the stable position. Also counts
    the facts that readers cannot reach. Waits a little for writers that are still saving.
    """
    from ledger.sealing import Finding

    found = journal.stored(max(upto, journal.stable_position()), _AFTER_ALL, _MOST_BEYOND)
    # The last drawn position is read after the facts. So a fact found beyond it did not get its position from the
    # sequence.
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
    said = f"{least}{counted(count, 'fact')} {lie} out of reach of readers" if count else "readers reach every fact"
    return Check("positions", not count, said, "fact_not_drawn", tuple(findings)), count


def _stopped(what: str, trouble: Exception) -> str:
    """Say what stopped a check, without personal data; if the database itself was lost, re-raise the error instead."""
    from ledger import JournalUnavailable
    from ledger.journal.archived_years import ArchivedFactsUnreadable
    from ledger.journal.codec import UnreadableFact
    from projections.store.trouble import ReadStoreTrouble

    if isinstance(trouble, JournalUnavailable | ReadStoreTrouble | MemoryError):
        raise trouble
    if isinstance(trouble, UnreadableFact | ArchivedFactsUnreadable):
        return str(trouble)
    # The error's message may repeat values of a row, so only its kind is shown.
    return f"{what} stopped with {type(trouble).__name__}"


def _code(trouble: Exception) -> str:
    from ledger.journal.archived_years import ArchivedFactsUnreadable

    return "archived_facts_unreadable" if isinstance(trouble, ArchivedFactsUnreadable) else "facts_unread"


_RESTORE: Final = (
    "the facts themselves were changed, so do not rebuild: restore them from a backup, then run `reskontra verify` "
    "again"
)
_FIND_OUT: Final = "the seals do not show why, so find out why before you run `reskontra rebuild`"
_PLANTED: Final = (
    "{fact.stream}@{fact.version} is at position {fact.position}, but no position after {drawn} was ever drawn, so "
    "somebody put it there by hand; find out who, and have the database's owner delete it"
)
_WAITING: Final = (
    "{beyond} beyond the stable position cannot be reached by readers, the first at position {first}: either "
    "somebody put them there by hand, or a long bulk save is running; run `reskontra verify` again"
)

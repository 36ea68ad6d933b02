"""Books with facts worth archiving, and every way in which the journal can be read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from infra.postgres import Urls
from ledger.journal import Addition, Journal
from ledger.journal.archive_run import Archived, archive
from ledger.journal.fact_files import OpenFactFile
from ledger.journal.recorded_facts import CommandMark, StoredFact

STATE = (
    b'{"fact":{"account_id":"a%d","payer":"patient"},"envelope":{"occurred_on":"2025-10-01",'
    b'"accounting_date":"2025-10-01","recorded_at":"2025-10-01T08:00:00Z","actor":"person:anna","key":"k"}}'
)


def facts_in(path: Path, after: int = 0, upto: int | None = None) -> list[StoredFact]:
    """The facts of a file after a position and up to another."""
    with OpenFactFile(path) as file:
        last = file.last if upto is None else upto
        return [fact for group in range(len(file.groups)) for fact in file.group(group).between(after, last)]


def added(stream: str, version: int) -> Addition:
    """A fact of a stream; its content tells its version."""
    return Addition(stream, version, "AccountOpened", STATE % version)


def fill(journal: Journal, streams: int = 12, rounds: int = 5) -> int:
    """Several saves, each stream a fact longer by each; the last position."""
    position = 0
    for version in range(1, rounds + 1):
        facts = [added(f"account-{number}", version) for number in range(streams)]
        marks = [CommandMark(f"key-{version}", b"digest", 0, streams - 1)]
        position = journal.append(facts, marks)[-1]
    return position


def move(urls: Urls, folder: Path, upto: int, most: int = 7, entity: str = "clinic", **given: Any) -> Archived:
    """Archive up to a position, in small files, as if all of it were sealed."""
    return archive(urls.owner, entity, folder, upto, given.pop("sealed", upto), most=most, **given)


def paged(journal: Journal, page: int) -> Iterator[int]:
    """The positions as a follower meets them, page after page."""
    after, upto = 0, journal.stable_position()
    while found := journal.follow(after, page):
        yield from (recorded.position for recorded in found)
        after = found[-1].position
    assert after <= upto or journal.stable_position() > upto


def everything(journal: Journal, streams: Sequence[str]) -> dict[str, Any]:
    """What every way of reading says."""
    recorder = journal.recorder
    upto = journal.stable_position()
    return {
        "stable": upto,
        "last": recorder.max_notification_id(),
        "read": journal.read(streams),
        "read_all": [journal.read_all(stream) for stream in streams],
        "follow": [journal.follow(after, 10_000) for after in (0, 3, upto // 2, upto - 1, upto)],
        "paged": [list(paged(journal, page)) for page in (1, 4, 7, 1000)],
        "stored": [journal.stored(after, upto - after // 2, 9) for after in range(0, upto, 5)],
        "marks": journal.marks([f"key-{number}" for number in range(9)]),
        "events": [recorder.select_events(stream) for stream in streams],
        "parts": [
            recorder.select_events(streams[0], gt=gt, lte=lte, desc=desc, limit=limit)
            for gt in (None, 0, 2)
            for lte in (None, 4)
            for desc in (False, True)
            for limit in (None, 1, 3)
        ],
        "notifications": [
            recorder.select_notifications(start, limit, stop, topics, inclusive_of_start=inclusive)
            for start in (None, 5)
            for limit in (6, 1000)
            for stop in (None, 11)
            for topics in ((), ("AccountOpened", "Other"), ("Other",))
            for inclusive in (True, False)
        ],
    }

"""The journal does not slow down as it grows: twenty million facts beside one, and with closed years archived."""

from __future__ import annotations

import os
import random
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import psycopg
import pytest

from infra import rooms
from infra.postgres import Urls, connect_urls, start, stop
from infra.settings import Settings
from ledger.journal import Journal, open_journal
from ledger.journal.archive_run import archive
from tests.kit.archivable_books import added

pytestmark = pytest.mark.soak

FACTS = int(os.environ.get("RESKONTRA_SOAK_FACTS", "20000000"))
FEW = 1_000_000
# Streams of four facts each, named as receipts are: the day, and then as at random.
OF_A_STREAM = 4
OF_A_DAY = 10_000
# Streams that grow side by side: a stream's facts lie this far apart in the table.
BLOCK = 100_000
PAIRS = 300
MOST = 1.25

STREAM = f"'account-' || lpad((number / {OF_A_DAY})::text, 8, '0') || '-' || md5(number::text)"
FILL = """
INSERT INTO {entity}.events (originator_id, originator_version, topic, state, notification_id)
SELECT {stream}, version, 'AccountOpened',
    convert_to(replace(%(state)s, 'a0', 'a' || number), 'UTF8'), nextval('{entity}.events_position')
FROM generate_series(1, %(versions)s) AS version, generate_series(%(first)s, %(last)s) AS number
ORDER BY version, number
""".replace("{stream}", STREAM)
USED = """
SELECT sum(length(state)) FROM generate_series(%(first)s, %(last)s) AS number
JOIN LATERAL (SELECT state FROM {entity}.events WHERE originator_id = {stream}) AS facts ON true
""".replace("{stream}", STREAM)


@dataclass
class Books:
    """One entity's books of a size."""

    entity: str
    urls: Urls
    journal: Journal
    facts: int

    def stream(self, draw: random.Random, after: int = 0) -> str:
        """One of its streams."""
        from hashlib import md5

        number = draw.randint(after // OF_A_STREAM + 1, self.facts // OF_A_STREAM)
        shuffled = md5(str(number).encode(), usedforsecurity=False).hexdigest()
        return f"account-{number // OF_A_DAY:08d}-{shuffled}"

    @property
    def in_use(self) -> int:
        """After which position the streams begin that are in use: as many in books of any size.

        What nobody has asked for in years may lie on the disk; that is the disk's time and not the journal's.
        """
        return max(self.facts - FEW, 0)


def fill(urls: Urls, entity: str, facts: int) -> None:
    """Facts as they would be, put in by the owner at the server's own speed."""
    given = {"state": added("account-0", 0).state.decode(), "versions": OF_A_STREAM}
    streams = facts // OF_A_STREAM
    with psycopg.connect(urls.owner, autocommit=True) as owner:
        for first in range(1, streams + 1, BLOCK):
            last = min(first + BLOCK - 1, streams)
            owner.execute(FILL.replace("{entity}", entity), {**given, "first": first, "last": last})
        owner.execute(f"VACUUM (ANALYZE) {entity}.events")


@pytest.fixture(scope="module")
def both() -> Iterator[tuple[Books, Books]]:
    """Small and large books on one server that syncs to the disk as a production one does."""
    folder = Path(tempfile.mkdtemp(prefix="reskontra-growth-"))
    folder.chmod(0o711)
    settings = Settings(data_dir=folder / "data", state_dir=folder / "state")
    made: list[Books] = []
    try:
        start(settings, child=True)
        for entity, facts in (("small", min(FEW, FACTS)), ("large", FACTS)):
            rooms.upgrade(settings, entity)
            urls = connect_urls(settings, entity)
            fill(urls, entity, facts)
        # What filling left to be written to the disk is no part of what is measured.
        stop(settings)
        start(settings, child=True)
        for entity, facts in (("small", min(FEW, FACTS)), ("large", FACTS)):
            urls = connect_urls(settings, entity)
            made.append(Books(entity, urls, open_journal(urls.writer, entity), facts))
        for books in made:
            use(books)
        yield made[0], made[1]
    finally:
        for books in made:
            books.journal.close()
        stop(settings)
        shutil.rmtree(folder, ignore_errors=True)


def use(books: Books) -> None:
    """Ask once for every stream in use, so that in books of any size it is where such streams are: in memory."""
    with psycopg.connect(books.urls.owner, autocommit=True) as owner:
        span = {"first": books.in_use // OF_A_STREAM + 1, "last": books.facts // OF_A_STREAM}
        owner.execute(USED.replace("{entity}", books.entity), span)


def ratio(name: str, small: Books, large: Books, work: Callable[[Books, random.Random], object]) -> float:
    """Median time on large books over that on small ones, in interleaved pairs."""
    draw = random.Random(f"{name} {large.facts}")
    times: dict[str, list[float]] = {"small": [], "large": []}
    for pair in range(PAIRS + 20):
        for books in (small, large) if pair % 2 else (large, small):
            begun = time.perf_counter()
            work(books, draw)
            # The first pairs warm caches and are not counted.
            if pair >= 20:
                times[books.entity].append(time.perf_counter() - begun)
    found = {entity: median(taken) for entity, taken in times.items()}
    print(f"{name}: {found['small'] * 1e3:.2f} ms at {small.facts}, {found['large'] * 1e3:.2f} ms at {large.facts}")
    return found["large"] / found["small"]


def append(size: int) -> Callable[[Books, random.Random], object]:
    return lambda books, draw: books.journal.append([added(f"account-{draw.random()}", 1) for _ in range(size)])


def read(streams: int, after: Callable[[Books], int] = lambda books: 0) -> Callable[[Books, random.Random], object]:
    def work(books: Books, draw: random.Random) -> None:
        asked = [books.stream(draw, after(books)) for _ in range(streams)]
        found = books.journal.read(asked)
        assert all(len(found[stream]) == OF_A_STREAM for stream in asked)

    return work


def test_time_to_append_and_to_read_does_not_grow(both: tuple[Books, Books]):
    small, large = both
    found = {
        "append 1": ratio("append 1", small, large, append(1)),
        "append 1000": ratio("append 1000", small, large, append(1000)),
        "read 1": ratio("read 1", small, large, read(1, lambda books: books.in_use)),
        "read 100": ratio("read 100", small, large, read(100, lambda books: books.in_use)),
    }
    print(found)
    print(f"any stream ever: {ratio('read 1 of all', small, large, read(1)):.2f}, not bounded")
    assert max(found.values()) <= MOST, found


def archived_beside_a_writer(books: Books, upto: int, folder: Path) -> list[float]:
    """How long each of one writer's appends took while facts were archived."""
    waits: list[float] = []
    over = threading.Event()

    def write() -> None:
        while not over.wait(0.005):
            begun = time.perf_counter()
            books.journal.append([added(f"account-during-{len(waits)}", 1)])
            waits.append(time.perf_counter() - begun)

    last = [time.perf_counter()]

    def step_done(step: str, facts: int) -> None:
        last.append(time.perf_counter())
        print(f"{step} after {last[-1] - last[-2]:.1f} s", end=", ", flush=True)

    with ThreadPoolExecutor(1) as beside:
        writing = beside.submit(write)
        try:
            archive(books.urls.owner, books.entity, folder, upto, upto, step_done=step_done)
        finally:
            over.set()
        writing.result()
    return waits


def test_nor_does_it_once_closed_years_are_archived(both: tuple[Books, Books], tmp_path: Path):
    small, large = both
    # What is left in the table is as much as the small books have.
    upto = max(large.facts - small.facts, large.facts // 2)
    upto -= upto % (OF_A_STREAM * BLOCK)
    waits = archived_beside_a_writer(large, upto, tmp_path)
    print(f"archived {upto} facts; of {len(waits)} appends meanwhile the longest took {max(waits):.3f} s")
    found = {
        "append 1": ratio("archived, append 1", small, large, append(1)),
        "read 1": ratio("archived, read 1", small, large, read(1, lambda books: books.in_use)),
        "read 100": ratio("archived, read 100", small, large, read(100, lambda books: books.in_use)),
    }
    print(found)
    draw = random.Random(1)
    begun = time.perf_counter()
    for _ in range(10):
        assert len(large.journal.read_all(large.stream(draw))) == OF_A_STREAM
    print(f"a stream out of the archive: {(time.perf_counter() - begun) * 100:.0f} ms")
    assert max(found.values()) <= MOST, found

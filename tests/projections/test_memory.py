"""Reading the whole journal takes as much memory for many facts as for few."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from infra import rooms
from infra.postgres import Urls, connect_urls, start, stop
from infra.settings import Settings
from projections.follower import PAGE
from tests.conftest import BARE_TEMPLATE, Databases
from tests.kit.many_facts import ACCOUNTS, put_many
from tests.kit.peak import peak_of

# Most that the larger of two journals may take, in terms of the smaller.
FLAT = 1.2
# Most that each further fact may take, for which allocators alone are to blame; one that is kept takes thousands.
BYTES_A_FACT = 300


# A replay gives all rows of its table, so there are as many invoices in both journals.
@pytest.mark.parametrize(
    ("work", "small", "large"), [("replay", (200, 50), (200, 200)), ("follow", (2_500, 4), (10_000, 4))]
)
def test_four_times_the_facts_take_the_same_memory(
    databases: Databases, work: str, small: tuple[int, int], large: tuple[int, int]
):
    peaks = {}
    for invoices, facts_each in (small, large):
        urls = databases.make(BARE_TEMPLATE)
        facts = put_many(urls.owner, invoices, facts_each)
        assert facts == ACCOUNTS + invoices * facts_each
        peaks[facts] = peak_of(work, urls.writer, page=2_000)
        if work == "follow":
            assert count(urls, "activity") == invoices * facts_each
        databases.finish(urls)
    print(figures(peaks))
    (few, peak), (many, higher) = peaks.items()
    assert (higher - peak) / (many - few) < BYTES_A_FACT, figures(peaks)


@pytest.mark.soak
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("work", ["replay", "follow"])
def test_four_million_facts_take_the_same_memory_as_one_million(open_folder: Path, work: str):
    peaks = {}
    for millions in (1, 4):
        invoices, facts_each = (1_000, 1_000 * millions) if work == "replay" else (250_000 * millions, 4)
        with books_on_disk(open_folder / f"{work}-{millions}") as urls:
            facts = put_many(urls.owner, invoices, facts_each)
            peaks[facts] = peak_of(work, urls.writer, page=PAGE)
    print(figures(peaks))
    peak, higher = peaks.values()
    assert higher / peak < FLAT, figures(peaks)


def figures(peaks: dict[int, int]) -> str:
    return ", ".join(f"{facts:,} facts: {peak / 2**20:.0f} MiB" for facts, peak in peaks.items())


def count(urls: Urls, table: str) -> int:
    with psycopg.connect(urls.reader) as connection:
        row = connection.execute(f"SELECT count(*) FROM clinic.{table}").fetchone()
    assert row is not None
    return int(row[0])


@contextmanager
def books_on_disk(folder: Path) -> Iterator[Urls]:
    """Books on a server of their own, on the disk: too large for memory, and for the tests' shared server."""
    settings = Settings(data_dir=folder / "data", state_dir=folder / "state")
    folder.mkdir(mode=0o711)
    try:
        start(settings, child=True, durable=False)
        rooms.upgrade(settings, "clinic")
        yield connect_urls(settings, "clinic")
    finally:
        stop(settings)
        shutil.rmtree(folder)

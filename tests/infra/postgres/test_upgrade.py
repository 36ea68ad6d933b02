"""Each migration of each room is applied once, whole or not at all, and never changed afterwards."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from infra.postgres import Migration, RoomMigrations, UpgradeRefused, Urls, connect_urls, migrations, upgrade
from infra.settings import Settings, load
from ledger.journal.locks import lock_key

EVENTS = (
    1,
    "events",
    "CREATE TABLE {schema}.events (fact jsonb DEFAULT '{}'); GRANT SELECT ON {schema}.events TO {reader}",
)
INDEX = (2, "index", "CREATE INDEX ON {schema}.events USING gin (fact)")
ITEMS = (1, "open items", "CREATE TABLE {schema}.items (share numeric DEFAULT 5 % 3)")


@pytest.fixture
def settings(bare_urls: Urls) -> Settings:
    return load({"RESKONTRA_DATABASE_URL": bare_urls.owner}, Path("/"))


def ledger(*migrations: Migration) -> list[RoomMigrations]:
    return [RoomMigrations("ledger", migrations)]


def recorded(settings: Settings) -> Sequence[tuple[object, ...]]:
    with psycopg.connect(connect_urls(settings, "clinic").reader) as conn:
        return conn.execute("SELECT room, number, name FROM clinic.migrations ORDER BY applied_at").fetchall()


def test_rooms_are_taken_in_order_and_each_migration_once(settings: Settings) -> None:
    rooms = [("ledger", [EVENTS]), ("projections", [ITEMS])]
    assert upgrade(settings, "clinic", rooms) == ["ledger 1 events", "projections 1 open items"]
    assert upgrade(settings, "clinic", rooms) == []
    assert recorded(settings) == [("ledger", 1, "events"), ("projections", 1, "open items")]


def test_a_new_migration_is_added_to_those_applied(settings: Settings) -> None:
    upgrade(settings, "clinic", ledger(EVENTS))
    assert upgrade(settings, "clinic", ledger(EVENTS, INDEX)) == ["ledger 2 index"]


def test_each_entity_has_its_own(settings: Settings) -> None:
    assert upgrade(settings, "clinic", ledger(EVENTS)) == upgrade(settings, "north", ledger(EVENTS))


def test_braces_that_are_no_placeholder_stay_as_they_are(settings: Settings, bare_urls: Urls) -> None:
    upgrade(settings, "clinic", ledger(EVENTS))
    with psycopg.connect(bare_urls.owner) as conn:
        assert conn.execute("INSERT INTO clinic.events DEFAULT VALUES RETURNING fact").fetchone() == ({},)


@pytest.mark.parametrize("changed", [(1, "events", EVENTS[2] + " "), (1, "renamed", EVENTS[2])])
def test_a_migration_changed_after_it_was_applied_is_named(settings: Settings, changed: Migration) -> None:
    upgrade(settings, "clinic", ledger(EVENTS))
    with pytest.raises(UpgradeRefused, match=f"migration ledger 1 {changed[1]} was applied to clinic .*been changed"):
        upgrade(settings, "clinic", ledger(changed, INDEX))
    assert recorded(settings) == [("ledger", 1, "events")]


def test_a_failing_migration_is_taken_back_whole_and_those_before_it_stay(settings: Settings) -> None:
    broken = (2, "broken", "CREATE TABLE {schema}.half (n integer); SELECT nonsense")
    with pytest.raises(UpgradeRefused, match="migration ledger 2 broken failed on clinic and was rolled back"):
        upgrade(settings, "clinic", ledger(EVENTS, broken))
    assert recorded(settings) == [("ledger", 1, "events")]
    mended = (2, "mended", "CREATE TABLE {schema}.half (n integer)")
    assert upgrade(settings, "clinic", ledger(EVENTS, mended)) == ["ledger 2 mended"]


@pytest.mark.parametrize("numbers", [(2, 1), (1, 1)])
def test_numbers_out_of_order_are_refused_before_anything_is_made(settings: Settings, numbers: tuple[int, int]) -> None:
    disorder = [(number, "x", "SELECT 1") for number in numbers]
    with pytest.raises(UpgradeRefused, match="the migrations of ledger are numbered"):
        upgrade(settings, "unmade", ledger(*disorder))
    with psycopg.connect(settings.owner_url or "") as conn:
        assert conn.execute("SELECT FROM pg_roles WHERE rolname = 'reskontra_unmade_writer'").fetchone() is None


def test_a_migration_slipped_in_before_an_applied_one_is_refused(settings: Settings) -> None:
    upgrade(settings, "clinic", ledger((5, "events", EVENTS[2])))
    with pytest.raises(UpgradeRefused, match="ledger 4 late is new but numbered before ledger 5"):
        upgrade(settings, "clinic", ledger((4, "late", "SELECT 1"), (5, "events", EVENTS[2])))


def test_books_newer_than_the_program_are_not_touched(settings: Settings) -> None:
    upgrade(settings, "clinic", ledger(EVENTS, INDEX))
    with pytest.raises(UpgradeRefused, match="migration ledger 2 index, which this program does not know"):
        upgrade(settings, "clinic", ledger(EVENTS))


def test_many_upgrades_at_once_apply_each_migration_once(settings: Settings) -> None:
    slow = (2, "slow", "SELECT pg_sleep(0.1)")
    with ThreadPoolExecutor(4) as pool:
        jobs = [pool.submit(upgrade, settings, "clinic", ledger(EVENTS, slow)) for _ in range(4)]
        applied = [job.result() for job in jobs]
    assert sorted(name for names in applied for name in names) == ["ledger 1 events", "ledger 2 slow"]


def test_an_upgrade_gives_up_behind_a_session_that_holds_the_table(
    settings: Settings, bare_urls: Urls, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrations, "WAIT_FOR_TABLE", "100ms")
    upgrade(settings, "clinic", ledger(EVENTS))
    with psycopg.connect(bare_urls.owner) as holder:
        holder.execute("LOCK TABLE clinic.events")
        with pytest.raises(UpgradeRefused, match="another upgrade or a long-running session holds"):
            upgrade(settings, "clinic", ledger(EVENTS, INDEX))
    assert upgrade(settings, "clinic", ledger(EVENTS, INDEX)) == ["ledger 2 index"]


def test_an_upgrade_gives_up_behind_another_that_hangs(
    settings: Settings, bare_urls: Urls, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrations, "WAIT_FOR_UPGRADE_S", 0.1)
    with psycopg.connect(bare_urls.owner) as holder:
        holder.execute("SELECT pg_advisory_lock(%s)", (lock_key("clinic", "upgrading"),))
        with pytest.raises(UpgradeRefused, match="another upgrade"):
            upgrade(settings, "clinic", ledger(EVENTS))

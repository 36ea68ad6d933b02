"""Closed years leave the database, and every command answers as before."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.infra.cli.clinic import Clinic, spoil
from tests.infra.cli.command_line import Answers

THIS_YEAR = datetime.now(UTC).astimezone().year
LAST = THIS_YEAR - 1
ASKED = (
    "aging --as-of 2026-11-10",
    "aging --as-of 2026-10-02 --known-at 9",
    "open-items --as-of 2026-11-10",
    "tie-out --as-of 2026-11-10",
    "trial-balance --as-of 2026-11-10",
    "account-statement p1 --as-of 2026-11-10",
    "history invoice-i2",
    "history series-inv",
    "history p1",
    "receipts",
)


def answers(clinic: Clinic) -> dict[str, Any]:
    """Whole reports, and what the checks and a rebuild say."""
    said = {asked: clinic.reskontra.json(asked) for asked in ASKED}
    verified = [row for row in clinic.reskontra.json("verify")["rows"] if row["check"] != "archived years"]
    rebuilt = clinic.reskontra.json("rebuild")
    proofs = [clinic.reskontra.json(f"prove {fact}")["rows"] for fact in ("invoice-i2@1", "series-inv@3", "1")]
    return {**said, "verify": verified, "rebuild": rebuilt, "proofs": proofs}


def hot(clinic: Clinic) -> int:
    with psycopg.connect(clinic.reskontra.environ["RESKONTRA_READER_URL"]) as reader:
        row = reader.execute("SELECT count(*) FROM clinic.events").fetchone()
        assert row is not None
        return int(row[0])


def seal(clinic: Clinic, day: str = f"{LAST}-12-31") -> int:
    position = clinic.reskontra.json(f"seal now --day {day}")["position"]
    assert isinstance(position, int)
    return position


def test_every_command_answers_as_before(loaded: Clinic):
    position = seal(loaded)
    before = answers(loaded)

    archived = loaded.reskontra.json(f"archive years {LAST}")

    assert archived["position"] == position
    assert hot(loaded) == 0
    assert answers(loaded) == before
    loaded.issue("i4", "p1", 100_00, "2026-11-11")
    assert len(loaded.reskontra.json("history series-inv")["rows"]) == len(before["history series-inv"]["rows"]) + 1
    assert loaded.reskontra.json("verify")["ok"]


def test_files_are_found_again_only_where_a_year_is_archived(loaded: Clinic, tmp_path: Path):
    answered = loaded.reskontra("archive", "moved", tmp_path / "none", "--json", code=1)
    assert answered.codes == ["nothing_archived"]


def test_again_is_nothing_new(loaded: Clinic):
    seal(loaded)
    assert "archived " in loaded.reskontra(f"archive years {LAST}").out
    assert loaded.reskontra(f"archive years {LAST}").out.startswith("nothing new to archive")


def test_only_what_was_sealed_by_the_end_of_the_year_is_archived(loaded: Clinic):
    position = seal(loaded)
    loaded.issue("i4", "p1", 100_00, "2026-11-11")
    seal(loaded, f"{THIS_YEAR}-01-01")
    loaded.issue("i5", "p1", 100_00, "2026-11-11")

    assert loaded.reskontra.json(f"archive years {LAST}")["position"] == position
    # An invoice, its number, its item and its request.
    assert hot(loaded) == 2 * 4


@pytest.mark.parametrize(("year", "code"), [(THIS_YEAR, "year_not_over"), (LAST, "not_sealed")])
def test_a_year_that_is_not_over_or_not_sealed_is_refused(loaded: Clinic, year: int, code: str):
    seal(loaded, f"{THIS_YEAR}-01-01")
    before = hot(loaded)
    assert loaded.reskontra(f"archive years {year} --json", code=1).codes == [code]
    assert hot(loaded) == before


def test_nothing_is_archived_while_a_bank_file_loads(loaded: Clinic):
    spoil(loaded, "DELETE FROM clinic.events WHERE topic = 'FileCompleted'")
    loaded.reskontra("rebuild --accept-differences")
    loaded.reskontra(f"seal now --while-loading --day {LAST}-12-31")
    assert loaded.reskontra(f"archive years {LAST} --json", code=1).codes == ["file_half_loaded"]


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("UPDATE clinic.events SET state = state || ' ' WHERE originator_id = 'invoice-i2'", "history_changed"),
        ("DELETE FROM clinic.events WHERE originator_id = 'account-p1'", "history_changed"),
        ("DELETE FROM clinic.events WHERE originator_id = 'request-i4.1'", "archiving_refused"),
    ],
)
def test_history_that_is_not_what_was_sealed_is_not_archived(loaded: Clinic, statement: str, code: str):
    loaded.issue("i4", "p1", 100_00, "2026-11-11")
    seal(loaded)
    spoil(loaded, statement)
    before = hot(loaded)
    assert loaded.reskontra(f"archive years {LAST} --json", code=1).codes == [code]
    assert hot(loaded) == before


def test_leaves_that_were_not_signed_are_not_believed(loaded: Clinic):
    seal(loaded)
    path = Path(loaded.reskontra.environ["RESKONTRA_DATA_DIR"]) / "seals" / "clinic" / "leaves"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    assert loaded.reskontra(f"archive years {LAST} --json", code=1).codes == ["log_changed"]
    assert hot(loaded) > 0


def test_files_are_checked_missed_and_found_again(loaded: Clinic):
    seal(loaded)
    folder = loaded.folder / "years"
    (row,) = loaded.reskontra.json(f"archive years {LAST} --folder {folder}")["rows"]
    assert loaded.reskontra("archive verify").out.endswith("1 of 1 files of archived facts are sound\n")

    folder.rename(loaded.folder / "elsewhere")

    for command in ("archive verify", "history series-inv"):
        assert loaded.reskontra(f"{command} --json", code=1).codes == ["archived_facts_unreadable"]
    assert f"{row['file']}, the file of the archived facts 1 to " in loaded.reskontra("archive verify", code=1).err
    loaded.reskontra(f"archive moved {loaded.folder / 'elsewhere'}")
    assert loaded.reskontra.json("archive verify")["ok"]
    assert loaded.reskontra.json("history series-inv")["rows"]


def test_places_that_somebody_changed_are_found(loaded: Clinic):
    seal(loaded)
    loaded.reskontra(f"archive years {LAST}")
    spoil(loaded, "DELETE FROM clinic.archived_streams WHERE stream = 'invoice-i2'")
    assert loaded.reskontra("archive verify --json", code=1).codes == ["archived_facts_unreadable"]


# What each command is given for its answer, and the exit code it then ends with.
ANSWERS: Answers = {
    "archive moved": ("{folder}", 1),
    "archive verify": ("", 0),
    "archive years": ("2025", 1),
}

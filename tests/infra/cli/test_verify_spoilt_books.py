"""However the books were spoilt, verify makes every check it can, names what was changed, and advises nothing worse."""

from __future__ import annotations

import shutil
import time
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest

from infra.desk import checks
from ledger import JournalUnavailable, open_journal
from projections import Books
from tests.infra.cli.clinic import CHECKS, Clinic, data, spoil
from tests.kit.sealed_books import receipt

LAST_YEAR = datetime.now(UTC).astimezone().year - 1
COPIED = (
    "INSERT INTO clinic.events (originator_id, originator_version, topic, state, notification_id)"
    " SELECT '{new}', {version}, topic, state, {position} FROM clinic.events"
    " WHERE originator_id = '{stream}' AND originator_version = 1"
)
EDITED = (
    "UPDATE clinic.events SET state = convert_to(replace(convert_from(state, 'UTF8'), '{old}', '{new}'), 'UTF8')"
    " WHERE originator_id = '{stream}' AND originator_version = 1"
)


@pytest.fixture
def archived(loaded: Clinic) -> Clinic:
    """The clinic's books, sealed and archived; the last invoice came after that."""
    loaded.reskontra(f"seal now --day {LAST_YEAR}-12-31")
    loaded.reskontra(f"archive years {LAST_YEAR}")
    loaded.issue("i4", "p2", 10000, "2026-11-11")
    return loaded


def found(clinic: Clinic) -> dict[str, str]:
    """What each failing check of books that are not sound says; all checks were made, and none stopped the others."""
    answer = clinic.reskontra.json("verify", code=1)
    assert [row["check"] for row in answer["rows"]] == CHECKS
    assert "unforeseen" not in [problem["code"] for problem in answer["problems"]]
    return {row["check"]: row["found"] for row in answer["rows"] if not row["ok"]}


def problems(clinic: Clinic) -> list[tuple[str, str | None]]:
    found(clinic)
    return [(one["code"], one["about"]) for one in clinic.reskontra.json("verify", code=1)["problems"]]


def problem(clinic: Clinic, code: str) -> str:
    """The one sentence under a code."""
    told = clinic.reskontra.json("verify", code=1)["problems"]
    (sentence,) = [str(one["sentence"]) for one in told if one["code"] == code]
    return sentence


def test_each_deleted_fact_is_named_whatever_stumbles_over_it(sealed: Clinic):
    spoil(sealed, "CREATE TABLE public.whole AS SELECT * FROM clinic.events")
    assert sealed.reskontra.json("verify")["ok"]
    for position in one_of_each_kind(sealed):
        spoil(sealed, f"DELETE FROM clinic.events WHERE notification_id = {position}")
        answer = sealed.reskontra.json("verify", code=1)
        assert [row["check"] for row in answer["rows"]] == CHECKS
        named = [(one["code"], one["about"]) for one in answer["problems"]]
        assert ("fact_deleted", f"position {position}") in named
        assert "unforeseen" not in dict(named)
        spoil(sealed, f"INSERT INTO clinic.events SELECT * FROM public.whole WHERE notification_id = {position}")
    assert sealed.reskontra.json("verify")["ok"]


def one_of_each_kind(clinic: Clinic) -> list[int]:
    """The position of the first fact of each kind, of which something else may stumble over the lack."""
    with psycopg.connect(clinic.reskontra.environ["RESKONTRA_READER_URL"]) as reader:
        found = reader.execute("SELECT min(notification_id) FROM clinic.events GROUP BY topic ORDER BY 1").fetchall()
    return [row[0] for row in found]


def test_an_invoice_repeated_below_the_seal_is_named(loaded: Clinic):
    spoil(loaded, "SELECT nextval('clinic.events_position')")
    loaded.issue("i4", "p2", 10000, "2026-11-11")
    loaded.reskontra("seal now")
    (burnt,) = set(range(1, loaded.reskontra.json("verify")["position"])) - positions(loaded)
    spoil(loaded, COPIED.format(new="invoice-i9", version=1, stream="invoice-i2", position=burnt))

    assert ("fact_inserted", "invoice-i9@1") in problems(loaded)
    assert "do not rebuild" in found(loaded)["read tables"]


def positions(clinic: Clinic) -> set[int]:
    with psycopg.connect(clinic.reskontra.environ["RESKONTRA_READER_URL"]) as reader:
        return {row[0] for row in reader.execute("SELECT notification_id FROM clinic.events")}


def test_a_repeated_invoice_that_the_tables_could_not_take_in_is_told(sealed: Clinic):
    spoil(sealed, "SELECT nextval('clinic.events_position') FROM generate_series(1, 2)")
    head = max(positions(sealed))
    spoil(sealed, COPIED.format(new="invoice-i9", version=1, stream="invoice-i2", position=head + 1))

    failing = found(sealed)

    # The tables set it aside, and go on; a replay reads both invoices at once, and cannot know which one is spoilt.
    assert failing["read tables"].startswith("gl_postings, gl_sums, turnovers, set_aside differ from a replay")
    assert "tie-out" not in failing
    assert "of invoice-i9, which no read table can hold" in problem(sealed, "facts_set_aside")
    assert sealed.reskontra("aging", code=1).out.startswith("THE FIGURES LACK 1 FACT of invoice-i9")
    assert sealed.reskontra.json("receipts", code=1)["problems"][0]["code"] == "facts_set_aside"
    # What they hold may be the money of anybody, so nobody is reminded.
    reminded = sealed.reskontra.json("remind --dry-run", code=1)
    assert (reminded["rows"][0]["sent"], reminded["problems"][0]["code"]) == (0, "facts_set_aside")


def test_a_fact_dated_before_the_chart_is_named(sealed: Clinic):
    spoil(sealed, EDITED.format(stream="invoice-i2", old='"accounting_date":"20', new='"accounting_date":"00'))
    assert ("fact_edited", "invoice-i2@1") in problems(sealed)


def test_the_index_of_archived_years_is_compared_with_the_files(archived: Clinic):
    assert "1 file with every fact that the books expect" in archived.reskontra("verify").out
    for statement in (
        "DELETE FROM clinic.archived_streams WHERE stream = 'invoice-i2'",
        "UPDATE clinic.archived_streams SET positions = (SELECT positions FROM clinic.archived_streams"
        " WHERE stream = 'invoice-i1' LIMIT 1) WHERE stream = 'invoice-i3'",
    ):
        spoil(archived, "DROP TABLE IF EXISTS public.kept", "CREATE TABLE public.kept AS TABLE clinic.archived_streams")
        spoil(archived, statement)
        assert "archived years" in found(archived)
        assert "restore that table from a backup" in problem(archived, "archived_facts_unreadable")
        spoil(archived, "DELETE FROM clinic.archived_streams", "INSERT INTO clinic.archived_streams TABLE public.kept")
    assert archived.reskontra.json("verify")["ok"]


def test_a_file_of_an_archived_year_that_is_gone_stops_no_other_check(archived: Clinic):
    (path,) = data(archived).glob("archived-years/clinic/*.parquet")
    path.unlink()
    failing = found(archived)
    assert set(failing) == {"facts", "sealed facts", "control totals", "read tables", "archived years"}
    assert f"{path}, the file of the archived facts 1 to " in failing["facts"]
    assert "unknown" in failing["sealed facts"]
    assert "do not rebuild" in failing["read tables"]


def test_archived_facts_that_the_books_no_longer_know_of_are_missed(archived: Clinic):
    spoil(archived, "DELETE FROM clinic.archived_facts")
    codes = [code for code, _ in problems(archived)]
    # Of these, 36 are about the persons of the tests.
    assert codes.count("fact_deleted") == 68


def test_a_database_that_is_away_is_no_finding(sealed: Clinic, monkeypatch: pytest.MonkeyPatch):
    def away(*given: Any) -> None:
        raise JournalUnavailable("gone")

    for method in ("follow", "parity", "report"):
        with monkeypatch.context() as patched:
            patched.setattr(Books, method, away)
            answered = sealed.reskontra("verify --json", code=1)
            assert (answered.codes, answered.json["rows"]) == (["journal_unavailable"], [])


def test_what_stops_a_check_is_told_without_its_message(sealed: Clinic, monkeypatch: pytest.MonkeyPatch):
    def broken(*given: Any) -> None:
        raise ZeroDivisionError("Eva Ek, 19121212-1212")

    for method in ("follow", "parity", "report"):
        monkeypatch.setattr(Books, method, broken)
        assert "stopped with ZeroDivisionError" in " ".join(found(sealed).values())
        assert "Eva Ek" not in sealed.reskontra("verify", code=1).out


def test_read_tables_are_not_made_anew_of_changed_facts(sealed: Clinic):
    spoil(sealed, EDITED.format(stream="invoice-i3", old="35000", new="15000"))

    said = found(sealed)["read tables"]

    assert "the facts themselves were changed, so do not rebuild: restore them from a backup" in said
    assert problem(sealed, "fact_edited").endswith("; restore the facts from a backup")
    refused = sealed.reskontra("rebuild --accept-differences --json", code=1)
    assert refused.codes == ["seals_do_not_hold"]
    assert "sealed facts: 1 was changed" in refused.json["problems"][0]["sentence"]
    spoil(sealed, EDITED.format(stream="invoice-i3", old="15000", new="35000"))
    assert sealed.reskontra.json("verify")["ok"]


def test_tables_that_differ_from_sound_facts_are_first_wondered_at(sealed: Clinic):
    spoil(sealed, "UPDATE clinic.items SET open_minor = 1 WHERE item_id = 'i3.1'")
    said = found(sealed)["read tables"]
    assert said == (
        "items differs from a replay; the seals do not show why, so find out why before you run `reskontra rebuild`"
    )
    assert sealed.reskontra("rebuild --accept-differences").code == 0


@pytest.mark.parametrize("ahead", [1, 90_000])
def test_a_fact_at_a_position_that_was_never_drawn_is_named(sealed: Clinic, ahead: int):
    position = max(positions(sealed)) + ahead
    spoil(sealed, COPIED.format(new="account-p9", version=1, stream="account-p1", position=position))
    assert problems(sealed) == [("fact_not_drawn", "account-p9@1")]
    assert f"is at position {position}" in problem(sealed, "fact_not_drawn")


def test_a_fact_that_readers_do_not_come_to_is_told(sealed: Clinic, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(checks, "_PATIENCE", 0.1)
    head = max(positions(sealed))
    with psycopg.connect(sealed.reskontra.environ["RESKONTRA_DATABASE_URL"]) as writer:
        writer.execute("SELECT pg_advisory_xact_lock_shared(clinic.journal_lock(), %s)", (head,))
        append(sealed)
        assert problems(sealed) == [("facts_beyond_readers", f"position {head + 1}")]
        assert problem(sealed, "facts_beyond_readers").startswith(
            "2 facts beyond the stable position cannot be reached by readers"
        )
    assert sealed.reskontra.json("verify")["ok"]


def test_a_writer_at_work_is_waited_for(sealed: Clinic, monkeypatch: pytest.MonkeyPatch):
    head = max(positions(sealed))
    with psycopg.connect(sealed.reskontra.environ["RESKONTRA_DATABASE_URL"], autocommit=True) as writer:
        writer.execute("SELECT pg_advisory_lock_shared(clinic.journal_lock(), %s)", (head,))
        append(sealed)
        # The writer is done while verify waits, and not before.
        waiting = SimpleNamespace(monotonic=time.monotonic, sleep=lambda pause: writer.close())
        monkeypatch.setattr(checks, "time", waiting)
        answer = sealed.reskontra.json("verify")
        assert writer.closed
    assert (answer["ok"], answer["position"]) == (True, head)


def append(clinic: Clinic) -> None:
    with open_journal(clinic.reskontra.environ["RESKONTRA_WRITER_URL"], "clinic") as journal:
        journal.append([receipt(1), receipt(2)])


def test_amounts_have_the_decimals_of_their_currency(sealed: Clinic):
    spoil(sealed, "DELETE FROM clinic.events WHERE originator_id = 'invoice-i3'")
    told = [one["sentence"] for one in sealed.reskontra.json("verify", code=1)["problems"]]
    sums = [sentence for sentence in told if sentence.startswith("the total of account ")]
    assert any("was -750.00 SEK at checkpoint 1, and is now -400.00 SEK" in sentence for sentence in sums)
    assert not any("minor" in sentence for sentence in sums)


def test_a_series_that_no_fact_opened_is_said_so(sealed: Clinic):
    spoil(sealed, "DELETE FROM clinic.events WHERE topic = 'SeriesOpened'")
    assert "inv: 1001 was used, but no earlier fact opened the series" in found(sealed)["number series"]


@pytest.mark.parametrize("lost", ["the key", "the new key"])
def test_a_key_that_cannot_seal_is_remarked_and_is_no_problem(sealed: Clinic, lost: str):
    key = data(sealed) / "keys/clinic.pem"
    assert "seal now" not in sealed.reskontra("verify").out
    old = key.read_bytes()
    if lost == "the key":
        key.unlink()
    else:
        sealed.reskontra("seal rotate-key")
        key.write_bytes(old)
    last = sealed.reskontra("verify").out.splitlines()[-1]
    assert str(key) in last
    assert "`reskontra seal now` will be refused" in last
    assert sealed.reskontra("seal now --json", code=1).code == 1


def test_a_lost_note_of_the_keys_is_named_once(sealed: Clinic):
    sealed.reskontra("seal rotate-key")
    sealed.issue("i4", "p2", 10000, "2026-11-11")
    sealed.reskontra("seal now")
    notes = data(sealed) / "seals/clinic/keys"
    kept = shutil.move(notes / "0001.note", sealed.folder)
    assert problems(sealed) == [("key_replaced", "keys")]
    sentence = problem(sealed, "key_replaced")
    assert f"the key note 0001.note is missing in {notes}" in sentence
    assert "restore them from a backup" in sentence
    shutil.move(kept, notes)
    assert sealed.reskontra.json("verify")["ok"]


def test_a_kept_checkpoint_that_is_not_there_is_wrong_usage(sealed: Clinic):
    answered = sealed.reskontra("verify --kept nofile", code=2)
    assert "Errno" not in answered.err

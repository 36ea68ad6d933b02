"""Files are taken from a drop folder and a real SFTP server once and whole, whatever goes wrong with one of them."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any

import pytest

from reconciliation.archive import Archive, ArchiveUnwritable
from reconciliation.places import Place, Taken
from tests.kit.clinic import Clinic
from tests.kit.sftp_server import Server
from tests.kit.vault_key import VAULT_KEY
from tests.reconciliation.places.stand import Stand


def test_each_file_is_taken_once_and_put_away_under_the_hash_of_its_content(stand: Stand):
    first, second = stand.put("a.xml", b"one"), stand.put("b.xml", b"two")
    (stand.inbox / "older").mkdir()

    assert stand.take() == Taken((("a.xml", first), ("b.xml", second)))

    assert (stand.names(), stand.away()) == (set(), {f"{first[:12]}-a.xml", f"{second[:12]}-b.xml"})
    assert [stand.archive.read(one) for one in (first, second)] == [b"one", b"two"]
    assert stand.take() == Taken()
    assert {row["name"] for row in stand.clinic.desk.received()} == {"a.xml", "b.xml"}
    assert stand.clinic.desk.places.taken("bank") == [first, second]


def test_the_next_day_brings_another_file_of_the_same_name(stand: Stand):
    first = stand.put("statement.xml", b"monday")
    stand.take()
    second = stand.put("statement.xml", b"tuesday")
    assert stand.take().files == (("statement.xml", second),)
    assert stand.away() == {f"{first[:12]}-statement.xml", f"{second[:12]}-statement.xml"}
    # The same content once more: nothing is lost, and nothing is new.
    stand.put("statement.xml", b"tuesday")
    assert stand.take().files == (("statement.xml", second),)
    assert stand.names() == set()


@pytest.mark.parametrize("name", ["a.xml.part", "a.xml.TMP", ".a.xml", "~a.xml", "a.filepart"])
def test_what_its_name_calls_unfinished_is_left_alone(stand: Stand, name: str):
    stand.put(name)
    assert (stand.take(), stand.names()) == (Taken(), {name})


def test_a_file_that_grows_between_two_looks_is_left_for_the_next_run(stand: Stand):
    stand.put("growing.xml", b"<half>")
    whole = stand.put("whole.xml", b"whole")

    def somebody_writes(seconds: float) -> None:
        assert seconds == 5.0
        stand.put("growing.xml", b"<half></half>")

    assert stand.take(somebody_writes) == Taken((("whole.xml", whole),), left=1)
    assert stand.names() == {"growing.xml"}
    assert stand.take().files == (("growing.xml", hashlib.sha256(b"<half></half>").hexdigest()),)


def test_with_marks_a_file_is_complete_once_its_mark_is_there(stand: Stand):
    stand.put("a.xml", b"one")
    second = stand.put("b.xml", b"two")
    stand.put("b.xml.done", b"")
    waited: list[float] = []
    assert stand.take(waited.append, done_suffix=".done").files == (("b.xml", second),)
    assert (stand.names(), waited) == ({"a.xml"}, [])


def test_files_can_be_deleted_once_they_are_archived_and_only_then(stand: Stand):
    taken = stand.put("a.xml", b"one")
    assert stand.take(after_taking="delete").files == (("a.xml", taken),)
    assert (stand.names(), stand.away()) == (set(), set())
    assert stand.archive.read(taken) == b"one"


def test_files_can_be_left_and_are_known_again_until_they_change(stand: Stand):
    first = stand.put("a.xml", b"one")
    assert stand.take(after_taking="leave").files == (("a.xml", first),)
    assert stand.take(after_taking="leave") == Taken()
    second = stand.put("a.xml", b"another")
    assert stand.take(after_taking="leave").files == (("a.xml", second),)
    assert (stand.names(), stand.away()) == ({"a.xml"}, set())


def test_a_bad_file_does_not_stop_the_others(stand: Stand, server: Server):
    stand.put("bad.xml", b"nobody may read this")
    erased = stand.put("erased.xml", b"erased by two persons")
    good = stand.put("good.xml", b"good")
    server.denied = frozenset({"bad.xml"})
    if stand.place.folder is not None:
        # Root may read every file, but nobody can read a file that is a name and nothing else.
        (stand.inbox / "bad.xml").unlink()
        os.mkfifo(stand.inbox / "bad.xml")
        (stand.inbox / "link.xml").symlink_to(stand.inbox / "good.xml")
    found = stand.take(erased=frozenset({erased}))
    assert found.files == (("good.xml", good),)
    codes = {name: reason.code for name, reason in found.refused}
    assert codes["erased.xml"] == "file_erased"
    assert stand.place.folder is not None or codes["bad.xml"] == "file_unreadable"
    assert "incoming" not in dict(found.refused)["erased.xml"].sentence
    assert (stand.inbox / "erased.xml").exists(), "what is not archived is not put away"
    listed = {row["name"]: row["code"] for row in stand.clinic.desk.received()}
    assert listed["erased.xml"] == "file_erased"


def test_a_file_that_is_too_large_is_not_even_read(stand: Stand, server: Server):
    stand.archive = Archive(stand.clinic.folder / "archive", VAULT_KEY, largest_bytes=10)
    stand.put("large.xml", b"x" * 11)
    server.opened.clear()
    (name, reason), *_ = stand.take().refused
    assert (name, reason.code) == ("large.xml", "file_unreadable")
    assert "large.xml has 11 bytes" in reason.sentence
    assert (server.opened, stand.names()) == ([], {"large.xml"})


def test_when_no_file_can_be_archived_all_stay_where_they_are(stand: Stand, monkeypatch: pytest.MonkeyPatch):
    stand.put("a.xml")

    def full(*given: Any) -> str:
        raise ArchiveUnwritable("the disk is full")

    monkeypatch.setattr(Archive, "keep_file", full)
    with pytest.raises(ArchiveUnwritable):
        stand.take()
    assert (stand.names(), stand.clinic.desk.places.taken("bank")) == ({"a.xml"}, [])


@pytest.mark.parametrize("at", ["keep_received", "keep_taken"])
def test_a_run_that_dies_after_archiving_loses_nothing(stand: Stand, monkeypatch: pytest.MonkeyPatch, at: str):
    taken = stand.put("a.xml", b"one")
    lists = stand.clinic.desk if at == "keep_received" else stand.clinic.desk.places

    class Killed(Exception):
        pass

    def killed(*given: Any) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(type(lists), at, killed)
        with pytest.raises(Killed):
            stand.take()
    assert stand.names() == {"a.xml"}, "it is put away only after it is noted"
    assert stand.take().files == (("a.xml", taken),)


def test_one_that_came_meanwhile_under_the_same_name_is_not_put_away(stand: Stand, monkeypatch: pytest.MonkeyPatch):
    old, places = stand.put("a.xml", b"old"), stand.clinic.desk.places

    def replaced(*given: Any) -> None:
        (stand.inbox / "new").write_bytes(b"the new one")
        (stand.inbox / "new").rename(stand.inbox / "a.xml")

    with monkeypatch.context() as patch:
        patch.setattr(type(places), "keep_taken", replaced)
        assert stand.take() == Taken((("a.xml", old),), left=1)
    assert (stand.inbox / "a.xml").read_bytes() == b"the new one"
    assert stand.take().files == (("a.xml", hashlib.sha256(b"the new one").hexdigest()),)


def test_a_name_that_is_no_text_is_taken_too(clinic: Clinic, tmp_path: Path):
    stand = Stand(clinic, tmp_path, Place(accounts=("a",), folder=str(tmp_path)))
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/b\xe5nk.xml")).write_bytes(b"one")
    assert [name for name, _ in stand.take().files] == ["b\\xe5nk.xml"]


def test_a_folder_that_is_not_there_is_said(clinic: Clinic, tmp_path: Path):
    stand = Stand(clinic, tmp_path, Place(accounts=("a",), folder=str(tmp_path / "none")))
    (said,) = stand.take().troubles
    assert "cannot be read (No such file or directory): check that it is there" in said

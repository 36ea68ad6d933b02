"""The log's key: for its owner only, never made twice, and replaced only by a note that the old one signs."""

from __future__ import annotations

import stat
from datetime import timedelta

import pytest

from ledger.sealing import Invalid, SealRefused, chain_of, rotate
from ledger.sealing.checkpoints import read_checkpoint
from ledger.sealing.keys import make_key
from tests.kit.sealed_books import AT, DAY, SealedBooks


def test_key_and_seals_are_readable_by_their_owner_only(books: SealedBooks):
    books.append(0, 2)
    books.seal()
    files = [path for path in books.seals.folder.parent.parent.rglob("*") if path.is_file()]
    assert {path.name for path in files} == {
        "leaves",
        "blocks",
        "00000001.checkpoint",
        "0001.note",
        "clinic.pem",
        "clinic.signed",
    }
    assert [path for path in files if stat.S_IMODE(path.stat().st_mode) != 0o600] == []


def test_a_key_that_others_may_read_is_not_used(books: SealedBooks):
    books.append(0, 2)
    books.seal()
    books.seals.key.chmod(0o640)
    books.append(2, 2)
    with pytest.raises(SealRefused, match="chmod 600"):
        books.seal()


def test_a_key_is_never_made_anew_for_a_log_that_has_one(books: SealedBooks):
    books.append(0, 2)
    books.seal()
    books.seals.key.unlink()
    books.append(2, 2)
    with pytest.raises(SealRefused) as refused:
        books.seal()
    assert refused.value.code == "key_missing"


def test_a_rotated_key_signs_from_the_next_checkpoint_on_and_both_are_believed(books: SealedBooks):
    books.append(0, 2)
    books.seal()
    old_file, old = books.seals.key.read_bytes(), chain_of(books.seals)[-1].key

    new = rotate(books.seals, AT + timedelta(hours=1))
    books.append(2, 2)
    books.seal()

    assert books.seals.key.read_bytes() != old_file
    assert [(one.number, one.key, one.after) for one in chain_of(books.seals)] == [(1, old, 0), (2, new, 1)]
    for trusted in (None, old, new):
        assert books.findings(trusted=trusted) == []
    # The old key signs no checkpoint after its time, whoever still has it.
    books.seals.key.write_bytes(old_file)
    with pytest.raises(SealRefused, match="not the newest key"):
        books.seal()


@pytest.mark.parametrize("after", ["made", "note"])
def test_a_rotation_that_was_stopped_is_finished_or_as_if_never_begun(
    books: SealedBooks, monkeypatch: pytest.MonkeyPatch, after: str
):
    books.append(0, 2)
    books.seal()
    target = "_introduce" if after == "made" else "_finish_rotation"
    original = getattr(__import__("ledger.sealing.keys", fromlist=["keys"]), target)
    calls: list[int] = []

    def stop(*given: object, **named: object) -> object:
        calls.append(1)
        if target == "_introduce" or len(calls) == 2:
            raise KeyboardInterrupt
        return original(*given, **named)

    with monkeypatch.context() as patched:
        patched.setattr(f"ledger.sealing.keys.{target}", stop)
        with pytest.raises(KeyboardInterrupt):
            rotate(books.seals, AT)

    books.append(2, 2)
    assert books.seal().facts == 2
    assert len(chain_of(books.seals)) == (1 if after == "made" else 2)
    assert books.findings() == []
    rotate(books.seals, AT)
    assert len(chain_of(books.seals)) == (2 if after == "made" else 3)


def test_checkpoints_are_read_only_when_signed_by_the_key_of_their_time(books: SealedBooks):
    books.append(0, 2)
    books.seal()
    chain = chain_of(books.seals)
    assert read_checkpoint(books.seals, 1, chain).day == str(DAY)


def test_a_key_that_names_the_old_one_and_is_not_signed_by_it_is_not_believed(books: SealedBooks):
    books.append(0, 2)
    books.seal()
    old = chain_of(books.seals)[0].key
    forged = make_key(books.seals.key.with_name("forged.pem"), books.seals.origin)
    text = f"{books.seals.origin}\nkey 2\n{forged.key}\nbefore {old}\nafter 1\nintroduced_at 2026-11-10T18:00:00Z\n"
    (books.seals.notes / "0002.note").write_text(f"{text}\n{forged.line(text)}")

    with pytest.raises(Invalid, match=f"not signed by reskontra/clinic with key {old.id.hex()}"):
        chain_of(books.seals)
    books.append(2, 2)
    with pytest.raises(SealRefused) as refused:
        books.seal()
    assert refused.value.code == "key_replaced"

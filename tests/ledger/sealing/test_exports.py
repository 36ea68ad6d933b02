"""All sealed facts as records for an outsider: changed anywhere they do not hold, another file is refused."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from ledger.sealing import SealRefused, chain_of, export, rotate, verifier
from ledger.sealing.verifier import Fact
from tests.kit.outsider import Published, checkpoint_in, ran
from tests.kit.sealed_books import AT, SealedBooks
from tests.ledger.sealing.forgery import write_facts


@pytest.fixture
def exported(sealed: SealedBooks, tmp_path: Path) -> Path:
    folder = tmp_path / "export"
    export(sealed.journal, sealed.seals, folder)
    return folder


def test_an_export_holds_for_an_outsider(exported: Path, key: Path):
    assert {path.name for path in exported.iterdir()} == {"facts.records", "00000002.checkpoint", "0001.note"}
    code, said = ran("export", checkpoint_in(exported), exported / "facts.records", "--key", key)
    assert code == 0, said
    assert "the files given (1) contain exactly the facts of checkpoint 2 of reskontra/clinic: 16 facts" in said


def test_an_export_after_a_rotation_holds_with_the_notes_of_the_keys(sealed: SealedBooks, tmp_path: Path, key: Path):
    rotate(sealed.seals, AT)
    sealed.seal()
    folder = tmp_path / "later"
    export(sealed.journal, sealed.seals, folder)
    given = ["export", checkpoint_in(folder), folder / "facts.records", "--key", key]
    assert "is not signed by reskontra/clinic" in ran(*given)[1]
    assert ran(*given, "--notes", *sorted(folder.glob("*.note")))[0] == 0


@pytest.mark.parametrize(
    "change",
    [
        lambda facts: [*facts[:3], *facts[4:]],
        lambda facts: [*facts[:3], facts[3], *facts[3:]],
        lambda facts: changed(facts, state=facts[3].state + b" "),
        lambda facts: changed(facts, version=2),
        lambda facts: changed(facts, stream="receipt-r99"),
        lambda facts: changed(facts, name="ReceiptForged"),
        lambda facts: facts[:15],
        lambda facts: [*facts, facts[-1]._replace(position=17)],
        lambda facts: [facts[1], facts[0], *facts[2:]],
        lambda facts: changed(facts, position=1 << 63),
    ],
)
def test_an_export_changed_anywhere_does_not_hold(published: Published, change: Callable[[list[Fact]], list[Fact]]):
    facts = list(verifier.read_facts(published.facts))
    write_facts(published.facts, facts)
    verifier.check_export(verifier.read_facts(published.facts), published.checkpoint)
    write_facts(published.facts, change(facts))
    with pytest.raises(verifier.Invalid):
        verifier.check_export(verifier.read_facts(published.facts), published.checkpoint)


def changed(facts: list[Fact], **given: Any) -> list[Fact]:
    """The facts with the fourth of them changed."""
    return [*facts[:3], facts[3]._replace(**given), *facts[4:]]


def test_with_the_leaves_an_export_names_what_was_changed(sealed: SealedBooks, exported: Path, key: Path):
    path = exported / "facts.records"
    write_facts(path, changed(list(verifier.read_facts(path)), state=b"{}"))
    given = ["export", checkpoint_in(exported), path, "--key", key, "--leaves", sealed.seals.folder / "leaves"]
    code, said = ran(*given)
    assert code == 1
    assert "these differ from their leaves: receipt-r4@1 at position 4" in said


def test_a_record_is_what_a_leaf_hashes(published: Published):
    content, at, hashed = published.facts.read_bytes(), 0, []
    while at < len(content):
        length = int.from_bytes(content[at : at + 4], "big")
        hashed.append(sha256(content[at + 4 : at + 4 + length]).digest())
        at += 4 + length
    assert hashed == [verifier.leaf_hash(*fact) for fact in verifier.read_facts(published.facts)]


@pytest.mark.parametrize(
    "content",
    [
        b"x",
        b"PAR1" + bytes(100),
        b"\x00\x00\x00\x00",
        b"\xff\xff\xff\xff" + bytes(100),
        (1 << 28).to_bytes(4, "big") + bytes(100),
        b"\x00\x00\x00\x11" + bytes(17),
        b"\x00\x00\x00\x1d" + b"\x01" + bytes(28),
        b"\x00\x00\x00\x1e" + bytes(30),
        b"\x00\x00\x00\x1e" + bytes(16) + b"\x00\x00\x00\x01\xff" + bytes(9),
    ],
)
def test_what_is_no_file_of_facts_is_refused(tmp_path: Path, content: bytes):
    path = tmp_path / "other.records"
    path.write_bytes(content)
    with pytest.raises(verifier.Invalid, match=r"other\.records: the file was not written by `reskontra export`"):
        list(verifier.read_facts(path))


def test_a_file_cut_short_or_flipped_anywhere_does_not_hold(books: SealedBooks, tmp_path: Path):
    # Only four facts, because the whole file is checked twice for each of its bytes.
    books.append(1, 4)
    books.seal()
    export(books.journal, books.seals, tmp_path / "given")
    published = Published(tmp_path / "given", chain_of(books.seals)[0].key)
    verifier.check_export(verifier.read_facts(published.facts), published.checkpoint)
    whole = published.facts.read_bytes()
    published.facts.chmod(0o600)
    spoilt = [whole[:end] for end in range(len(whole))]
    spoilt += [whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :] for at in range(len(whole))]
    held = 0
    for content in spoilt:
        published.facts.write_bytes(content)
        try:
            verifier.check_export(verifier.read_facts(published.facts), published.checkpoint)
        except verifier.Invalid:
            continue
        held += 1
    assert held == 0


def test_a_table_for_analysts_has_the_same_facts(sealed: SealedBooks, tmp_path: Path):
    folder = tmp_path / "export"
    done = export(sealed.journal, sealed.seals, folder, table=True)
    assert set(done.files) == {"facts.records", "facts.parquet", "00000002.checkpoint", "0001.note"}
    rows = pq.read_table(folder / "facts.parquet").to_pylist()
    assert [Fact(**row) for row in rows] == list(verifier.read_facts(folder / "facts.records"))


def test_an_export_is_refused_where_history_is_not_what_was_sealed(sealed: SealedBooks, tmp_path: Path):
    sealed.spoil("DELETE FROM clinic.events WHERE notification_id = 4")
    with pytest.raises(SealRefused, match="not those that checkpoint 2 sealed"):
        export(sealed.journal, sealed.seals, tmp_path / "export")
    assert not (tmp_path / "export").exists()


def test_a_chain_of_checkpoints_is_checked_alone(sealed: SealedBooks, key: Path):
    found = [sealed.checkpoint(1), sealed.checkpoint(2)]
    assert ran("checkpoints", *found, "--key", key)[0] == 0
    code, said = ran("checkpoints", *found[::-1], "--key", key)
    assert code == 1
    assert "does not follow" in said

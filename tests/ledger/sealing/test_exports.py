"""All sealed facts in Parquet for an outsider: changed anywhere they do not hold, other Parquet is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ledger.sealing import SealRefused, export, rotate, verifier
from tests.kit.outsider import Published, checkpoint_in, ran
from tests.kit.sealed import AT, SealedBooks


@pytest.fixture
def exported(sealed: SealedBooks, tmp_path: Path) -> Path:
    folder = tmp_path / "export"
    export(sealed.journal, sealed.place, folder)
    return folder


def test_an_export_holds_for_an_outsider(exported: Path, key: Path):
    assert {path.name for path in exported.iterdir()} == {"facts.parquet", "00000002.checkpoint", "0001.note"}
    code, said = ran("export", checkpoint_in(exported), exported / "facts.parquet", "--key", key)
    assert code == 0, said
    assert "the 16 facts of 1 files are all that checkpoint 2 of reskontra/clinic" in said
    assert pq.read_table(exported / "facts.parquet").num_rows == 16


def test_an_export_after_a_rotation_holds_with_the_notes_of_the_keys(sealed: SealedBooks, tmp_path: Path, key: Path):
    rotate(sealed.place, AT)
    sealed.seal()
    folder = tmp_path / "later"
    export(sealed.journal, sealed.place, folder)
    given = ["export", checkpoint_in(folder), folder / "facts.parquet", "--key", key]
    assert "is not signed by reskontra/clinic" in ran(*given)[1]
    assert ran(*given, "--notes", *sorted(folder.glob("*.note")))[0] == 0


def rewritten(path: Path, change: Callable[[list[dict[str, Any]]], Any], **given: Any) -> None:
    """The facts of a file changed and written again in the same way."""
    table = pq.read_table(path)
    rows = table.to_pylist()
    rows = change(rows) or rows
    path.chmod(0o600)
    kept = {"compression": "gzip", "use_dictionary": False, "data_page_version": "1.0", "row_group_size": 5}
    kept |= {"write_statistics": ["position"], "store_schema": False}
    pq.write_table(pa.Table.from_pylist(rows, schema=table.schema), path, **{**kept, **given})


@pytest.mark.parametrize(
    "change",
    [
        lambda rows: rows.pop(3) and None,
        lambda rows: rows.insert(3, rows[3]),
        lambda rows: rows[3].update(state=rows[3]["state"] + b" "),
        lambda rows: rows[3].update(version=2),
        lambda rows: rows[3].update(stream="receipt-r99"),
        lambda rows: rows[3].update(name="ReceiptForged"),
        lambda rows: rows[:15],
        lambda rows: [*rows, {**rows[-1], "position": 17}],
        lambda rows: [rows[1], rows[0], *rows[2:]],
        lambda rows: rows[3].update(position=-1),
    ],
)
def test_an_export_changed_anywhere_does_not_hold(published: Published, change: Callable[[list[dict[str, Any]]], Any]):
    rewritten(published.facts, lambda rows: None)
    verifier.check_export(verifier.read_facts(published.facts), published.checkpoint)
    rewritten(published.facts, change)
    with pytest.raises(verifier.Invalid):
        verifier.check_export(verifier.read_facts(published.facts), published.checkpoint)


def test_with_the_leaves_an_export_names_what_was_changed(sealed: SealedBooks, exported: Path, key: Path):
    path = exported / "facts.parquet"
    rewritten(path, lambda rows: rows[3].update(state=b"{}"))
    given = ["export", checkpoint_in(exported), path, "--key", key, "--leaves", sealed.place.folder / "leaves"]
    code, said = ran(*given)
    assert code == 1
    assert "not as in the leaves: receipt-r4@1 at position 4" in said


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"compression": "snappy"}, "not compressed by gzip"),
        ({"compression": "none"}, "not compressed by gzip"),
        ({"use_dictionary": True}, "a field 11 that it never writes"),
        ({"data_page_version": "2.0"}, "a field 8 that it never writes"),
        ({"store_schema": True}, "a field 5 that it never writes"),
        ({"write_statistics": True}, "its statistics are not those of its column stream"),
        ({"write_statistics": False}, "its statistics are not those of its column position"),
        ({"write_page_checksum": True}, "a field 4 that it never writes"),
        ({"write_page_index": True}, "a field 4 that it never writes"),
        ({"column_encoding": {"position": "DELTA_BINARY_PACKED"}}, "not of version 1 and plain"),
    ],
)
def test_other_parquet_is_refused_and_not_misread(published: Published, given: dict[str, Any], said: str):
    rewritten(published.facts, lambda rows: None, **given)
    with pytest.raises(verifier.Invalid, match=rf"facts\.parquet: .*{said}"):
        list(verifier.read_facts(published.facts))


def test_a_file_of_other_columns_or_none_is_refused(tmp_path: Path):
    path = tmp_path / "other.parquet"
    pq.write_table(pa.table({"position": [1]}), path, compression="gzip", use_dictionary=False, store_schema=False)
    with pytest.raises(verifier.Invalid, match="its columns are not position, stream"):
        list(verifier.read_facts(path))
    for content in (b"", b"PAR1", b"x" * 100, b"PAR1" + bytes(100) + b"\xff\xff\xff\xffPAR1"):
        path.write_bytes(content)
        with pytest.raises(verifier.Invalid, match="no Parquet file"):
            list(verifier.read_facts(path))


@pytest.mark.parametrize("flip", [0x01, 0x55, 0x80])
def test_a_file_flipped_anywhere_is_refused_or_read_as_the_same_facts_by_others_too(published: Published, flip: int):
    path = published.facts
    whole, table = path.read_bytes(), pq.read_table(path)
    sound = list(verifier.read_facts(path))
    path.chmod(0o600)
    accepted = 0
    for at in range(len(whole)):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ flip]) + whole[at + 1 :])
        try:
            found = list(verifier.read_facts(path))
        except verifier.Invalid:
            continue
        assert found == sound
        assert pq.read_table(path).equals(table)
        accepted += 1
    # No fact is in the writer's name, in what gzip notes of time and system, and in the kind of items of empty lists.
    assert 0 < accepted <= len("parquet-cpp-arrow version 99.99.99") + 5 * 7 + 3 * 2


def test_an_export_is_refused_where_history_is_not_what_was_sealed(sealed: SealedBooks, tmp_path: Path):
    sealed.spoil("DELETE FROM clinic.events WHERE notification_id = 4")
    with pytest.raises(SealRefused, match="not the facts that checkpoint 2 sealed"):
        export(sealed.journal, sealed.place, tmp_path / "export")
    assert not (tmp_path / "export").exists()


def test_a_chain_of_checkpoints_is_checked_alone(sealed: SealedBooks, key: Path):
    found = [sealed.checkpoint(1), sealed.checkpoint(2)]
    assert ran("checkpoints", *found, "--key", key)[0] == 0
    code, said = ran("checkpoints", *found[::-1], "--key", key)
    assert code == 1
    assert "does not follow" in said

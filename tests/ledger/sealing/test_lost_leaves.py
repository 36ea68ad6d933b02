"""Leaves that are gone are missed once, and the facts are still judged by the signed roots."""

from __future__ import annotations

import pytest

from ledger.sealing import Audit, LeafReader, read_log
from tests.kit.sealed_books import SealedBooks

EDIT = (
    "UPDATE clinic.events SET state = convert_to(replace(convert_from(state, 'UTF8'), '\"key\":\"r4\"',"
    " '\"key\":\"r5\"'), 'UTF8') WHERE originator_id = 'receipt-r4'"
)


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (None, "`leaves` is missing or empty; restore the file from a backup"),
        (0, "`leaves` is missing or empty; restore the file from a backup"),
        (4, "`leaves` ends after 4 of the 16 records that were sealed; restore the file from a backup"),
        (10, "`leaves` ends after 10 of the 16 records that were sealed; restore the file from a backup"),
        (13, "`leaves` ends after 13 of the 16 records that were sealed; restore the file from a backup"),
    ],
)
def test_leaves_that_are_gone_are_missed_once(sealed: SealedBooks, left: int | None, said: str):
    path = sealed.seals.folder / "leaves"
    content = path.read_bytes()
    path.unlink()
    if left is not None:
        path.write_bytes(content[: left * 40])
    assert [(one.code, one.sentence) for one in sealed.findings()] == [("log_changed", said)]


@pytest.mark.parametrize("left", [0, 2])
def test_without_its_leaf_a_changed_fact_is_found_by_the_root_alone(sealed: SealedBooks, left: int):
    path = sealed.seals.folder / "leaves"
    path.write_bytes(path.read_bytes()[: left * 40])
    sealed.spoil(EDIT)
    assert sealed.named() == [("log_changed", "leaves"), ("history_changed", "checkpoint 1")]


def test_before_the_leaves_end_a_changed_fact_is_named(sealed: SealedBooks):
    path = sealed.seals.folder / "leaves"
    path.write_bytes(path.read_bytes()[: 12 * 40])
    sealed.spoil(EDIT)
    assert sealed.named() == [("fact_edited", "receipt-r4@1"), ("log_changed", "leaves")]


def test_leaves_that_may_not_be_read_are_a_finding(sealed: SealedBooks):
    path = sealed.seals.folder / "leaves"
    path.unlink()
    # Whoever runs the tests may read every file, but nobody reads a folder as one.
    path.mkdir()
    (found,) = sealed.findings()
    assert found.sentence == "`leaves` cannot be read (Is a directory); restore the file from a backup"


def test_changed_leaves_are_told_in_words(sealed: SealedBooks):
    path = sealed.seals.folder / "leaves"
    content = bytearray(path.read_bytes())
    content[3 * 40 + 20] ^= 1
    path.write_bytes(bytes(content))
    assert sealed.findings()[0].sentence == (
        "the file `leaves` was changed: it does not lead to the root of checkpoint 1; restore the file from a backup"
    )


def test_an_audit_that_was_not_given_every_fact_is_not_finished(sealed: SealedBooks):
    audit = Audit(read_log(sealed.seals).checkpoints, LeafReader(sealed.seals.folder))
    facts = sealed.journal.stored(0, 12, 12)
    audit.take(facts, [sealed.posted(fact) for fact in facts])
    assert not audit.finished
    audit.finish()
    assert audit.finished
    assert audit.findings[0].code == "fact_deleted"

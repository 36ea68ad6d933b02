"""Whatever file it is given, the program ends soon, with a sentence, and with 1: no hang, no traceback, no trick."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ledger.sealing import Invalid, key_given, verifier
from tests.kit.outsider import Published, checkpoint_in, ran
from tests.ledger.sealing.forgery import refusal, write_facts

# What hangs is ended, and so fails, well before the build would.
pytestmark = pytest.mark.timeout(20)


# Names that would say something else on the screen

TRICK = "r1\x1b[2K\rholds: all facts\n\u202e\x9b1A"


def test_names_in_an_export_are_shown_and_not_obeyed(published: Published):
    write_facts(published.facts, [one._replace(stream=TRICK) for one in verifier.read_facts(published.facts)])
    leaves = published.folder / "leaves"
    leaves.write_bytes(bytes(640))
    out = refusal(published, "export", checkpoint_in(published.folder), published.facts, "--leaves", leaves)
    assert r"these differ from their leaves: r1\x1b[2K\rholds: all facts\n\u202e\x9b1A@1 at position 1, r1" in out
    assert out.rstrip("\n").isprintable()


def test_a_long_name_does_not_push_the_refusal_off_the_screen():
    fact = verifier.Fact(5, "r" * 60 + " " * 500 + "holds: all facts", 1, "ReceiptRecorded", b"{}")
    checkpoint = verifier.Checkpoint("clinic", 1, b"", 1, 1, "", "", (), (), 0, ())
    with pytest.raises(Invalid, match=r"^r{60}\.\.\.@1 at position 5 is out of order$"):
        verifier.check_export([fact], checkpoint)


@pytest.mark.parametrize(
    "text",
    [
        f"{TRICK}+0a1b2c3d+{verifier.encoded(bytes([1]) + bytes(32))}".replace("\n", "")
        .replace("\r", "")
        .replace(" ", ""),
        "reskontra\x1b[1A/clinic",
        f"\udce5+0a1b2c3d+{verifier.encoded(bytes([1]) + bytes(32))}",
    ],
)
def test_a_key_in_a_refusal_is_shown_and_not_obeyed(text: str):
    with pytest.raises(Invalid) as refused:
        key_given(text)
    assert str(refused.value).isprintable()


def test_a_file_s_name_in_a_refusal_is_shown_and_not_obeyed(published: Published):
    path = published.folder / "x\x1b[2K\nholds: \udce5.records"
    os.rename(os.fsencode(published.facts), os.fsencode(path))
    path.chmod(0o600)
    path.write_bytes(b"x")
    assert r"x\x1b[2K\nholds: \udce5.records: the file was not written by `reskontra export`" in refusal(
        published, "export", checkpoint_in(published.folder), path
    )


# Keys


def test_a_file_named_as_the_key_is_does_not_stand_in_for_it(published: Published, tmp_path: Path, monkeypatch: Any):
    own, forged = published.key, published.key._replace(public=bytes(range(32)))
    # The name is a path of folders, for there is a slash in it.
    shadow = tmp_path / str(own)
    shadow.parent.mkdir(parents=True)
    shadow.write_text(f"{forged}\n")
    monkeypatch.chdir(tmp_path)
    assert Path(str(own)).is_file()
    assert key_given(str(own)) == own
    assert key_given(f" {own}\n") == own
    # Nor does one with a slip of the pen in it.
    wrong = str(own)[:-1] + ("A" if str(own)[-1] == "B" else "B")
    shadow.rename(tmp_path / wrong)
    with pytest.raises(Invalid, match="is damaged"):
        key_given(wrong)
    (tmp_path / "clinic.key").write_text(f"{own}\n")
    assert key_given("clinic.key") == own


# Proofs


@pytest.mark.parametrize(
    "change",
    [
        lambda proof: proof["fact"].update(position=4.99),
        lambda proof: proof["fact"].update(position=4.0),
        lambda proof: proof["fact"].update(position="4"),
        lambda proof: proof["fact"].update(version="\N{ARABIC-INDIC DIGIT ONE}"),
        lambda proof: proof["fact"].update(version=True),
        lambda proof: proof["fact"].update(stream=["receipt-r4"]),
        lambda proof: proof["fact"].update(stream="receipt-\ud800"),
        lambda proof: proof.update(keys=[proof["keys"][0].replace("clinic", "\ud800")]),
        lambda proof: proof.update(checkpoint=proof["checkpoint"].replace("clinic", "\ud800")),
        lambda proof: proof["fact"].update(position=-1),
        lambda proof: proof["fact"].update(position=1 << 64),
        lambda proof: proof["fact"].update(amount="10005"),
        lambda proof: proof.update(facts=[proof["fact"]]),
        lambda proof: proof.update(leaf_index=3.0),
        lambda proof: proof.update(leaf_index=float("inf")),
        lambda proof: proof.update(leaf_index=float("nan")),
        lambda proof: proof.update(leaf_index=True),
        lambda proof: proof.update(leaf_index=None),
        lambda proof: proof.update(keys="".join(proof["keys"])),
        lambda proof: proof.update(path=dict.fromkeys(proof["path"])),
    ],
)
def test_a_proof_of_other_kinds_of_values_is_refused(published: Published, change: Callable[[dict[str, Any]], Any]):
    proof = published.proof
    change(proof)
    (published.folder / "proof.json").write_text(json.dumps(proof))
    refusal(published, "proof", published.folder / "proof.json")


@pytest.mark.parametrize("twice", ["fact", "position", "leaf_index"])
def test_a_proof_that_says_something_twice_is_refused(published: Published, twice: str):
    path = published.folder / "proof.json"
    whole = path.read_text()
    forged = {"fact": '{"position": 4, "stream": "receipt-r9"}', "position": "5", "leaf_index": "0"}[twice]
    path.write_text(whole.replace(f'"{twice}":', f'"{twice}": {forged}, "{twice}":', 1))
    assert json.loads(path.read_text()) == json.loads(whole)
    assert "a name occurs twice" in refusal(published, "proof", path)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "null",
        "[]",
        "4",
        '"x"',
        "[" * 100_000,
        '{"a":' * 100_000,
        '{"leaf_index": Infinity}',
        "9" * 5000,
        "\ufeff{}",
    ],
)
def test_what_is_no_proof_is_refused(published: Published, content: str):
    path = published.folder / "proof.json"
    path.write_text(content, encoding="utf-8")
    refusal(published, "proof", path)
    refusal(published, "checkpoints", path)
    path.write_bytes(b"\xff" + content.encode())
    refusal(published, "proof", path)


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity"])
def test_words_that_only_some_readers_take_for_numbers_are_named(published: Published, word: str):
    path = published.folder / "proof.json"
    path.write_text(path.read_text().replace('"leaf_index": 3', f'"leaf_index": {word}'))
    assert refusal(published, "proof", path) == f"{word} is not a number"


def test_a_terminal_that_lacks_a_sign_is_told_all_the_same(published: Published, monkeypatch: pytest.MonkeyPatch):
    path = published.folder / "fakta-\N{LATIN SMALL LETTER A WITH RING ABOVE}.records"
    path.write_bytes(b"x")
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    code, out = ran("export", checkpoint_in(published.folder), path, "--key", published.key)
    assert code == 1
    assert r"DOES NOT HOLD: fakta-\xe5.records" in out

"""An outsider checks proofs and exports with one file, in a Python that knows neither reskontra nor any database."""

from __future__ import annotations

import ast
import base64
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ledger.sealing import SealRefused, chain_of, prove, rotate, verifier
from tests.kit.outsider import PROGRAM, Published, proof_of, ran
from tests.kit.sealed_books import AT, SealedBooks


def test_the_program_imports_the_standard_library_and_cryptography_alone():
    tree = ast.parse(PROGRAM.read_text(encoding="ascii"))
    imported = {
        (node.module or "" if isinstance(node, ast.ImportFrom) else alias.name).partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for alias in node.names
    }
    assert imported - set(sys.stdlib_module_names) == {"cryptography"}


@pytest.mark.parametrize("fact", ["receipt-r4@1", "4", "16"])
def test_a_proof_holds_for_an_outsider(sealed: SealedBooks, key: Path, tmp_path: Path, fact: str):
    proof, path = proof_of(sealed, fact, tmp_path)
    code, said = ran("proof", path, "--key", key)
    assert (code, said.split()[0]) == (0, "holds:")
    assert (
        f"{proof['fact']['stream']}@1 (ReceiptRecorded, position {proof['fact']['position']}) is in checkpoint 2"
        in said
    )


def edited(state: bytes) -> str:
    return base64.b64encode(state.replace(b'"amount_minor":10004', b'"amount_minor":10005')).decode()


@pytest.mark.parametrize(
    "change",
    [
        lambda proof: proof["fact"].update(state=edited(base64.b64decode(proof["fact"]["state"]))),
        lambda proof: proof["fact"].update(position=5),
        lambda proof: proof["fact"].update(position=400),
        lambda proof: proof["fact"].update(version=2),
        lambda proof: proof["fact"].update(version=-2),
        lambda proof: proof["fact"].update(stream="receipt-r5"),
        lambda proof: proof["fact"].update(name="ReceiptForged"),
        lambda proof: proof.update(leaf_index=4),
        lambda proof: proof.update(path=proof["path"][:-1]),
        lambda proof: proof.update(path=[]),
        lambda proof: proof.update(path=None),
        lambda proof: proof.update(checkpoint=proof["checkpoint"].replace("\n16\n", "\n17\n", 1)),
        lambda proof: proof.update(checkpoint=proof["checkpoint"].replace("2026-11-11", "2026-11-12", 1)),
        lambda proof: proof.update(keys=[]) or proof.update(checkpoint=proof["checkpoint"].rpartition("\n\n")[0]),
        lambda proof: proof.update(keys=["no note"]),
        lambda proof: proof.update(format="reskontra-proof/2"),
        lambda proof: proof.pop("fact"),
    ],
)
def test_a_proof_changed_anywhere_does_not_hold(given_out: Published, change: Callable[[dict[str, Any]], Any]):
    proof = given_out.proof
    verifier.check_proof(proof, given_out.key)
    change(proof)
    with pytest.raises(verifier.Invalid):
        verifier.check_proof(proof, given_out.key)


def test_a_changed_proof_ends_the_program_with_1_and_a_wrong_use_with_2(sealed: SealedBooks, key: Path, tmp_path: Path):
    proof, path = proof_of(sealed, "receipt-r4@1", tmp_path)
    path.write_text(json.dumps({**proof, "leaf_index": 4}))
    code, said = ran("proof", path, "--key", key)
    assert (code, said.splitlines()[0][:16]) == (1, "DOES NOT HOLD: t")
    path.write_text("{")
    assert ran("proof", path, "--key", key)[0] == 1
    assert ran("proof", tmp_path / "none.json", "--key", key)[0] == 2
    assert ran("prove", path)[0] == 2


def test_a_proof_is_believed_on_a_key_of_the_chain_and_on_no_other(sealed: SealedBooks, tmp_path: Path):
    old = chain_of(sealed.seals)[0].key
    new = rotate(sealed.seals, AT)
    sealed.seal()
    _, path = proof_of(sealed, "receipt-r4@1", tmp_path)
    for trusted in (old, new):
        assert ran("proof", path, "--key", trusted)[0] == 0
    other = old._replace(public=new.public[::-1])
    assert "is not one of the log's keys" in ran("proof", path, "--key", other)[1]


def test_only_what_is_sealed_and_as_it_was_sealed_is_proven(sealed: SealedBooks):
    unknown = dict.fromkeys(("99", "receipt-r1@2", "x"), "fact_unknown")
    for fact, code in {"17": "not_sealed", **unknown}.items():
        with pytest.raises(SealRefused) as refused:
            prove(sealed.journal, sealed.seals, fact)
        assert refused.value.code == code
    sealed.spoil("UPDATE clinic.events SET state = state || ' ' WHERE notification_id = 4")
    with pytest.raises(SealRefused) as refused:
        prove(sealed.journal, sealed.seals, "4")
    assert refused.value.code == "history_changed"

"""What is personal is put, shown and found with a purpose, and who read it can be asked; no list shows it."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
from typer.testing import CliRunner

from infra.cli import app
from ledger.vault.master_key import make_key
from tests.infra.cli.clinic import Clinic
from tests.infra.cli.command_line import Answers


def put(clinic: Clinic, kind: str, text: str, *more: str, subject: str = "p1", code: int = 0) -> dict[str, object]:
    """Put a text, which a file has."""
    path = clinic.folder / "text"
    path.write_text(f"{text}\n", encoding="utf-8")
    words = ["vault", "put", *([subject] if subject else []), "--kind", kind, "--from", path, *more]
    answer = clinic.reskontra.json(*words, code=code)
    return answer["rows"][0] if code == 0 else {"codes": [one["code"] for one in answer["problems"]]}


def test_a_payer_is_put_shown_and_found_with_a_purpose_and_the_log_says_so(clinic: Clinic):
    reskontra = clinic.reskontra
    first = put(clinic, "name", "Eva Ek")
    assert (first["subject_id"], first["version"]) == ("p1", 1)
    again = put(clinic, "name", "Eva Alm")
    assert (again["entry_id"], again["version"]) == (first["entry_id"], 2)
    (row,) = reskontra.json("vault show p1 --purpose payment_enquiry")["rows"]
    assert (row["kind"], row["text"]) == ("name", "Eva Alm")
    assert [one["text"] for one in reskontra.json("vault show p1 --purpose audit --history")["rows"]] == [
        "Eva Ek",
        "Eva Alm",
    ]
    (clinic.folder / "sought").write_text("EVA  ALM", encoding="utf-8")
    found = reskontra.json(f"vault find --kind name --purpose dispute --from {clinic.folder / 'sought'}")["rows"]
    assert found == [{"subject_id": "p1"}]
    logged = reskontra.json("vault log --subject p1")["rows"]
    assert [one["purpose"] for one in logged] == ["payment_enquiry", "audit", "dispute"]
    assert len({one["correlation"] for one in logged}) == 3
    (who,) = {one["person"] for one in logged}
    assert len(reskontra.json(f"vault log --by {who} --on today")["rows"]) == 3
    assert len(reskontra.json("vault log --by me")["rows"]) == 3
    assert reskontra.json("vault log --by bo")["rows"] == []
    assert reskontra("vault log --by nobody --json", code=1).codes == ["person_unknown"]
    assert reskontra.json("vault log --on 2026-01-01")["rows"] == []


def test_the_text_may_come_from_standard_input_and_is_never_repeated(clinic: Clinic):
    run = CliRunner().invoke(
        app, ["vault", "put", "p1", "--kind", "note", "--json"], env=clinic.reskontra.environ, input="Zebra speaks\n"
    )
    assert run.exit_code == 0
    assert "Zebra" not in run.output
    (row,) = clinic.reskontra.json("vault show p1 --purpose audit")["rows"]
    assert row["text"] == "Zebra speaks"


def test_somebody_new_gets_a_random_id(clinic: Clinic):
    row = put(clinic, "payee_account", "SE4550000000058398257466", subject="")
    assert row["subject_id"] not in ("", "p1")
    more = put(clinic, "name", "Bo Ek", subject=str(row["subject_id"]))
    assert more["subject_id"] == row["subject_id"]


def test_an_entry_gets_a_new_version(clinic: Clinic):
    entry = put(clinic, "email", "eva@example.se")["entry_id"]
    assert put(clinic, "email", "ek@example.se", "--entry", str(entry))["version"] == 2
    assert put(clinic, "email", "ek@example.se", "--entry", "other", code=1) == {"codes": ["entry_unknown"]}


def test_what_cannot_be_done_says_why(clinic: Clinic, tmp_path: Path):
    reskontra = clinic.reskontra
    assert put(clinic, "name", "Eva", subject="p9", code=1) == {"codes": ["account_not_open"]}
    assert put(clinic, "name", " ", code=1) == {"codes": ["text_malformed"]}
    assert reskontra("vault show p1 --purpose audit --json", code=1).codes == ["subject_unknown"]
    reskontra("vault show p1", code=2)
    reskontra("vault show p1 --purpose curiosity", code=2)
    reskontra("vault put p1 --kind secret", code=2)
    bad = tmp_path / "latin"
    bad.write_bytes(b"\xe5")
    reskontra(f"vault put p1 --kind name --from {bad}", code=2)
    for typed in ("vault put p1 --kind name", "vault find --kind name --purpose audit"):
        piped = CliRunner().invoke(app, typed.split(), env=reskontra.environ, input=b"\xe5sa")
        assert (piped.exit_code, "is not UTF-8" in piped.stderr) == (2, True)


@pytest.mark.parametrize(
    "command", ["hold place i1", "write-off request i2", "credit i3 --series cre", "refund request --account p1"]
)
def test_a_reason_in_words_is_in_the_vault_and_facts_have_its_id(loaded: Clinic, command: str):
    entry = put(loaded, "reason_text", "Zebra moved abroad")["entry_id"]
    more = "--amount 5.00 --currency SEK" if command.startswith("refund") else ""
    if command.startswith("write-off"):
        loaded.issue("i9", "p1", 100_00, "2026-11-11")
        command = "write-off request i9"
    unknown = loaded.reskontra(f"{command} {more} --reason MOVED --reason-text other --json", code=1)
    assert unknown.codes == ["entry_unknown"]
    loaded.reskontra(f"{command} {more} --reason MOVED --reason-text {entry}")
    with psycopg.connect(loaded.reskontra.environ["RESKONTRA_DATABASE_URL"]) as conn:
        facts = [bytes(state) for (state,) in conn.execute("SELECT state FROM clinic.events")]
    assert any(str(entry).encode() in fact for fact in facts)
    assert not any(b"Zebra" in fact for fact in facts)


def test_a_missing_or_other_key_says_what_to_do(clinic: Clinic, tmp_path: Path):
    put(clinic, "name", "Eva Ek")
    clinic.reskontra.environ["RESKONTRA_VAULT_KEYS"] = str(tmp_path / "elsewhere")
    answered = clinic.reskontra("vault show p1 --purpose audit", code=1)
    assert "set RESKONTRA_VAULT_KEYS to its folder" in answered.err
    assert clinic.reskontra("db upgrade --json", code=1).codes == ["vault_key_missing"]
    assert not (tmp_path / "elsewhere").exists()
    assert clinic.reskontra.json("aging")["ok"], "the books need no key of the vault"


def test_another_entitys_key_is_said_to_be_that_and_not_that_nobody_is_known(clinic: Clinic, tmp_path: Path):
    make_key(tmp_path / "clinic.key")
    clinic.reskontra.environ["RESKONTRA_VAULT_KEYS"] = str(tmp_path)
    answered = clinic.reskontra("account open p9 --payer patient --json", code=1)
    assert answered.codes == ["vault_key_other"]
    assert clinic.reskontra("vault show p1 --purpose audit --json", code=1).codes == ["vault_key_other"]


def test_the_key_is_replaced(clinic: Clinic, tmp_path: Path):
    folder = tmp_path / "vault-keys"
    folder.mkdir()
    old = Path(clinic.reskontra.environ["RESKONTRA_VAULT_KEYS"]) / "clinic.key"
    (folder / "clinic.key").touch(mode=0o600)
    (folder / "clinic.key").write_bytes(old.read_bytes())
    clinic.reskontra.environ["RESKONTRA_VAULT_KEYS"] = str(folder)
    put(clinic, "name", "Eva Ek")
    assert clinic.reskontra.json("vault replace-key")["rows"] == [{"wrapped": 1}]
    assert clinic.reskontra.json("vault show p1 --purpose audit")["rows"][0]["text"] == "Eva Ek"


# What each command is given for its answer, and the exit code it then ends with.
ANSWERS: Answers = {
    "vault find": ("--kind name --purpose audit --from {folder}/empty.txt", 1),
    "vault log": ("", 0),
    "vault put": ("p1 --kind name --from {folder}/empty.txt", 1),
    "vault replace-key": ("--entity nowhere", 1),
    "vault show": ("p1 --purpose audit", 1),
}

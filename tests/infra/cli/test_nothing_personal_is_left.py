"""A payer is erased: the book is as it was to the byte, and what was personal is gone from everywhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest

from infra.cli.command_line import carried_out_in
from infra.scenarios.use_cases import CarryOut, Moment
from infra.settings import Settings, load
from reconciliation.archive import Archive
from tests.infra.cli.clinic import BOOKED_ON, Clinic
from tests.kit.clinic import paid
from tests.kit.vault_key import VAULT_KEY

# No text of the program has such a word.
CANARY = "Zzyzxcanary"
TEXTS = {"name": f"{CANARY} Ek", "email": f"{CANARY}@example.se", "note": f"told us of {CANARY}", "phone": "0709876543"}
REPORTS = ("aging", "open-items", "trial-balance", "tie-out", "bank", "cut-over")
LISTS = (
    *REPORTS,
    *(
        "receipts",
        "files",
        "quarantine",
        "refund list",
        "write-off list",
        "hold list",
        "account marks",
        "movement list",
        "account list",
        "invoice list",
        "item list",
        "series list",
        "receipt list",
        "receipt allocations",
        "transfer list",
    ),
    *("customer-credit list", "vault log", "vault erasures", "seal key", "entity show", "verify"),
    *("history account-p2", "history 1003", "account-statement p2"),
)
# Who is not told who paid, and how they ask.
UNTOLD = (("nora", ""), ("ada", ""), ("ada", " --purpose audit"), ("stranger", " --purpose audit"))
LATER = datetime(2035, 1, 1, 9, tzinfo=UTC)


@pytest.fixture
def settled(clinic: Clinic) -> Clinic:
    """Payer p2 has paid with a name, and is in the vault."""
    clinic.load(clinic.statement([paid(350_00, clinic.reference["i3"], "B1", BOOKED_ON, f"{CANARY} Ek")]))
    for kind, text in TEXTS.items():
        path = clinic.folder / "text"
        path.write_text(text, encoding="utf-8")
        clinic.reskontra("vault", "put", "p2", "--kind", kind, "--from", path)
        path.unlink()
    clinic.reskontra("seal now")
    return clinic


@pytest.fixture
def later(settled: Clinic, tmp_path: Path) -> Iterator[CarryOut]:
    """Commands in 2035, when no law keeps the accounts of 2026."""
    with carried_out_in(load(settled.reskontra.environ, tmp_path)) as carry_out:
        yield carry_out


def said(later: CarryOut, command: str, person: str, *words: str) -> dict[str, Any]:
    """The answer of a command that a person gives in 2035."""
    first, *rest = command.split()
    arguments = [rest.pop()] if first in ("history", "account-statement") else []
    found: dict[str, Any] = later(" ".join([first, *rest]), [*arguments, *words], Moment(LATER, person))
    return found


def dump(clinic: Clinic) -> dict[str, bytes]:
    """All rows of all tables of all schemas."""
    with psycopg.connect(clinic.reskontra.environ["RESKONTRA_DATABASE_URL"]) as conn:
        tables = conn.execute(
            "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables "
            "WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        ).fetchall()
        dumped = {}
        for (table,) in tables:
            with conn.cursor().copy(f"COPY {table} TO STDOUT") as copied:
                dumped[table] = b"".join(bytes(part) for part in copied)
    return dumped


def everywhere(clinic: Clinic, answers: list[dict[str, Any]]) -> bytes:
    """Every table, every file of the data folder, and all answers."""
    data = Path(clinic.reskontra.environ["RESKONTRA_DATA_DIR"])
    files = [path.read_bytes() for path in sorted(data.rglob("*")) if path.is_file()]
    names = [str(path).encode() for path in data.rglob("*")]
    assert len(files) > 4
    return b"\n".join([*dump(clinic).values(), *files, *names, *(json.dumps(one).encode() for one in answers)])


def test_the_book_is_as_it_was_and_nothing_personal_is_left(settled: Clinic, later: CarryOut):
    (sha256,) = (one["sha256"] for one in settled.reskontra.json("files")["rows"])
    archive = Archive(Settings(Path(settled.reskontra.environ["RESKONTRA_DATA_DIR"])).archive, VAULT_KEY)
    assert CANARY.encode() in archive.read(sha256), "the test would find nothing otherwise"
    before, dumped = {one: said(later, one, "anna") for one in REPORTS}, dump(settled)

    for subject in ("p2", sha256):
        assert said(later, "vault erase", "anna", subject, "--reason", "SUBJECT_ASKED")["ok"]
        assert said(later, "vault approve-erasure", "bo", subject)["ok"], subject

    after = {one: said(later, one, "anna") for one in REPORTS}
    for report in REPORTS:
        assert [after[report][part] for part in ("rows", "totals", "ok")] == [
            before[report][part] for part in ("rows", "totals", "ok")
        ]
    facts, now = dumped["clinic.events"], dump(settled)["clinic.events"]
    assert now.startswith(facts), "every earlier fact is what it was, to the byte"
    assert said(later, "verify", "anna")["ok"]

    answers = [said(later, one, "anna") for one in LISTS]
    found = everywhere(settled, answers).lower()
    for text in (CANARY, "0709876543", "+46709876543"):
        assert text.lower().encode() not in found
    for purpose in ("audit", "subject_access"):
        refused = said(later, "vault show", "anna", "p2", "--purpose", purpose)
        assert [one["code"] for one in refused["problems"]] == ["subject_erased"]
    with pytest.raises(Exception, match="destroyed"):
        archive.read(sha256)
    assert archive.unreadable(sha256)


def test_before_the_erasure_too_nothing_personal_is_outside_the_vault(settled: Clinic, later: CarryOut):
    found = everywhere(settled, [said(later, one, "anna") for one in LISTS]).lower()
    assert CANARY.lower().encode() not in found


def test_who_paid_is_shown_for_a_purpose_logged_and_masked_if_protected(settled: Clinic):
    reskontra = settled.reskontra
    streams = {row["stream"] for row in reskontra.json("history p2")["rows"]}
    (receipt,) = (one.removeprefix("receipt-") for one in streams if one.startswith("receipt-"))
    (paid_by,) = reskontra.json(f"receipt payer {receipt} --purpose payment_enquiry")["rows"]
    assert (paid_by["account_id"], paid_by["name"], paid_by["masked"]) == ("p2", f"{CANARY} Ek", False)
    assert CANARY in reskontra(f"receipt payer {receipt} --purpose audit").out
    first, _ = reskontra.json("vault log --subject p2")["rows"]
    assert (first["kinds"], first["purpose"]) == (["name", "payer_account", "message_text"], "payment_enquiry")
    reskontra("account mark p2 confidential --reason REGISTER")
    reskontra("person register nora --duty billing")
    (hidden,) = reskontra.by("nora").json(f"receipt payer {receipt} --purpose refund")["rows"]
    assert (hidden["name"], hidden["payer_account"], hidden["message_text"], hidden["masked"]) == (*[None] * 3, True)
    assert reskontra.json("vault log --subject p2")["rows"][2]["kinds"] == []
    # A payment that waits is listed with its payer, to whom that is shown; nothing of it is left anywhere.
    settled.load(settled.next_day(1350_00, [20_00], f"{CANARY} Alm"))
    reskontra("person register ada --duty auditor")
    assert f"{CANARY} Alm" in reskontra.by("nora")("receipts --purpose payment_enquiry --json").out
    answers = [reskontra.by(user).json(f"receipts{purpose}") for user, purpose in UNTOLD]
    assert CANARY.lower().encode() not in everywhere(settled, answers).lower()
    reskontra("receipt record --id c1 --amount 5.00 --currency SEK")
    assert reskontra("receipt payer c1 --purpose audit --json", code=1).codes == ["payer_unsaid"]


def test_what_is_read_of_one_receipt_is_logged_beside_a_masked_one_of_the_same_payer(settled: Clinic):
    reskontra = settled.reskontra
    reskontra("person register nora --duty billing")
    settled.load(settled.next_day(1350_00, [20_00, 30_00, 40_00]))
    masked = (20_00, 40_00)
    for row in reskontra.json("receipts")["rows"]:
        if row["unallocated_minor"] in masked:
            reskontra(f"identify {row['receipt_id']} --account p2")
        reskontra(f"identify {row['receipt_id']} --account p1")
    reskontra("account mark p2 confidential --reason REGISTER")
    rows = reskontra.by("nora").json("receipts --purpose payment_enquiry")["rows"]
    assert sorted(row["unallocated_minor"] for row in rows if row["payer_name"] is None) == [*masked]
    (logged,) = reskontra.json("vault log --subject p1")["rows"]
    assert logged["kinds"] == ["name", "payer_account", "message_text"]


def test_a_bank_file_is_kept_as_long_as_its_accounts(settled: Clinic):
    (sha256,) = (one["sha256"] for one in settled.reskontra.json("files")["rows"])
    answered = settled.reskontra(f"vault erase {sha256} --reason OLD --json", code=1)
    assert answered.codes == ["retention_not_over"]
    assert "through 2033-12-31" in answered.out
    assert settled.reskontra(f"vault erase {'0' * 64} --reason OLD --json", code=1).codes == ["subject_unknown"]

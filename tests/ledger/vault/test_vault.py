"""The vault keeps, shows and finds what is personal, never without a trace, and loses it for ever when it is erased."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import psycopg
import pytest

from infra.postgres import Urls
from ledger.vault import Vault, VaultRefused, known
from ledger.vault.kinds import KINDS, looked_up
from ledger.vault.readings import Asked
from tests.ledger.vault.conftest import ANNA, AT
from tests.ledger.vault.conftest import KEY as KEY_OF_CLINIC

BO = ANNA._replace(person="user:bo", at=AT + timedelta(days=1))


def texts(vault: Vault, subject: str, *kinds: str, **given: bool) -> list[str | None]:
    """What is shown of a person now."""
    return [one.text for one in vault.shown(subject, kinds or KINDS, "audit", ANNA, **given)]  # type: ignore[arg-type]


def everything(urls: Urls) -> bytes:
    """All rows of all tables of the vault, and of the books, as the owner's dump has them."""
    with psycopg.connect(urls.owner) as conn:
        tables = conn.execute(
            "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname LIKE 'clinic%'"
        ).fetchall()
        dumps = []
        for (table,) in tables:
            with conn.cursor().copy(f"COPY {table} TO STDOUT") as copied:
                dumps.append(b"".join(bytes(part) for part in copied))
    assert len(dumps) > 20
    return b"".join(dumps)


def test_each_version_of_a_text_is_kept_with_when_and_by_whom(vault: Vault):
    assert vault.put("p1", "name", "Eva Ek", "e1", ANNA) == ("e1", 1)
    assert vault.put("p1", "name", "Eva Alm", "e2", BO) == ("e1", 2)
    assert vault.put("p1", "name", "Eva Alm", "e3", BO) == ("e1", 2), "what is as it was is not kept again"
    assert texts(vault, "p1") == ["Eva Alm"]
    kept = vault.shown("p1", ["name"], "audit", ANNA, history=True)
    assert [(one.version, one.text, one.put_by, one.put_at) for one in kept] == [
        (1, "Eva Ek", "user:anna", AT),
        (2, "Eva Alm", "user:bo", BO.at),
    ]


def test_a_person_may_have_several_texts_of_most_kinds(vault: Vault):
    vault.put("p1", "email", "eva@example.se", "e1", ANNA)
    vault.put("p1", "email", "ek@example.se", "e2", ANNA)
    vault.put("p1", "email", "alm@example.se", "e2", ANNA, replaces=True)
    assert texts(vault, "p1", "email") == ["eva@example.se", "alm@example.se"]
    with pytest.raises(VaultRefused) as refused:
        vault.put("p1", "phone", "070 123 45 67", "e1", ANNA, replaces=True)
    assert refused.value.code == "entry_unknown"
    with pytest.raises(VaultRefused) as refused:
        vault.put("p1", "email", "x@example.se", "e9", ANNA, replaces=True)
    assert refused.value.code == "entry_unknown"


def test_an_entry_is_never_taken_over_by_another_person(vault: Vault, database_urls: Urls):
    vault.put("p1", "note", "mine", "e1", ANNA)
    with pytest.raises(VaultRefused) as refused:
        vault.put("p2", "note", "theirs", "e1", ANNA)
    assert refused.value.code == "entry_taken"
    assert texts(vault, "p1") == ["mine"]
    assert not known(database_urls.vault, "clinic", ["p2"]), "nothing partial"


def test_nothing_personal_is_in_any_table(vault: Vault, database_urls: Urls):
    for kind in KINDS:
        vault.put("p1", kind, f"Zebra{kind}@example.se 0701234567", f"e-{kind}", ANNA)
    vault.shown("p1", KINDS, "audit", ANNA)
    vault.found("name", "Zebra name", "payment_enquiry", ANNA)
    held = everything(database_urls)
    assert b"Zebra" not in held
    assert b"zebra" not in held
    assert b"0701234567" not in held


@pytest.mark.parametrize(
    ("kind", "kept", "sought"),
    [
        ("name", "Eva  Ek", "eva ek"),
        ("email", "Eva@Example.se", " eva@example.se"),
        ("phone", "070-123 45 67", "+46 70 123 45 67"),
        ("phone", "0046701234567", "0701234567"),
        ("payer_account", "SE45 5000 0000 0583 9825 7466", "se4550000000058398257466"),
        ("personal_number", "19121212-1212", "121212-1212"),
    ],
)
def test_a_person_is_found_by_the_exact_text_in_any_spelling(vault: Vault, kind: str, kept: str, sought: str):
    vault.put("p1", kind, kept, "e1", ANNA)  # type: ignore[arg-type]
    other = "SE35 5000 0000 0549 1000 0003" if kind == "payer_account" else f"{kept}9"
    vault.put("p2", kind, other, "e2", ANNA)  # type: ignore[arg-type]
    assert vault.found(kind, sought, "payment_enquiry", ANNA) == ["p1"]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "right", "wrong"),
    [
        ("payee_account", "SE45 5000 0000 0583 9825 7466", "SE45 5000 0000 0583 9825 7467"),
        ("payer_account", "BG 5050-1055", "BG 5050-1056"),
        ("payee_account", "12 34 56-6", "12 34 56-7"),
        ("payee_account", "6112-345 678 901", "SE45 5000 0000 0583 9825 746"),
        ("organisation_number", "556677-8899", "556677-8898"),
        ("organisation_number", "NO 923 609 016", "55667788"),
    ],
)
def test_a_mistyped_number_is_refused(vault: Vault, kind: str, right: str, wrong: str):
    with pytest.raises(VaultRefused) as refused:
        vault.put("p1", kind, wrong, "e1", ANNA)  # type: ignore[arg-type]
    assert refused.value.code == "number_wrong"
    vault.put("p1", kind, right, "e1", ANNA)  # type: ignore[arg-type]


def test_a_person_is_found_by_what_is_true_now(vault: Vault):
    vault.put("p1", "name", "Eva Ek", "e1", ANNA)
    vault.put("p1", "name", "Eva Alm", "e1", ANNA)
    assert vault.found("name", "Eva Ek", "payment_enquiry", ANNA) == []
    assert vault.found("name", "Eva Alm", "payment_enquiry", ANNA) == ["p1"]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if looked_up(kind, "x1") is None])
def test_nobody_is_found_by_a_text_in_words(vault: Vault, kind: str):
    with pytest.raises(VaultRefused) as refused:
        vault.found(kind, "anything", "payment_enquiry", ANNA)  # type: ignore[arg-type]
    assert refused.value.code == "not_looked_up"


def test_every_reading_is_logged_by_person_and_purpose(vault: Vault):
    vault.put("p1", "name", "Eva Ek", "e1", ANNA)
    vault.put("p1", "email", "eva@example.se", "e2", ANNA)
    vault.shown("p1", ["name", "phone"], "payment_enquiry", ANNA)
    vault.shown("p1", KINDS, "refund", BO, masked=["name"])
    vault.found("email", "eva@example.se", "dispute", BO)
    vault.found("email", "nobody@example.se", "dispute", BO)
    logged = [(one.person, one.subject_id, one.kinds, one.purpose) for one in vault.readings(Asked())]
    assert logged == [
        ("user:anna", "p1", ["name"], "payment_enquiry"),
        ("user:bo", "p1", ["email"], "refund"),
        ("user:bo", "p1", ["email"], "dispute"),
        ("user:bo", None, ["email"], "dispute"),
    ]
    assert [one.purpose for one in vault.readings(Asked(person="user:anna"))] == ["payment_enquiry"]
    assert len(vault.readings(Asked(subject_id="p1"))) == 3
    assert len(vault.readings(Asked(since=BO.at))) == 3
    assert [one.correlation for one in vault.readings(Asked(before=BO.at))] == ["work-1"]


def test_what_is_masked_has_no_text(vault: Vault):
    vault.put("p1", "name", "Eva Ek", "e1", ANNA)
    vault.put("p1", "reason_text", "moved abroad", "e2", ANNA)
    assert texts(vault, "p1", "name", "reason_text", masked=["name"]) == [None, "moved abroad"]  # type: ignore[arg-type]


@pytest.mark.parametrize("statement", ["UPDATE readings SET person = 'x'", "DELETE FROM readings", "TRUNCATE readings"])
def test_nobody_who_uses_the_vault_can_change_the_log(vault: Vault, database_urls: Urls, statement: str):
    vault.put("p1", "name", "Eva Ek", "e1", ANNA)
    texts(vault, "p1")
    with psycopg.connect(database_urls.vault) as conn, pytest.raises(psycopg.errors.InsufficientPrivilege):
        conn.execute(statement.replace("readings", "clinic_vault.readings"))  # type: ignore[call-overload]


def test_an_unknown_person_is_refused(vault: Vault):
    with pytest.raises(VaultRefused) as refused:
        texts(vault, "p9")
    assert refused.value.code == "subject_unknown"
    assert not vault.readings(Asked()), "nothing partial"


@pytest.mark.parametrize(
    ("subject", "entry", "text", "code"),
    [
        ("19121212-1212", "e1", "x", "subject_malformed"),
        ("p1", "191212121212", "x", "subject_malformed"),
        ("p 1", "e1", "x", "subject_malformed"),
        ("p1", "e1", " ", "text_malformed"),
        ("p1", "e1", "x\0", "text_malformed"),
        ("p1", "e1", "x" * 20_001, "text_malformed"),
    ],
)
def test_what_cannot_be_kept_is_refused(vault: Vault, subject: str, entry: str, text: str, code: str):
    with pytest.raises(VaultRefused) as refused:
        vault.put(subject, "note", text, entry, ANNA)
    assert refused.value.code == code
    assert text.strip("\0 ") == "" or text not in str(refused.value)


@pytest.mark.parametrize(
    "place",
    ["entry_id = 'e1' AND version = 1", "entry_id = 'e2'", "entry_id = 'e3'"],
    ids=["another version's", "another entry's", "another person's"],
)
def test_a_ciphertext_in_another_ones_place_is_found(vault: Vault, database_urls: Urls, place: str):
    vault.put("p1", "name", "Eva Ek", "e1", ANNA)
    vault.put("p1", "name", "Eva Alm", "e1", ANNA)
    vault.put("p1", "note", "not her name", "e2", ANNA)
    vault.put("p2", "name", "Bo By", "e3", ANNA)
    with psycopg.connect(database_urls.owner) as conn:
        conn.execute(
            f"UPDATE clinic_vault.entries SET ciphertext = (SELECT ciphertext FROM clinic_vault.entries WHERE {place}) "
            "WHERE entry_id = 'e1' AND version = 2"  # type: ignore[arg-type]
        )
    with pytest.raises(VaultRefused) as refused:
        texts(vault, "p1", "name")
    assert refused.value.code == "vault_damaged"


def test_the_key_of_another_person_opens_nothing(vault: Vault, database_urls: Urls):
    vault.put("p1", "name", "Eva Ek", "e1", ANNA)
    vault.put("p2", "name", "Bo By", "e2", ANNA)
    with psycopg.connect(database_urls.owner) as conn:
        conn.execute(
            "UPDATE clinic_vault.subjects SET wrapped_key = (SELECT wrapped_key FROM clinic_vault.subjects "
            "WHERE subject_id = 'p2') WHERE subject_id = 'p1'"
        )
    with pytest.raises(VaultRefused) as refused:
        texts(vault, "p1", "name")
    assert refused.value.code == "vault_damaged"


def test_many_may_write_of_one_new_person_at_once(opened: Callable[..., Vault]):
    vaults = [opened() for _ in range(4)]

    def put(number: int) -> None:
        for turn in range(5):
            vaults[number].put("p1", "name", f"name {number} {turn}", f"e{number}.{turn}", ANNA)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(put, range(4)))
    kept = vaults[0].shown("p1", ["name"], "audit", ANNA, history=True)
    assert [one.version for one in kept] == list(range(1, 21))
    assert len({one.entry_id for one in kept}) == 1


@pytest.mark.parametrize("role", ["writer", "reader"])
def test_the_roles_of_the_books_have_no_right_in_the_vault(database_urls: Urls, role: str):
    with psycopg.connect(getattr(database_urls, role)) as conn, pytest.raises(psycopg.errors.InsufficientPrivilege):
        conn.execute("SELECT * FROM clinic_vault.entries")
    with Vault(getattr(database_urls, role), "clinic", KEY_OF_CLINIC) as vault, pytest.raises(VaultRefused) as refused:
        vault.readings(Asked())
    assert refused.value.code == "vault_closed"


def test_the_vaults_role_has_no_right_in_the_books(database_urls: Urls):
    for table in ("events", "items", "migrations"):
        with psycopg.connect(database_urls.vault) as conn, pytest.raises(psycopg.errors.InsufficientPrivilege):
            conn.execute(f"SELECT * FROM clinic.{table}")  # type: ignore[call-overload]

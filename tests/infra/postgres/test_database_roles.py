"""Owner, writer, reader and vault are four people: each gets in by password alone and can do no more than granted."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from psycopg import errors

from infra.postgres import (
    DatabaseUnavailable,
    EntityUnknown,
    RightsMissing,
    ServerUnsuitable,
    Urls,
    connect_urls,
    database_roles,
    passwords,
    provision,
    upgrade,
)
from infra.postgres.urls import acting_as, changed, masked
from infra.settings import Settings, SettingsInvalid, load
from tests.conftest import Databases
from tests.kit.databases import in_database

EVENTS = (
    1,
    "events",
    "CREATE TABLE {schema}.events (fact text); "
    "GRANT SELECT, INSERT ON {schema}.events TO {writer}; GRANT SELECT ON {schema}.events TO {reader}; "
    "CREATE FUNCTION {schema}.counted() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM {schema}.events'",
)


def served(urls: Urls) -> Settings:
    """The same server as if somebody had set only the owner's URL."""
    return load({"RESKONTRA_DATABASE_URL": urls.owner}, Path("/"))


@pytest.fixture(scope="module", params=["roles that log in", "the owner acting as them"])
def urls(request: pytest.FixtureRequest, databases: Databases) -> Urls:
    """One entity's three URLs, once on the embedded server's terms and once on a served one's."""
    bare = databases.make("template1")
    entity = "clinic" if request.param == "roles that log in" else "served"
    upgrade(served(bare), entity, [("ledger", [EVENTS])])
    return bare if entity == "clinic" else connect_urls(served(bare), entity)


def entity_of(urls: Urls) -> str:
    with psycopg.connect(urls.writer) as conn:
        return role_of(conn).removeprefix("reskontra_").removesuffix("_writer")


def role_of(conn: psycopg.Connection) -> str:
    row = conn.execute("SELECT current_user::text").fetchone()
    assert row is not None
    return str(row[0])


def test_each_url_acts_as_its_own_role(urls: Urls) -> None:
    seen = []
    for url in (urls.owner, urls.writer, urls.reader, urls.vault):
        with psycopg.connect(url) as conn:
            seen.append(role_of(conn))
    of_entity = [f"reskontra_{entity_of(urls)}_{role}" for role in ("writer", "reader", "vault")]
    assert seen == ["reskontra_owner", *of_entity]


def test_the_writer_writes_and_the_reader_reads_what_the_room_granted(urls: Urls) -> None:
    entity = entity_of(urls)
    with psycopg.connect(urls.writer) as conn:
        conn.execute(f"INSERT INTO {entity}.events VALUES ('InvoiceIssued')")
    with psycopg.connect(urls.reader) as conn:
        assert conn.execute(f"SELECT fact FROM {entity}.events").fetchall() == [("InvoiceIssued",)]


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE {entity}.mine (n integer)",
        "CREATE TABLE public.mine (n integer)",
        "CREATE SCHEMA mine",
        "CREATE TABLE {entity}_vault.mine (n integer)",
        "CREATE ROLE mine",
        "CREATE TABLE reskontra_group.mine (n integer)",
        "UPDATE {entity}.events SET fact = 'x'",
        "DELETE FROM {entity}.events",
        "TRUNCATE {entity}.events",
        "DROP TABLE {entity}.events",
        "ALTER TABLE {entity}.events ADD COLUMN n integer",
        "ALTER TABLE {entity}.events DISABLE TRIGGER ALL",
        "INSERT INTO {entity}.migrations VALUES ('ledger', 2, 'x', 'x')",
        "SELECT {entity}.counted()",
        "SELECT * FROM pg_authid",
        "SELECT pg_read_file('pg_hba.conf')",
        "COPY {entity}.events FROM PROGRAM 'true'",
    ],
)
def test_writer_reader_and_vault_may_not(statement: str, urls: Urls) -> None:
    entity = entity_of(urls)
    for url in (urls.writer, urls.reader, urls.vault):
        with psycopg.connect(url) as conn, pytest.raises(errors.InsufficientPrivilege):
            conn.execute(statement.format(entity=entity))


def test_a_role_that_logs_in_cannot_become_another(database_urls: Urls) -> None:
    for other in ("reskontra_owner", "reskontra_superuser", "reskontra_clinic_writer"):
        with psycopg.connect(database_urls.reader) as conn, pytest.raises(errors.InsufficientPrivilege):
            conn.execute(f"SET ROLE {other}")


def test_one_entitys_writer_cannot_see_anothers_books(bare_urls: Urls) -> None:
    for entity in ("clinic", "north"):
        upgrade(served(bare_urls), entity, [("ledger", [EVENTS])])
    with psycopg.connect(bare_urls.writer) as conn, pytest.raises(errors.InsufficientPrivilege):
        conn.execute("SELECT * FROM north.events")


@pytest.mark.parametrize("role", ["reskontra_owner", "reskontra_superuser", "reskontra_clinic_writer"])
def test_nobody_enters_the_embedded_server_without_the_right_password(role: str, database_urls: Urls) -> None:
    for password in ("", "guessed"):
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(changed(database_urls.owner, user=role, password=password))


def test_the_embedded_server_listens_on_a_private_socket_and_nowhere_else(database_urls: Urls) -> None:
    with psycopg.connect(database_urls.owner) as conn:
        row = conn.execute("SELECT current_setting('listen_addresses'), current_setting('wal_level')").fetchone()
        assert row == ("", "logical")
        assert stat.S_IMODE(Path(conn.info.host).stat().st_mode) == 0o700


def test_passwords_are_kept_where_only_their_owner_reads_them(test_server: Settings, database_urls: Urls) -> None:
    path = test_server.data_dir / "postgres" / "passwords.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    kept = passwords.kept(path.parent)
    assert len(set(kept.values())) == len(kept) >= 4
    assert not any(password in repr(database_urls) for password in kept.values())


def test_neither_passwords_nor_personal_data_reach_the_servers_log(test_server: Settings, bare_urls: Urls) -> None:
    provision(test_server, "logged")
    with psycopg.connect(bare_urls.owner, autocommit=True) as conn:
        conn.execute("CREATE TEMP TABLE payers (name text UNIQUE CHECK (name <> 'Ada Ek'))")
        for statement in ("('Bo Alm'), ('Bo Alm')", "('Ada Ek')", "('Bo Alm', 1)"):
            with pytest.raises(psycopg.Error):
                conn.execute(f"INSERT INTO payers VALUES {statement}")
    said = (test_server.data_dir / "postgres" / "server" / "server.log").read_text()
    assert "duplicate key" in said
    assert "Bo Alm" not in said
    assert "Ada Ek" not in said
    assert not any(password in said for password in passwords.kept(test_server.data_dir / "postgres").values())


def test_provisioning_again_changes_nothing(test_server: Settings) -> None:
    provision(test_server, "again")
    before = connect_urls(test_server, "again")
    provision(test_server, "again")
    assert connect_urls(test_server, "again") == before
    with psycopg.connect(before.writer) as conn:
        assert role_of(conn) == "reskontra_again_writer"


def test_many_may_provision_at_once(test_server: Settings, database_urls: Urls) -> None:
    """Two processes' worth on the embedded terms, two on a served one's in another database of the server."""
    with ThreadPoolExecutor(8) as pool:
        jobs = [pool.submit(provision, test_server, "busy") for _ in range(4)]
        jobs += [pool.submit(provision, served(database_urls), "crowded") for _ in range(4)]
        jobs += [pool.submit(provision, served(in_database(database_urls, "reskontra")), "crowded") for _ in range(4)]
        for job in jobs:
            job.result()
    with psycopg.connect(connect_urls(test_server, "busy").reader) as conn:
        assert role_of(conn) == "reskontra_busy_reader"
    with psycopg.connect(connect_urls(served(database_urls), "crowded").reader) as conn:
        assert role_of(conn) == "reskontra_crowded_reader"


def test_a_mistyped_entity_gets_no_books(database_urls: Urls) -> None:
    with pytest.raises(EntityUnknown, match=r"entity clinik has no books here.*db upgrade --entity clinik"):
        connect_urls(served(database_urls), "clinik")
    with pytest.raises(SettingsInvalid):
        connect_urls(served(database_urls), 'clinic"; DROP SCHEMA clinic')


def test_an_owner_without_the_rights_is_told_what_an_administrator_must_run(database_urls: Urls) -> None:
    with pytest.raises(RightsMissing, match=r"CREATE ROLE reskontra_poor_writer; .*GRANT CREATE ON DATABASE"):
        database_roles.provision(database_urls.writer, "poor", logins=None)


def test_a_served_writer_with_a_login_of_its_own_still_acts_as_the_entitys_writer(database_urls: Urls) -> None:
    environ = {"RESKONTRA_DATABASE_URL": database_urls.owner, "RESKONTRA_WRITER_URL": database_urls.writer}
    urls = connect_urls(load(environ, Path("/")), "clinic")
    with psycopg.connect(urls.writer) as conn:
        assert conn.info.user == "reskontra_clinic_writer"
        assert role_of(conn) == "reskontra_clinic_writer"


def test_a_served_vault_may_have_a_login_of_its_own(database_urls: Urls) -> None:
    environ = {"RESKONTRA_DATABASE_URL": database_urls.owner, "RESKONTRA_VAULT_URL": database_urls.vault}
    with psycopg.connect(connect_urls(load(environ, Path("/")), "clinic").vault) as conn:
        assert conn.info.user == role_of(conn) == "reskontra_clinic_vault"


def test_a_server_that_does_not_answer_is_named_without_its_password(tmp_path: Path) -> None:
    settings = load({"RESKONTRA_DATABASE_URL": f"postgresql://me:sesame@/books?host={tmp_path}"}, tmp_path)
    with pytest.raises(DatabaseUnavailable, match=f"me:\\*\\*\\*@/books.*{tmp_path}.*RESKONTRA_DATABASE_URL") as told:
        connect_urls(settings, "clinic")
    assert "sesame" not in str(told.value)


def test_a_database_that_is_not_in_utf8_is_refused(database_urls: Urls) -> None:
    with psycopg.connect(in_database(database_urls, "postgres").owner, autocommit=True) as conn:
        conn.execute("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' LOCALE_PROVIDER libc TEMPLATE template0")
        with pytest.raises(ServerUnsuitable, match=r"stores text as LATIN1.*UTF8"):
            connect_urls(served(in_database(database_urls, "latin")), "clinic")
        conn.execute("DROP DATABASE latin")


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("host=db user=me password=se/sa@me dbname=books", "postgresql://me:***@/books?host=db"),
        ("postgresql://me:se%20same@db:5433/books", "postgresql://me:***@/books?host=db&port=5433"),
        ("postgresql://me@db/books", "postgresql://me@/books?host=db"),
        ("postgresql:///?service=books", "postgresql:///?service=books"),
    ],
)
def test_a_url_is_shown_without_its_password(given: str, wanted: str) -> None:
    assert masked(given) == wanted


def test_nothing_is_shown_of_what_is_no_postgresql_url() -> None:
    assert masked("mysql://me:sesame@db") == "(not a PostgreSQL URL)"


def test_acting_as_a_role_keeps_the_options_already_there() -> None:
    url = acting_as("postgresql://me@db/books?options=-c%20statement_timeout%3D5s", "reader")
    assert psycopg.conninfo.conninfo_to_dict(url)["options"] == "-c statement_timeout=5s -c role=reader"

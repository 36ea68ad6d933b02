"""Two legal entities in one installation, each with as much of everything as the other, and what is whose."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final, LiteralString

import psycopg

from infra.settings import Settings
from reconciliation.statements.camt.writer import CamtEntry
from tests.infra.cli.command_line import Reskontra
from tests.kit.clinic import paid, statement
from tests.kit.staff import make_books

OURS: Final = "south"
OTHERS: Final = "north"
BOOKED_ON: Final = date(2026, 11, 10)
# By entity, the first number of its series, and the amount of its first invoice: no number is the other's too.
_FIRST: Final = {OURS: (1001, 31_415_93), OTHERS: (7001, 71_317_19)}
# Shorter texts, such as SEK, are everybody's; a position is no secret.
_SHORTEST: Final = 5
_LARGE: Final = 1_000_000


@dataclass(frozen=True)
class Entity:
    """One of the entities: its command line, its settings, and the names of what it has."""

    reskontra: Reskontra
    settings: Settings
    things: dict[str, str]

    @property
    def name(self) -> str:
        """Its code."""
        return self.settings.entity


def in_installation(owner_url: str, data: Path, name: str, things: dict[str, str] | None = None) -> Entity:
    """The entity of this name, in this database and data folder."""
    environ = {"RESKONTRA_DATA_DIR": str(data), "RESKONTRA_DATABASE_URL": owner_url, "RESKONTRA_ENTITY": name}
    return Entity(Reskontra(environ), Settings(data_dir=data, entity=name, owner_url=owner_url), things or {})


def filled(owner_url: str, data: Path, name: str) -> Entity:
    """An entity with persons, invoices, a bank day, and something under way of each kind; sealed, archived in part."""
    entity = in_installation(owner_url, data, name)
    make_books(entity.settings, name)
    run = entity.reskontra
    first, amount = _FIRST[name]
    run(f"person register {name}user --duty approver --duty finance --id {name}person")
    number = iban(first)
    run("bank-account", "declare", number, "--currency", "SEK", "--name", f"{name}-main", "--key", f"{name}key1")
    run(f"account open {name}payer --payer patient")
    run(f"series open {name}inv --first {first}")
    run(f"series open {name}cre --reference-kind none")
    run(f"seal now --day {date(2024, 12, 31)}")
    run("archive years 2024")
    for count in (1, 2, 3):
        run(
            f"invoice issue --id {name}bill{count} --account {name}payer --series {name}inv --currency SEK "
            f"--amount {(amount + count) / 100:.2f} --service VISIT --issued-on 2026-10-01"
        )
    entity.things.update(account=f"{name}payer", series=f"{name}inv", bank_account=number, number=str(first))
    _load(entity, amount)
    _get_under_way(entity)
    run("seal now --day 2026-11-10")
    entity.things.update(_known(entity))
    return entity


def iban(number: int) -> str:
    """A Swedish IBAN whose check digits are right."""
    domestic = f"6{number:019}"
    return f"SE{98 - int(domestic + '281400') % 97:02}{domestic}"


def _load(entity: Entity, amount: int) -> None:
    """Load a bank day: an invoice paid twice, money of an unknown payer, and a debit that nobody has explained."""
    name = entity.name
    items = {row["invoice_id"]: row["reference"] for row in entity.reskontra.json("open-items")["rows"]}
    reference = items[f"{name}bill1"]
    entries = [
        paid(amount + 1, reference, f"{name}-b1", BOOKED_ON, "Eva Ek"),
        paid(amount + 1, reference, f"{name}-b2", BOOKED_ON, "Eva Ek"),
        paid(amount + 9, None, f"{name}-b3", BOOKED_ON, "Bo Alm"),
        CamtEntry(-amount, BOOKED_ON, BOOKED_ON, f"{name}-b4", code=("PMNT", "ICDT", "ESCT")),
    ]
    path = entity.settings.data_dir / f"{name}.xml"
    path.write_bytes(statement(entries, 0, f"{name}-s1", BOOKED_ON, account=entity.things["bank_account"]))
    entity.reskontra.json("reconcile", path, "--on", str(BOOKED_ON))


_MAPPING: Final = """account = "{account}"
source = "{name}letter"
header = ["{name}day", "{name}amount"]
proof = "none"
[columns]
day = "{name}day"
amount = "{name}amount"
"""


def _mandate_of(name: str) -> str:
    """A number of a mandate that only this entity has: Autogiro's have digits only."""
    return f"7308{len(name):012}"


def _get_under_way(entity: Entity) -> None:
    name, run = entity.name, entity.reskontra
    run(f"hold place {name}bill2 --reason DISPUTE --id {name}hold")
    run(f"refund request --account {name}payer --amount 1.00 --currency SEK --reason OVERPAID --id {name}refund")
    run.by(f"{name}user")(f"refund approve {name}refund")
    run(f"refund send {name}refund --end-to-end-id {name}-e2e")
    run(f"mapping set suppliers 24{len(name)}9 --from 2026-10-01 --source {name}board")
    run(f"line-rule request {name}rule --role suppliers --words {name}labs --direction out")
    path = entity.settings.data_dir / f"{name}-mapping.toml"
    path.write_text(_MAPPING.format(name=name, account=entity.things["bank_account"]), encoding="utf-8")
    run("file-mapping", "request", f"{name}mapping", path)
    ours = entity.things["bank_account"]
    given = f"--number {_mandate_of(name)} --scheme autogiro --bank-account {ours} --signed-on 2026-10-01"
    run(f"mandate request {name}payer {given}")
    run("period close 2025-11 --soft")
    path = entity.settings.data_dir / f"{name}-name.txt"
    path.write_text(f"{name.title()} Secret\n", encoding="utf-8")
    (put,) = run.json("vault", "put", f"{name}payer", "--kind", "name", "--from", path)["rows"]
    entity.things["entry"] = put["entry_id"]
    run(f"write-off request {name}bill3 --reason UNCOLLECTABLE --id {name}loss")


def _known(entity: Entity) -> dict[str, str]:
    """What the other names are by which this entity's things are called."""
    run, settings = entity.reskontra, entity.settings
    (receipt,) = run.json("receipts")["rows"]
    (movement,) = (row for row in run.json("movement list")["rows"] if row["in_suspense"])
    items = {row["invoice_id"]: row for row in run.json("open-items")["rows"]}
    allocation = next(fact["allocation_id"] for fact in facts_of(entity) if "allocation_id" in fact)
    (sha256,) = (row["sha256"] for row in run.json("files")["rows"])
    return {
        "receipt": receipt["receipt_id"],
        "mandate": _mandate_of(entity.name),
        "movement": movement["part_id"],
        "item": items[f"{entity.name}bill2"]["item_id"],
        "reference": items[f"{entity.name}bill2"]["reference"],
        "allocation": allocation,
        "review": run.json("quarantine")["rows"][0]["id"],
        "position": str(run.json("tie-out", code=None)["position"]),
        "log_key": run("seal key").out.strip().splitlines()[-1],
        "archive": str(settings.archive / sha256[:2] / sha256),
        "checkpoint": str(max(settings.sealing.checkpoints.iterdir())),
    }


def facts_of(entity: Entity) -> list[dict[str, Any]]:
    """The recorded facts that are in the database, in order, as JSON has them."""
    with psycopg.connect(entity.settings.owner_url or "") as owner:
        query = (
            f"SELECT originator_id, convert_from(state, 'UTF8')::jsonb FROM {entity.name}.events"
            " ORDER BY notification_id"
        )
        rows = owner.execute(query).fetchall()  # type: ignore[call-overload]
    return [{"stream": stream, "envelope": stored["envelope"], **stored["fact"]} for stream, stored in rows]


def words_of(entity: Entity) -> set[str]:
    """Every text in its facts, and every large number."""
    return {word for fact in facts_of(entity) for word in _words(fact)}


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from _words(one)
    elif isinstance(value, str) and len(value) >= _SHORTEST:
        yield value
    elif isinstance(value, int) and abs(value) >= _LARGE:
        yield str(abs(value))


def database_besides(owner_url: str, entity: str) -> dict[str, str]:
    """A digest of each table with rows, and of all definitions, of every schema besides this entity's."""
    with psycopg.connect(owner_url) as owner:
        tables = owner.execute(_WITH_ROWS, (entity, f"{entity}_vault")).fetchall()
        found = {
            table: owner.execute(
                f"SELECT md5(string_agg(one, E'\\n' ORDER BY one))"  # type: ignore[call-overload]
                f" FROM (SELECT t::text AS one FROM {table} AS t) AS rows"
            ).fetchone()[0]
            for (table,) in tables
        }
        defined = owner.execute(_DEFINITIONS, (entity, f"{entity}_vault")).fetchall()
    filled = {table: digest for table, digest in found.items() if digest is not None}
    return {**filled, "definitions": hashlib.sha256(repr(defined).encode()).hexdigest()}


# A table without a page has no row.
_WITH_ROWS: Final = """
SELECT format('%%I.%%I', nspname, relname) FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
WHERE relkind = 'r' AND pg_relation_size(pg_class.oid) > 0
    AND nspname NOT LIKE 'pg_%%' AND nspname <> 'information_schema' AND nspname NOT IN (%s, %s)
"""
# Only what is looked for is described: most of what a database has is PostgreSQL's own.
_DEFINITIONS: Final = """
WITH looked_for AS MATERIALIZED (
    SELECT oid, nspname, nspacl, nspowner FROM pg_namespace
    WHERE nspname NOT LIKE 'pg_%%' AND nspname <> 'information_schema' AND nspname NOT IN (%s, %s)
)
SELECT nspname, 'relation', relname::text,
    concat(relkind, relacl::text, relowner, (SELECT string_agg(concat(attname, atttypid, attnotnull, attacl), ','
        ORDER BY attnum) FROM pg_attribute WHERE attrelid = pg_class.oid AND attnum > 0),
        CASE WHEN relkind = 'S' THEN pg_sequence_last_value(pg_class.oid)::text END)
FROM looked_for JOIN pg_class ON relnamespace = looked_for.oid WHERE relkind <> 't'
UNION ALL SELECT nspname, 'function', proname::text, concat(prosrc, proacl::text, proowner)
FROM looked_for JOIN pg_proc ON pronamespace = looked_for.oid
UNION ALL SELECT nspname, 'schema', nspname::text, concat(nspacl::text, nspowner) FROM looked_for
ORDER BY 1, 2, 3
"""


def times_read(owner: psycopg.Connection[Any], entity: str) -> int:
    """How often a table of an entity was looked into since the database was made; other sessions end first."""
    _await_other_sessions(owner)
    return _counted(
        owner,
        "SELECT coalesce(sum(seq_scan + coalesce(idx_scan, 0)), 0) FROM pg_stat_user_tables"
        " WHERE schemaname IN (%s, %s)",
        (entity, f"{entity}_vault"),
    )


def rows_written(owner: psycopg.Connection[Any]) -> int:
    """How many rows of any table, the server's own as well, were written since the database was made."""
    _await_other_sessions(owner)
    # What this session itself did is counted by and by only.
    owner.execute("SELECT pg_stat_force_next_flush()")
    return _counted(
        owner,
        "SELECT tup_inserted + tup_updated + tup_deleted FROM pg_stat_database WHERE datname = current_database()",
        (),
    )


def _await_other_sessions(owner: psycopg.Connection[Any]) -> None:
    """Wait until they end, for until then the server does not count what they did."""
    others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    for _ in range(200):
        if owner.execute(others).fetchone() == (0,):
            break
        time.sleep(0.02)


def _counted(owner: psycopg.Connection[Any], query: LiteralString, given: tuple[str, ...]) -> int:
    row = owner.execute(query, given).fetchone()
    assert row is not None
    return int(row[0])


def files_of(data: Path, entity: str) -> dict[str, str]:
    """A digest of each file in the data folder that has the entity's name, by path."""
    return {
        str(path.relative_to(data)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(data.rglob("*"))
        if path.is_file() and any(part.partition(".")[0] == entity for part in path.relative_to(data).parts)
    }

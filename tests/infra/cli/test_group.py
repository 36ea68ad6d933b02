"""Several entities side by side: read as their readers, and never written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from infra.desk import group as desk_group
from infra.postgres import Urls, entities, reading_url
from tests.conftest import BARE_TEMPLATE
from tests.infra.cli.command_line import Answers
from tests.infra.cli.test_transfer import PAID, Group
from tests.kit.two_entities import OTHERS, OURS, database_besides

ANSWERS: Answers = {
    "group aging": ("--entities clinic", 0),
    "group tie-out": ("--entities clinic", 0),
    "group trial-balance": ("--entities clinic", 0),
}
VIEWS = ("aging", "tie-out", "trial-balance")


@pytest.fixture(scope="module")
def group(databases: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Group]:
    """South owes north 250.00, which north has not recorded."""
    urls: Urls = databases.make(BARE_TEMPLATE)
    data = tmp_path_factory.mktemp("group") / "data"
    data.mkdir()
    with psycopg.connect(urls.owner) as owner:
        owner.execute("DROP SCHEMA clinic CASCADE")
    made = Group(urls.owner, data).filled()
    made.north.reskontra("person end-duty bo finance --reason MOVED")
    made.south.reskontra.by("bo")(f"transfer send {made.receipt()} --to north --reason PAID_US --id t1", code=1)
    yield made
    databases.finish(urls)


def totals(answer: dict[str, Any], name: str) -> list[dict[str, Any]]:
    return [row for row in answer["totals"] if row["name"] == name]


def test_each_entity_has_a_row_and_all_have_a_sum(group: Group):
    answer = group.south.reskontra.json("group aging --as-of 2026-11-30")
    by_entity = {row["entity"]: row["total_minor"] for row in answer["rows"]}
    # The invoice is north's; south owes nobody's patient anything.
    assert by_entity.get(OTHERS) == PAID
    assert [row["total_minor"] for row in totals(answer, "total")] == [sum(by_entity.values())]
    for entity in (group.south, group.north):
        report = entity.reskontra.json("aging --as-of 2026-11-30")
        mine = [row["total_minor"] for row in report["rows"] if row["payer"] == "total"]
        assert mine == [row["total_minor"] for row in answer["rows"] if row["entity"] == entity.name]
    read = {row["entity"]: (row["known_at"], row["behind"]) for row in totals(answer, "read")}
    assert read == {
        entity.name: (entity.reskontra.json("tie-out")["position"], False) for entity in (group.south, group.north)
    }


def test_what_the_entities_owe_each_other_differs_while_a_transfer_is_under_way(group: Group):
    answer = group.north.reskontra.json("group trial-balance --entities north,south")
    (between,) = totals(answer, "between_entities")
    assert (between["due_to_entities_minor"], between["due_from_entities_minor"]) == (-PAID, 0)
    assert between["difference_minor"] == -PAID
    assert sum(row["balance_minor"] for row in totals(answer, "total")) == 0
    assert group.south.reskontra.json("group tie-out")["ok"]
    assert "due to entities" in group.south.reskontra("group trial-balance").out


def test_only_the_entities_that_are_named_are_read(group: Group):
    answer = group.south.reskontra.json("group trial-balance --entities south")
    assert {row["entity"] for row in answer["rows"]} == {OURS}
    twice = group.south.reskontra.json("group trial-balance --entities south,south")
    assert (twice["rows"], twice["totals"]) == (answer["rows"], answer["totals"])
    answered = group.south.reskontra("group aging --entities south,west --json", code=1)
    assert answered.codes == ["entity_unknown"]
    assert {row["entity"] for row in totals(answered.json, "read")} == {OURS}
    group.south.reskontra("group aging --entities South", code=2)


@pytest.mark.parametrize("name", VIEWS)
def test_nothing_is_written_even_if_read_tables_are_behind(group: Group, name: str):
    settings = group.south.settings
    owner = settings.owner_url or ""
    with psycopg.connect(owner) as conn:
        before = conn.execute("SELECT position FROM north.projection_position").fetchone()
        conn.execute(
            "UPDATE north.projection_position SET position = (SELECT max(notification_id) - 3 FROM north.events)"
        )
    state = database_besides(owner, "nobody")
    answered = group.south.reskontra(f"group {name} --json", code=1)
    assert answered.codes == ["read_tables_behind"]
    (problem,) = answered.json["problems"]
    assert (problem["about"], "reskontra tie-out --entity north" in problem["sentence"]) == (OTHERS, True)
    assert [row["behind"] for row in totals(answered.json, "read")] == [True, False]
    assert database_besides(owner, "nobody") == state
    with psycopg.connect(owner) as conn:
        assert before is not None
        conn.execute("UPDATE north.projection_position SET position = %s", before)


def test_the_connection_may_only_read_and_acts_as_the_reader(group: Group):
    for entity in (OURS, OTHERS):
        with psycopg.connect(reading_url(group.south.settings, entity), autocommit=True) as conn:
            assert conn.execute("SELECT current_user::text").fetchone() == (f"reskontra_{entity}_reader",)
            with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
                conn.execute("CREATE TEMPORARY SEQUENCE mine")
            conn.execute("SET default_transaction_read_only = off")
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                conn.execute(f"DELETE FROM {entity}.events")  # type: ignore[call-overload]


def test_a_role_that_has_only_the_right_to_select_is_enough(group: Group, monkeypatch: pytest.MonkeyPatch):
    owner = group.south.settings.owner_url or ""
    with psycopg.connect(owner, autocommit=True) as conn:
        granted = conn.execute(
            "SELECT DISTINCT privilege_type FROM information_schema.table_privileges WHERE grantee LIKE %s",
            ("reskontra\\_%\\_reader",),
        ).fetchall()
    assert granted == [("SELECT",)]
    opened: list[str] = []

    def seen(settings: Any, entity: str) -> str:
        opened.append(entity)
        return reading_url(settings, entity)

    monkeypatch.setattr("infra.postgres.known_entities.reading_url", seen)
    for name in VIEWS:
        group.south.reskontra(f"group {name}")
    assert opened == [OTHERS, OURS] * len(VIEWS)


def test_the_entities_of_a_database_are_those_with_books(group: Group, tmp_path: Path):
    owner = group.south.settings.owner_url or ""
    with psycopg.connect(owner) as conn:
        conn.execute("CREATE SCHEMA west")
    assert entities(owner) == [OTHERS, OURS]
    assert desk_group.all_entities(group.south.settings) == [OTHERS, OURS]

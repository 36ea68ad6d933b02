"""Every command, given what belongs to another entity: nothing of that entity is read, shown, changed or written."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from infra.desk.own_files import refuse_others
from infra.desk.problems import Stopped
from infra.postgres import Urls
from tests.conftest import BARE_TEMPLATE
from tests.infra.cli.command_line import Answered
from tests.kit.commands import COMMANDS, parameters_of
from tests.kit.foreign_words import NAMES, PLAIN, things_of, typed
from tests.kit.two_entities import (
    OTHERS,
    OURS,
    Entity,
    database_besides,
    facts_of,
    files_of,
    filled,
    in_installation,
    rows_written,
    times_read,
    words_of,
)


class Installation(NamedTuple):
    """Both entities, a session of the database's owner, and the words that only the other entity's facts have."""

    ours: Entity
    others: Entity
    owner: psycopg.Connection[Any]
    secrets: frozenset[str]

    def of_others(self) -> dict[str, str]:
        """Digests of all that is not our entity's: what its database and its files have."""
        besides = database_besides(self.ours.settings.owner_url or "", OURS)
        return {**besides, **files_of(self.ours.settings.data_dir, OTHERS)}


# How many rows of any table of the database, the server's own as well, were written; and when which file was.
Written = tuple[int, dict[str, int]]


def written(installation: Installation) -> Written:
    """What was written to this installation so far, in the database and around its data folder."""
    folder = installation.ours.settings.data_dir.parent
    files = {str(path): path.lstat().st_mtime_ns for path in folder.rglob("*")}
    return rows_written(installation.owner), files


class Made(NamedTuple):
    """An installation, to be copied: its database, its files, and what is the same in each copy."""

    urls: Urls
    files: Path
    ours: Entity
    others: Entity
    secrets: frozenset[str]
    of_others: dict[str, str]


@pytest.fixture(scope="module")
def made(databases: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    """An installation with two entities, to be copied; the copies' files are where its own were."""
    urls, folder = databases.make(BARE_TEMPLATE), tmp_path_factory.mktemp("installation")
    data = folder / "books" / "data"
    data.mkdir(parents=True)
    ours, others = (filled(urls.owner, data, name) for name in (OURS, OTHERS))
    secrets = frozenset({"North Secret", *words_of(others)} - words_of(ours))
    of_others = {**database_besides(urls.owner, OURS), **files_of(data, OTHERS)}
    kept = data.rename(folder / "kept")
    yield Made(urls, kept, ours, others, secrets, of_others)
    databases.finish(urls)


class Copies:
    """Copies of the installation, one at a time; one to which nothing was written serves the next test as well."""

    def __init__(self, databases: Any, made: Made) -> None:
        self._databases, self._made = databases, made
        self._kept: tuple[Urls, Installation] | None = None
        self._untouched: Written | None = None

    def take(self) -> Installation:
        """The installation as it was made."""
        if self._kept and self.is_touched:
            self.close()
        if not self._kept:
            self._kept = self._copied()
            self._untouched = written(self._kept[1])
        return self._kept[1]

    @property
    def is_touched(self) -> bool:
        """Whether any row or file of the copy at hand was written since it was made."""
        return self._kept is None or self._untouched is None or written(self._kept[1]) != self._untouched

    def _copied(self) -> tuple[Urls, Installation]:
        made = self._made
        urls = self._databases.make(str(conninfo_to_dict(made.urls.owner)["dbname"]))
        data = made.ours.settings.data_dir
        shutil.copytree(made.files, data, symlinks=True)
        ours, others = (in_installation(urls.owner, data, one.name, one.things) for one in (made.ours, made.others))
        return urls, Installation(ours, others, psycopg.connect(urls.owner, autocommit=True), made.secrets)

    def close(self) -> None:
        """Let the copy go."""
        if self._kept:
            urls, installation = self._kept
            installation.owner.close()
            shutil.rmtree(installation.ours.settings.data_dir.parent)
            self._databases.finish(urls)
            self._kept = None


@pytest.fixture(scope="module")
def copies(databases: Any, made: Made) -> Iterator[Copies]:
    """Where tests get the installation from."""
    copies = Copies(databases, made)
    yield copies
    copies.close()


@pytest.fixture
def installation(copies: Copies) -> Installation:
    """The installation for one test."""
    return copies.take()


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_a_command_crosses_no_border(installation: Installation, copies: Copies, made: Made, command: str):
    ours, others, owner, secrets = installation
    data = ours.settings.data_dir
    alike = set(files_of(data, OURS).values()) & set(files_of(data, OTHERS).values())
    read, said, codes = times_read(owner, OTHERS), set[str](), set[int]()
    for words, named in typed(command, things_of(ours), things_of(others)):
        answered = ours.reskontra(*words, "--json", code=None)
        assert not _unforeseen(answered), (words, answered)
        assert not shown(answered.out + answered.err, named, secrets), words
        assert times_read(owner, OTHERS) == read, words
        said.update(named)
        codes.add(answered.code)
    assert codes & {0, 1}, "it was always used wrongly"
    # Where nothing was written at all, there is nothing to compare.
    assert not copies.is_touched or installation.of_others() == made.of_others
    assert not untold(words_of(ours) & secrets, said)
    # What both have from the beginning: empty files of locks, and the master key of all tests.
    assert set(files_of(data, OURS).values()) & set(files_of(data, OTHERS).values()) <= alike


def _unforeseen(answered: Answered) -> bool:
    return "unforeseen" in answered.out or answered.code not in (0, 1, 2)


def shown(text: str, named: Iterable[str], secrets: Iterable[str]) -> set[str]:
    """The other entity's words in a text, without what was typed."""
    return untold((secret for secret in secrets if secret in text), named)


def untold(secrets: Iterable[str], named: Iterable[str]) -> set[str]:
    """The words without those that were typed, alone or as a part, and without ids, streams and keys made of them."""
    told = [(word, re.compile(rf"([a-z_]+[-:])?{re.escape(word)}(\.\d+)?")) for word in named]
    return {secret for secret in secrets if not any(secret in word or made.fullmatch(secret) for word, made in told)}


def test_every_word_for_a_parameter_says_what_it_names():
    taken = {one.takes for command in COMMANDS for one in parameters_of(command) if not one.flag and not one.choices}
    assert taken - NAMES.keys() - PLAIN.keys() - {"CODE", ""} == set(), "say in NAMES or PLAIN what it names"


def test_what_would_cross_is_noticed(installation: Installation, made: Made):
    ours, others, owner, secrets = installation
    data = ours.settings.data_dir
    read = times_read(owner, OTHERS)
    assert installation.of_others() == made.of_others
    assert read != times_read(owner, OTHERS), "the digests were read"
    read = times_read(owner, OTHERS)
    assert read == times_read(owner, OTHERS)
    answered = others.reskontra("open-items", "--json")
    assert shown(answered.out, [], secrets) >= {"northbill2", "northpayer"}
    assert times_read(owner, OTHERS) > read
    before = installation.of_others()
    owner.execute(f"INSERT INTO {OTHERS}.commands VALUES ('k', '', 1, 1)")
    after = installation.of_others()
    assert {name for name in before | after if before.get(name) != after.get(name)} == {f"{OTHERS}.commands"}
    assert f"{OTHERS}.set_aside" not in after
    owner.execute(f"INSERT INTO {OTHERS}.set_aside VALUES ('item-1', 1, 'ItemRaised', 'KeyError', 1)")
    assert installation.of_others().keys() - after.keys() == {f"{OTHERS}.set_aside"}
    files = files_of(data, OTHERS)
    assert {path.split("/")[0] for path in files} == {
        "archive", "archived-years", "keys", "north.xml", "seals", "vault-keys"
    }  # fmt: skip


def test_a_bank_file_of_the_other_entity_is_not_booked(installation: Installation, made: Made):
    ours, others, owner, _ = installation
    before, read = list(facts_of(ours)), times_read(owner, OTHERS)
    answer = ours.reskontra.json("reconcile", others.settings.data_dir / f"{OTHERS}.xml", code=1)
    assert [problem["code"] for problem in answer["problems"]] == ["bank_account_unknown"]
    assert times_read(owner, OTHERS) == read
    assert {fact["stream"].split("-")[0] for fact in facts_of(ours)[len(before) :]} == {"file"}
    assert installation.of_others() == made.of_others


def test_a_folder_above_those_of_the_entities_is_refused_unless_it_hides_them(installation: Installation):
    ours, *_ = installation
    data = ours.settings.data_dir
    refuse_others(ours.settings, [ours.settings.archive, ours.settings.sealing.key, data / "demo", data / "south.xml"])
    hidden = replace(ours.settings, data_dir=data / ".books")
    shutil.copytree(data, hidden.data_dir, symlinks=True)
    for settings, path in (
        (ours.settings, data.parent),
        (ours.settings, data / "archive"),
        (hidden, hidden.data_dir),
        (replace(ours.settings, keys=hidden.data_dir / "keys"), hidden.data_dir / "keys" / "north.pem"),
    ):
        with pytest.raises(Stopped) as stopped:
            refuse_others(settings, [path])
        assert [problem.code for problem in stopped.value.problems] == ["other_entitys_files"]
    refuse_others(hidden, [data])
    (data.parent / "link").symlink_to(data / "archive" / OTHERS)
    with pytest.raises(Stopped):
        refuse_others(ours.settings, [data.parent / "link"])
    # The operator's own folder may have other things beside an entity's.
    mixed = replace(ours.settings, seals=data.parent)
    refuse_others(mixed, [data.parent / "inbox"])
    with pytest.raises(Stopped):
        refuse_others(mixed, [data.parent / OTHERS / "checkpoint"])

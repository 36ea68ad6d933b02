"""What the operator sets, and what is said when it cannot be."""

import os
from pathlib import Path

import pytest

from infra.settings import SettingsInvalid, create_data_dir, entity_code, load


def test_nothing_set_means_books_of_the_clinic_beside_the_caller(tmp_path: Path) -> None:
    settings = load({}, tmp_path)
    assert settings.data_dir == tmp_path / ".reskontra"
    assert settings.entity == "clinic"
    assert settings.owner_url is None


def test_reading_the_settings_makes_nothing(tmp_path: Path) -> None:
    load({}, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_nearest_existing_data_folder_above_is_used(tmp_path: Path) -> None:
    (tmp_path / ".reskontra").mkdir()
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    assert load({}, deep).data_dir == tmp_path / ".reskontra"
    (tmp_path / "a" / ".reskontra").mkdir()
    assert load({}, deep).data_dir == tmp_path / "a" / ".reskontra"


def test_a_file_of_that_name_is_no_data_folder(tmp_path: Path) -> None:
    (tmp_path / ".reskontra").write_text("")
    assert load({}, tmp_path / "a").data_dir == tmp_path / "a" / ".reskontra"


def test_a_data_folder_somebody_else_left_above_is_not_used_unasked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".reskontra").mkdir()
    monkeypatch.setattr(os, "geteuid", lambda: tmp_path.stat().st_uid + 1)
    with pytest.raises(SettingsInvalid, match=r"belongs to another user.*RESKONTRA_DATA_DIR"):
        load({}, tmp_path)
    named = {"RESKONTRA_DATA_DIR": str(tmp_path / ".reskontra")}
    assert load(named, tmp_path).data_dir == tmp_path / ".reskontra"


def test_a_named_data_folder_is_taken_from_where_the_caller_stands(tmp_path: Path) -> None:
    assert load({"RESKONTRA_DATA_DIR": "books"}, tmp_path).data_dir == tmp_path / "books"
    assert load({"RESKONTRA_DATA_DIR": ""}, tmp_path).data_dir == tmp_path / ".reskontra"


def test_two_names_of_one_data_folder_are_the_same_folder(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    assert load({"RESKONTRA_DATA_DIR": "link"}, tmp_path) == load({"RESKONTRA_DATA_DIR": "real"}, tmp_path)


def test_passwords_do_not_show_when_settings_are_printed(tmp_path: Path) -> None:
    environ = dict.fromkeys(
        ("RESKONTRA_DATABASE_URL", "RESKONTRA_WRITER_URL", "RESKONTRA_READER_URL", "RESKONTRA_VAULT_URL"),
        "postgresql://someone:sesame@db/books",
    )
    assert "sesame" not in repr(load(environ, tmp_path))


@pytest.mark.parametrize("role", ["WRITER", "READER", "VAULT"])
def test_another_role_without_an_owner_is_refused(role: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsInvalid, match="without RESKONTRA_DATABASE_URL"):
        load({f"RESKONTRA_{role}_URL": "postgresql://db/books"}, tmp_path)


def test_each_entity_has_its_own_key_and_archive(tmp_path: Path) -> None:
    clinic, north = (load({"RESKONTRA_ENTITY": code}, tmp_path) for code in ("clinic", "north"))
    assert clinic.vault_key == tmp_path / ".reskontra" / "vault-keys" / "clinic.key"
    assert north.archive == tmp_path / ".reskontra" / "archive" / "north"
    kept = load({"RESKONTRA_VAULT_KEYS": "elsewhere"}, tmp_path)
    assert kept.vault_key == tmp_path / "elsewhere" / "clinic.key"


@pytest.mark.parametrize("code", ["clinic", "a", "north_2", "a" * 31])
def test_an_entity_code_may_be(code: str, tmp_path: Path) -> None:
    assert load({"RESKONTRA_ENTITY": code}, tmp_path).entity == code


@pytest.mark.parametrize("code", ["Clinic", "2north", "a-b", "å", "a" * 32, "a\n", "a b", 'a"b', "_a"])
def test_an_entity_code_may_not_be(code: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsInvalid, match=r"RESKONTRA_ENTITY .* is not an entity code; give a lower-case letter"):
        load({"RESKONTRA_ENTITY": code}, tmp_path)


@pytest.mark.parametrize(
    "code", ["public", "pg_toast", "information_schema", "reskontra_group", "group", "north_vault"]
)
def test_a_name_the_database_uses_is_no_entity(code: str) -> None:
    with pytest.raises(SettingsInvalid, match="reserved by the database"):
        entity_code(code)


def test_a_data_folder_is_made_private_and_an_existing_one_keeps_its_rights(tmp_path: Path) -> None:
    create_data_dir(tmp_path / "new" / "books")
    assert (tmp_path / "new" / "books").stat().st_mode & 0o066 == 0
    (tmp_path / "old").mkdir(mode=0o755)
    before = (tmp_path / "old").stat().st_mode
    create_data_dir(tmp_path / "old")
    assert (tmp_path / "old").stat().st_mode == before


def test_a_data_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsInvalid, match=r"file/books cannot be created .* RESKONTRA_DATA_DIR"):
        create_data_dir(tmp_path / "file" / "books")

"""The places of a scenario where files come: a folder for each, named in the places file of its books."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import time
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec

from infra.scenarios.form import Form
from infra.scenarios.scenario import Drop
from infra.scenarios.tree import Fields, List, Node
from reconciliation.places.form import Place

# What a scenario says of the file that is dropped, beside what is in it.
_DROP: Final = ("place", "file", "copy-of", "bytes", "visit")
# The name of a file that is put into a folder, and of no other place.
_FILE: Final = re.compile(r"[A-Za-z0-9._-]{1,60}")


def places_of(form: Form, root: Fields) -> dict[str, Place]:
    """The places that a file names; each is a folder, so neither folders nor servers are named."""
    if "places" not in root.values:
        return {}
    fields = form.fields(root.values["places"], "`places`")
    return {name: _place(form, form.fields(node, "a place"), line) for name, node, line in fields.pairs()}


def _place(form: Form, fields: Fields, line: int) -> Place:
    """A place that does not wait for its files: a scenario's files do not change while they are looked at."""
    known = [name.replace("_", "-") for name in Place.__struct_fields__ if name not in ("folder", "sftp")]
    form.fields(fields, "a place", known)
    said = {key.replace("-", "_"): _plain(form, node, key) for key, node in fields.values.items()}
    try:
        return msgspec.convert({"settled_seconds": 0} | said, Place, strict=False)
    except msgspec.ValidationError as wrong:
        raise form.wrong(line, f"the place is not right: {wrong}; docs/places.md says what a place has") from None


def _plain(form: Form, node: Node, key: str) -> Any:
    if isinstance(node, Fields):
        return {name: form.text(one, f"`{key}`").text for name, one in node.values.items()}
    if key == "accounts" or isinstance(node, List):
        return [one.text for one in form.texts(node, f"`{key}`")]
    return form.text(node, f"`{key}`").text


class Dropped(NamedTuple):
    """A file that is dropped, what is in it unless it is a copy, and whether its place is visited then."""

    drop: Drop
    content: Fields | None
    visit: bool


class DropForm:
    """Reads which files are dropped into which places."""

    def __init__(self, form: Form, places: Mapping[str, Place]) -> None:
        self._form, self._places = form, places
        self._names: set[str] = set()

    def said(self, node: Node) -> Dropped:
        """What a `drop` says; the content of its file is read elsewhere."""
        form, fields = self._form, self._form.fields(node, "`drop`")
        for needed in ("place", "file"):
            if needed not in fields.values:
                raise form.wrong(fields.line, f"the file has no `{needed}`; give it")
        texts = {key: form.text(one, f"`{key}`") for key, one in fields.values.items() if key in _DROP}
        place, file = texts["place"], texts["file"]
        if place.text not in self._places:
            raise form.unknown(place.line, place.text, self._places, "the file's `places` are")
        if not _FILE.fullmatch(file.text):
            raise form.wrong(file.line, f"{file.text!r} is no name of a file; use letters, digits, dots and hyphens")
        kept = [key for key in fields.values if key not in _DROP]
        content = Fields(
            fields.line, {key: fields.values[key] for key in kept}, {key: fields.keys[key] for key in kept}
        )
        copy_of = texts.get("copy-of")
        if copy_of is not None and copy_of.text not in self._names:
            raise form.unknown(copy_of.line, copy_of.text, sorted(self._names), "dropped before were")
        if (copy_of is None) != bool(content.values):
            raise form.wrong(fields.line, "give what is in the file, as `load` has it, or `copy-of` an earlier file")
        cut = (
            form.read(texts["bytes"], _count, "a number of bytes; write one such as 600") if "bytes" in texts else None
        )
        if "visit" in texts and texts["visit"].text != "no":
            raise form.wrong(texts["visit"].line, "write `visit: no`, or leave it out")
        self._names.add(file.text)
        drop = Drop(fields.line, place.text, file.text, None, copy_of.text if copy_of else None, cut)
        return Dropped(drop, content if copy_of is None else None, "visit" not in texts)


def _count(text: str) -> int:
    if not text.isdecimal():
        raise ValueError
    return int(text)


class Folders:
    """The folders of a scenario's places, and what was dropped there by the names of its files."""

    def __init__(self, places: Mapping[str, Place], folder: Path, places_file: Path | None) -> None:
        self._folder = folder
        self._dropped: dict[str, bytes] = {}
        if not places:
            return
        assert places_file is not None, "books in which files are dropped have a places file"
        places_file.parent.mkdir(parents=True, exist_ok=True)
        places_file.write_text("\n".join(_written(name, one, folder / name) for name, one in places.items()))
        for name in places:
            (folder / name).mkdir(parents=True)

    def drop(self, drop: Drop, content: bytes | None) -> None:
        """Put a file into its place, as much of it as arrives; without content, it is a copy of an earlier one."""
        whole = self._dropped[drop.copy_of or ""] if content is None else content
        self._dropped[drop.file] = whole
        (self._folder / drop.place / drop.file).write_bytes(whole[: drop.bytes])


def _written(name: str, place: Place, folder: Path) -> str:
    """A place as the places file has it."""
    said = {key: getattr(place, key) for key in Place.__struct_fields__} | {"folder": str(folder)}
    rows = [f"{key} = {_value(value)}" for key, value in said.items() if value is not None]
    return "\n".join([f"[places.{name}]", *rows, ""])


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)} = {json.dumps(one)}" for key, one in value.items()) + "}"
    return value.isoformat() if isinstance(value, time) else json.dumps(value)

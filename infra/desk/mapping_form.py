"""The file in which a person writes a file mapping: TOML, with the names that docs/file_mappings.md lists."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec

from infra.desk.problems import Problem, Stopped
from ledger.domain.bank.file_mapping_facts import (
    Field,
    Figure,
    FileMapping,
    MappedColumn,
    MappedKind,
    MappedProof,
    MappedWord,
    StatedFigure,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

# A mapping is some dozens of lines.
_LARGEST: Final = 100_000


class Labelled(msgspec.Struct, forbid_unknown_fields=True):
    """Where a figure stands: the first cell of its row, and its column."""

    label: str
    column: str


class Written(msgspec.Struct, forbid_unknown_fields=True, rename="kebab", kw_only=True):
    """A mapping as a person writes it; what is left out has the default of the fact."""

    account: str
    from_on: date | None = msgspec.field(default=None, name="from")
    until_on: date | None = msgspec.field(default=None, name="until")
    source: str
    header: tuple[str, ...]
    marks: tuple[str, ...] = ()
    columns: dict[Field, str]
    words: dict[str, MappedKind] = {}
    figures: dict[Figure, str | Labelled] = {}
    proof: MappedProof
    newest_first: bool = False
    unsigned: bool = False
    fees_below_zero: bool = False
    day_format: str = "YYYY-MM-DD"
    decimal: str = "."
    thousands: str = ""
    encoding: str = "utf-8"
    sheet: str | None = None


def read(path: Path) -> Written:
    """Read a mapping from a file; raises Stopped with the line or the name that is wrong."""
    try:
        data = path.read_bytes() if path.stat().st_size <= _LARGEST else None
    except OSError as trouble:
        raise _malformed(f"{path} cannot be read ({trouble.strerror})", path) from None
    if data is None:
        raise _malformed(f"{path} is larger than any mapping", path)
    try:
        return msgspec.toml.decode(data, type=Written)
    except msgspec.ValidationError as wrong:
        raise _malformed(f"in {path}, {_plain(str(wrong))}", path) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as wrong:
        raise _malformed(f"{path} is not TOML: {wrong}", path) from None


def made(written: Written, account: Mapping[str, Any], at_provider: bool, today: date) -> FileMapping:
    """The mapping of one of our accounts, which counts from today if the file names no day; raises Stopped."""
    said = {
        "from_on": written.from_on or today,
        "bank_account": account["bank_account"],
        "at_provider": at_provider,
        "currency": account["currency"],
        "columns": tuple(MappedColumn(field, column) for field, column in written.columns.items()),
        "words": tuple(MappedWord(word, kind) for word, kind in written.words.items()),
        "figures": tuple(
            StatedFigure(figure, one) if isinstance(one, str) else StatedFigure(figure, one.label, one.column)
            for figure, one in written.figures.items()
        ),
    }
    same = {name: getattr(written, name) for name in FileMapping.__struct_fields__ if name not in said}
    try:
        return msgspec.convert(said | same, FileMapping)
    except msgspec.ValidationError as wrong:
        raise Stopped(Problem("file_mapping_malformed", f"in the mapping, {_plain(str(wrong))}: {_SEE}")) from None


def toml(mapping: FileMapping) -> str:
    """Write a mapping as a person would, to be changed and requested as the next version."""
    lines = [f"account = {_text(mapping.bank_account)}", f"from = {mapping.from_on}"]
    if mapping.until_on is not None:
        lines.append(f"until = {mapping.until_on}")
    lines += [f"source = {_text(mapping.source)}", f"header = [{', '.join(map(_text, mapping.header))}]"]
    if mapping.marks:
        lines.append(f"marks = [{', '.join(map(_text, mapping.marks))}]")
    lines.append(f"proof = {_text(mapping.proof)}")
    usual = dict(zip(reversed(FileMapping.__struct_fields__), reversed(FileMapping.__struct_defaults__), strict=False))
    for name in _PLAIN:
        value = getattr(mapping, name)
        if value != usual[name]:
            lines.append(f"{name.replace('_', '-')} = {'true' if value is True else _text(value)}")
    lines += ["", "[columns]", *(f"{one.field} = {_text(one.column)}" for one in mapping.columns)]
    if mapping.words:
        lines += ["", "[words]", *(f"{_text(one.word)} = {_text(one.kind)}" for one in mapping.words)]
    if mapping.figures:
        lines += ["", "[figures]", *map(_figure, mapping.figures)]
    return "\n".join(lines)


def _figure(one: StatedFigure) -> str:
    if one.column is None:
        return f"{one.figure} = {_text(one.label)}"
    return f"{one.figure} = {{label = {_text(one.label)}, column = {_text(one.column)}}}"


def _text(text: str) -> str:
    # A text of JSON is one of TOML, too.
    return json.dumps(text, ensure_ascii=False)


def _plain(wrong: str) -> str:
    """What msgspec says, with the place as a person wrote it."""
    sentence, _, place = wrong.partition(" - at `")
    named = place.rstrip("`").removeprefix("key in ").replace("$.", "").replace("$", "the file")
    return f"{named}: {sentence[:1].lower()}{sentence[1:]}" if named else sentence


def _malformed(told: str, path: Path) -> Stopped:
    return Stopped(Problem("file_mapping_malformed", f"{told}: {_SEE}", path.name))


_PLAIN: Final = (
    "newest_first", "unsigned", "fees_below_zero", "day_format", "decimal", "thousands", "encoding", "sheet",
)  # fmt: skip
_SEE: Final = "docs/file_mappings.md says what a mapping has"

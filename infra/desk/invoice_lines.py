"""Reads the lines of an invoice file, each an invoice as JSON; every wrong field of a line is named at once."""

from __future__ import annotations

import json
import math
import re
import types
import typing
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import msgspec

    from ledger.domain.receivables.invoice import IssueInvoice

# A line with more wrong fields than these is probably no invoice at all.
_MOST_FIELDS: Final = 10
# No amount or count has more digits than these.
_MOST_DIGITS: Final = 40

# A field's name as programs write them; anything else may be a person's name, and is not repeated.
_NAME: Final = re.compile(r"[a-z_]{1,40}")


class WrongLine(ValueError):
    """A line is no invoice; `sentences` name each wrong field and what was expected, and repeat no text."""

    def __init__(self, *sentences: str, code: str = "line_unreadable") -> None:
        super().__init__("; ".join(sentences))
        self.sentences, self.code = sentences, code


def numbered(content: bytes) -> Iterator[tuple[int, bytes]]:
    """The lines that are not empty, each with its number; they are not all held at once."""
    start, number = 3 if content.startswith(b"\xef\xbb\xbf") else 0, 0
    while start < len(content):
        end = content.find(b"\n", start)
        end = len(content) if end < 0 else end
        number += 1
        if text := content[start:end].strip():
            yield number, text
        start = end + 1


def decoded(text: bytes) -> IssueInvoice:
    """The invoice on a line; raises WrongLine."""
    import msgspec

    from ledger.domain.money import decimals_of
    from ledger.domain.receivables.invoice import IssueInvoice

    try:
        command = msgspec.json.decode(text, type=IssueInvoice, strict=True)
    except (ValueError, RecursionError):
        raise _wrong_line(text, IssueInvoice) from None
    if decimals_of(command.currency) is None:
        raise WrongLine("currency: expected a currency of ISO 4217, such as SEK")
    return command


def require_once(text: bytes) -> None:
    """Refuse a line on which a field is twice, because one of the two would be lost; raises WrongLine."""
    _written(text)


def _written(text: bytes) -> Any:
    """What is written on a line, also where JSON has no such value; raises WrongLine."""
    try:
        return json.loads(text.decode(), object_pairs_hook=_once, parse_int=_whole)
    except UnicodeDecodeError as wrong:
        raise WrongLine(f"expected UTF-8, and byte {wrong.start + 1} of the line is none") from None
    except json.JSONDecodeError as wrong:
        place = f"; what is written at character {wrong.colno} cannot be there"
        raise WrongLine(f"expected an invoice as JSON, from {{ to }} on one line{place}") from None
    except RecursionError:
        raise WrongLine("expected an invoice as JSON; this line has too many brackets within brackets") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise WrongLine(f"a field that is twice{_said(twice)}; leave one out")
    return found


def _whole(digits: str) -> int | float:
    """A whole number; Python reads none of thousands of digits, and no field takes one."""
    return int(digits) if len(digits) <= _MOST_DIGITS else math.inf


def _wrong_line(text: bytes, invoice: type[IssueInvoice]) -> WrongLine:
    try:
        found = list(_wrong(_written(text), invoice, ""))
    except WrongLine as wrong:
        return wrong
    return WrongLine(*found[:_MOST_FIELDS]) if found else WrongLine("expected an invoice as JSON")


def _wrong(value: Any, hint: Any, path: str) -> Iterator[str]:
    """What is wrong with a value of a file, field by field."""
    kind = _bare(hint)
    if value is None and type(None) in typing.get_args(hint):
        return
    if _is_struct(kind):
        yield from _wrong_fields(value, kind, path)
    elif typing.get_origin(kind) is tuple:
        if type(value) is not list:
            yield f"{path}: expected a list, got {_kind_of(value)}"
            return
        for index, one in enumerate(value):
            yield from _wrong(one, typing.get_args(kind)[0], f"{path}[{index}]")
    elif not _fits(value, hint):
        yield f"{path}: expected {expected(path, hint)}, got {_kind_of(value)}"


def _wrong_fields(value: Any, struct: type[msgspec.Struct], path: str) -> Iterator[str]:
    import msgspec

    if type(value) is not dict:
        yield f"{path or 'the line'}: expected an object with fields, got {_kind_of(value)}"
        return
    hints, dot = typing.get_type_hints(struct), f"{path}." if path else ""
    fields = {field.name: field for field in msgspec.structs.fields(struct)}
    for name in value:
        if name not in fields:
            yield f"{path or 'the line'}: a field that is not known{_said(name)}; the fields are {', '.join(fields)}"
    for name, field in fields.items():
        if name in value:
            yield from _wrong(value[name], hints[name], f"{dot}{name}")
        elif field.required:
            yield f"{dot}{name}: missing; expected {expected(name, hints[name])}"


def _said(name: str) -> str:
    return f" ({name})" if _NAME.fullmatch(name) else ""


def untold(command: IssueInvoice, sentence: str) -> str:
    """A refusal of an invoice with the names of fields in place of their texts, which may name a person."""
    head, bracket, about = sentence.rpartition(" (")
    if not bracket or ": " in about:
        return sentence
    texts = [("invoice_id", command.invoice_id), ("series", command.series)]
    texts += [(f"payers[{index}].account_id", one.account_id) for index, one in enumerate(command.payers)]
    texts += [(f"lines[{index}].service_code", one.service_code) for index, one in enumerate(command.lines)]
    for path, text in sorted(texts, key=lambda one: -len(one[1])):
        about = re.sub(rf"(?<![\w\[.-]){re.escape(text)}(?![\w\[-])", path, about)
    return f"{head} ({about}"


def expected(path: str, hint: Any) -> str:
    """What a field takes, in words."""
    kind = _bare(hint)
    if path.endswith("_minor"):
        return "a whole number of minor units (400.00 is written 40000)"
    if typing.get_origin(kind) is typing.Literal:
        return " or ".join(typing.get_args(kind))
    if typing.get_origin(kind) is tuple:
        return "a list"
    if _is_struct(kind):
        return "an object"
    return {date: "a day such as 2026-10-31", int: "a whole number", bool: "true or false"}.get(kind, "a text")


def _bare(hint: Any) -> Any:
    """A type without null, which a field that may be left out also takes."""
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        return next(one for one in typing.get_args(hint) if one is not type(None))
    return hint


def _is_struct(kind: Any) -> bool:
    import msgspec

    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def _fits(value: Any, hint: Any) -> bool:
    import msgspec

    try:
        msgspec.convert(value, hint, strict=True)
    except ValueError:
        return False
    return not isinstance(value, str) or _is_text(value)


def _is_text(value: str) -> bool:
    """Whether it has whole characters only: JSON can write half of one."""
    return not any("\ud800" <= one <= "\udfff" for one in value)


def _kind_of(value: Any) -> str:
    """The kind of a value; the value itself may name a person."""
    if type(value) is float:
        return "a number with decimals" if math.isfinite(value) else "a number that is too large, or none"
    if type(value) is str and not _is_text(value):
        return "half a character"
    names = {str: "a text" if value else "an empty text", int: "a number", bool: "true or false"}
    return {**names, list: "a list", dict: "an object"}.get(type(value), "nothing")

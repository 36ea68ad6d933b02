"""Decodes files of text in which formats prescribe no encoding, or banks do not keep to it."""

from __future__ import annotations

import re
from typing import Final

from reconciliation.statements.file_edges import encoding_of
from reconciliation.statements.problems import Problem, refuse, warning

_LATIN: Final = "ISO-8859-1"
# No letters, in any of the encodings below.
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]")


def decode(data: bytes, own: str) -> tuple[str, str, list[Problem]]:
    """A file's text, the name of its encoding, and what is wrong with it.

    The encoding is that of the byte order mark; without a mark it is UTF-8 if the bytes allow it, and otherwise the
    format's `own`, of which each letter has one byte. Bytes that `own` does not define are read as ISO-8859-1.
    """
    marked = encoding_of(data)
    if marked:
        try:
            text = data.decode(marked).removeprefix("\ufeff")
        except UnicodeDecodeError:
            told = f"the bytes are not in {marked.upper()}, which the file is marked with: fetch the file again"
            return data.decode(marked, "replace"), marked.upper(), [refuse("encoding_wrong", told, "file")]
        return text, marked.upper(), _damaged(text, marked.upper())
    for encoding in ("UTF-8", own):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        # The letters of ASCII are the same in all of them.
        shown = own if data.isascii() else encoding
        return text, shown, _damaged(text, shown)
    text = data.decode(_LATIN)
    return text, _LATIN, _damaged(text, own)


def _damaged(text: str, encoding: str) -> list[Problem]:
    if not _CONTROL.search(text):
        return []
    told = f"some characters are not letters in {encoding}, so texts were damaged before the file arrived here"
    return [warning("characters_damaged", told, "file")]

"""Decodes files of text in which formats prescribe no encoding, or banks do not keep to it."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Final

from reconciliation.statements.file_edges import decodes, encoding_of
from reconciliation.statements.problems import Problem, refuse, warning

_LATIN: Final = "ISO-8859-1"
_MARK: Final = "\ufeff"
_PIECE: Final = 1 << 17
# No letters, in any of the encodings below.
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]")


class PlainText:
    """A file of text: the name of its encoding, its text, and what is wrong with it.

    The encoding is that of the byte order mark; without a mark it is UTF-8 if the bytes allow it, and otherwise the
    format's `own`, of which each letter has one byte. Bytes that `own` does not define are read as ISO-8859-1.
    """

    def __init__(self, data: bytes, own: str) -> None:
        self._data = data
        self.problems: list[Problem] = []
        marked = encoding_of(data)
        self._codec = marked or next(one for one in ("UTF-8", own, _LATIN) if decodes(data, one))
        # The letters of ASCII are the same in all of them.
        self.encoding = marked.upper() if marked else own if data.isascii() else self._codec
        if marked and not decodes(data, marked):
            told = f"the bytes are not in {self.encoding}, which the file is marked with: fetch the file again"
            self.problems.append(refuse("encoding_wrong", told, "file"))
        elif any(map(_CONTROL.search, self.pieces())):
            meant = own if self._codec == _LATIN else self.encoding
            told = f"some characters are not letters in {meant}, so texts were damaged before the file arrived here"
            self.problems.append(warning("characters_damaged", told, "file"))

    def pieces(self) -> Iterator[str]:
        """The text in pieces of one length; each is decoded when it is asked for, so no file is in memory twice."""
        opened = self._opened()
        return iter(lambda: opened.read(_PIECE), "")

    def lines(self) -> Iterator[str]:
        """The lines with their ends, each decoded when it is asked for."""
        return iter(self._opened())

    def _opened(self) -> io.TextIOWrapper:
        opened = io.TextIOWrapper(io.BytesIO(self._data), self._codec, "replace", newline="\n")
        if opened.read(len(_MARK)) != _MARK:
            opened.seek(0)
        return opened

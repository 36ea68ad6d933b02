"""Removes what programs and disks add before and after a file's content: marks, blank lines, NULs, Ctrl-Z."""

from __future__ import annotations

import codecs
import re
from typing import AnyStr, Final

# White space, the NULs with which disks and mainframes fill a block, and Ctrl-Z, the end-of-file mark of DOS.
_BLANK: Final = b"\x00\x1a \t\r\n\x0b\x0c"
# Longer marks come first, because the mark of UTF-32 begins with that of UTF-16.
_WIDE: Final = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# The first byte and the last ones of a file with nothing before or after its content but a line end and an empty line.
# The last record may be filled with spaces.
_PLAIN: Final = re.compile(rb"[!-~].*[!-~] *(?:\r?\n){0,2}", re.DOTALL)
_LAST: Final = 512
_CHUNK: Final = 1 << 20
_DECLARATION: Final = r"<\?xml\s[^>]*>"


def content_of(data: bytes) -> bytes:
    """A file's content, without anything after it, and with at most a byte order mark and line ends before it.

    XML allows nothing before its declaration, so line ends are moved behind the declaration. They are not removed,
    because positions in the file are given as line numbers.
    """
    encoding = encoding_of(data)
    if encoding in (None, "utf-8"):
        if _PLAIN.fullmatch(data[:1] + data[-_LAST:]):
            return data  # Most files; without their last blanks, they would be in memory twice.
        lines = (b"\n", _DECLARATION.encode())
        content = _bare(data, _BLANK, codecs.BOM_UTF8, *lines)
        return codecs.BOM_UTF8 + content if content and encoding else content
    if len(data) % 2:
        # A program that ignored the encoding has appended a single byte; any other odd byte is part of a cut character.
        data = data[:-1] if data[-1:].strip(_BLANK) == b"" else data
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return data
    content = _bare(text, _BLANK.decode(), "\ufeff", "\n", _DECLARATION).encode(encoding)
    return {name: mark for mark, name in _WIDE}[encoding] + content if content else content


def start_of(head: bytes) -> bytes:
    """What a file says first, given its first bytes: without the mark of UTF-8 and the blanks before it."""
    return head.removeprefix(codecs.BOM_UTF8).lstrip()


def encoding_of(data: bytes) -> str | None:
    """The encoding that a byte order mark or the first `<` shows; None if a letter has one byte and there is no mark.

    Only blanks may come before the mark or the `<`.
    """
    for mark, encoding in _WIDE:
        if data.startswith(mark):
            return encoding
    start = data[:1024]
    if start.lstrip(_BLANK).startswith(codecs.BOM_UTF8):
        return "utf-8"
    at = start.find(b"<")
    if at < 0 or start[:at].strip(_BLANK + codecs.BOM_UTF16) or start[at + 1 : at + 2] != b"\x00":
        return None
    # In a character of two bytes, the byte that is not NUL comes first or last.
    return "utf-16-be" if at % 2 else "utf-16-le"


def codec_of(data: bytes) -> str | None:
    """Python's name for the encoding of `encoding_of`: one that takes the byte order mark away, if there is one."""
    shown = encoding_of(data)
    if shown == "utf-8":
        return "utf-8-sig"
    marked = shown is not None and data.startswith(tuple(mark for mark, _ in _WIDE))
    return shown.removesuffix("-le").removesuffix("-be") if shown and marked else shown


def decodes(data: bytes, codec: str) -> bool:
    """Whether all bytes are in an encoding; in pieces, so that a large file is never in memory twice."""
    if codec.lower() == "utf-8" and data.isascii():
        return True
    decoder = codecs.getincrementaldecoder(codec)()
    try:
        for start in range(0, len(data), _CHUNK):
            decoder.decode(data[start : start + _CHUNK])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _bare(content: AnyStr, blank: AnyStr, mark: AnyStr, newline: AnyStr, declaration: AnyStr) -> AnyStr:
    while content != (shorter := content.rstrip(blank).removesuffix(mark)):
        content = shorter
    whole = content
    while content != (shorter := content.lstrip(blank).removeprefix(mark)):
        content = shorter
    lines = newline * whole[: len(whole) - len(content)].count(newline)
    if not lines:
        return content
    declared = re.match(declaration, content)
    end = declared.end() if declared else 0
    return content[:end] + lines + content[end:]

"""Reads entries that have the form of earlier ones, without building their XML.

In a bank's file, most entries differ only in their texts. Once some entries of one form have passed the XML parser, the
next ones are taken from the bytes by a pattern: the markup must be the same to the last byte, and the texts must not
contain markup, references or control characters. The parser would accept such an entry in this place and find the same
fields, so it is given only the entry's line ends. Which text is which field is found by reading an example of the form,
whose texts are marks, in the same way as any entry is read.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from operator import itemgetter
from typing import Any, Final, NamedTuple

from lxml import etree

from reconciliation.statements.camt.fields import DETAIL, ENTRY
from reconciliation.statements.file_edges import encoding_of
from reconciliation.statements.xml_fields import Fields, Names, gather, line_of
from reconciliation.statements.xml_guard import prolog

# At most so many bytes are given to the parser at once, so that an entry with many details is never whole in memory.
_AT_ONCE: Final = 32_768
# A pattern is made of a form that was met so often, because making it takes as long as parsing many entries.
_OFTEN: Final = 10
# A file with more forms, and longer entries, are read by the parser alone.
_MOST_FORMS: Final = 200
_LONGEST: Final = 8_192

_DECLARED: Final = re.compile(r"<\?xml\s[^>]*?\bencoding\s*=\s*[\"']([^\"']*)[\"']")
_END: Final = re.compile(rb"</(?:[A-Za-z_][\w.-]*:)?Ntry>")
_NAME: Final = rb"[A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?"
_QUOTED: Final = rb"(?:\"[^\"<>&\x00-\x1f\x7f-\xff]*\"|'[^'<>&\x00-\x1f\x7f-\xff]*')"
_TAG: Final = b"</?" + _NAME + b"(?: " + _NAME + b"=" + _QUOTED + b")*/?>"
# The byte EF begins U+FFFE and U+FFFF, which XML forbids.
_TEXT: Final = rb"[^<>&\x00-\x1f\xef]{1,5000}"
_PLAIN: Final = re.compile(rb"[ \t\r\n]*(?:" + _TAG + b"(?:" + _TEXT + rb"|[ \t\r\n]*)(?=<|\Z))+")
_BETWEEN: Final = re.compile(rb">([^<]*)<")
_PREFIX: Final = re.compile(rb"[< ]/?([A-Za-z_][\w.-]*):")
# Of the elements that the reader watches, a form has one entry and its details.
_WATCHED: Final = frozenset({"GrpHdr", "Stmt", "Ntfctn", "Rpt", "Ntry", "TxDtls"})
_MARK: Final = "\ue000"

# Takes a value, such as a field or a mapping of fields, from the texts of an entry.
Taking = Callable[[Sequence[str]], Any]


class Repeated(NamedTuple):
    """An entry with the form of earlier ones: its fields, those of its details, and the lines on which these start."""

    fields: Fields
    details: list[tuple[Fields, int | None]]
    starts: int


class _Form:
    """A form of entries: the pattern of their bytes, and which of their texts is which field."""

    def __init__(self, markup: Sequence[bytes], blanks: Sequence[bytes | None], entry: etree._Element) -> None:
        pattern = [re.escape(markup[0])]
        for blank, tags in zip(blanks, markup[1:], strict=True):
            between = b"(" + _TEXT + b")" if blank is None else re.escape(blank)
            pattern += (b">", between, b"<", re.escape(tags))
        self._pattern = re.compile(b"".join(pattern))
        names = Names()
        details = list(entry.iter("{*}TxDtls"))
        texts = blanks.count(None)
        self._details = [(_taking(gather(one, DETAIL, names, {}), texts), line_of(one) - 1) for one in details]
        self._fields, self._starts = _taking(gather(entry, ENTRY, names, {}), texts), line_of(entry) - 1
        self.lines = sum(part.count(b"\n") for part in (*markup, *(blank for blank in blanks if blank)))

    def match(self, data: bytes, at: int, line: int) -> tuple[int, Repeated] | None:
        """Where an entry of this form ends that begins at a place and line of the file, and the entry."""
        found = self._pattern.match(data, at)
        if found is None:
            return None
        try:
            joined = b"\x00".join(found.groups()).decode()
        except UnicodeDecodeError:
            return None
        texts, upper = joined.split("\x00"), joined.upper()
        texts += texts if upper == joined else upper.split("\x00")
        edges = f"\x00{joined}\x00"
        if not joined.isascii() or "\x00 " in edges or " \x00" in edges:
            texts = [text.strip() for text in texts]
            if not all(texts):
                return None
        details: list[tuple[Fields, int | None]] = [(take(texts), line + lines) for take, lines in self._details]
        return found.end(), Repeated(self._fields(texts), details, line + self._starts)


class Source:
    """A file in the pieces that the XML parser must read, and the entries between them that repeat a form."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at, self._line = data, 0, 1
        end = _END.search(data) if _is_utf8(data) else None
        self._end = end[0] if end else b""
        self._forms: list[_Form] = []
        self._met: Counter[tuple[bytes, ...]] = Counter()
        # How many line ends of entries that were taken without the parser it has not read yet.
        self._passed = 0

    def pieces(self) -> Iterator[bytes]:
        """What the parser must read: each piece ends with an entry, unless that is too far away."""
        while self._at < len(self._data):
            most = self._at + _AT_ONCE
            found = self._data.find(self._end, self._at, most) if self._end else -1
            piece = self._data[self._at : most if found < 0 else found + len(self._end)]
            self._at += len(piece)
            self._line += piece.count(b"\n")
            yield piece

    def learn(self, piece: bytes) -> bool:
        """Remember the form of a piece in which the parser found the start and the end of one entry.

        Returns whether the parser is between two entries now. It is if the piece is plain: nothing in such a piece can
        end a comment or a section of characters, so an entry found in the piece is in neither of them.
        """
        if not self._end or len(piece) > _LONGEST or not piece.endswith(self._end) or not _PLAIN.fullmatch(piece):
            return False
        parts = _BETWEEN.split(piece)
        form = tuple(_MARK.encode() if index % 2 and part.strip() else part for index, part in enumerate(parts))
        self._met[form] += 1
        if len(self._met) > _MOST_FORMS:
            self._end, self._forms = b"", []
        elif self._met[form] == _OFTEN:
            markup, blanks = parts[0::2], [None if text.strip() else text for text in parts[1::2]]
            entry = _example(markup, blanks)
            if entry is not None:
                self._forms.insert(0, _Form(markup, blanks, entry))
        return True

    def repeated(self) -> Iterator[Repeated]:
        """The entries that come next and have a known form; the parser must be between two entries."""
        while found := self._next():
            form, (end, entry) = found
            self._at, self._line, self._passed = end, self._line + form.lines, self._passed + form.lines
            yield entry

    def line_ends(self) -> bytes:
        """The line ends of the entries that were taken without the parser, which counts lines."""
        lines, self._passed = self._passed, 0
        return b"\n" * lines

    def _next(self) -> tuple[_Form, tuple[int, Repeated]] | None:
        for index, form in enumerate(self._forms):
            found = form.match(self._data, self._at, self._line)
            if found is not None:
                if index:
                    # The next entry probably has the form of this one.
                    self._forms.insert(0, self._forms.pop(index))
                return form, found
        return None


def _is_utf8(data: bytes) -> bool:
    declared = _DECLARED.search(prolog(data))
    return encoding_of(data) in (None, "utf-8") and (declared is None or declared[1].upper() == "UTF-8")


def _example(markup: Sequence[bytes], blanks: Sequence[bytes | None]) -> etree._Element | None:
    """An entry whose texts are marks; None if the markup is anything else than one entry with its details."""
    marks = (f"x{_MARK}{number}".encode() for number in count())
    between = [next(marks) if blank is None else blank for blank in blanks]
    whole = markup[0] + b"".join(b">%b<%b" % (text, tags) for text, tags in zip(between, markup[1:], strict=True))
    prefixes = {b' xmlns:%b="x"' % one for one in _PREFIX.findall(whole) if not one.startswith(b"xml")}
    try:
        around = etree.fromstring(b"<x%b>%b</x>" % (b"".join(prefixes), whole))
    except etree.XMLSyntaxError:
        return None
    names = [etree.QName(one).localname for one in around.iter()]
    watched = [name for name in names if name in _WATCHED]
    within = [one for one in around.iter("{*}TxDtls") if next(one.iterancestors("{*}TxDtls"), None) is not None]
    alone = len(around) == 1 and names[1] == "Ntry" and set(watched[1:]) <= {"TxDtls"} and not within
    return around[0] if alone else None


def _taking(value: Any, count: int) -> Taking:
    """How to take what was read of marks, from so many texts and the same texts in upper case behind them."""
    if isinstance(value, dict):
        return _taking_fields(value, count)
    if isinstance(value, list):
        parts = [_taking(part, count) for part in value]
        return lambda texts: [part(texts) for part in parts]
    if isinstance(value, tuple):
        currency, amount = value
        if amount is None:
            return lambda texts: (currency, None)
        at = _place(amount, count)
        return lambda texts: (currency, texts[at])
    return itemgetter(_place(value, count))


def _taking_fields(fields: Fields, count: int) -> Taking:
    alone = {name: _place(mark, count) for name, mark in fields.items() if isinstance(mark, str)}
    others = [(name, _taking(part, count)) for name, part in fields.items() if name not in alone]
    # Of one place alone, `itemgetter` makes no tuple.
    names, take = (*alone, *alone), itemgetter(*alone.values(), *alone.values()) if alone else lambda _: ()

    def taken(texts: Sequence[str]) -> Fields:
        found: Fields = dict(zip(names, take(texts)))  # noqa: B905  both have one length; asking takes time
        for name, part in others:
            found[name] = part(texts)
        return found

    return taken


def _place(mark: str, count: int) -> int:
    letter, _, number = mark.partition(_MARK)
    return int(number) + (count if letter.isupper() else 0)

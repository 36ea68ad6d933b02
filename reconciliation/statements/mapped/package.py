"""Opens the ZIP package of a workbook without trusting it: nothing large is unpacked, and no XML reaches outside.

Source: ECMA-376, parts 1 and 2 (Office Open XML); APPNOTE.TXT (ZIP).
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import Final

from lxml import etree

from reconciliation.statements.problems import Problem, refuse
from reconciliation.statements.xml_guard import HEAD_BYTES, document_type

_MOST_MEMBERS: Final = 2_000
# What one part of a workbook may have when it is unpacked: a sheet with a million rows has less. What a spreadsheet
# program writes becomes ten to fifty times smaller, and a bomb thousands of times.
_LARGEST: Final = 512 * 1024 * 1024
_MOST_PACKED: Final = 200
_SMALL: Final = 1024 * 1024
_AGAIN: Final = "ask for the file again, or as CSV"
# What the libraries raise for a part that is damaged, cut off, encrypted or packed in an unknown way.
_BROKEN: Final = (
    etree.XMLSyntaxError,
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    LookupError,
    RuntimeError,
    ValueError,
)


class Unreadable(Exception):
    """A workbook cannot be read; `problem` says why."""

    def __init__(self, code: str, told: str, raw_position: str = "file") -> None:
        super().__init__(code)
        self.problem: Problem = refuse(code, told, raw_position)


class Package:
    """The parts of a workbook; raises Unreadable with workbook_damaged, workbook_too_large or xml_document_type."""

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except _BROKEN:
            raise _damaged() from None
        if len(self._zip.infolist()) > _MOST_MEMBERS:
            raise _too_large()

    def names(self) -> list[str]:
        """The names of all parts."""
        return self._zip.namelist()

    def elements(
        self, name: str, *tags: str, starts: bool = False, largest: int = _LARGEST
    ) -> Iterator[tuple[str, etree._Element]]:
        """The elements with these names in a part, each as it ends and, if asked, as it begins; none if it is missing.

        Whoever has used an element clears it, so that a part is never in memory as a whole.
        """
        if name not in self._zip.namelist():
            return
        about = self._zip.getinfo(name)
        if about.file_size > largest or about.file_size > about.compress_size * _MOST_PACKED + _SMALL:
            raise _too_large()
        try:
            with self._zip.open(name) as head:
                forbidden = document_type(head.read(HEAD_BYTES))
            if forbidden is not None:
                raise Unreadable(forbidden.code, f"a part of the workbook has a document type (DTD): {_AGAIN}")
            with self._zip.open(name) as part:
                yield from etree.iterparse(
                    part,
                    events=("start", "end") if starts else ("end",),
                    tag=[f"{{*}}{tag}" for tag in tags],
                    resolve_entities=False,
                    no_network=True,
                    load_dtd=False,
                    huge_tree=False,
                )
        except _BROKEN:
            raise _damaged() from None


def is_workbook(data: bytes) -> bool:
    """Whether content is a workbook (XLSX) without a password. Bit 0 of the general purpose flag says a password."""
    return data.startswith(b"PK\x03\x04") and not int.from_bytes(data[6:7], "big") & 1 and b"xl/workbook.xml" in data


def _damaged() -> Unreadable:
    return Unreadable("workbook_damaged", f"the workbook is damaged or cut off: {_AGAIN}")


def _too_large() -> Unreadable:
    told = f"a part of the workbook is larger, or packed more tightly, than in any genuine one: {_AGAIN}"
    return Unreadable("workbook_too_large", told)

"""The known formats: recognises a file's format by its content, never by its name, and reads the file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Protocol, cast

from reconciliation.statements import xml_guard
from reconciliation.statements.adyen import reader as adyen
from reconciliation.statements.autogiro import reader as autogiro
from reconciliation.statements.bai2 import reader as bai2
from reconciliation.statements.bgmax import reader as bgmax
from reconciliation.statements.camt import reader as camt
from reconciliation.statements.coda import reader as coda
from reconciliation.statements.containers import container
from reconciliation.statements.file_edges import content_of, encoding_of
from reconciliation.statements.kept import KEEP, Keep
from reconciliation.statements.klarna import reader as klarna
from reconciliation.statements.ktl import reader as ktl
from reconciliation.statements.mapped import reader as mapped
from reconciliation.statements.mapped.package import is_workbook
from reconciliation.statements.mollie import reader as mollie
from reconciliation.statements.mt940 import reader as mt940
from reconciliation.statements.norma43 import reader as norma43
from reconciliation.statements.ocr_giro import reader as ocr_giro
from reconciliation.statements.ofx import reader as ofx
from reconciliation.statements.pain002 import reader as pain002
from reconciliation.statements.paypal import reader as paypal
from reconciliation.statements.problems import Problem, refuse
from reconciliation.statements.rows import nothing_read
from reconciliation.statements.shape import Parsed, Profile
from reconciliation.statements.stripe import reader as stripe
from reconciliation.statements.swish import reader as swish
from reconciliation.statements.tito import reader as tito
from reconciliation.statements.traits import Traits
from reconciliation.statements.x12_835 import reader as x12_835


class Format(Protocol):
    """What a reader module offers: the traits of its formats, and functions to recognise and read a file."""

    TRAITS: tuple[Traits, ...]

    def recognise(self, head: bytes) -> str | None:
        """The format's name if a file with this beginning is in one of the module's formats, else None."""

    def read(self, data: bytes, profile: Profile) -> Parsed:
        """Read as much of a whole file as can be read; bad content is reported and never raises an exception."""


# One row for each format; the first format that recognises a file is used to read it.
_READERS = cast(
    "tuple[Format, ...]",
    (
        camt,
        pain002,
        bgmax,
        mt940,
        norma43,
        bai2,
        ofx,
        ocr_giro,
        tito,
        ktl,
        coda,
        autogiro,
        x12_835,
        adyen,
        klarna,
        mollie,
        paypal,
        stripe,
        swish,
    ),
)
# The traits of each format, by the format's name.
TRAITS: Mapping[str, Traits] = {
    one.format: one for traits in (*(reader.TRAITS for reader in _READERS), mapped.TRAITS) for one in traits
}
_KNOWN: Final = ", ".join(one.format for reader in _READERS for one in reader.TRAITS)


def read(data: bytes, profile: Profile | None = None, keep: Keep | None = None) -> Parsed:
    """Read a file in any known format; bad content never raises an exception, but is reported in `problems`.

    `keep` takes what is too much for memory, and gives it back.
    """
    before = KEEP.set(keep)
    try:
        return _read(data, profile)
    finally:
        KEEP.reset(before)


def _read(data: bytes, profile: Profile | None) -> Parsed:
    content = content_of(data)
    if not content:
        return nothing_read(None, refuse("file_empty", "the file is empty: fetch it again", "byte 1"))
    reader = _reader(content[: xml_guard.HEAD_BYTES].rstrip())
    if reader is None:
        # A container is recognised by its own bytes, of which the last ones may be NULs.
        return _read_mapped(data, profile or Profile()) or nothing_read(None, container(data) or _unknown(content))
    return reader.read(content, profile or Profile())


def _read_mapped(data: bytes, profile: Profile) -> Parsed | None:
    """Read a table; none if the content is no table."""
    is_other = (container(data) and not is_workbook(data)) or xml_guard.is_xml(data)
    return None if is_other else mapped.read(data, profile)


def _reader(head: bytes) -> Format | None:
    if container(head):
        return None
    return next((reader for reader in _READERS if reader.recognise(head)), None)


def _unknown(content: bytes) -> Problem:
    forbidden = xml_guard.document_type(content) if xml_guard.is_xml(content) else None
    if forbidden is None and not xml_guard.is_xml(content) and (wide := encoding_of(content)) not in (None, "utf-8"):
        told = f"the file is in {str(wide).upper()}, and known content was looked for in vain: fetch it again in UTF-8"
        return refuse("format_unknown", told, "byte 1")
    return forbidden or refuse(
        "format_unknown",
        f"no reader knows this content; known formats are {_KNOWN}: check that the file is a statement in one of these "
        "formats",
        "byte 1",
    )

"""Sets the references of a line: those in the payer's reference fields, and beside them those in the payer's texts."""

from __future__ import annotations

from collections.abc import Sequence, Set
from typing import NamedTuple

from msgspec.structs import replace

from ledger.domain.references import without_padding
from reconciliation.statements.free_text import SHORTEST, in_text, is_personal
from reconciliation.statements.references import Reference
from reconciliation.statements.shape import Line


class Field(NamedTuple):
    """A reference field, as it is written and as it is read."""

    written: str
    reference: Reference


def quote(line: Line, fields: Sequence[Field], texts: Sequence[str], country: str | None) -> None:
    """Set a line's references. A lone field with several words is read like a text: one of them may be ours.

    What a text says beside the fields is kept too, because it may contradict them. Which of all that is ours, only the
    book knows.
    """
    if not fields:
        line.hint(in_text(texts, country), texts)
        return
    named = [field.reference for field in fields]
    if not texts and len(fields) == 1 and named[0].kind != "text" and not _has_words(fields[0].written):
        line.refer(named)  # Nearly every payment: one reference, and no words beside it.
        return
    if len(fields) == 1 and (said := _as_text(fields[0], texts, country)):
        line.refer([Reference(fields[0].written, "text"), *said])
        return
    known = {without_padding(one.reference) for one in named}
    if len(fields) == 1 and named[0].kind == "text":
        # The bank may have cut what goes on in the text.
        read = [in_text([fields[0].written, *texts], country)]
    else:
        read = [in_text([field.written], country) for field in fields if _has_words(field.written)]
        read += [in_text(texts, country)] if _says_more(texts, known) else []
    beside = dict.fromkeys(one for found in read for one in found if without_padding(one.reference) not in known)
    line.refer([*named, *beside])
    if _has_words(fields[0].written):
        line.reference_personal = is_personal(named[0].reference, [fields[0].written])


def _as_text(field: Field, texts: Sequence[str], country: str | None) -> list[Reference]:
    """The references of a field in which a word of its own is a reference, such as ours beside a personal number.

    Otherwise nothing: the words are the groups of one reference.
    """
    whole = field.reference
    if whole.kind == "text" or not _has_words(field.written):
        return []
    words = [one for one in in_text([field.written], country) if one.reference != whole.reference]
    if not words:
        return []
    written = [replace(one, amount_minor=whole.amount_minor) for one in (replace(whole, found_as="number"), *words)]
    known = {one.reference for one in written}
    return [*written, *(one for one in in_text(texts, country) if one.reference not in known)]


def _says_more(texts: Sequence[str], known: Set[str]) -> bool:
    """Whether texts can have a reference beside those that are known: searching them takes as long as all the rest."""
    more = "".join(word for text in texts for word in text.upper().split() if word not in known)
    return "RF" in more or sum(map(str.isdigit, more)) >= SHORTEST


def _has_words(written: str) -> bool:
    return len(written.split()) > 1

"""Finds the references that payers write into free text; which of them are ours, only the book knows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from msgspec.structs import replace

from ledger.domain.identifier import personal_digits
from reconciliation.statements.references import Reference, is_rf, kind_of

_WORD: Final = re.compile(r"[^\W_]+")
_DIGITS: Final = re.compile(r"[0-9]+")
# A creditor reference is printed in groups of four. Source: ISO 11649, presentation on paper.
_GROUP: Final = 4
_LONGEST_RF: Final = 25
_GAP: Final = re.compile(r"[\s.\-]{1,3}")
_RF_START: Final = re.compile(r"RF[0-9]{2}[A-Z0-9]*", re.ASCII)
_LABEL: Final = re.compile(r"OCR[\W_]*(?:NR|NUMMER|REFERENS|REF)?[\W_]*$")
# Shorter numbers in a text are ignored: they may be years, floor numbers or days, and ten per cent of them pass the
# Luhn check.
SHORTEST: Final = 5
# The kind of a country's own references, if they are not OCR references.
_NATIONAL: Final[dict[str | None, str]] = {"FI": "viite", "NO": "kid"}
_LONGEST_OCR: Final = 25


class _Found(NamedTuple):
    """A reference, and where in the text it begins and ends."""

    begins: int
    ends: int
    reference: Reference


def in_text(parts: Sequence[str], country: str | None) -> list[Reference]:
    """Find references with valid check digits in free text; returns them without duplicates, in the order of the text.

    Each bank breaks texts at a width of its own, even inside words, so what a break may have cut is also searched for.
    A number that reaches a break behind which digits follow may be the beginning of a longer one: the longer one is
    found too, even if its check digit is wrong, so that nobody takes the shorter one for certain. If nothing is found,
    the parts are joined without spaces and searched again.
    """
    upper = [part.upper() for part in parts]
    found = [one.reference for part in upper for one in _in_part(part, country)]
    found += _over_breaks(upper, country)
    if not found:
        found = [one.reference for one in _in_part(joined(upper), country)]
    found = [_unless_begun(one, found) for one in found]
    named = {one.reference for one in found if one.found_as == "reference"}
    # A number that is also named as a reference is one reference.
    return list(dict.fromkeys(one for one in found if one.found_as == "reference" or one.reference not in named))


def _unless_begun(one: Reference, found: Sequence[Reference]) -> Reference:
    """A creditor reference; not said to be one if it is by chance the beginning of a longer one."""
    begun = one.kind == "rf" and any(
        longer.reference[: len(one.reference)] == one.reference != longer.reference for longer in found
    )
    return replace(one, found_as="number") if begun else one


def is_personal(reference: str, parts: Sequence[str]) -> bool:
    """Whether a reference from free text is, contains or belongs to what looks like a person's number or birth date.

    It may be one of our own all the same; if it is not, it must not be kept.
    """
    digits = reference[4:] if _RF_START.fullmatch(reference) else reference
    named = {one for text in (" ".join(parts), joined(parts)) for one in personal_digits(text)}
    return any(one in digits or (len(digits) >= SHORTEST and digits in one) for one in named)


def joined(parts: Sequence[str]) -> str:
    """The text without spaces, and so without the breaks of lines."""
    return "".join("".join(parts).split())


def _in_part(part: str, country: str | None) -> Iterator[_Found]:
    """The references in a text in upper case; no national reference is looked for within a creditor reference."""
    words = list(_WORD.finditer(part))
    taken: list[tuple[int, int]] = []
    for index, word in enumerate(words):
        if not _begins(words, index):
            continue
        creditor = [_Found(word.start(), end, one) for end, one in _creditor_references(part, words[index:])]
        taken.append((word.start(), creditor[-1].ends if creditor else word.end()))
        yield from creditor
    for run in _DIGITS.finditer(part):
        within = any(begins <= run.start() < ends for begins, ends in taken)
        kind = None if within or not SHORTEST <= len(run[0]) <= _LONGEST_OCR else kind_of(run[0], country)
        if kind is not None:
            found_as = "reference" if _LABEL.search(part[: run.start()]) else "number"
            yield _Found(run.start(), run.end(), Reference(run[0], kind, True, found_as=found_as))


def _begins(words: Sequence[re.Match[str]], index: int) -> bool:
    """Whether a creditor reference may begin with this word: RF and its check digits, perhaps after a space."""
    word = words[index][0]
    apart = word == "RF" and index + 1 < len(words) and _DIGITS.match(words[index + 1][0][:2]) is not None
    return apart or _RF_START.fullmatch(word) is not None


def _creditor_references(text: str, words: Sequence[re.Match[str]]) -> Iterator[tuple[int, Reference]]:
    """The runs of words that form a correct creditor reference: the shortest, and those that further groups make of it.

    The longest counts as the one that is meant.
    """
    run, end, found = "", words[0].start(), False
    for word in words:
        if run and not _GAP.fullmatch(text[end : word.start()]):
            return
        if found and (len(word[0]) > _GROUP or not _DIGITS.search(word[0])):
            return
        run, end = run + word[0], word.end()
        if len(run) > _LONGEST_RF:
            return
        if is_rf(run):
            found = True
            yield end, Reference(run, "rf", True, found_as="reference")


def _over_breaks(parts: Sequence[str], country: str | None) -> Iterator[Reference]:
    """The references that a break between two parts has cut, and the longer numbers that may be meant."""
    whole = "".join(parts)
    ends = [sum(map(len, parts[: number + 1])) for number in range(len(parts) - 1)]
    found = list(_in_part(whole, country))
    for one in found:
        if any(one.begins < end < one.ends for end in ends):
            # Said to be a reference: it must be ours, or nothing beside it is certain.
            yield Reference(one.reference.reference, one.reference.kind, True, found_as="reference")
    for run in _DIGITS.finditer(whole):
        cut = [end for end in ends if run.start() < end < run.end()]
        creditor = any(one.begins < run.start() < one.ends for one in found)
        if not creditor and cut and run.end() - run.start() >= SHORTEST and kind_of(run[0], country) is None:
            pieces = [whole[a:b] for a, b in zip([run.start(), *cut], [*cut, run.end()], strict=True)]
            if any(len(piece) >= SHORTEST and kind_of(piece, country) for piece in pieces):
                yield Reference(run[0], _NATIONAL.get(country, "ocr"), False, found_as="reference")

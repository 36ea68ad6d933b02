"""Numbers of our own accounts that stand where a payer's reference may stand: they say to whom was paid, not for what.

A bankgiro or an account number often has the right check digit of a reference by chance, or because its country makes
both alike. So the bank's line for a sum, which names our account, would be the payment of a payer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Final, NamedTuple

import polars as pl

# Blanks, points and hyphens, in which one number may be written.
_BETWEEN: Final = r"[\s.\-\u00ad\u2010-\u2014\u2212]"
_KIND_BEFORE: Final = r"^(?:IBAN|BANKGIRO|BG|PLUSGIRO|PG):?"
_IBAN: Final = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
# Banks leave out where an account is held: the last seven digits of a number, or nine in a row, are no other's.
_LEAST_LAST: Final = 7
_LEAST_WITHIN: Final = 9
# A shorter number in a text is none that could be a reference.
_LEAST_IN_TEXT: Final = 5
_OF_REFERENCE: Final = ("reference", "reference_kind", "reference_valid", "reference_amount_minor")
# The number of ours that stands in place of an entry's reference.
OWN: Final = "own_number"


class _Forms(NamedTuple):
    """How our numbers are written: what is one of them, all digits of each, and what of each a text has to have."""

    whole: frozenset[str]
    digits: tuple[str, ...]
    cores: tuple[str, ...]


def left_out(entries: pl.DataFrame, numbers: Iterable[str]) -> pl.DataFrame:
    """The entries without references that are numbers of ours, and with the `own_number` that was one's reference.

    That is so also if a request has such a reference by chance: then a person decides, to whom it is suggested.
    """
    forms = _forms(frozenset(numbers))
    if not forms.whole:
        return entries.with_columns(pl.lit(None, pl.String).alias(OWN))
    own = _is_own(pl.col("reference"), forms)
    beside = pl.col("further_references").list.eval(
        pl.element().filter(~_is_own(pl.element().struct.field("reference"), forms))
    )
    several = pl.col("further_references").list.len().fill_null(0) > 0
    if entries.select(several.any()).item():
        entries = entries.with_columns(further_references=pl.when(several).then(beside).otherwise("further_references"))
    return _of_reference(_of_texts(entries.with_columns(_own=own), forms))


def as_written(entries: pl.DataFrame) -> pl.Expr:
    """The reference as the file has it, by which an entry is known whichever accounts are declared."""
    return pl.coalesce("reference", OWN) if OWN in entries.columns else pl.col("reference")


def _of_reference(entries: pl.DataFrame) -> pl.DataFrame:
    own = pl.col("_own")
    nothing = {name: pl.when(~own).then(name).alias(name) for name in _OF_REFERENCE}
    personal = pl.col("reference_personal") & ~own
    number = pl.when(own).then("reference")
    return entries.with_columns(**nothing, reference_personal=personal, **{OWN: number}).drop("_own")


def _is_own(reference: pl.Expr, forms: _Forms) -> pl.Expr:
    """Whether a reference is a number of ours, however it is written."""
    bare = reference.str.to_uppercase().str.replace_all(_BETWEEN, "").str.replace(_KIND_BEFORE, "")
    return bare.str.strip_chars_start("0").is_in(list(forms.whole)).fill_null(value=False)


def _of_texts(entries: pl.DataFrame, forms: _Forms) -> pl.DataFrame:
    """The entries, where what a text has of a number of ours, or together with one, is no reference either."""
    refers = pl.col("reference").is_not_null() | (pl.col("further_references").list.len() > 0)
    found = entries.with_row_index("_at").filter(refers.fill_null(value=False))
    said = pl.concat_str("text", "further_text", separator=" ", ignore_nulls=True).str.replace_all(_BETWEEN, "")
    found = found.filter(said.str.contains_any(list(forms.cores))) if forms.cores else found.clear()
    if found.is_empty():
        return entries
    rows: list[dict[str, Any]] = []
    for at, reference, own, further in found.select("_at", "reference", "_own", "further_references").iter_rows():
        left = [one for one in further or () if one["found_as"] is None or not _is_part(one["reference"], forms)]
        rows.append({"_at": at, "_also": own or _is_part(reference or "", forms), "_left": left})
    kept: dict[str, Any] = {"_at": pl.UInt32, "_also": pl.Boolean, "_left": entries.schema["further_references"]}
    changed = entries.with_row_index("_at").join(pl.DataFrame(rows, schema=kept), on="_at", how="left")
    return (
        changed.sort("_at")
        .with_columns(_own=pl.coalesce("_also", "_own"), further_references=pl.coalesce("_left", "further_references"))
        .drop("_at", "_also", "_left")
    )


def _is_part(reference: str, forms: _Forms) -> bool:
    """Whether a number is some digits of a number of ours, as between two hyphens, or has all digits of one."""
    bare = reference.lstrip("0")
    if not (bare.isascii() and bare.isdigit() and len(bare) >= _LEAST_IN_TEXT):
        return False
    long = (one for one in forms.cores if len(one) >= _LEAST_LAST)
    return any(bare in one for one in forms.digits) or any(one in bare for one in long)


@lru_cache(maxsize=8)
def _forms(numbers: frozenset[str]) -> _Forms:
    whole: set[str] = set()
    digits: set[str] = set()
    cores: set[str] = set()
    for number in numbers:
        bare = re.sub(_BETWEEN, "", number.upper())
        inner = bare[4:] if _IBAN.fullmatch(bare) else bare
        whole |= {bare.lstrip("0"), inner.lstrip("0")}
        some, last = (re.sub("[^0-9]", "", one) for one in (bare, inner))
        if inner != bare or (bare.isdigit() and len(bare) >= _LEAST_WITHIN):
            whole |= set(_pieces(some)) | {last[begin:] for begin in range(len(last) - _LEAST_LAST + 1)}
        if inner != bare or bare.isdigit():
            digits.add(some)
            cores |= {core for core in [last[-_LEAST_LAST:] if inner != bare else last] if len(core) >= _LEAST_IN_TEXT}
    known = frozenset(one for one in whole if one and one[0] != "0")
    return _Forms(known, tuple(sorted(digits)), tuple(sorted(cores)))


def _pieces(digits: str) -> Iterable[str]:
    ends = range(_LEAST_WITHIN, len(digits) + 1)
    return (digits[begin:end] for end in ends for begin in range(end - _LEAST_WITHIN + 1))

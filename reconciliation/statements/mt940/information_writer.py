"""Writes the information about a movement (`:86:`) in the dialects of banks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

_LINE = 65
_SUBFIELD = 27
_WORDS = (*range(20, 30), *range(60, 64))
_NAMES = (32, 33)


@dataclass(frozen=True, slots=True)
class MtInformation:
    """What a bank says about a movement: in numbered subfields, in words between slashes, or in free text.

    Free text has the words alone; a structured reference stands between slashes only, and a code in subfields only.
    """

    words: str = ""
    dialect: Literal["subfields", "slashes", "free"] = "subfields"
    end_to_end_id: str = ""
    name: str = ""
    account: str = ""
    reason: str = ""
    structured: str = ""
    code: str = "166"
    posting: str = "GUTSCHRIFT"


def information_lines(said: MtInformation) -> Sequence[str]:
    """The lines of the field; raises ValueError if the words do not fit into it."""
    whole = said.words
    if said.dialect != "free":
        whole = _in_subfields(said) if said.dialect == "subfields" else _between_slashes(said)
    first, *others = _cut(whole, _LINE) or [""]
    if any(line.startswith((":", "-", "{")) for line in others):
        raise ValueError("a line of information must not begin like a field or the end of a message")
    return [first, *others]


def _in_subfields(said: MtInformation) -> str:
    """Subfields of 27 characters (`166?00…?20EREF+…`): each key begins one, and blanks at the end are cut off."""
    keyed = [f"EREF+{said.end_to_end_id}"] * bool(said.end_to_end_id) + [f"SVWZ+{said.words}"] * bool(said.words)
    words = [piece.rstrip(" ") for text in keyed for piece in _cut(text, _SUBFIELD)]
    names = [piece.rstrip(" ") for piece in _cut(said.name, _SUBFIELD)]
    if len(words) > len(_WORDS) or len(names) > len(_NAMES) or "?" in "".join([*words, *names]):
        raise ValueError("the information does not fit into its subfields")
    parts = [(0, said.posting), *zip(_WORDS, words, strict=False)]
    parts += [(31, said.account)] * bool(said.account)
    parts += [*zip(_NAMES, names, strict=False)]
    parts += [(34, said.reason)] * bool(said.reason)
    return said.code + "".join(f"?{number:02}{text}" for number, text in parts)


def _between_slashes(said: MtInformation) -> str:
    """Words between slashes (`/EREF/…/REMI/…`)."""
    given = {"RTRN": said.reason, "EREF": said.end_to_end_id, "IBAN": said.account, "NAME": said.name}
    parts = [f"/{key}/{text}" for key, text in given.items() if text]
    remitted = f"/REMI/STRD/CUR/{said.structured}/" if said.structured else f"/REMI/USTD//{said.words}/"
    return "".join([*parts, remitted])


def _cut(text: str, width: int) -> Sequence[str]:
    return [text[begins : begins + width] for begins in range(0, len(text), width)]

"""The names that a scenario gives: what each of them made, and what it means where a command or an answer has an id."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

# A name has no point, hyphen or equals sign, so that A.2, item-A and A=100.00 can be read in one way only.
NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
# A second item: A.2; an amount: A=100.00; a stream: item-A.
_SAID: Final = re.compile(
    r"(?:(?P<noun>[a-z]+)-)?(?P<name>[A-Za-z][A-Za-z0-9_]*)(?:\.(?P<nth>[1-9][0-9]*))?(?P<rest>=.*)?"
)
_POSITION: Final = "position"
_STREAM: Final = "subject"
# What may be called by something else that a step made: an allocation and a write-off by the item that they are about.
_CALLED_BY: Final = {"allocation": "item", "write_off": "item"}


class NameUnclear(ValueError):
    """A name stands for several things, or for fewer than its number says."""


@dataclass(slots=True)
class Made:
    """What a step made: ids by kind (`item`, `receipt`), and the position up to which the step had recorded facts."""

    ids: dict[str, list[str]] = field(default_factory=dict)
    position: int | None = None


class Names:
    """What is called by which name so far."""

    def __init__(self) -> None:
        self._made: dict[str, Made] = {}

    def give(self, name: str, rows: Sequence[Mapping[str, Any]], position: int | None = None) -> None:
        """Call what an answer's rows say was made by this name."""
        made = Made(position=position)
        for kind, id in _ids(rows):
            known = made.ids.setdefault(kind, [])
            if id not in known:
                known.append(id)
        self._made[name] = made

    def meant(self, text: str, takes: str) -> str:
        """Return what a text means for an option that takes an id of some kind; a text that is no name stays as it is.

        `takes` is the option's word in help, such as ITEM[=AMOUNT]. Raises NameUnclear if the name may mean two things.
        """
        kind = re.split(r"[\[=|]", takes, maxsplit=1)[0].lower()
        said = _SAID.fullmatch(text)
        made = self._made.get(said["name"]) if said else None
        if said is None or made is None:
            return text
        if kind == _POSITION:
            return text if made.position is None else str(made.position)
        if kind == _STREAM:
            return _stream(made, said["noun"]) or text
        ids = made.ids.get(kind) or made.ids.get(_CALLED_BY.get(kind, kind), [])
        if said["noun"] or not ids:
            return text
        return _one(ids, said, kind) + (said["rest"] or "")

    def kinds(self, text: str) -> Mapping[str, Sequence[str]]:
        """Return the ids that a name such as A or A.2 stands for, by kind; empty if nothing has this name.

        Raises NameUnclear if there are not so many of any kind.
        """
        said = _SAID.fullmatch(text)
        if said is None or said["noun"] or said["rest"] or said["name"] not in self._made:
            return {}
        ids = self._made[said["name"]].ids
        if said["nth"] is None:
            return ids
        nth = int(said["nth"])
        found = {kind: several[nth - 1 : nth] for kind, several in ids.items() if len(several) >= nth}
        if not found:
            raise NameUnclear(f"{said['name']} does not stand for {nth} of anything, so there is no {text}")
        return found

    def called(self, id: str) -> str | None:
        """Return the name of what has this id, or None; the name given first, if there are several."""
        for name, made in self._made.items():
            if any(id in ids for ids in made.ids.values()):
                return name
        return None


def stream_of(kind: str, id: str) -> str:
    """Return the stream of something; its noun has no underscore: writeoff-w1."""
    return f"{kind.replace('_', '')}-{id}"


def _ids(rows: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """The ids in rows and in the rows within them, with their kinds; a reference counts as one."""
    for row in rows:
        for name, value in row.items():
            if isinstance(value, list):
                yield from _ids([one for one in value if isinstance(one, dict)])
            elif isinstance(value, str) and (name.endswith("_id") or name == "reference"):
                # A part of a bank's movement is a movement, for whoever names it.
                yield "movement" if name == "part_id" else name.removesuffix("_id"), value


def _one(ids: Sequence[str], said: re.Match[str], kind: str) -> str:
    """The id that a name and its number mean."""
    name, nth = said["name"], said["nth"]
    if nth is None and len(ids) > 1:
        raise NameUnclear(f"{name} stands for {len(ids)} {kind}s; write {name}.1 for the first")
    if int(nth or 1) > len(ids):
        raise NameUnclear(f"{name} stands for {len(ids)} {kind}s, so there is no {name}.{nth}")
    return ids[int(nth or 1) - 1]


def _stream(made: Made, noun: str | None) -> str | None:
    """The stream of what was made: of the given noun, or of whatever the answer named first."""
    for kind, ids in made.ids.items():
        stream = stream_of(kind, ids[0])
        if noun is None or stream == f"{noun}-{ids[0]}":
            return stream
    return None

"""Why something was not done, or what a check found, in the one form that all entry points use."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

# Ids, references, amounts and days look like this; a person's name, which has spaces, does not.
_REPEATED: Final = re.compile(r"[A-Za-z0-9._:=,@+-]{1,64}|[0-9., \u00a0\u2009\u202f+-]{1,64}")


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a command was refused, or what a check found: a stable code, a sentence to act on, and the subject."""

    code: str
    sentence: str
    about: str | None = None


class Stopped(Exception):
    """A command cannot be carried out; the problems say why, and nothing was recorded."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(problem.sentence for problem in problems))
        self.problems = problems


def quoted(text: str) -> str:
    """Return what was typed, in quotes; text that could name a person is not repeated."""
    from ledger.domain.identifier import may_name_a_person
    from ledger.domain.national_numbers import has_national_number

    bare = "".join(text.split())
    named = has_national_number(text) or any(may_name_a_person(part) for part in re.split(r"[:=@]", bare))
    if named or not _REPEATED.fullmatch(text):
        return "what was typed"
    return repr(text)

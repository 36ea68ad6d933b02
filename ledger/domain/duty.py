"""Who may give a command: the duties of persons, and the jobs of the program."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, Final, Literal, NamedTuple, get_args

# What a person of the entity is there for; a person may have several duties.
Duty = Literal["front_desk", "nurse", "billing", "manager", "finance", "approver", "auditor", "integrator", "admin"]
# Work that the program does on a schedule, or as a consequence of what people do.
Job = Literal["bank-day", "matching", "reminders"]

DUTIES: Final[tuple[Duty, ...]] = get_args(Duty)
JOBS: Final[tuple[Job, ...]] = get_args(Job)

_PERSON: Final = "person:"
_JOB: Final = "job:"

# By whom a command may be given, in the order in which a person's duties are looked at.
Duties = tuple[Duty | Job, ...]


class Act(NamedTuple):
    """What somebody decides with a fact, as lists of who did what call it.

    An act that is `limited` counts towards what its person may decide in a month. `about` gives the stream of the
    document that the act is about; without it, this is the fact's own stream. `detail` says what the act set, if
    neither its document nor its amount says so.
    """

    kind: str
    limited: bool = False
    about: Callable[[Any], str] | None = None
    detail: Callable[[Any], str] | None = None

    def document(self, fact: Any, stream: str) -> str:
        """The stream of the document that a fact in this stream is about."""
        return stream if self.about is None else self.about(fact)

    def detail_of(self, fact: Any) -> str | None:
        """What a fact set, such as a limit's amounts; null if its document and its amount say everything."""
        return None if self.detail is None else self.detail(fact)


def of_persons(duties: Collection[str]) -> tuple[Duty, ...]:
    """Those of these duties that persons have, in the order of `DUTIES`; the others are jobs."""
    return tuple(duty for duty in DUTIES if duty in duties)


def person_actor(person_id: str) -> str:
    """How an envelope names a person."""
    return f"{_PERSON}{person_id}"


def job_actor(job: Job) -> str:
    """How an envelope names a job."""
    return f"{_JOB}{job}"


def person_of_actor(actor: str) -> str | None:
    """The id of the person who acts, or null if a job does."""
    return actor.removeprefix(_PERSON) if actor.startswith(_PERSON) else None


def job_of_actor(actor: str) -> str | None:
    """The name of the job that acts, or null if a person does."""
    return actor.removeprefix(_JOB) if actor.startswith(_JOB) else None

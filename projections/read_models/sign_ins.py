"""Sign-ins: which person has each now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

from ledger.domain.people.sign_in import SignInGiven, SignInWithdrawn
from projections.read_models.model import Index, Keyed, Row, Rows, id_of

if TYPE_CHECKING:
    from ledger import Recorded


class SignIn(Row, frozen=True):
    """A sign-in."""

    sign_in: Annotated[str, "Keyed hash of the name by which a machine knows the person."]
    person_id: Annotated[str | None, "The person who has the sign-in now; null if nobody has it."]


def evolve(rows: Rows, recorded: Recorded) -> tuple[SignIn, ...]:
    """The sign-in after one more fact."""
    fact = recorded.fact
    return (SignIn(id_of(recorded), fact.person_id if isinstance(fact, SignInGiven) else None),)


SIGN_INS: Final = Keyed(
    "sign_ins",
    "Every sign-in that a person has or had.",
    SignIn,
    ("sign_in",),
    (SignInGiven, SignInWithdrawn),
    evolve,
    indexes=(Index(("person_id",), "person_id IS NOT NULL"),),
)

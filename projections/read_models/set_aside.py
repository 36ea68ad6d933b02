"""Facts that no read table could hold, so that their streams are shown as they were before them."""

from __future__ import annotations

from typing import Annotated, Final

from projections.read_models.model import Derived, Row


class StreamSetAside(Row, frozen=True):
    """A stream of which a fact could not be held; that fact and all later ones of the stream are in no read table."""

    stream: Annotated[str, "Stream of the facts, in the form noun-id."]
    ledger_position: Annotated[int, "Position of the first of them in the journal."]
    fact: Annotated[str, "Name of the first of them."]
    why: Annotated[str, "Kind of the error that the first of them caused."]
    facts: Annotated[int, "How many facts of the stream are set aside."]


SET_ASIDE: Final = Derived(
    "set_aside",
    "Streams with facts that no read table could hold; every report that lacks them says so.",
    StreamSetAside,
    ("stream",),
)

"""What the clearing house is asked of a mandate by a file: to register it, or to take it out because it has ended."""

from __future__ import annotations

from typing import Final

from ledger.domain.cash.mandate import OfMandate, mandate_in, step
from ledger.domain.cash.mandate_facts import MandateSent, SentStep
from ledger.domain.fact import Decision, Envelope, States
from ledger.domain.noun import Noun
from ledger.domain.refusals import Refused

# Commands


class SendMandate(OfMandate, frozen=True):
    """Record that a file asks the clearing house to register a mandate, or to take it out.

    `order_file` is the hash of the file.
    """

    step: SentStep
    order_file: str


# Decide


def send(states: States, command: SendMandate, envelope: Envelope) -> Decision:
    """Record that the clearing house is asked, once, to register what waits for it, or to take out what has ended."""
    ends = command.step == "ending"
    mandate = mandate_in(states, command.mandate_id, "cancelled" if ends else "requested")
    if command.step in mandate.sent:
        raise Refused("mandate_sent", command.mandate_id)
    if mandate.requested.scheme != "autogiro" or (ends and not mandate.known_there):
        raise Refused("mandate_not_to_send", command.mandate_id)
    fact = MandateSent(mandate_id=command.mandate_id, step=command.step, order_file=command.order_file)
    return step(mandate, fact, command, envelope)


# Registration

NOUN: Final = Noun(
    "mandate_sending",
    rules={SendMandate: send},
    duties={SendMandate: ("finance",)},
    refusals={
        "mandate_not_to_send": (
            "The clearing house is not asked: the mandate is of SEPA, or it has ended before the clearing house knew "
            "of it, or because the clearing house said so."
        ),
        "mandate_sent": "A file has asked the clearing house for this already.",
    },
)

"""The envelopes in which facts are stored: filled in, and on the day on which each fact takes effect."""

from __future__ import annotations

from datetime import date

import msgspec

from ledger.domain.fact import Envelope
from ledger.version import VERSION


def filled(envelope: Envelope, duty: str | None) -> Envelope:
    """The envelope to store, with the duty of the person who acts, the program's version and a correlation id.

    By default, the correlation id is the command's key.
    """
    correlation = envelope.correlation or envelope.key
    return msgspec.structs.replace(envelope, duty=duty, system=VERSION, correlation=correlation)


def effective(envelope: Envelope, on: date, corrects: bool, counts_on: date | None) -> Envelope:
    """The envelope of a fact that takes effect on the day `on`.

    The fact counts in the general ledger on the same day, unless it corrects a recorded voucher, or unless a person
    gave the day; neither of these days is ever before a day that the fact was moved to.
    """
    counts = counts_on or (envelope.accounting_date if corrects else on)
    if on > envelope.occurred_on:
        counts = max(counts, on)
    return msgspec.structs.replace(envelope, occurred_on=on, accounting_date=counts)

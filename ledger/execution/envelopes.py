"""The envelopes in which facts are stored: filled in, and on the day on which each fact takes effect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

import msgspec

from ledger.domain.fact import Envelope, NewFact
from ledger.domain.terms.closed_days import ClosedDays, counting_day
from ledger.version import VERSION

_NOTHING: Final[Mapping[str, str]] = {}


def filled(envelope: Envelope, duty: str | None) -> Envelope:
    """The envelope to store, with the duty of the person who acts, the program's version and a correlation id.

    By default, the correlation id is the command's key.
    """
    correlation = envelope.correlation or envelope.key
    return msgspec.structs.replace(envelope, duty=duty, system=VERSION, correlation=correlation)


def effective(
    envelope: Envelope,
    on: date,
    with_on: date | None,
    corrected: str | None,
    counts_on: date | None,
    closed: ClosedDays,
) -> Envelope:
    """The envelope of a fact that takes effect on the day `on`, with the document that it corrects, if any.

    The fact counts in the general ledger on the same day, or `with_on` what it corrects, unless a person gave the day,
    which is never before a day that the fact was moved to. What would count in a closed period counts on the first open
    day.
    """
    counts = counts_on or with_on or on
    if on > envelope.occurred_on:
        counts = max(counts, on)
    counts = counting_day(closed, counts, asked=counts_on is not None)
    return msgspec.structs.replace(envelope, occurred_on=on, accounting_date=counts, corrects=corrected)


def corrected_by(facts: Sequence[NewFact], versions: Mapping[str, int]) -> Mapping[str, str]:
    """For each stream of a command's corrections, the document that they correct; `versions` are those before them.

    It is the stream itself. If the command begins that stream, such as the receipt that a movement was after all, it is
    the first of the documents that were recorded before.
    """
    streams = [new.stream for new in facts if new.corrects]
    if not streams:
        return _NOTHING
    recorded = [stream for stream in streams if versions.get(stream)]
    return {stream: stream if versions.get(stream) else recorded[0] for stream in streams} if recorded else _NOTHING

"""The file mapping: how tables (CSV, XLSX) of a sender that has no reader of its own are read.

One person requests a mapping and another one approves it. It is never edited: its next version takes its place.
"""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Final

from ledger.domain.bank.account import DeclaredAccount
from ledger.domain.bank.file_mapping_facts import (
    ACTS,
    SENTENCES,
    FileMapping,
    FileMappingApproved,
    FileMappingEnded,
    FileMappingFact,
    FileMappingRejected,
    FileMappingRequested,
)
from ledger.domain.bank.mapping_gaps import gaps
from ledger.domain.bank.provider_account import provider_account_of
from ledger.domain.bank.reviewed_versions import Review, Versions
from ledger.domain.fact import Command, Decision, Envelope, NewFact, States, stream_of
from ledger.domain.identifier import may_name_a_person, personal_digits
from ledger.domain.noun import Noun
from ledger.domain.refusals import Refused

# State


class FileMappings(Versions, frozen=True):
    """All versions of a mapping, in order."""


REVIEW: Final = Review(
    FileMappings,
    "file mapping",
    "file-mapping",
    unknown="file_mapping_unknown",
    waits="file_mapping_waits",
    not_requested="file_mapping_not_requested",
    not_in_force="file_mapping_not_in_force",
)

# Evolve


def evolve(state: FileMappings | None, fact: FileMappingFact, on: date) -> FileMappings:
    """The mapping after one more fact."""
    mappings = state or FileMappings()
    match fact:
        case FileMappingRequested():
            return mappings.requesting(fact, fact.file_mapping.until_on)
        case FileMappingApproved():
            return mappings.deciding(fact.version, "approved")
        case FileMappingRejected():
            return mappings.deciding(fact.version, "rejected")
        case FileMappingEnded():
            return mappings.ending(fact.last_on)
        case _:
            raise AssertionError(f"unknown fact {type(fact).__name__}")


# Commands


class _OfFileMapping(Command, frozen=True, kw_only=True):
    """Something about a mapping."""

    mapping_id: str

    def streams(self) -> tuple[str, ...]:
        """The mapping."""
        return (stream_of("filemapping", self.mapping_id),)


class RequestFileMapping(_OfFileMapping, frozen=True, kw_only=True):
    """Request a mapping, or the next version of one."""

    file_mapping: FileMapping

    def streams(self) -> tuple[str, ...]:
        """The mapping, and the account whose files it reads."""
        noun = "provideraccount" if self.file_mapping.at_provider else "bankaccount"
        return (*super().streams(), stream_of(noun, self.file_mapping.bank_account))


class ApproveFileMapping(_OfFileMapping, frozen=True, kw_only=True):
    """Approve a version of a mapping that somebody else requested."""

    looked_up: ClassVar[tuple[str, ...]] = ("version",)

    version: int
    unproven_accepted: bool = False


class RejectFileMapping(_OfFileMapping, frozen=True, kw_only=True):
    """Reject a version of a mapping that somebody else requested."""

    looked_up: ClassVar[tuple[str, ...]] = ("version",)

    version: int
    reason_code: str


class EndFileMapping(_OfFileMapping, frozen=True, kw_only=True):
    """Let a mapping read no file that ends after a day, or after today."""

    reason_code: str
    last_on: date | None = None


# Decide


def request(states: States, command: RequestFileMapping, envelope: Envelope) -> Decision:
    """Request the mapping's next version, once no other version of it waits; it must say all that reading needs."""
    (stream, of_account), mapping = command.streams(), command.file_mapping
    if mapping.at_provider:
        currency = provider_account_of(states, mapping.bank_account).currency
    else:
        declared = states.get(of_account)
        if not isinstance(declared, DeclaredAccount) or not declared.in_use:
            raise Refused("bank_account_undeclared", mapping.bank_account)
        currency = declared.account.currency
    if currency != mapping.currency:
        raise Refused("file_mapping_currency_differs", f"{mapping.bank_account} is in {currency}")
    said = (*mapping.header, *mapping.marks, *(one.word for one in mapping.words), *(f.label for f in mapping.figures))
    if any(may_name_a_person(one) or personal_digits(one) for one in said):
        raise Refused("file_mapping_names_person", command.mapping_id)
    wrong = next(gaps(mapping), None)
    if wrong is not None:
        raise Refused("file_mapping_incomplete", wrong)
    requested = FileMappingRequested(
        mapping_id=command.mapping_id,
        version=REVIEW.next_version(states, stream, command.mapping_id),
        file_mapping=mapping,
        requester=envelope.actor,
        on_behalf_of=envelope.on_behalf_of,
    )
    return (NewFact(stream, requested),)


def approve(states: States, command: ApproveFileMapping, envelope: Envelope) -> Decision:
    """Approve the version; the requester cannot, and whoever does must accept it if nothing proves its files."""
    (stream,) = command.streams()
    requested, approver = REVIEW.decided(states, stream, command.mapping_id, command.version, envelope)
    if (requested.file_mapping.proof == "none") != command.unproven_accepted:
        code = "file_mapping_proven" if command.unproven_accepted else "file_mapping_unproven"
        raise Refused(code, command.mapping_id)
    approved = FileMappingApproved(
        version=command.version, approver=approver, unproven_accepted=command.unproven_accepted
    )
    return (NewFact(stream, approved),)


def reject(states: States, command: RejectFileMapping, envelope: Envelope) -> Decision:
    """Reject the version, with a reason; the requester cannot reject it."""
    (stream,) = command.streams()
    _, approver = REVIEW.decided(states, stream, command.mapping_id, command.version, envelope)
    rejected = FileMappingRejected(version=command.version, approver=approver, reason_code=command.reason_code)
    return (NewFact(stream, rejected),)


def end(states: States, command: EndFileMapping, envelope: Envelope) -> Decision:
    """End all versions of the mapping that count after the day, with a reason."""
    (stream,), last_on = command.streams(), command.last_on or envelope.occurred_on
    REVIEW.require_counting(states, stream, command.mapping_id, last_on)
    return (NewFact(stream, FileMappingEnded(last_on=last_on, reason_code=command.reason_code)),)


# Registration

_REFUSALS: Final = {
    "file_mapping_currency_differs": "The mapping's currency is not that of the account; give the account's.",
    "file_mapping_incomplete": (
        "With this mapping, no file could be read for certain; docs/file_mappings.md says what a mapping needs. "
        "Change what is named, and request it again."
    ),
    "file_mapping_names_person": (
        "A word of the mapping looks like a personal number, a birth date or a telephone number. A mapping is kept "
        "for good, so it may have words of the sender only."
    ),
    "file_mapping_proven": (
        "Files of this mapping are proven by what it names, so there is nothing to accept; approve it without "
        "`--accept-unproven`."
    ),
    "file_mapping_unproven": (
        "Nothing in the files of this mapping proves that they are complete. If the sender states a total, a "
        "number or balances, reject the version and have it requested with them; if not, approve it with "
        "`--accept-unproven`."
    ),
}

NOUN: Final = Noun(
    "filemapping",
    facts=FileMappingFact,
    evolve=evolve,
    acts=ACTS,
    rules={RequestFileMapping: request, ApproveFileMapping: approve, RejectFileMapping: reject, EndFileMapping: end},
    duties={
        RequestFileMapping: ("finance",),
        ApproveFileMapping: ("approver",),
        RejectFileMapping: ("approver",),
        EndFileMapping: ("finance",),
    },
    governs=True,
    refusals=REVIEW.with_own(_REFUSALS),
    sentences=SENTENCES,
    title="File mapping",
)

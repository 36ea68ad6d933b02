"""Every fact by its stored name, and which noun remembers the facts of which stream."""

from __future__ import annotations

import typing
from collections.abc import Callable, Iterable
from typing import Any, Final, NamedTuple

from ledger.domain import (
    account,
    bank_account,
    bank_file,
    bank_movement,
    credit_note,
    invoice,
    number_series,
    receipt,
    refund,
    write_off,
)
from ledger.domain.fact import Fact, State


class Noun(NamedTuple):
    """A kind of stream: its facts, how they are remembered, and whether its newest fact alone is enough.

    Where it is, the stream is long and every command of its kind adds to it, so its writers take turns.
    """

    facts: tuple[type[Fact], ...]
    evolve: Callable[[Any, Any], State]
    newest_is_enough: bool = False


def _facts(union: Any) -> tuple[type[Fact], ...]:
    return typing.get_args(union) or (union,)


# The stream `invoice-1001` is of the noun `invoice`.
NOUNS: Final[dict[str, Noun]] = {
    "account": Noun(_facts(account.AccountFact), account.evolve),
    "bankaccount": Noun(_facts(bank_account.BankAccountDeclared), bank_account.evolve),
    "creditnote": Noun(_facts(credit_note.CreditNoteIssued), credit_note.evolve),
    "file": Noun(_facts(bank_file.FileFact), bank_file.evolve),
    "invoice": Noun(_facts(invoice.InvoiceFact), invoice.evolve),
    "movement": Noun(_facts(bank_movement.BankMovementClassified), bank_movement.evolve),
    "receipt": Noun(_facts(receipt.ReceiptFact), receipt.evolve),
    "refund": Noun(_facts(refund.RefundFact), refund.evolve),
    "series": Noun(_facts(number_series.SeriesFact), number_series.evolve, newest_is_enough=True),
    "writeoff": Noun(_facts(write_off.WriteOffFact), write_off.evolve),
}

# How the streams begin whose newest fact is enough.
NEWEST_IS_ENOUGH: Final = tuple(f"{name}-" for name, noun in NOUNS.items() if noun.newest_is_enough)

# A stored name is the class name for ever; a changed shape gets a new name `ClassName.2` and an upcast.
FACTS: Final[dict[str, type[Fact]]] = {fact.__name__: fact for noun in NOUNS.values() for fact in noun.facts}


def noun_of(stream: str) -> Noun:
    """The noun of a stream, from the word before its first hyphen; KeyError where there is none."""
    return NOUNS[stream.partition("-")[0]]


def remember(stream: str, state: State | None, facts: Iterable[Fact]) -> State | None:
    """The state of a stream after more facts."""
    evolve = noun_of(stream).evolve
    for fact in facts:
        state = evolve(state, fact)
    return state


def taken_in_turns(streams: Iterable[str]) -> tuple[str, ...]:
    """Those streams whose writers take turns, sorted, each once."""
    return tuple(sorted({stream for stream in streams if stream.startswith(NEWEST_IS_ENOUGH)}))

"""Taking a bank account out of use that was declared by mistake, so that nothing waits for its statements."""

from __future__ import annotations

from typing import Final

from ledger.domain.bank.account import DeclaredAccount
from ledger.domain.bank.alias import BankAliasWithdrawn, alias_stream
from ledger.domain.bank.withdrawn import BankAccountWithdrawn
from ledger.domain.fact import Command, Decision, Envelope, NewFact, States, known_stream, stream_of
from ledger.domain.noun import Noun
from ledger.domain.refusals import Refused
from ledger.domain.terms.measured import MEASURED, measured_of

# Commands


class WithdrawBankAccount(Command, frozen=True):
    """Take a bank account out of use that was declared by mistake."""

    bank_account: str
    reason_code: str

    def streams(self) -> tuple[str, ...]:
        """The bank account."""
        return (stream_of("bankaccount", self.bank_account),)

    def more(self, states: States) -> tuple[str, ...]:
        """The account's numbers, and whether files of it were loaded."""
        state = states.get(known_stream("bankaccount", self.bank_account))
        if not isinstance(state, DeclaredAccount):
            return ()
        return (MEASURED, *(alias_stream(one, state.account.currency) for one in state.account.aliases))


# Decide


def withdraw(states: States, command: WithdrawBankAccount, envelope: Envelope) -> Decision:
    """Take the account out of use, and free its numbers; refused if anything was ever loaded or booked on it."""
    (stream,) = command.streams()
    state = states.get(stream)
    if not isinstance(state, DeclaredAccount):
        raise Refused("bank_account_undeclared", command.bank_account)
    if not state.in_use:
        return ()
    measured = measured_of(states)  # If nobody measured the book, files may be loaded.
    if measured is None or command.bank_account in measured.loaded_accounts:
        raise Refused("bank_account_has_files", command.bank_account)
    if state.opening is not None and state.opening.balance_minor:
        raise Refused("bank_account_has_opening", command.bank_account)
    numbers = (alias_stream(one, state.account.currency) for one in state.account.aliases)
    return (
        NewFact(stream, BankAccountWithdrawn(bank_account=command.bank_account, reason_code=command.reason_code)),
        *(NewFact(one, BankAliasWithdrawn(bank_account=command.bank_account)) for one in numbers),
    )


# Registration

NOUN: Final = Noun(
    "bankaccountwithdrawal",
    rules={WithdrawBankAccount: withdraw},
    duties={WithdrawBankAccount: ("finance",)},
    refusals={
        "bank_account_has_files": (
            "Files of the account were loaded, so it was in use. If it is closed, give its last day with `reskontra "
            "bank-account declare` and `--until`."
        ),
        "bank_account_has_opening": (
            "The account has an opening balance; take that back first, with `reskontra bank-account opening` and 0.00."
        ),
    },
)

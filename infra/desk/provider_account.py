"""The use cases of our accounts at payment providers: declare one, and list all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from infra.desk.desk import Desk, Done, Occasion
from infra.desk.first_time import first_time
from infra.desk.problems import Problem, Stopped, quoted
from infra.desk.written_fees import agreed_fees

if TYPE_CHECKING:
    from ledger.domain.bank.provider_account import PayoutTerms, ProviderAccount
    from ledger.domain.rails import ProviderRail

_TERMS: Final = re.compile(r"(\d{1,3})\+(\d{1,3})\+(\d{1,3})(?:\+(\d{1,4}))?(\+by-hand)?(?::(\d{4}-\d\d-\d\d))?")


class ProviderAccounts(NamedTuple):
    """Our accounts at payment providers."""

    rows: list[dict[str, Any]]
    position: int


@dataclass(frozen=True, slots=True)
class ProviderDeclaration:
    """What a person says about an account at a provider; what they do not say stays as it was declared before."""

    provider: str | None = None
    rail: ProviderRail | None = None
    name: str | None = None
    numbers: Sequence[str] | None = None
    senders: Sequence[str] | None = None
    payout_terms: Sequence[str] | None = None
    source: str | None = None
    fee_tax_code: str | None = None


def declare(desk: Desk, id: str, currency: str, said: ProviderDeclaration, occasion: Occasion) -> Done:
    """Declare an account at a payment provider, or declare it anew with what has changed."""
    from ledger.domain.bank.account_number import account_number
    from ledger.domain.bank.alias import Alias
    from ledger.domain.bank.provider_account import DeclareProviderAccount, ProviderAccount

    before = _declared_before(desk, id, occasion)
    provider = said.provider or (None if before is None else before.provider)
    rail = said.rail or (None if before is None else before.rail)
    if provider is None or rail is None:
        sentence = "a new account at a payment provider needs --provider and --rail"
        raise Stopped(Problem("provider_unnamed", sentence, id))
    _require_provider(provider)
    aliases = before.aliases if before is not None else ()
    if said.numbers is not None:
        aliases = tuple(Alias(account_number(one), "merchant") for one in dict.fromkeys(said.numbers))
    terms = before.payout_terms if before is not None else ()
    if said.payout_terms is not None:
        terms = tuple(_terms(one, said.source) for one in said.payout_terms)
    account = ProviderAccount(
        bank_account=id,
        name=said.name or (id if before is None else before.name),
        provider=provider,
        rail=rail,
        currency=currency,
        aliases=aliases,
        senders=tuple(said.senders) if said.senders is not None else before.senders if before is not None else (),
        payout_terms=terms,
        fee_tax_code=said.fee_tax_code or (None if before is None else before.fee_tax_code),
    )
    return desk.record(DeclareProviderAccount(account=account), occasion, provider_account=id)


def declared(desk: Desk) -> ProviderAccounts:
    """Return all our accounts at payment providers."""
    fees = agreed_fees(desk)
    rows = [
        {
            **row,
            "payout_terms": [_written(one) for one in row["payout_terms"]],
            "fees": fees.get(row["bank_account"], []),
        }
        for row in desk.books.store.now.provider_accounts()
    ]
    return ProviderAccounts(rows, desk.books.store.position())


def declared_as(desk: Desk, account: str) -> dict[str, Any]:
    """The account at a payment provider that a person names by its id or by one of its numbers."""
    desk.books.follow()
    rows = desk.books.store.now.provider_accounts()
    found = [row for row in rows if account == row["bank_account"] or account in row["numbers"]]
    if len(found) == 1:
        return found[0]
    sentence = f"no account at a payment provider is called {quoted(account)}; see `reskontra provider-account list`"
    raise Stopped(Problem("provider_account_undeclared", sentence, account))


def _declared_before(desk: Desk, id: str, occasion: Occasion) -> ProviderAccount | None:
    """The account as it was declared before, or before the command that is repeated."""
    from ledger.domain.bank.provider_account import ProviderAccountDeclared

    facts = first_time(desk, occasion.key).before(desk.books.journal.read_all(f"provideraccount-{id}"))
    declared = [fact.account for fact in facts if isinstance(fact, ProviderAccountDeclared)]
    return declared[-1] if declared else None


def _require_provider(provider: str) -> None:
    from reconciliation.statements import TRAITS

    known = sorted({one.provider for one in TRAITS.values() if one.provider is not None})
    if provider not in known:
        sentence = f"no file format is of the payment provider {quoted(provider)}; known are {', '.join(known)}"
        raise Stopped(Problem("provider_unknown", sentence, provider))


def _terms(text: str, source: str | None) -> PayoutTerms:
    """Parse terms of payout such as 3+1+5, 3+1+5+180:2026-07-01 or 3+1+5+by-hand.

    They are bank days to settle, to arrive and to be late, the days for which a reserve is kept, and whether we
    withdraw what is paid out.
    """
    from ledger.domain.bank.provider_account import PayoutTerms
    from ledger.domain.days import FIRST_DAY, day_of

    found = _TERMS.fullmatch(text)
    if found is None:
        sentence = (
            f"{quoted(text)} are no terms of payout; give bank days to settle, to arrive and to be late, as in 3+1+5, "
            "with the days for which a reserve is kept, as in 3+1+5+180, with by-hand if nothing is paid out until we "
            "withdraw it, as in 3+1+5+by-hand, or, from a day on, as in 3+1+5:2026-07-01"
        )
        raise Stopped(Problem("payout_terms_malformed", sentence, text))
    if not source:
        raise Stopped(Problem("payout_terms_without_source", "terms of payout need --source, where they are agreed"))
    try:
        from_on = day_of(found[6]) if found[6] else FIRST_DAY
    except ValueError as wrong:
        sentence = f"{quoted(text)} names a day that cannot be: {wrong}"
        raise Stopped(Problem("payout_terms_malformed", sentence, text)) from None
    kept = int(found[4]) if found[4] else None
    return PayoutTerms(from_on, int(found[1]), int(found[2]), int(found[3]), source, kept, found[5] is not None)


def _written(terms: dict[str, Any]) -> str:
    kept = "" if terms["released_after"] is None else f"+{terms['released_after']}"
    days = "+".join(str(terms[name]) for name in ("settled_within", "arrives_within", "late_for"))
    return f"{days}{kept}{'+by-hand' if terms['by_hand'] else ''}:{terms['from_on']}"

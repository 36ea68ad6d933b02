"""The step that judges: if a file is sound and its accounts are ours, loading begins; else the file is refused."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, cast

from msgspec.structs import replace as replaced

from ledger.domain.bank.account import DeclareBankAccount
from ledger.domain.bank.account_number import Kind
from ledger.domain.bank.alias import Alias
from ledger.domain.bank.declaration import BankAccount, Feed
from ledger.domain.bank.file import IngestFile, ProvenFile, RejectFile
from ledger.vault.refusals import VaultRefused
from reconciliation.gate import Reason, examine
from reconciliation.steps.account_feeds import feeds
from reconciliation.steps.answers_load import AdviceLoad, AnswersLoad
from reconciliation.steps.doubts import doubted, still_open
from reconciliation.steps.file_says import said
from reconciliation.steps.outcomes import Judged
from reconciliation.steps.settlement_load import SettlementLoad

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reconciliation.steps.day import BankDay
    from reconciliation.steps.file_load import FileLoad


def judge(day: BankDay, sha256: str) -> Judged:
    """Let the gate examine a file; the verdict is stored, and a refused file is recorded as rejected."""
    known = day.books.store.now.file(sha256)
    if known is not None and known["status"] == "complete":
        return Judged(sha256, "complete", known["format"])
    loading = day.loading(sha256)
    if isinstance(loading, AnswersLoad):
        verdict = loading.verdict()
        refusals = verdict.refusals or (_strangers(day, loading) if isinstance(loading, AdviceLoad) else ())
    else:
        verdict = examine(loading.parsed, loading.terms)
        refusals = verdict.refusals or _apart(day, loading)
        if not day.declare and {one.code for one in refusals} == {"currency_not_kept"}:
            refusals += _strangers(day, loading)  # Whoever has to declare a currency often has to declare its account.
        refusals = refusals or _strangers(day, loading) or _alone(day, loading) or _beside_erased(day, loading)
    if not day.rehearsed:
        judged_as = replaced(verdict, accepted=not refusals, refusals=refusals)
        unstated = bool(refusals) or isinstance(loading, AnswersLoad)
        day.desk.keep_verdict(sha256, judged_as, day.recorded_at, said(loading) if unstated else ())
    judged = Judged(
        sha256,
        "refused" if refusals else "new" if known is None else str(known["status"]),
        loading.parsed.format,
        refusals=refusals,
        # Nothing of a refused file is in the book, so nobody has to look into its lines.
        doubts=() if refusals else verdict.doubts,
        warnings=verdict.warnings,
        expectations=verdict.expectations,
    )
    return _refused(day, judged) if refusals else _opened(day, judged)


def _apart(day: BankDay, loading: FileLoad) -> tuple[Reason, ...]:
    """Refuse a giro's deposits on an account of ours that is not declared as the giro's account."""
    if isinstance(loading, SettlementLoad):
        return ()
    ours = day.our_accounts()
    reasons: dict[str, Reason] = {}
    for row in loading.parsed.statements.select(["account", "currency", "deposited_to"]).to_pylist():
        receiving = ours.receiving((row["deposited_to"] or "").lstrip("0"), row["currency"])
        giro = ours.named(row["account"], row["currency"])
        if receiving is not None and (giro is None or giro.bank_account != receiving.bank_account):
            number = row["account"] or ""
            reasons[number] = Reason("giro_declared_apart", _GIRO_APART, f"giro ending {number[-4:]}")
    return tuple(reasons.values())


def _strangers(day: BankDay, loading: FileLoad) -> tuple[Reason, ...]:
    """Refuse undeclared accounts or, if requested, declare them with the file's format as their expected feed.

    If one of them cannot be declared, the file is refused and none is.
    """
    parsed = loading.parsed
    found = parsed.statements.select(["account", "account_kind", "currency"]).to_pylist()
    if isinstance(loading, SettlementLoad):
        return tuple(
            _unknown_at_provider(loading, row["account"], row["currency"])
            for row in found
            if loading.account_of(row["account"], row["currency"]) is None
        )
    if loading.read_by is not None:
        lost = [row["account"] for row in found if loading.account_of(row["account"], row["currency"]) is None]
        return tuple(Reason("bank_account_unknown", _UNKNOWN_OF_MAPPING, f"account {one}") for one in lost)
    ours = day.our_accounts()
    strange = [row for row in found if ours.named(row["account"] or "", row["currency"] or "") is None]
    if not day.declare:
        return _unknown(row["account"] or "" for row in strange)
    accounts: dict[str, BankAccount] = {}
    for row in strange:
        number, currency = row["account"] or "", row["currency"] or ""
        if not number:
            return _unknown([number])
        if ours.named(number, currency) is None:
            alias = Alias(number, cast("Kind", row["account_kind"] or "bban"))
            account = BankAccount(
                ours.free_id(number, currency), number, currency, (alias,), (Feed(str(parsed.format)),)
            )
            ours.declared(account)
            accounts[f"declare:{number}:{currency}:{parsed.format}"] = account
    refused = day.refused_of({key: DeclareBankAccount(account=account) for key, account in accounts.items()})
    if refused is not None:
        sentence = f"{_NOT_DECLARED} {refused.sentence}"
        return (Reason(str(refused.code), sentence, f"account ending {accounts[refused.key].name[-4:]}"),)
    for account in accounts.values():
        day.declared(account)
    return ()


def _alone(day: BankDay, loading: FileLoad) -> tuple[Reason, ...]:
    """Refuse a bank's file that nothing proves if no statements with balances prove its account either."""
    traits = loading.traits
    if traits is None or traits.proof != "accepted" or traits.holds != "statement":
        return ()
    accounts = {one.bank_account for one in loading.proven()}
    known = day.books.store.matching.statements(accounts)
    alone = accounts - feeds(accounts, day.our_accounts(), known).proven
    return tuple(Reason("account_unproven", _UNPROVEN_ALONE, f"account {one}") for one in sorted(alone))


def _beside_erased(day: BankDay, loading: FileLoad) -> tuple[Reason, ...]:
    """Refuse a file whose lines must be compared with those of a file that was erased."""
    try:
        loading.entries(day.books.store.matching)
    except VaultRefused as trouble:
        if trouble.code != "file_key_destroyed":
            raise
        return (Reason("beside_erased_file", _BESIDE_ERASED, loading.sha256),)
    return ()


def _ending(number: str | None) -> str:
    return f"account ending {number[-4:]}" if number else "the file names no account"


def _unknown_at_provider(loading: SettlementLoad, number: str | None, currency: str | None) -> Reason:
    """Refuse a file of an account at a provider that is not declared, with what to type."""
    provider = loading.traits.provider if loading.traits is not None else None
    typed = f"--provider {provider or 'PROVIDER'} --rail {'remittance' if loading.is_remittance else 'RAIL'}"
    told = f"reskontra provider-account declare ID --currency {currency} {typed}{' --number NUMBER' if number else ''}"
    return Reason("provider_account_unknown", _UNKNOWN_AT_PROVIDER.format(typed=told), f"{currency}, {_ending(number)}")


def _unknown(numbers: Iterable[str]) -> tuple[Reason, ...]:
    return tuple(
        Reason("bank_account_unknown", _UNKNOWN_ACCOUNT, f"account ending {number[-4:]}")
        for number in dict.fromkeys(numbers)
    )


def _refused(day: BankDay, judged: Judged) -> Judged:
    codes = tuple(dict.fromkeys(reason.code for reason in judged.refusals))
    command = RejectFile(sha256=judged.sha256, format=judged.format, reasons=codes)
    day.must(command, f"reject:{judged.sha256}:{','.join(codes)}")
    day.forget(judged.sha256)
    return judged


def _opened(day: BankDay, judged: Judged) -> Judged:
    loading = day.loading(judged.sha256)
    height = loading.entries(day.books.store.matching).height
    opened = replace(
        judged,
        books=loading.books,
        entries=height,
        # What the file only says of payments that were not made is told once, with the first chunk.
        chunks=max(-(-height // day.chunk), min(1, loading.stopped.height)),
    )
    proven = ProvenFile(
        format=str(opened.format),
        books=opened.books,
        statements=loading.proven(),
        lines=loading.lines,
        chunks=opened.chunks,
        read_by=loading.read_by,
    )
    day.must(IngestFile(sha256=opened.sha256, file=proven), f"ingest:{opened.sha256}")
    entries = loading.entries(day.books.store.matching)
    found = doubted(loading, entries, opened.doubts) if opened.doubts else []
    if not day.rehearsed:
        day.desk.keep_doubts(opened.sha256, found, day.recorded_at)
    return replace(opened, doubts=still_open(day, found, opened.doubts))


_BESIDE_ERASED: Final = (
    "The file is of days of which another file was loaded and later erased, so nothing shows which of its lines are in "
    "the book already. Load a file of later days only."
)
_NOT_DECLARED: Final = (
    "The bank account in the file could not be declared. Declare it with `reskontra bank-account declare`, then load "
    "the file again. Why it was refused:"
)
_GIRO_APART: Final = (
    "The giro's money is deposited on another account of yours, so its payments would be counted there and here. "
    "Declare the giro as a number of that account: `reskontra bank-account declare ACCOUNT --alias GIRO`. If it "
    "is declared as an account of its own, first give that account another number: `reskontra bank-account declare "
    "OTHER --currency CODE --id ID --alias OTHER`. What is booked on the giro stays there, and is not recognised in "
    "other files. If the account has no money of these days yet, record its balance at the end of the last one, with "
    "`reskontra bank-account opening`: then its files add nothing of these days. If it has, its amounts for the giro's "
    "payments are transfers: say so with `reskontra receipt reclassify` or `reskontra movement reclassify` and `--role "
    "own_transfers`."
)
_UNKNOWN_OF_MAPPING: Final = (
    "The bank account that the file mapping names is not in use. Declare it again with `reskontra bank-account "
    "declare`, or request the next version of the mapping, with another account."
)
_UNPROVEN_ALONE: Final = (
    "Nothing in the file proves that it is complete, and no statements with balances show the account's money. Load "
    "the account's statements first, or declare them as its feed: `reskontra bank-account declare ACCOUNT --feed "
    "camt.053`."
)
_UNKNOWN_AT_PROVIDER: Final = (
    "The file's account at the payment provider was not declared in the file's currency, or the file names none and "
    "several are declared. Declare it with `{typed}`, then load the file again."
)
_UNKNOWN_ACCOUNT: Final = (
    "The bank account in the file was not declared, or not in the file's currency. If the account is yours, declare it "
    "with `reskontra bank-account declare`, or run with --declare."
)

"""Proposes what a remittance says of each claim: what was claimed, what is paid, and why less."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, Final

import polars as pl

from ledger.domain.bank.adjudication import AdjudicateClaims, AdjudicatedClaim, ClaimAdjustment
from ledger.execution.submission import Submission
from reconciliation.matching.identity import SEPARATOR, id_key
from reconciliation.matching.payouts import without_person
from reconciliation.proposals.proposal import Setting
from reconciliation.proposals.statement import with_ids

_OF: Final = ("account", "currency", "settlement", "settled_on", "statement_no")
_CLAIM: Final = (
    "key", "money", "reference", "reference_personal", "bank_ref", "bank_code", "claimed_minor", "amount_minor",
    "adjustments",
)  # fmt: skip


def adjudicated(
    claims: pl.DataFrame, setting: Setting, chunk: int, known: Callable[[Collection[str]], Collection[str]]
) -> Iterator[Submission]:
    """Record what the payer decided of a chunk's claims; `decision` says as which money a claim is booked.

    `known` says which identities of claims are in the book: what is said again, in whichever file, is no news.
    """
    booked = pl.when(pl.col("decision") == "captured").then("receipt_id").when(pl.col("decision") == "book")
    money = pl.coalesce("settled_as", booked.then("money_id"))
    frame = with_ids(claims).with_columns(money=money)
    for of, rows in frame.group_by(_OF, maintain_order=True):
        account, currency, ref, paid_on, number = of
        said = tuple(map(_claim, rows.select(_CLAIM).iter_rows(named=True)))
        before = set(known([one.claim_key for one in said]))
        news = tuple(one for one in said if one.claim_key not in before)
        if not news:
            continue
        command = AdjudicateClaims(
            remittance_id=setting.settlement_id(account, ref, number),
            provider_account=str(account),
            remittance_ref=without_person(None if ref is None else str(ref)),
            currency=str(currency),
            file=setting.sha256,
            paid_on=paid_on,
            claims=news,
        )
        key = f"adjudicated:{setting.sha256}:{chunk}:{number}:{paid_on}:{command.remittance_id}"
        yield setting.submission(command, key, paid_on, None)


def _code(said: str | None) -> str | None:
    """A payer's code as a fact may have it: none that looks like a person's number or is no line of text."""
    plain = without_person(said)
    return plain if plain is not None and plain == said else None


def _claim(row: Mapping[str, Any]) -> AdjudicatedClaim:
    """A claim, whose identity has all that the payer says, so that another word on it is another one."""
    adjustments = tuple(
        ClaimAdjustment(_code(one["group"]), _code(one["code"]), one["amount_minor"])
        for one in row["adjustments"] or ()
        if one["amount_minor"] is not None
    )
    said = [(one.reason_group, one.reason, one.amount_minor) for one in adjustments]
    whole = (row["key"], row["bank_code"], row["claimed_minor"], row["amount_minor"], sorted(map(str, said)))
    return AdjudicatedClaim(
        claim_key=id_key("claim", SEPARATOR.join(map(str, whole))),
        claim_ref=None if row["reference_personal"] else without_person(row["reference"]),
        control_ref=without_person(row["bank_ref"]),
        claim_status=without_person(row["bank_code"]),
        money_id=row["money"],
        claimed_minor=row["claimed_minor"],
        paid_minor=row["amount_minor"],
        adjustments=adjustments,
    )

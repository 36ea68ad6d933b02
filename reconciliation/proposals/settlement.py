"""Proposes what a settlement says besides the money of its transactions: what was charged, and what is settled."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import polars as pl

from ledger.domain.bank.line import BankLine
from ledger.domain.bank.movement import ClassifyMovement
from ledger.domain.bank.settlement import Settled, SettleTransactions, part_of_sum
from ledger.domain.chart_of_accounts import PROVIDER_FEE_TAX, PROVIDER_FEES
from ledger.execution.submission import Submission
from reconciliation.matching.captured_sums import Settles
from reconciliation.matching.identity import SEPARATOR, id_key
from reconciliation.matching.payouts import without_person
from reconciliation.proposals.proposal import Setting
from reconciliation.proposals.statement import money_id, with_ids

_OF: tuple[str, ...] = ("account", "held_by", "currency", "settlement", "settled_on", "statement_no")


def charges(entries: pl.DataFrame, setting: Setting, chunk: int) -> Iterator[Submission]:
    """Book what the provider charged for a chunk's transactions, with its tax apart, as one amount a settlement."""
    taken = entries.filter(pl.col("charges_minor") != 0)
    summed = taken.group_by(_OF, maintain_order=True).agg(
        charges=pl.col("charges_minor").sum(),
        tax=pl.col("charges_tax_minor").fill_null(0).sum(),
        where=pl.first("raw_position"),
    )
    for row in summed.iter_rows(named=True):
        for role, amount in ((PROVIDER_FEES, row["charges"] - row["tax"]), (PROVIDER_FEE_TAX, row["tax"])):
            if amount:
                yield _charge(row, role, -amount, setting, chunk)


def _charge(row: dict[str, Any], role: str, amount_minor: int, setting: Setting, chunk: int) -> Submission:
    of = (setting.sha256, chunk, row["statement_no"], row["settlement"], row["settled_on"], role)
    said = SEPARATOR.join(map(str, of))
    key = id_key(row["account"], said)
    id = money_id(row["settled_on"], key)
    line = BankLine(
        bank_account=row["account"],
        amount_minor=amount_minor,
        currency=row["currency"],
        booked_on=row["settled_on"],
        movement_id=id,
        movement_minor=amount_minor,
        line_key=key,
        file=setting.sha256,
        statement_no=row["statement_no"],
        raw_position=row["where"],
        held_by=row["held_by"],
    )
    command = ClassifyMovement(
        part_id=id,
        line=line,
        role=role,
        rule="charges_of_settlement",
        tax_code=setting.fee_tax_codes.get(row["account"]) if role == PROVIDER_FEE_TAX else None,
    )
    return setting.submission(command, f"line:{key}", row["settled_on"], row["where"])


def settled(entries: pl.DataFrame, setting: Setting, chunk: int) -> Iterator[Submission]:
    """Record which transactions of a chunk were settled together, and the booked money that each is."""
    by_hand = pl.when(pl.col("decision") == "captured")
    for of, rows in with_ids(entries).group_by(_OF, maintain_order=True):
        account, _, _, _, settled_on, number = of
        transactions = tuple(
            Settled(*said)
            for said in rows.select(
                by_hand.then("receipt_id").otherwise("money_id"),
                "key",
                "of_kind",
                "amount_minor",
                "charges_minor",
                "charges_tax_minor",
                "instructed_minor",
                "instructed_currency",
                by_hand.then("bank_id_key"),
                by_hand.then("end_to_end_key"),
                "transactions",
                pl.lit(None),
                "charged_for_key",
            ).iter_rows()
        )
        command = _settle(of, transactions, setting)
        key = f"settled:{setting.sha256}:{chunk}:{number}:{settled_on}:{account}:{command.settlement_id}"
        yield setting.submission(command, key, settled_on, None)


def settled_by_sums(summed: Iterable[Settles], entries: pl.DataFrame, setting: Setting) -> Iterator[Submission]:
    """Record sums of payments together with the payments, recorded at capture, that they settle: all, or nothing."""
    for one in summed:
        keys = [sum.key for sum in one.sums]
        rows = entries.filter(pl.col("key").is_in(keys))
        (of,) = rows.select(_OF).unique().iter_rows()
        wholes = (
            Settled(
                money_id=one.payments[0].receipt_id,
                line_key=row["key"],
                kind=row["of_kind"],
                amount_minor=row["amount_minor"],
                charges_minor=row["charges_minor"],
                tax_minor=row["charges_tax_minor"],
                transactions=row["transactions"],
            )
            for row in rows.iter_rows(named=True)
        )
        parts = (part_of_sum(keys[0], payment.receipt_id, payment.amount_minor) for payment in one.payments)
        command = _settle(of, (*wholes, *parts), setting)
        key = f"settled:{setting.sha256}:sum:{keys[0]}"
        yield setting.submission(command, key, command.settled_on, rows["raw_position"][0])


def _settle(of: tuple[Any, ...], settled: tuple[Settled, ...], setting: Setting) -> SettleTransactions:
    """The command that records transactions of one settlement."""
    account, _, currency, ref, settled_on, number = of
    return SettleTransactions(
        settlement_id=setting.settlement_id(account, ref, number),
        provider_account=str(account),
        settlement_ref=without_person(None if ref is None else str(ref)),
        currency=str(currency),
        file=setting.sha256,
        settled_on=settled_on,
        settled=settled,
    )

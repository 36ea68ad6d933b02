"""One example of every fact about our bank accounts and the bank's files, with every field filled in."""

from __future__ import annotations

from datetime import date
from typing import Final

from ledger.domain.bank.account import BankAccountDeclared, BankOpeningRecorded
from ledger.domain.bank.adjudication import AdjudicatedClaim, ClaimAdjustment, ClaimsAdjudicated
from ledger.domain.bank.alias import Alias, BankAliasGiven, BankAliasWithdrawn
from ledger.domain.bank.declaration import BankAccount, Feed
from ledger.domain.bank.doubt import DoubtClosed, DoubtReopened
from ledger.domain.bank.fee_schedule import AgreedFee, FeeAgreed
from ledger.domain.bank.file import (
    FileCompleted,
    FileIngested,
    FileRejected,
    LoadedFile,
    PaymentsSeenAgain,
    ProvenFile,
    Seen,
    StatementProven,
)
from ledger.domain.bank.file_mapping_facts import (
    FileMapping,
    FileMappingApproved,
    FileMappingEnded,
    FileMappingRejected,
    FileMappingRequested,
    MappedColumn,
    MappedWord,
    StatedFigure,
)
from ledger.domain.bank.line import BankLine
from ledger.domain.bank.line_rule_facts import (
    LineRule,
    LineRuleApproved,
    LineRuleEnded,
    LineRuleRejected,
    LineRuleRequested,
)
from ledger.domain.bank.movement_facts import MovementClassified, MovementPartBegun, MovementReclassified, MovementSplit
from ledger.domain.bank.provider_account import PayoutTerms, ProviderAccount, ProviderAccountDeclared
from ledger.domain.bank.settlement import Settled, TransactionsSettled
from ledger.domain.bank.withdrawn import BankAccountWithdrawn
from ledger.domain.fact import Fact

DAY: Final = date(2024, 7, 10)
SHA: Final = "9c56cc51b374c3ba189210d5b6d4bf57790d351c96c47c02190ecf1e430635ab"
_STATEMENT = StatementProven("b-1", "SEK", "STM-2024-07-10", DAY, DAY, 1_000_00, 1_250_00, 2, 250_00, "131", 300_00)

OF_BANK: Final[tuple[Fact, ...]] = (
    BankAccountDeclared(
        account=BankAccount(
            "b-1",
            "Giro",
            "SEK",
            (Alias("5050109", "bankgiro"),),
            (Feed("bgmax", date(2024, 1, 1), date(2024, 6, 30)),),
            from_on=date(2024, 1, 1),
            until_on=date(2024, 12, 31),
            numbers_from=date(2024, 2, 1),
            reversal_flips_sign=True,
        )
    ),
    BankAccountWithdrawn(bank_account="b-1", reason_code="DECLARED_BY_MISTAKE"),
    BankOpeningRecorded(
        bank_account="b-1",
        as_of=date(2023, 12, 31),
        balance_minor=1_000_00,
        posted_minor=50_00,
        currency="SEK",
        source="annual statement",
    ),
    BankAliasGiven(alias=Alias("5050109", "bankgiro"), currency="SEK", bank_account="b-1"),
    BankAliasWithdrawn(bank_account="b-1"),
    ProviderAccountDeclared(
        account=ProviderAccount(
            "cards",
            "Cards",
            "stripe",
            "card",
            "SEK",
            (Alias("acct_1", "merchant"),),
            ("STRIPE",),
            (PayoutTerms(date(2024, 1, 1), 3, 2, 5, "contract of 2023", 180, True),),
            "SE-25",
        )
    ),
    FeeAgreed(
        provider_account="cards",
        kind="payment",
        currency="SEK",
        from_on=DAY,
        fee=AgreedFee(15_000, 1_80, 2_00, 500_00, 250_000),
        source="contract of 2023",
    ),
    TransactionsSettled(
        provider_account="cards",
        settlement_ref="batch 380",
        currency="SEK",
        file=SHA,
        settled_on=DAY,
        settled=(
            Settled(
                "20240711-a1b2", "b2f0", "payment", 250_00, 5_00, 1_00, 22_50, "EUR", "c1f1", "d2f2", 2, "e3a3", "f4b4"
            ),
        ),
    ),
    ClaimsAdjudicated(
        provider_account="plan",
        remittance_ref="EFT0004711-1999999999",
        currency="SEK",
        file=SHA,
        paid_on=DAY,
        claims=(
            AdjudicatedClaim(
                "c1f0",
                "1001171",
                "26110200001",
                "1",
                "20240711-a1b2",
                250_00,
                200_00,
                (ClaimAdjustment("CO", "45", 50_00),),
            ),
        ),
    ),
    FileIngested(sha256=SHA, file=ProvenFile("mapped.statement", True, (_STATEMENT,), 2, 1, read_by="bank.v2")),
    FileCompleted(
        loaded=LoadedFile(receipts=1, movements=1, allocations=1, seen_before=0, in_doubt=0, before_opening=3)
    ),
    PaymentsSeenAgain(
        sha256=SHA,
        format="camt.054",
        seen=(Seen("b2f0", "9c1e", "20240711-a1b2", date(2024, 7, 11), 1, "Ntry 1"),),
    ),
    FileRejected(sha256=SHA, format="camt.053", reasons=("balances_do_not_foot",)),
    MovementClassified(
        part_id="m-1",
        line=BankLine(
            bank_account="b-1",
            amount_minor=-12_50,
            currency="SEK",
            booked_on=DAY,
            value_on=DAY,
            movement_id="m-1",
            movement_minor=-12_50,
            line_key="b-1/STM-2024-07-10/2",
            file=SHA,
            statement_no=1,
            raw_position="Ntry[2]",
            bank_id_key="3f1c9a7e5b2d4f60817263a4",
            end_to_end_key="9d0e6f2f3a1c9b105b7c1f0e",
            held_by="card",
            payment_ref="pi_1",
        ),
        role="cash_in_transit",
        rule="refund_paid_by_bank",
        document="refund-f-1",
        counter_account="cards",
        tax_code="SE-EXEMPT",
    ),
    MovementSplit(into="m-1.1", amount_minor=-2_50, currency="SEK"),
    MovementPartBegun(
        part_id="m-1.1",
        split_from="m-1",
        line=BankLine(
            bank_account="b-1",
            amount_minor=-2_50,
            currency="SEK",
            booked_on=DAY,
            value_on=DAY,
            movement_id="m-1",
            movement_minor=-12_50,
            line_key="b-1/STM-2024-07-10/2",
            file=SHA,
            statement_no=1,
            raw_position="Ntry[2]",
            bank_id_key="3f1c9a7e5b2d4f60817263a4",
            end_to_end_key="9d0e6f2f3a1c9b105b7c1f0e",
            held_by="card",
            payment_ref="pi_1",
        ),
        role="bank_suspense",
        rule="debit_unexplained",
        tax_code="SE-EXEMPT",
    ),
    MovementReclassified(
        part_id="m-1",
        bank_account="b-1",
        amount_minor=-12_50,
        currency="SEK",
        from_role="bank_suspense",
        role="cash_in_transit",
        document="refund-f-1",
        reason_code="REFUND_BY_HAND",
        from_account="cards",
        from_tax_code="SE-EXEMPT",
        tax_code="SE-25",
        counter_account="swish",
    ),
    LineRuleRequested(
        rule_id="tax",
        version=2,
        line_rule=LineRule(
            from_on=DAY,
            until_on=date(2024, 12, 31),
            rank=3,
            role="tax_account",
            bank_account="b-1",
            direction="out",
            bank_code="PMNT-ICDT",
            phrases=("SKATTEVERKET",),
            counterparty_keys=("3f1c9a7e5b2d4f60817263a4",),
            currency="SEK",
            least_minor=100_00,
            most_minor=900_000_00,
            tax_code="SE-EXEMPT",
        ),
        requester="person:p-1",
        on_behalf_of="person:p-2",
    ),
    LineRuleApproved(version=2, approver="person:p-3"),
    LineRuleRejected(version=1, approver="person:p-3", reason_code="TOO_WIDE"),
    LineRuleEnded(last_on=date(2024, 9, 30), reason_code="MOVED"),
    FileMappingRequested(
        mapping_id="collector",
        version=2,
        file_mapping=FileMapping(
            from_on=DAY,
            until_on=date(2024, 12, 31),
            bank_account="collector",
            at_provider=True,
            currency="SEK",
            source="the collector's letter of 2024-05-02",
            header=("Datum", "Ärende", "Belopp", "Arvode", "Typ"),
            marks=("Inkassobolaget",),
            columns=(MappedColumn("day", "Datum"), MappedColumn("amount", "Belopp")),
            words=(MappedWord("Inbetalning", "payment"),),
            figures=(StatedFigure("paid_out", "Utbetalt", "Belopp"),),
            proof="payout",
            newest_first=True,
            unsigned=True,
            fees_below_zero=True,
            day_format="DD.MM.YYYY",
            decimal=",",
            thousands=" ",
            encoding="cp1252",
            sheet="Redovisning",
        ),
        requester="person:p-1",
        on_behalf_of="person:p-2",
    ),
    FileMappingApproved(version=2, approver="person:p-3", unproven_accepted=True),
    FileMappingRejected(version=1, approver="person:p-3", reason_code="TOO_WIDE"),
    FileMappingEnded(last_on=date(2024, 9, 30), reason_code="MOVED"),
    DoubtClosed(
        doubt_id="5b8c1d2e3f4a5b6c7d8e9f0a",
        code="possible_repeat",
        money_id="line-b2f09c1e",
        file=SHA,
        raw_position="Ntry 2",
        reason_code="SAME_PAYMENT",
    ),
    DoubtReopened(reason_code="MISREAD"),
)

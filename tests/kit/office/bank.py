"""What the bank does at random: files, movements, and what they turned out to be."""

from __future__ import annotations

from msgspec.structs import replace

from ledger.domain.bank.account import RecordBankOpening
from ledger.domain.bank.adjudication import AdjudicateClaims, AdjudicatedClaim, ClaimAdjustment
from ledger.domain.bank.alias import Alias
from ledger.domain.bank.doubt import CloseDoubt, Doubt, ReopenDoubt
from ledger.domain.bank.fee_schedule import AgreedFee, AgreeFee
from ledger.domain.bank.file import (
    BankFile,
    CompleteFile,
    IngestFile,
    LoadedFile,
    ProvenFile,
    RecordSeenAgain,
    RejectFile,
    Seen,
    StatementProven,
)
from ledger.domain.bank.file_mapping import (
    ApproveFileMapping,
    EndFileMapping,
    FileMappings,
    RejectFileMapping,
    RequestFileMapping,
)
from ledger.domain.bank.line import BankLine
from ledger.domain.bank.line_rule import ApproveLineRule, EndLineRule, LineRules, RejectLineRule, RequestLineRule
from ledger.domain.bank.line_rule_facts import LineRule
from ledger.domain.bank.movement import ClassifyMovement, Movement
from ledger.domain.bank.provider_account import DeclaredProviderAccount
from ledger.domain.bank.settlement import Settled, SettleTransactions
from ledger.domain.cash.payout import BookPayoutMovement, Payout, Side
from ledger.domain.cash.payout_reclassification import ReclassifyAsPayout
from ledger.domain.cash.reclassification import ReclassifyAsReceipt, ReclassifyAsRefund, ReclassifyMovement
from ledger.domain.cash.refund_state import Refund
from ledger.domain.fact import Command
from ledger.domain.terms.exchange_rate import DeclareExchangeRate, ExchangeRate
from tests.kit.book import Ask, by
from tests.kit.care import VISIT, declare_bank_account
from tests.kit.mappings import COLLECTOR
from tests.kit.office.draws import Draws
from tests.kit.providers import declare_provider_account


class Bank(Draws):
    """The bank's part."""

    def explain(self) -> Command | None:
        """What a movement or some of it was: a role, a refund's line or a payment; now and then what it cannot be."""
        of_refunds = self.rng.random() < 0.5
        found = self.named(Movement, lambda one: self.dares() or (one.role == "cash_in_transit") == of_refunds)
        if found is None:
            return None
        part_id, left, why = found[0], found[1].left_minor, "FOUND_OUT"
        whole = not left or self.rng.random() < 0.7 or (found[1].document is not None and not self.dares())
        some = None if whole else self.some_of(abs(left) + self.dares())
        wanted = some or abs(left)
        refund = self.one(Refund, lambda one: self.dares() or one.requested.amount_minor == wanted)
        choice = self.rng.random()
        if choice < 0.3 and (left > 0 or self.dares()):
            return ReclassifyAsReceipt(part_id=part_id, reason_code=why, amount_minor=some)
        if choice < 0.6 and refund is not None:
            refund_id = refund.requested.refund_id
            return ReclassifyAsRefund(part_id=part_id, refund_id=refund_id, reason_code=why, amount_minor=some)
        payout = self.named(Payout)
        if choice > 0.85 and payout is not None:
            return ReclassifyAsPayout(part_id=part_id, payout_id=payout[0], reason_code=why, amount_minor=some)
        role = "cash_in_transit" if self.dares() else self.rng.choice(("suppliers", "bank_suspense", "tax_account"))
        code = "SE-25" if role == "suppliers" and self.rng.random() < 0.5 else None
        return ReclassifyMovement(part_id=part_id, role=role, reason_code=why, amount_minor=some, tax_code=code)

    def load(self) -> Command:
        """A bank file begun, loaded to its end or refused; now and then one that is known."""
        loading = self._a_file() if self.rng.random() < 0.5 else None
        if loading is not None and self.rng.random() < 0.3:
            bank_id = self.id("bank") if self.dares() else None
            seen = Seen(self.id("key"), bank_id, self.id("money"), self.day(0), 1, "Ntry 1")
            return RecordSeenAgain(sha256=loading, format="camt.054", seen=(seen,))
        if loading is not None:
            loaded = LoadedFile(receipts=1, movements=1, allocations=1, seen_before=0, in_doubt=0)
            return CompleteFile(sha256=loading, loaded=loaded)
        known = self.named(BankFile)
        sha256 = known[0] if known is not None and self.rng.random() < 0.3 else self.id("sha")
        if self.rng.random() < 0.2:
            return RejectFile(sha256=sha256, format=None, reasons=("not_footing", "no_balance"))
        on = self.day(0, -3, 5)
        proven = StatementProven("b1", "SEK", f"s-{sha256}", on, on, 0, 5, 2, 5)
        file = ProvenFile(format="camt.053", books=True, statements=(proven, proven), lines=4, chunks=1)
        return IngestFile(sha256=sha256, file=file)

    def classify(self) -> Command:
        """A movement that is no receipt; now and then one that is booked already, or on an account that it may not."""
        known = self.named(Movement)
        if known is not None and self.dares():
            return ClassifyMovement(part_id=known[0], line=known[1].line, role=known[1].role, rule="manual")
        part_id = self.id("m")
        line = self._line(part_id, self.rng.choice((-15, 15, -100, -300)))
        sound = self.rng.choice(("bank_fees", "bank_suspense", "bank_details", "recalls", "recalls"))
        role = self.rng.choice(("unallocated", "cash_in_transit")) if self.dares() else sound
        code = "SE-EXEMPT" if role == "bank_fees" and self.rng.random() < 0.5 else None
        return ClassifyMovement(part_id=part_id, line=line, role=role, rule="manual", tax_code=code)

    def pay_out(self) -> Command:
        """A payout of a payment provider: at the provider, or on our bank account; also of an account not declared."""
        if self.one(DeclaredProviderAccount) is None or self.rng.random() < 0.1:
            return declare_provider_account()
        part_id, sent = self.id("m"), self.rng.random() < 0.5
        amount = self.rng.choice((-15, 100, 300)) * (-1 if sent else 1)
        line = self._line(part_id, amount)
        if sent:
            line = replace(line, bank_account="cards", held_by="card", in_detail=False)
        account, ref = "other" if self.dares() else "cards", self.rng.choice(("po1", "po2", "po3"))
        side: Side = "sent" if sent else "arrived"
        return BookPayoutMovement(
            part_id=part_id, line=line, payout_id=ref, provider_account=account, payout_ref=ref, side=side, rule="drawn"
        )

    def agree_fee(self) -> Command:
        """What is agreed with a payment provider for a payment, or that nothing is; now and then ends that cross."""
        fee = AgreedFee(15_000, 1_80, 2_00, 1_00 if self.dares() else 50_00)
        return AgreeFee(
            provider_account="cards",
            kind="payment",
            from_on=self.day(0),
            fee=self.rng.choice((None, fee)),
            source="contract",
        )

    def declare_rate(self) -> Command:
        """What a euro was worth in kronor on a day; now and then what a krona was worth in euros."""
        base, quote = ("SEK", "EUR") if self.dares() else ("EUR", "SEK")
        rate = ExchangeRate(self.rng.choice((114_325, 113_900)), 4)
        return DeclareExchangeRate(
            base_currency=base, quote_currency=quote, rate_on=self.day(0), rate=rate, source="Riksbanken"
        )

    def settle_cards(self) -> Command:
        """Transactions that a payment provider settled, or claims that it decided, some of them known."""
        keys = [self.rng.choice(("k1", "k2", self.id("k"))) for _ in range(2)]
        settled = tuple(Settled(self.id("r"), key, "payment", 100, 2) for key in dict.fromkeys(keys))
        id, file, on = self.rng.choice(("s1", "s2")), self.id("sha"), self.day(0)
        if id == "s2":
            reasons = (ClaimAdjustment("CO", "45", 40), ClaimAdjustment("PR", None, -2))
            claims = tuple(
                AdjudicatedClaim(key, None, key, "1", None, 138, 100, reasons) for key in dict.fromkeys(keys)
            )
            return AdjudicateClaims(
                remittance_id=id,
                provider_account="cards",
                remittance_ref=None,
                currency="SEK",
                file=file,
                paid_on=on,
                claims=claims,
            )
        return SettleTransactions(
            settlement_id=id,
            provider_account="cards",
            settlement_ref=None,
            currency="SEK",
            file=file,
            settled_on=on,
            settled=settled,
        )

    def rule_lines(self) -> Ask:
        """A rule for lines requested, decided by another person or ended; now and then what is refused."""
        rules = self.one(LineRules)
        newest = rules.versions[-1] if rules is not None else None
        drawn = self.rng.random() if newest is not None and newest.status != "requested" else 1
        if 0.5 <= drawn < 0.8 or (rules is not None and self._maps_nothing()):
            return self._map_files()
        if newest is None or drawn < 0.5 or self.dares():
            role, words = self.rng.choice(("tax_account", "suppliers")), () if self.dares() else ("LABBET",)
            return RequestLineRule(
                rule_id=self.rng.choice(("tax", "lab")), line_rule=LineRule(from_on=VISIT, role=role, phrases=words)
            )
        id, number = newest.requested.rule_id, newest.requested.version
        if newest.status != "requested":
            return EndLineRule(rule_id=id, reason_code="MOVED")
        person = "anna" if self.dares() else "bo"
        if self.rng.random() < 0.2:
            return by(person, RejectLineRule(rule_id=id, version=number, reason_code="TOO_WIDE"))
        return by(person, ApproveLineRule(rule_id=id, version=number))

    def _maps_nothing(self) -> bool:
        """Whether there is an account at a provider, and no file mapping yet."""
        kinds = {type(one) for one in self.book.states.values()}
        return DeclaredProviderAccount in kinds and FileMappings not in kinds

    def _map_files(self) -> Ask:
        """A file mapping requested, decided by another person or ended; now and then what is refused."""
        found = self.one(FileMappings)
        newest = found.versions[-1] if found is not None else None
        if newest is None or newest.status == "rejected":
            mapping = replace(COLLECTOR, proof="balances") if self.dares() else COLLECTOR
            return RequestFileMapping(mapping_id="collector", file_mapping=mapping)
        id, number = newest.requested.mapping_id, newest.requested.version
        if newest.status != "requested":
            return EndFileMapping(mapping_id=id, reason_code="MOVED")
        if self.rng.random() < 0.2:
            return by("bo", RejectFileMapping(mapping_id=id, version=number, reason_code="TOO_WIDE"))
        return by("anna" if self.dares() else "bo", ApproveFileMapping(mapping_id=id, version=number))

    def _line(self, part_id: str, amount_minor: int) -> BankLine:
        """A line of a bank's file, in kronor."""
        return BankLine(
            bank_account="b1",
            amount_minor=amount_minor,
            currency="SEK",
            booked_on=self.day(0, -7, 3),
            line_key=f"line-{part_id}",
            file=self._a_file(),
            in_detail=self.rng.random() < 0.2,
        )

    def doubt(self) -> Command:
        """A doubt closed, or a closed one reopened; now and then one that is not closed."""
        known = self.named(Doubt, lambda one: one.closed_because is not None)
        if known is not None and self.rng.random() < 0.5:
            return ReopenDoubt(doubt_id=known[0], reason_code="MISREAD")
        return CloseDoubt(doubt_id=self.id("d"), code="amount_zero", reason_code="SEEN", file=self._a_file())

    def change_bank(self) -> Command:
        """Another number and ledger account of the bank account, or its opening balance, which may be corrected."""
        if self.rng.random() < 0.5:
            number = self.rng.choice(("N1", "N2"))
            aliases, ledger_account = (Alias(number, "bban"),), {"N1": "1930", "N2": "1935"}[number]
            return declare_bank_account("b1", "camt.053", aliases=aliases, ledger_account=ledger_account)
        balance = self.rng.choice((-100, 0, 250))
        return RecordBankOpening(bank_account="b1", as_of=VISIT, balance_minor=balance, source="statement")

    def _a_file(self) -> str | None:
        """A file that is being loaded, where there is one."""
        found = self.named(BankFile, lambda one: one.status == "loading")
        return None if found is None else found[0]

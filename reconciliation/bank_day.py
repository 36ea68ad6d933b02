"""A bank day's steps, each safe to run again: gather, judge, plan and execute chunk by chunk, complete, tie out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import polars as pl

from ledger import Envelope, Outcome, Submission, execute
from ledger.domain.bank.account import BankAccount, DeclareBankAccount
from ledger.domain.bank.file import CompleteFile, IngestFile, LoadedFile, ProvenFile, RejectFile
from ledger.domain.bank.movement import MovementClassified
from ledger.domain.cash.receipt import ReceiptRecorded
from ledger.domain.cash.refund import SettleRefund
from ledger.domain.fact import Command
from ledger.domain.terms.entity import Terms
from reconciliation.archive import FilesRefused
from reconciliation.gate import Reason, examine
from reconciliation.loading import Loading
from reconciliation.matching import candidates, exact
from reconciliation.outcomes import Executed, Gathered, Judged, became
from reconciliation.plan import Plan, Review, SentRefund, Setting, is_receipt, money_id, plan, receipts

if TYPE_CHECKING:
    from projections import Books, Report
    from reconciliation.archive import Archive
    from reconciliation.statements import Parsed
    from reconciliation.store import ReconciliationStore

# Entries decided and appended together: all of a chunk is in the book or nothing of it.
CHUNK: Final = 2000


@dataclass(slots=True)
class BankDay:
    """One day's work on one legal entity's bank files; time and actor come in from outside."""

    books: Books
    archive: Archive
    desk: ReconciliationStore
    on: date
    recorded_at: datetime
    actor: str = "job:bank-day"
    declare: bool = False
    _loading: dict[str, Loading] = field(default_factory=dict)
    _terms: Terms | None = None

    def gather(self, paths: Sequence[Path]) -> Gathered:
        """Keep each file in the archive by its content, in order, files of a folder by name."""
        refused: tuple[tuple[Path, str], ...] = ()
        try:
            taken = tuple(self.archive.gather(paths))
        except FilesRefused as some:
            taken, refused = some.gathered, some.refusals
        return Gathered(
            tuple((path.name, sha256) for path, sha256 in taken),
            tuple((path.name, Reason("file_unreadable", sentence, path.name)) for path, sentence in refused),
        )

    def judge(self, sha256: str, *, dry_run: bool = False) -> Judged:
        """Read a file and put it before the gate; the verdict is kept, and a refused file recorded as refused."""
        # What the office recorded a moment ago counts: accounts declared, invoices issued, refunds sent.
        self.follow()
        known = self.books.store.now.file(sha256)
        if known is not None and known["status"] == "complete":
            return Judged(sha256, "complete", known["format"])
        loading = self._loaded(sha256)
        verdict = examine(loading.parsed, loading.terms)
        refusals = verdict.refusals or self._strangers(loading.parsed, dry_run)
        judged = Judged(
            sha256,
            "refused" if refusals else "new" if known is None else str(known["status"]),
            loading.parsed.format,
            refusals=refusals,
            doubts=verdict.doubts,
            warnings=verdict.warnings,
            expectations=verdict.expectations,
        )
        if not dry_run:
            self.desk.keep_verdict(sha256, verdict, self.recorded_at)
        return self._refused(judged, dry_run) if refusals else self._opened(judged, dry_run)

    def plan(self, sha256: str, chunk: int) -> Plan:
        """Commands and reviews for one chunk of a file's entries, those seen before left out."""
        loading = self._loaded(sha256)
        entries = loading.entries(self.books.store.matching).slice(chunk * CHUNK, CHUNK)
        known = set(self.books.journal.marks([f"line:{key}" for key in entries["key"]]))
        seen = pl.Series([f"line:{key}" in known for key in entries["key"]], dtype=pl.Boolean)
        repeats = self._repeats(entries.filter(seen), loading) if seen.any() else []
        entries = entries.filter(~seen)
        paid = receipts(entries)
        matched = exact.match(paid, self.books.store.matching.by_reference(exact.asked(paid), 2))
        planned = plan(entries, matched, self._candidates(matched), self._setting(loading))
        return replace(planned, reviews=(*planned.reviews, *repeats))

    def execute(self, plan: Plan, sha256: str) -> Executed:
        """Keep the reviews, then record the chunk: all of it or nothing."""
        self.desk.keep_reviews(plan.reviews, self.recorded_at, sha256)
        outcomes = execute(self.books.journal, plan.submissions, chunk=max(len(plan.submissions), 1))
        if any(isinstance(one.command, SettleRefund) for one in plan.submissions):
            # A refund is settled by one line: the next chunk must not find it under way any more.
            self.follow()
        executed = became(plan, outcomes)
        self.desk.keep_reviews(executed.unplaced, self.recorded_at, sha256)
        return executed

    def complete(self, sha256: str) -> LoadedFile:
        """Say that all of a file is in the book, with what it led to as the read tables count it."""
        self.follow()
        loading = self._loaded(sha256)
        booked, movements, allocations = self.books.store.matching.counts_of_file(sha256)
        entries = loading.entries(self.books.store.matching).height
        loaded = LoadedFile(
            receipts=booked,
            movements=movements,
            allocations=allocations,
            seen_before=entries - booked - movements,
            in_doubt=self.desk.open_doubts(sha256),
        )
        self._submit(CompleteFile(sha256=sha256, loaded=loaded), f"complete:{sha256}")
        self._loading.pop(sha256, None)
        return loaded

    def follow(self) -> int:
        """Bring the read tables up to the book; the position, noted as known now."""
        return self.books.follow(at=self.recorded_at)

    def tie_out(self) -> Report:
        """Control accounts beside the sub-ledger at the end of the day."""
        return self.books.tie_out(self.on)

    @property
    def correlation(self) -> str:
        """What all facts of the day's work have in common."""
        return f"bank-day:{self.on}"

    def _loaded(self, sha256: str) -> Loading:
        if self._terms is None:
            self._terms = self.books.terms()
        if sha256 not in self._loading:
            self._loading.clear()
            self._loading[sha256] = Loading(sha256, self.archive, self.on, self._terms, self._sources())
        return self._loading[sha256]

    def _sources(self) -> dict[str, tuple[str, str]]:
        declared = self.books.store.now.bank_accounts()
        return {row["bank_account"]: (row["currency"], row["source"]) for row in declared}

    def _strangers(self, parsed: Parsed, dry_run: bool) -> tuple[Reason, ...]:
        """Accounts nobody declared: refused, or declared with this format as their source where that is asked."""
        sources = self._sources()
        reasons: dict[str, Reason] = {}
        for row in parsed.statements.select(["account", "currency"]).to_pylist():
            account, currency = row["account"] or "", row["currency"] or ""
            if account in sources and sources[account][0] == currency:
                continue
            if self.declare and account not in sources:
                if dry_run:
                    continue
                declared = BankAccount(account, currency, str(parsed.format))
                key = f"declare:{account}:{currency}:{parsed.format}"
                outcome = self._submit(DeclareBankAccount(account=declared), key, check=False)
                if outcome.status != "refused":
                    continue
            reasons[account] = Reason("bank_account_unknown", _UNKNOWN_ACCOUNT, f"account ending {account[-4:]}")
        if self.declare and not reasons:
            self.follow()
            self._loading.clear()
        return tuple(reasons.values())

    def _refused(self, judged: Judged, dry_run: bool) -> Judged:
        if not dry_run:
            codes = tuple(dict.fromkeys(reason.code for reason in judged.refusals))
            command = RejectFile(sha256=judged.sha256, format=judged.format, reasons=codes)
            self._submit(command, f"reject:{judged.sha256}:{','.join(codes)}")
        self._loading.pop(judged.sha256, None)
        return judged

    def _opened(self, judged: Judged, dry_run: bool) -> Judged:
        # Read anew where an account was declared just now: the file may book from here on.
        loading = self._loaded(judged.sha256)
        opened = replace(
            judged,
            books=loading.books,
            entries=loading.height,
            chunks=-(-loading.height // CHUNK),
            proofs=loading.proofs(self.books.store.matching),
        )
        if not dry_run:
            proven = ProvenFile(
                format=str(opened.format),
                books=opened.books,
                statements=loading.proven(),
                lines=loading.lines,
                chunks=opened.chunks,
            )
            self._submit(IngestFile(sha256=opened.sha256, file=proven), f"ingest:{opened.sha256}")
            self.follow()
            self.desk.keep_doubts(opened.sha256, opened.doubts, self.recorded_at)
        return opened

    def _candidates(self, matched: pl.DataFrame) -> pl.DataFrame:
        unmatched = matched.filter(matched["reason"].is_not_null())
        slipped = candidates.slips(unmatched)
        look_up, most = self.books.store.matching, candidates.MOST
        amounts = sorted(set(unmatched.select("currency", "amount_minor").iter_rows()))
        by_reference = look_up.by_reference(sorted(set(slipped["reference"])), most)
        return candidates.candidates(unmatched, slipped, by_reference, look_up.by_amount(amounts, most))

    def _repeats(self, seen: pl.DataFrame, loading: Loading) -> list[Review]:
        """Lines seen before that neither the bank's id nor a balance proves to be the same: booked once, and shown."""
        look_up = self.books.store.matching
        doubtful = seen.filter(~pl.col("has_id") & pl.col("statement_no").is_in(loading.unproven(look_up)))
        money = {
            f"{'receipt' if is_receipt(row) else 'movement'}-{money_id(row['booked_on'], row['key'])}": row
            for row in doubtful.iter_rows(named=True)
        }
        reviews: list[Review] = []
        for stream, facts in self.books.journal.read(money).items():
            first = facts[0].fact
            if isinstance(first, ReceiptRecorded) and first.payment.file != loading.sha256:
                where = first.payment.raw_position
                reviews.append(Review(first.receipt_id, None, "possible_repeat", (_REPEAT,), (), where))
            elif isinstance(first, MovementClassified) and first.line.file != loading.sha256:
                where = money[stream]["raw_position"]
                reviews.append(Review(None, first.part_id, "possible_repeat", (_REPEAT,), (), where))
        return reviews

    def _setting(self, loading: Loading) -> Setting:
        sent = self.books.store.matching.refunds_under_way()
        refunds = {end_to_end_id: SentRefund(*refund) for end_to_end_id, refund in sent.items()}
        return Setting(
            loading.sha256,
            str(loading.parsed.format),
            self.actor,
            self.recorded_at,
            self.correlation,
            refunds,
        )

    def _submit(self, command: Command, key: str, *, check: bool = True) -> Outcome:
        envelope = Envelope(
            occurred_on=self.on,
            accounting_date=self.on,
            recorded_at=self.recorded_at,
            actor=self.actor,
            key=key,
            correlation=self.correlation,
        )
        outcome = execute(self.books.journal, Submission(command, envelope))
        if check and outcome.status == "refused":
            raise RuntimeError(f"{type(command).__name__} was refused: {outcome.sentence}")
        return outcome


_REPEAT: Final = (
    "Another file has the same line again, without an id of the bank's and without balances that would tell whether "
    "it is the same money. It is booked once; if it came twice, record the other by hand."
)
_UNKNOWN_ACCOUNT: Final = (
    "The file is of a bank account that was not declared, or in another currency. If the account is ours, declare "
    "it with `reskontra bank-account declare`, or run with --declare to take this file as its source."
)

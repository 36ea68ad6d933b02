"""Compares the general ledger with ours: account by account and, for accounts that differ, voucher by voucher."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from reconciliation.general_ledger.sie import SieVoucher, of_result
from reconciliation.general_ledger.sie_reader import SieFile


class Difference(NamedTuple):
    """An account with both balances, or a voucher's amount on an account that differs.

    `what` is `account`; `missing` for a voucher that the general ledger lacks; `extra` for one that only it has;
    `amount` for one that both have with other amounts. `series` and `number` are ours, or else the general ledger's.
    """

    what: str
    account: str
    ours_minor: int
    theirs_minor: int
    series: str | None = None
    number: str | None = None
    on: date | None = None
    text: str | None = None

    @property
    def difference_minor(self) -> int:
        """The general ledger's amount less ours."""
        return self.theirs_minor - self.ours_minor


def through(file: SieFile) -> date:
    """The day up to which the file has balances: as it says, or when it was made, or the year's last day."""
    return file.through_on or min(file.generated_on, file.years[0][1])


def balances(file: SieFile) -> dict[str, int]:
    """The file's balances by account: of an account of the result, the year's sum.

    An account without a balance of its own has its opening balance and the changes of its months.
    """
    changed: Counter[str] = Counter()
    for (account, _), minor in file.periods.items():
        changed[account] += minor
    found = {account: file.opening.get(account, 0) + minor for account, minor in changed.items()}
    return found | file.closing | file.result


def by_account(ours: Mapping[str, int], file: SieFile) -> list[Difference]:
    """A row for each of our accounts with its balance here and in the general ledger; other accounts are not ours."""
    theirs = balances(file)
    return [Difference("account", one, ours[one], theirs.get(one, 0)) for one in sorted(ours)]


def by_voucher(accounts: Iterable[str], ours: Sequence[SieVoucher], theirs: Sequence[SieVoucher]) -> list[Difference]:
    """The vouchers that differ on these accounts.

    Vouchers are the same if they have our series and number; of the others, if they have the same day and amount.
    """
    return [row for account in accounts for row in _of_account(account, ours, theirs)]


def _of_account(account: str, ours: Sequence[SieVoucher], theirs: Sequence[SieVoucher]) -> Iterator[Difference]:
    mine, other = _amounts(account, ours), _amounts(account, theirs)
    named = {(one.series, one.number): (one, minor) for one, minor in other if one.number}
    paired: set[int] = set()
    left: list[tuple[SieVoucher, int]] = []
    for one, minor in mine:
        found = named.get((one.series, one.number))
        if found is None:
            left.append((one, minor))
            continue
        paired.add(id(found[0]))
        if found[1] != minor:
            yield _row("amount", account, one, minor, found[1])
    unnamed: defaultdict[tuple[date, int], list[SieVoucher]] = defaultdict(list)
    for one, minor in other:
        if id(one) not in paired:
            unnamed[one.on, minor].append(one)
    for one, minor in left:
        same = unnamed[one.on, minor]
        if same:
            same.pop(0)
        else:
            yield _row("missing", account, one, minor, 0)
    for (_, minor), remaining in sorted(unnamed.items()):
        for one in remaining:
            yield _row("extra", account, one, 0, minor)


def _amounts(account: str, vouchers: Sequence[SieVoucher]) -> list[tuple[SieVoucher, int]]:
    """The vouchers that change the account, each with its amount there."""
    found = []
    for one in vouchers:
        minor = sum(line.amount_minor for line in one.transactions if line.account == account)
        if minor:
            found.append((one, minor))
    return found


def _row(what: str, account: str, one: SieVoucher, ours: int, theirs: int) -> Difference:
    return Difference(what, account, ours, theirs, one.series, one.number, one.on, one.text)


def our_balances(at_end: Mapping[str, int], before: Mapping[str, int], accounts: Iterable[str]) -> dict[str, int]:
    """Our balances by account: of an account of the result, what was added after the sums `before` the year."""
    return {one: at_end.get(one, 0) - (before.get(one, 0) if of_result(one) else 0) for one in accounts}

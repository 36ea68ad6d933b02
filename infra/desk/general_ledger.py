"""The use cases of the general ledger: export vouchers for it (SIE 4), and compare its own export with our ledger."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from infra.desk.days import require_order
from infra.desk.desk import Desk
from infra.desk.problems import Problem, Stopped
from infra.desk.sie_content import Sums, head_of, sie_vouchers

if TYPE_CHECKING:
    from datetime import datetime

    from projections.inputs import BookInputs
    from reconciliation.general_ledger.sie import Kind
    from reconciliation.general_ledger.sie_reader import SieFile

_DAY: Final = timedelta(days=1)
_WITHOUT_BALANCES: Final = (
    "{} has no balances (#IB, #UB, #RES), as a file of type 4I, which has vouchers only; export the general ledger as "
    "type 4E"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which vouchers a file is to have: those of some days and one currency, known at a position.

    With `after`, only those that were recorded after that position.
    """

    from_on: date
    to_on: date
    kind: Kind = "4I"
    currency: str | None = None
    known_at: int | datetime | None = None
    after: int = 0


class Exported(NamedTuple):
    """The totals of an export by account, the number of vouchers, and the position up to which facts were known.

    `opening_minor` is what opening balances posted on these days, which are no vouchers; in a file with balances, it is
    the balance at the beginning of the year. `left_out` counts, by currency, the vouchers with postings in other
    currencies, which are in no file of this one.
    """

    rows: list[dict[str, Any]]
    vouchers: int
    currency: str
    known_at: int
    left_out: Mapping[str, int]


class Compared(NamedTuple):
    """The rows of a comparison, the last day compared, and the position up to which facts were known."""

    rows: list[dict[str, Any]]
    through_on: date
    currency: str
    known_at: int


def export(desk: Desk, path: Path, asked: Asked) -> Exported:
    """Write the vouchers of some days into a new SIE 4 file, which gets its name only when it is complete.

    Raises Stopped if the file exists, if the currency or the days do not fit into such a file, or if nothing can have
    been recorded after `asked.after` yet.
    """
    from ledger.disk import unnamed
    from reconciliation.general_ledger.sie_writer import balance_lines, head_lines, voucher_lines

    currency = _currency(desk, asked.currency)
    if path.exists():
        raise Stopped(Problem("file_exists", f"{path} already exists; name a new file"))
    known_at = _known(desk, asked.known_at)
    if asked.after > known_at:
        sentence = f"nothing is recorded after position {asked.after}: what is known ends at position {known_at}"
        raise Stopped(Problem("known_at_unknown", sentence))
    inputs = _inputs(desk, asked.to_on, known_at)
    from_on = _first_day(inputs, asked)
    head = head_of(desk, inputs, asked.kind, from_on, currency)
    sums, count = Sums(), 0
    with unnamed(path.resolve().parent) as new:
        new.file.write(head_lines(head))
        opening = None
        if asked.kind == "4E":
            balances = _balances(desk, from_on, asked.to_on, known_at, currency)
            opening = balances.opening
            new.file.write(balance_lines(balances))
        for page in inputs.vouchers(from_on):
            shown = [one for one in page if one.first.position > asked.after]
            sums.take(shown, inputs, currency)
            made = list(sie_vouchers(shown, inputs, currency))
            new.file.write(voucher_lines(made))
            count += len(made)
        new.take_name(path.resolve())
    rows, left_out = sums.rows(inputs, head, opening), dict(sorted(sums.left_out.items()))
    return Exported(rows, count, currency, known_at, left_out)


def compare(desk: Desk, path: Path) -> Compared:
    """Compare a general ledger's SIE 4E file with our ledger on the last day that the file has.

    Raises Stopped if the file is not as the standard has it, with the line and what was expected.
    """
    from ledger.domain.terms.fiscal_year import fiscal_year
    from reconciliation.general_ledger import comparison

    file = _read(path)
    through = comparison.through(file)
    known_at = _known(desk, None)
    inputs = _inputs(desk, through, known_at)
    year_from, year_to = fiscal_year(through, inputs.terms.fiscal_year_from)
    if file.years[0] != (year_from, year_to):
        sentence = (
            f"the file is of the fiscal year {file.years[0][0]} to {file.years[0][1]}, ours is {year_from} to {year_to}"
        )
        raise Stopped(Problem("fiscal_year_differs", sentence))
    currency = _currency(desk, file.currency)
    at_end, before = (_sums_on(desk, on, known_at, currency) for on in (through, year_from - _DAY))
    ours = comparison.our_balances(at_end, before, _compared_accounts(inputs, year_from, at_end))
    rows = comparison.by_account(ours, file)
    differing = [row.account for row in rows if row.difference_minor]
    if differing:
        mine = [one for page in inputs.vouchers(year_from) for one in sie_vouchers(page, inputs, currency)]
        theirs = [one for one in file.vouchers if one.on <= through]
        rows += comparison.by_voucher(differing, mine, theirs)
    shown = [row._asdict() | {"difference_minor": row.difference_minor, "currency": currency} for row in rows]
    return Compared([_renamed(row) for row in shown], through, currency, known_at)


def _renamed(row: dict[str, Any]) -> dict[str, Any]:
    return {("accounting_date" if name == "on" else name): value for name, value in row.items()}


def _read(path: Path) -> SieFile:
    from reconciliation.general_ledger.sie_reader import SieMalformed, read

    try:
        file = read(path.read_bytes())
    except SieMalformed as wrong:
        raise Stopped(
            Problem("sie_malformed", f"{path.name}, line {wrong.line}: {wrong.expected}", path.name)
        ) from None
    except OSError as trouble:
        raise Stopped(Problem("file_unreadable", f"{path} cannot be read: {trouble.strerror}", str(path))) from None
    if 0 not in file.years:
        raise Stopped(Problem("sie_malformed", f"{path.name}: expected #RAR 0, the fiscal year of the balances"))
    if not (file.opening or file.closing or file.result):
        raise Stopped(Problem("sie_without_balances", _WITHOUT_BALANCES.format(path.name), path.name))
    return file


def _inputs(desk: Desk, on: date, known_at: int) -> BookInputs:
    return desk.books.inputs(on, known_at)


def _known(desk: Desk, known_at: int | datetime | None) -> int:
    try:
        return desk.books.resolve(known_at)
    except ValueError as wrong:
        raise Stopped(Problem("known_at_unknown", str(wrong))) from None


def _currency(desk: Desk, asked: str | None) -> str:
    """The currency of a file, which has only one; its amounts have at most two decimals."""
    kept = desk.terms.currencies
    currency = asked or kept[0]
    if currency not in kept:
        sentence = f"the entity keeps no {currency}, so it has no vouchers in it; give one of {', '.join(kept)}"
        raise Stopped(Problem("currency_not_kept", sentence))
    if not fits(currency):
        sentence = (
            f"amounts in {currency} do not have two decimals, as SIE needs: `reskontra journal` has these vouchers"
        )
        raise Stopped(Problem("currency_not_in_sie", sentence))
    return currency


def fits(currency: str) -> bool:
    """Whether a SIE file can have amounts in a currency."""
    from ledger.domain.money import decimals_of
    from reconciliation.general_ledger.sie import DECIMALS

    return decimals_of(currency) == DECIMALS


def _first_day(inputs: BookInputs, asked: Asked) -> date:
    """The first day of the file: a file with balances begins with the fiscal year."""
    from ledger.domain.terms.fiscal_year import fiscal_year

    require_order(asked.from_on, asked.to_on)
    year_from, _ = fiscal_year(asked.to_on, inputs.terms.fiscal_year_from)
    if asked.from_on < year_from:
        sentence = f"numbers of vouchers begin anew with a fiscal year, so a file is of one: give --from {year_from}"
        raise Stopped(Problem("days_of_two_years", sentence))
    if asked.kind == "4E" and (asked.from_on != year_from or asked.after):
        sentence = f"a file of type 4E has balances, so it has the whole year: give --from {year_from}, and no --after"
        raise Stopped(Problem("days_not_from_year", sentence))
    return asked.from_on


def _compared_accounts(inputs: BookInputs, year_from: date, sums: Mapping[str, int]) -> list[str]:
    """The accounts that only we post to; those that another ledger settles have other postings, too."""
    from ledger.domain.chart_of_accounts import roles_of

    assert inputs.as_of is not None
    others = roles_of("elsewhere", "equity")
    valid = [
        one
        for one in inputs.chart.mappings()
        if one.from_on <= inputs.as_of and (one.until_on is None or year_from <= one.until_on)
    ]
    shared = {one.account for one in valid if one.role in others}
    return sorted(({one.account for one in valid} | {one for one, minor in sums.items() if minor}) - shared)


def _sums_on(desk: Desk, on: date, known_at: int, currency: str) -> Counter[str]:
    """The balance of each ledger account at the end of a day."""
    sums: Counter[str] = Counter()
    for row in desk.books.report("trial-balance", on, known_at).table.to_pylist():
        if row["currency"] == currency:
            sums[row["account"]] += row["balance_minor"]
    return sums


def _balances(desk: Desk, year_from: date, on: date, known_at: int, currency: str) -> Any:
    """Balances of the year; what opening balances posted within it is in its opening balances.

    The results of earlier years are on the account of equity, so that the opening and closing balances sum to zero.
    """
    from reconciliation.general_ledger.sie import Balances, of_result

    before, end = (_sums_on(desk, day, known_at, currency) for day in (year_from - _DAY, on))
    opened = Sums()
    inputs = _inputs(desk, on, known_at)
    for page in inputs.vouchers(year_from):
        opened.take([one for one in page if one.number is None], inputs, currency)
    opening = Counter({account: minor for account, minor in before.items() if not of_result(account)})
    opening.update(opened.opening)
    closing = Counter({account: minor for account, minor in end.items() if not of_result(account)})
    if earlier := sum(minor for account, minor in before.items() if of_result(account)):
        equity = inputs.chart.account("opening", year_from, currency=currency)
        opening[equity] += earlier
        closing[equity] += earlier
    return Balances(
        opening=opening,
        closing=closing,
        result={account: end[account] - before[account] for account in end if of_result(account)},
    )

"""Commands for line rules: what lines of banks are that no payer, refund, payout or recall explains."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final, Literal, TypeAlias

import typer

from infra.cli.answer import Answer, Row, Table
from infra.cli.invocation import Call, Commands
from infra.cli.options import Key, OnBehalfOf, ReasonCode, currency, day, whole
from infra.cli.outcome import recorded, waits
from infra.cli.page import money
from infra.desk import line_rule, names
from infra.desk.counts import counted
from infra.desk.desk import Occasion
from infra.desk.line_rule import SaidRule

COMMANDS: Final = Commands("line-rule", "Rules that say what bank lines are: taxes, wages, suppliers, fees, interest.")

_COLUMNS: Final = (
    ("rule", "rule_id"),
    ("version", "version"),
    ("held", "held"),
    ("order", "rank"),
    ("books on", "role"),
    ("tax code", "tax_code"),
    ("lines", "lines"),
    ("from", "from_on"),
    ("until", "until_on"),
)
_TRIED: Final = (
    ("booked as", "booked_as"),
    ("why", "why"),
    ("would be", "would_be"),
    ("tax code", "tax_code"),
    ("lines", "lines"),
    ("currency", "currency"),
    ("amount", "amount"),
)
_LAST_RANK: Final = 1000

RuleId: TypeAlias = Annotated[str, typer.Argument(metavar="RULE", help="The rule's id, such as bank-tax.")]
RuleName: TypeAlias = Annotated[
    str, typer.Argument(metavar="RULE", help="The rule's id, or a version of it as in bank-tax.v2.")
]
Role: TypeAlias = Annotated[
    str, typer.Option(metavar="ROLE", help="The account role on which it books, such as tax_account.")
]
From: TypeAlias = Annotated[
    date | None,
    typer.Option("--from", parser=day, metavar="DATE", help="First booking day of its lines; by default today."),
]
UntilOn: TypeAlias = Annotated[
    date | None,
    typer.Option("--until", parser=day, metavar="DATE", help="Last booking day of its lines; none by default."),
]
Order: TypeAlias = Annotated[
    int,
    typer.Option(
        parser=whole(1, _LAST_RANK), metavar="NUMBER", help="Rules of a lower order are asked first; 1 by default."
    ),
]
OfBankAccount: TypeAlias = Annotated[
    str | None, typer.Option(metavar="ACCOUNT", help="Only lines of this bank account of ours.")
]
DirectionName: TypeAlias = Annotated[
    Literal["in", "out"] | None, typer.Option(help="Only money that comes in, or that goes out.")
]
BankCode: TypeAlias = Annotated[
    str | None, typer.Option(metavar="CODE", help="The bank's code, or its first parts, as in PMNT-ICDT.")
]
Words: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        metavar="TEXT",
        help="Words in the line's text or the other party's name, such as an organisation; "
        "may be given several times, and one of them must be there.",
    ),
]
Counterparty: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NUMBER",
        help="The number of the other party's account, of which only a hash is kept; may be given several times.",
    ),
]
OfCurrency: TypeAlias = Annotated[
    str | None, typer.Option("--currency", parser=currency, metavar="CODE", help="Only lines in this currency.")
]
Least: TypeAlias = Annotated[str | None, typer.Option(metavar="AMOUNT", help="The smallest amount, without its sign.")]
Most: TypeAlias = Annotated[str | None, typer.Option(metavar="AMOUNT", help="The largest amount, without its sign.")]
OfTaxCode: TypeAlias = Annotated[
    str | None, typer.Option("--tax-code", metavar="CODE", help="The tax code of what it is, such as SE-EXEMPT.")
]


@COMMANDS.add("request", gives=("RequestLineRule",))
def request(
    call: Call,
    rule: RuleId,
    role: Role,
    from_on: From = None,
    until_on: UntilOn = None,
    order: Order = 1,
    bank_account: OfBankAccount = None,
    direction: DirectionName = None,
    bank_code: BankCode = None,
    words: Words = None,
    counterparty: Counterparty = None,
    of_currency: OfCurrency = None,
    least: Least = None,
    most: Most = None,
    tax_code: OfTaxCode = None,
    on_behalf_of: OnBehalfOf = None,
    key: Key = None,
) -> Answer:
    """Request a rule for lines of banks, or the next version of one.

    Another person must approve it. A line must fulfil all that is given. Give a code, words or an account number, and
    never a person's name: the rule is kept for good. Lines that are booked already stay as they are. A tax code takes
    no tax out of a line; it says of what it is, and `reskontra mapping set --tax-code` gives it a ledger account.
    """
    said = SaidRule(
        role,
        from_on,
        until_on,
        order,
        bank_account,
        direction,
        bank_code,
        words or (),
        counterparty or (),
        of_currency,
        least,
        most,
        tax_code,
    )
    with call.desk() as desk:
        occasion = Occasion(key, on_behalf_of=names.asker(desk, on_behalf_of))
        done = line_rule.request(desk, rule, said, occasion)
    return recorded(done, waits(f"line-rule approve {rule}", on_behalf_of))


@COMMANDS.add("approve", gives=("ApproveLineRule",))
def approve(call: Call, rule: RuleName, key: Key = None) -> Answer:
    """Approve a rule that somebody else requested.

    It explains the lines that are loaded from now on, from its first day on.
    """
    with call.desk() as desk:
        return recorded(line_rule.approve(desk, rule, Occasion(key)))


@COMMANDS.add("reject", gives=("RejectLineRule",))
def reject(call: Call, rule: RuleName, reason: ReasonCode, key: Key = None) -> Answer:
    """Reject a rule that somebody else requested."""
    with call.desk() as desk:
        return recorded(line_rule.reject(desk, rule, reason, Occasion(key)))


@COMMANDS.add("end", gives=("EndLineRule",))
def end(
    call: Call,
    rule: RuleId,
    reason: ReasonCode,
    last_on: Annotated[
        date | None,
        typer.Option("--last", parser=day, metavar="DATE", help="Last booking day of its lines; by default today."),
    ] = None,
    key: Key = None,
) -> Answer:
    """End a rule: it explains no line that the bank books after a day."""
    with call.desk() as desk:
        return recorded(line_rule.end(desk, rule, reason, last_on, Occasion(key)))


@COMMANDS.add("try")
def try_rule(call: Call, rule: RuleName) -> Answer:
    """Try a rule on the lines that are booked already, before or after it is approved.

    Shows how many lines it would explain, and what they are booked as now. Nothing is changed: say of what waits in
    suspense what it was, with `reskontra movement reclassify`. Allocated payments are not looked at.
    """
    with call.desk() as desk:
        rows, looked_at, not_read, position = line_rule.tried(desk, call.settings, rule)
    fitting = sum(row["lines"] for row in rows)
    page: list[str | Table] = [
        f"{rule} would explain {fitting} of {counted(looked_at, 'booked line')}",
        Table(_TRIED, [row | {"amount": money(row["amount_minor"], row["currency"])} for row in rows]),
    ]
    if not_read:
        page.append(f"{counted(not_read, 'line')} not looked at, because their files cannot be read")
    return Answer(rows=rows, position=position, page=page)


@COMMANDS.add("list")
def list_rules(call: Call) -> Answer:
    """List the rules with all their versions.

    "held" says which version of a rule counts now or later, and which was replaced, ended, rejected, or waits.
    """
    with call.desk() as desk:
        rows, position = line_rule.listed(desk)
    shown = [row | {"lines": _lines(row)} for row in rows]
    page: list[str | Table] = [f"{counted(len(rows), 'line rule')} of {call.entity}", Table(_COLUMNS, shown, long=True)]
    return Answer(rows=rows, position=position, page=page)


def _lines(row: Row) -> str:
    """Say in one line which lines a version explains."""
    said = [
        row["bank_account"] and f"account {row['bank_account']}",
        row["direction"],
        row["bank_code"] and f"code {row['bank_code']}",
        " or ".join(row["phrases"]),
        row["counterparty_keys"] and counted(len(row["counterparty_keys"]), "account") + " of others",
        row["least_minor"] is not None and f"from {money(row['least_minor'], row['currency'])}",
        row["most_minor"] is not None and f"to {money(row['most_minor'], row['currency'])}",
        row["currency"],
    ]
    return ", ".join(str(one) for one in said if one)

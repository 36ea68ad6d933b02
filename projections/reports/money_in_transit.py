"""Money in transit: what payment providers hold for us and have sent, transaction by transaction, beside the ledger."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from ledger.domain.chart_of_accounts import CLEARING, PAYOUTS_IN_TRANSIT, PROVIDER_RESERVES
from projections.reports import timing
from projections.reports.bank_chain import chain
from projections.reports.kept_money import held, reserves
from projections.reports.payout_calendar import Terms
from projections.reports.report import Built, Column, Control, Definition, table_of

if TYPE_CHECKING:
    from projections.reports.gap import Gap
    from projections.reports.report_inputs import Inputs, InTransit

COLUMNS: Final = (
    Column(
        "what",
        "what",
        "code",
        "`account`; `captured` for a payment, or what was paid back, before the day on which it is settled; `held` for "
        "what of a day's payments was settled and not paid out; `payout` for one that is on the way, or arrived with "
        "another amount; `reserve` for what is kept of ours; `gap` for settlement files that are missing between two "
        "others",
    ),
    Column("bank_account", "account", "id", "our account at the payment provider"),
    Column("provider", "provider", "code", "the payment provider"),
    Column(
        "sender",
        "sender",
        "text",
        "whom to ask: how our bank's lines name the provider; without a name there, our name of the account",
        listed=False,
    ),
    Column("rail", "rail", "code", "how the payments came"),
    Column("currency", "currency", "code", "ISO 4217"),
    Column("document", "document", "id", "stream of the payment, of the payout or of the movement"),
    Column(
        "provider_ref",
        "provider's id",
        "text",
        "its id of the payment or payout, or the ids of payouts that one line paid together; of a reserve and of what "
        "is held, its id of the settlement",
    ),
    Column(
        "since_on",
        "since",
        "day",
        "day of the payment, or of the payments; day on which the payout was sent or, if not, arrived, or on which it "
        "came back; first day of a reserve; last day before the gap",
    ),
    Column(
        "due_on",
        "expected by",
        "day",
        "last day on which it is in time, by the terms of payout; null without any, of what we withdraw ourselves, and "
        "of what we owe; first day after the gap",
    ),
    Column(
        "status",
        "status",
        "code",
        "`expected`, `late`, `missing`; `unannounced` if it arrived, and the file of it is missing; `returned` if one "
        "side took all of it back, and the other side did not yet; `differs` if another amount arrived than was sent, "
        "or more of a reserve was released than was kept",
    ),
    Column(
        "amount_minor",
        "amount",
        "money",
        "of a payment; of a payout, what was sent and has not arrived; of a reserve or of what is held, what is still "
        "there, if the oldest is released and paid out first, below zero if we owe it; of a gap, what changed the "
        "provider's balance",
    ),
    Column("sent_minor", "sent", "money", "of a payout: what the provider sent, less what came back to it"),
    Column("arrived_minor", "arrived", "money", "of a payout: what our bank booked, less what it took back"),
    Column("captured_minor", "captured", "money", "payments, less what was paid back, that are not settled by then"),
    Column("held_minor", "held", "money", "what was settled and not paid out, less what was charged"),
    Column("reserved_minor", "in reserve", "money", "what the provider keeps as a security"),
    Column("on_the_way_minor", "on the way", "money", "payouts that were sent and have not arrived"),
    Column(
        "ledger_minor",
        "ledger",
        "money",
        "clearing account, reserve and payouts in the general ledger, by accounting date as in the trial balance",
    ),
    *timing.COLUMNS,
    Column(
        "difference_minor",
        "difference",
        "money",
        "the ledger, with what is accounted otherwise, less what is explained",
    ),
)
_NOTHING: Final[dict[str, Any]] = {one.name: None for one in COLUMNS}
_ROLES: Final = (*CLEARING.values(), PROVIDER_RESERVES, PAYOUTS_IN_TRANSIT)
# What needs somebody: the rest is only under way.
BREAKS: Final = ("missing", "unannounced", "differs")
# The days of a payout, and what is said of one that only arrived, or that came back.
_SIDES: Final = ("sent_on", "arrived_on", "returned_on")
_OTHERWISE: Final = {("missing", "arrived"): "unannounced", ("expected", "back"): "returned"}
# What explains the money of an account, by the rows that are its parts.
_EXPLAINING: Final = {
    "captured": "captured_minor",
    "held": "held_minor",
    "reserve": "reserved_minor",
    "payout": "on_the_way_minor",
}
_LEDGER: Final = ("ledger_minor", *timing.FIELDS)


def is_break(row: Mapping[str, Any]) -> bool:
    """Whether a row is something that is missing or contradicts, or an account that the ledger has otherwise."""
    return row["status"] in BREAKS or bool(row["difference_minor"])


def captured(found: Iterable[Mapping[str, Any]], terms: Mapping[str, Terms]) -> list[dict[str, Any]]:
    """A row for each payment, and for what was paid back, before the day on which it is settled."""
    rows = []
    for one in found:
        of_account, since = terms[one["bank_account"]], one["booked_on"]
        due_on = of_account.due_on(since, "settled_within")
        said = {"what": "captured", "document": one["document"], "provider_ref": one["payment_ref"]}
        said |= {"since_on": since, "due_on": due_on, "status": of_account.status(since, due_on)}
        rows.append({name: one[name] for name in ("bank_account", "currency", "amount_minor")} | said)
    return rows


def on_the_way(found: Iterable[Mapping[str, Any]], terms: Mapping[str, Terms]) -> list[dict[str, Any]]:
    """A row for each payout of which another amount arrived than was sent."""
    rows = []
    for one in found:
        of_account, sent, came, back = (terms[one["bank_account"]], *(one[name] for name in _SIDES))
        since = back or sent or came
        # A provider's file may come some days after the money.
        due_on = of_account.due_on(since, "arrives_within")
        status = "differs" if sent and came and not back else of_account.status(since, due_on)
        status = _OTHERWISE.get((status, "back" if back else "sent" if sent else "arrived"), status)
        said = {"what": "payout", "document": f"payout-{one['payout_id']}", "provider_ref": one["payout_ref"]}
        said |= {"since_on": since, "due_on": due_on, "status": status}
        said["amount_minor"] = one["sent_minor"] - one["arrived_minor"]
        kept = ("bank_account", "currency", "sent_minor", "arrived_minor")
        rows.append({name: one[name] for name in kept} | said)
    return rows


def gaps(statements: Iterable[Mapping[str, Any]], accounts: Iterable[str], as_of: date) -> list[dict[str, Any]]:
    """A row for each gap between the balances that a provider's settlements state, up to a day.

    Numbers of settlements say nothing here: a provider may count those of several accounts together.
    """
    of_account: dict[str, list[Mapping[str, Any]]] = {one: [] for one in accounts}
    for one in statements:
        if one["bank_account"] in of_account and one["from_on"] is not None:
            of_account[one["bank_account"]].append(one)
    return [
        {
            "what": "gap",
            "bank_account": account,
            "since_on": gap.after_on,
            "due_on": gap.before_on,
            "status": "missing",
            "amount_minor": gap.amount_minor,
        }
        for account, some in of_account.items()
        for gap in _gaps(some, as_of)
    ]


def _gaps(statements: Iterable[Mapping[str, Any]], as_of: date) -> tuple[Gap, ...]:
    found = chain(statements, None, as_of, numbers_from=date.max)
    return () if found is None else (*found.gaps, *found.beyond)


def of_accounts(
    accounts: Iterable[Mapping[str, Any]],
    parts: Sequence[dict[str, Any]],
    posted: Iterable[Mapping[str, Any]],
) -> list[dict[str, Any]]:
    """A row for each account, with what explains its money and what the general ledger has; then its parts."""
    ledger: dict[str, Counter[str]] = {}
    for one in posted:
        ledger.setdefault(one["bank_account"], Counter()).update({name: one[name] for name in _LEDGER})
    rows = []
    for account in accounts:
        id = account["bank_account"]
        mine = [one for one in parts if one["bank_account"] == id]
        sums = Counter[str]()
        for one in mine:
            sums[one["what"]] += one["amount_minor"]
        explained = sum(sums[what] for what in _EXPLAINING)
        booked = {name: ledger.get(id, Counter())[name] for name in _LEDGER}
        named = {name: account[name] for name in ("bank_account", "provider", "rail", "currency")}
        named["sender"] = _sender(account)
        row = {"what": "account"} | {name: sums[what] for what, name in _EXPLAINING.items()}
        rows.append(_NOTHING | named | row | booked | {"difference_minor": timing.arisen_minor(booked) - explained})
        rows += [_NOTHING | named | one for one in mine]
    return rows


def _sender(account: Mapping[str, Any]) -> str:
    """The name of who pays out, as people know it: of several senders, the first that is no number."""
    named = (one for one in account["senders"] if any(sign.isalpha() for sign in one))
    return str(next(named, account["name"]))


def every_account(declared: Sequence[Mapping[str, Any]], found: InTransit) -> list[Mapping[str, Any]]:
    """The accounts that were declared, and those that only have money: nothing that is booked is left out."""
    known = {one["bank_account"] for one in declared}
    booked = {(one["bank_account"], one["currency"]) for some in found for one in some}
    others = sorted(one for one in booked if one[0] not in known)
    nothing = {"provider": None, "rail": None, "payout_terms": (), "senders": ()}
    return [*declared, *({"bank_account": id, "name": id, "currency": currency, **nothing} for id, currency in others)]


def controls(rows: Iterable[Mapping[str, Any]]) -> tuple[Control, ...]:
    """The general ledger beside what explains it, by account; and that nothing is missing or contradicts."""
    found: list[Control] = []
    for row in rows:
        if row["what"] == "account":
            booked = timing.arisen_minor(row)
            explained = booked - row["difference_minor"]
            found.append(Control(row["bank_account"], row["currency"], booked, explained))
        elif row["status"] in BREAKS:
            about = row["document"] or f"{row['bank_account']} {row['what']} from {row['since_on']}"
            found.append(Control(f"{about} {row['status']}", row["currency"], row["amount_minor"], 0))
    return tuple(found)


# Definition


def _build(inputs: Inputs) -> Built:
    assert inputs.as_of is not None, "money is in transit on a day"
    found = inputs.in_transit(_ROLES)
    accounts = every_account(inputs.provider_accounts(), found)
    country = inputs.terms.jurisdiction
    terms = {one["bank_account"]: Terms(one["payout_terms"], inputs.as_of, country) for one in accounts}
    parts = [*captured(found.captured, terms), *held(found.held, terms), *on_the_way(found.on_the_way, terms)]
    parts += reserves(found.reserves, terms)
    parts += gaps(inputs.proven_statements(), terms, inputs.as_of)
    rows = of_accounts(accounts, parts, found.posted)
    return Built(table_of(rows, COLUMNS), controls(rows))


REPORT: Final = Definition(
    "money-in-transit",
    "Money in transit",
    "What payment providers hold for us and have sent to our bank.\n\nShows for each of our accounts at a provider the "
    "payments that are not settled yet, what was settled and not paid out, by the days of its payments and until when "
    "it is due, what is kept as a security and until when, and the payouts on the way; together they are what the "
    "general ledger has, if what was accounted in a later month is added, as in the tie-out. If a provider's files "
    "state its balance, what is missing between two of them is shown too. What is expected is only under way; what is "
    "missing, or contradicts, is a break.",
    columns=lambda _: COLUMNS,
    build=_build,
    untied="something is missing or contradicts: load a missing settlement file or statement, say with "
    "`reskontra movement reclassify --payment` which payments a sum in suspense is, and ask the provider",
)

"""Money in transit: what payment providers hold for us and have sent, transaction by transaction, beside the ledger."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from ledger.domain.chart_of_accounts import CLEARING, PAYOUTS_IN_TRANSIT, PROVIDER_RESERVES
from projections.bank_days import after, on_or_after
from projections.reports.bank_chain import chain
from projections.reports.report import Built, Column, Control, Definition, table_of

if TYPE_CHECKING:
    from projections.reports.gap import Gap
    from projections.reports.report_inputs import Inputs, InTransit

COLUMNS: Final = (
    Column(
        "what",
        "what",
        "code",
        "`account`; `captured` for a payment that no settlement has shown yet; `payout` for one that is on the way, or "
        "arrived with another amount; `reserve` for what is kept of ours; `gap` for settlement files that are missing "
        "between two others",
    ),
    Column("bank_account", "account", "id", "our account at the payment provider"),
    Column("provider", "provider", "code", "the payment provider"),
    Column("rail", "rail", "code", "how the payments came"),
    Column("currency", "currency", "code", "ISO 4217"),
    Column("document", "document", "id", "stream of the payment, of the payout or of the movement"),
    Column("provider_ref", "provider's id", "text", "its id of the payment, payout or reserve's settlement"),
    Column(
        "since_on",
        "since",
        "day",
        "day of the payment; day on which the payout was sent or, if not, arrived, or on which it came back; first day "
        "of a reserve; last day before the gap",
    ),
    Column(
        "due_on",
        "expected by",
        "day",
        "last day on which it is in time, by the terms of payout; null without any; first day after the gap",
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
        "of a payment; of a payout, what was sent and has not arrived; of a reserve, what is still kept, if the oldest "
        "is released first; of a gap, what changed the provider's balance",
    ),
    Column("sent_minor", "sent", "money", "of a payout: what the provider sent, less what came back to it"),
    Column("arrived_minor", "arrived", "money", "of a payout: what our bank booked, less what it took back"),
    Column("captured_minor", "captured", "money", "payments that no settlement has shown yet"),
    Column("held_minor", "held", "money", "what was settled and not paid out, less what was charged"),
    Column("reserved_minor", "in reserve", "money", "what the provider keeps as a security"),
    Column("on_the_way_minor", "on the way", "money", "payouts that were sent and have not arrived"),
    Column("ledger_minor", "ledger", "money", "clearing account, reserve and payouts in the general ledger, by day"),
    Column("difference_minor", "difference", "money", "the ledger less what is explained"),
)
_NOTHING: Final[dict[str, Any]] = {one.name: None for one in COLUMNS}
_ROLES: Final = (*CLEARING.values(), PROVIDER_RESERVES, PAYOUTS_IN_TRANSIT)
# What needs somebody: the rest is only under way.
BREAKS: Final = ("missing", "unannounced", "differs")
# The days of a payout, and what is said of one that only arrived, or that came back.
_SIDES: Final = ("sent_on", "arrived_on", "returned_on")
_OTHERWISE: Final = {("missing", "arrived"): "unannounced", ("expected", "back"): "returned"}
# A posting on the reserve, and an amount of it.
_Part = tuple[Mapping[str, Any], int]


def is_break(row: Mapping[str, Any]) -> bool:
    """Whether a row is something that is missing or contradicts, or an account that the ledger has otherwise."""
    return row["status"] in BREAKS or bool(row["difference_minor"])


class Terms:
    """The terms of payout of one account: what is in time, late and missing on a day."""

    def __init__(self, terms: Sequence[Mapping[str, Any]], as_of: date, country: str) -> None:
        self._terms, self._as_of, self._country = terms, as_of, country

    def due_on(self, since: date, within: str) -> date | None:
        """The last day in time for what began on a day; null without terms."""
        found = self._on(since)
        return None if found is None else after(since, found[within], self._country)

    def released_on(self, since: date) -> date | None:
        """The last day on which a reserve of a day is released in time; null without terms that say it."""
        days = (self._on(since) or {}).get("released_after")
        return None if days is None else on_or_after(since + timedelta(days), self._country)

    def status(self, since: date, due_on: date | None) -> str:
        """What something that has not come yet is on the day."""
        found = self._on(since)
        if found is None or due_on is None or self._as_of <= due_on:
            return "expected"
        return "late" if self._as_of <= after(due_on, found["late_for"], self._country) else "missing"

    def _on(self, day: date) -> Mapping[str, Any] | None:
        begun = [one for one in self._terms if one["from_on"] <= day]
        return max(begun, key=lambda one: one["from_on"]) if begun else None


def captured(found: Iterable[Mapping[str, Any]], terms: Mapping[str, Terms]) -> list[dict[str, Any]]:
    """A row for each payment that no settlement has shown yet."""
    rows = []
    for one in found:
        of_account, since = terms[one["bank_account"]], one["booked_on"]
        due_on = of_account.due_on(since, "settled_within")
        said = {"what": "captured", "document": f"receipt-{one['receipt_id']}", "provider_ref": one["payment_ref"]}
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


def reserves(found: Iterable[Mapping[str, Any]], terms: Mapping[str, Terms]) -> list[dict[str, Any]]:
    """A row for each reserve that is still kept, oldest first, and for what was released although it was not kept.

    No file says which reserve a release is of; the oldest that was kept by then is released first.
    """
    rows = []
    of_account: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for one in found:
        of_account.setdefault((one["bank_account"], one["currency"]), []).append(one)
    for (account, _), some in of_account.items():
        kept, beyond = _kept(some)
        for one, left in kept:
            due_on = terms[account].released_on(one["since_on"])
            said = {"due_on": due_on, "status": terms[account].status(one["since_on"], due_on)}
            rows.append(_reserve(one, left) | said)
        rows += (_reserve(one, -amount) | {"due_on": None, "status": "differs"} for one, amount in beyond)
    return rows


def _kept(some: Iterable[Mapping[str, Any]]) -> tuple[list[_Part], list[_Part]]:
    """What is still kept of each reserve of an account, and what of each release no reserve explains."""
    kept: deque[_Part] = deque()
    beyond: list[_Part] = []
    # Of a day, what is kept comes first.
    for one in sorted(some, key=lambda one: (one["since_on"], one["amount_minor"] < 0)):
        if one["amount_minor"] > 0:
            kept.append((one, one["amount_minor"]))
            continue
        released = -one["amount_minor"]
        while released and kept:
            oldest, left = kept.popleft()
            gone = min(left, released)
            released -= gone
            if left > gone:
                kept.appendleft((oldest, left - gone))
        if released:
            beyond.append((one, released))
    return list(kept), beyond


def _reserve(one: Mapping[str, Any], amount_minor: int) -> dict[str, Any]:
    named = {name: one[name] for name in ("bank_account", "currency", "document", "since_on")}
    return named | {"what": "reserve", "provider_ref": one["settlement_ref"], "amount_minor": amount_minor}


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
    held: Iterable[Mapping[str, Any]],
    posted: Iterable[Mapping[str, Any]],
) -> list[dict[str, Any]]:
    """A row for each account, with what explains its money and what the general ledger has; then its parts."""
    settled = {one["bank_account"]: one["held_minor"] for one in held}
    ledger: dict[str, dict[str, int]] = {}
    for one in posted:
        ledger.setdefault(one["bank_account"], {})[one["role"]] = one["amount_minor"]
    rows = []
    for account in accounts:
        id = account["bank_account"]
        mine = [one for one in parts if one["bank_account"] == id]
        sums = {"captured": 0, "payout": 0, "reserve": 0, "gap": 0}
        for one in mine:
            sums[one["what"]] += one["amount_minor"]
        explained = sums["captured"] + settled.get(id, 0) + sums["payout"] + sums["reserve"]
        total = sum(ledger.get(id, {}).values())
        named = {name: account[name] for name in ("bank_account", "provider", "rail", "currency")}
        row = {"what": "account", "captured_minor": sums["captured"], "held_minor": settled.get(id, 0)}
        row |= {"reserved_minor": sums["reserve"], "on_the_way_minor": sums["payout"], "ledger_minor": total}
        rows.append(_NOTHING | named | row | {"difference_minor": total - explained})
        rows += [_NOTHING | named | one for one in mine]
    return rows


def every_account(declared: Sequence[Mapping[str, Any]], found: InTransit) -> list[Mapping[str, Any]]:
    """The accounts that were declared, and those that only have money: nothing that is booked is left out."""
    known = {one["bank_account"] for one in declared}
    booked = {(one["bank_account"], one["currency"]) for some in found for one in some}
    others = sorted(one for one in booked if one[0] not in known)
    nothing = {"provider": None, "rail": None, "payout_terms": ()}
    return [*declared, *({"bank_account": id, "currency": currency, **nothing} for id, currency in others)]


def controls(rows: Iterable[Mapping[str, Any]]) -> tuple[Control, ...]:
    """The general ledger beside what explains it, by account; and that nothing is missing or contradicts."""
    found: list[Control] = []
    for row in rows:
        if row["what"] == "account":
            explained = row["ledger_minor"] - row["difference_minor"]
            found.append(Control(row["bank_account"], row["currency"], row["ledger_minor"], explained))
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
    parts = [*captured(found.captured, terms), *on_the_way(found.on_the_way, terms), *reserves(found.reserves, terms)]
    parts += gaps(inputs.proven_statements(), terms, inputs.as_of)
    rows = of_accounts(accounts, parts, found.held, found.posted)
    return Built(table_of(rows, COLUMNS), controls(rows))


REPORT: Final = Definition(
    "money-in-transit",
    "Money in transit",
    "What payment providers hold for us and have sent to our bank.\n\nShows for each of our accounts at a provider the "
    "payments that no settlement has shown yet, what was settled and not paid out, what is kept as a security and "
    "until when, and the payouts on the way; together they are what the general ledger has. If a provider's files "
    "state its balance, what is missing between two of them is shown too. What is expected is only under way; what is "
    "missing, or contradicts, is a break.",
    columns=lambda _: COLUMNS,
    build=_build,
    untied="something is missing or contradicts: load a missing settlement file or statement, say with "
    "`reskontra movement reclassify --payment` which payments a sum in suspense is, and ask the provider",
)

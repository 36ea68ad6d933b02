"""Persons of the month: two payers in the vault, one of them with protected identity, and one who is erased again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, time
from typing import Final

from infra.demo.fictions import id_of, person, randomness
from infra.demo.month import Month
from infra.demo.staff import FINANCE, LEAD
from infra.desk import account, erasure, vault
from infra.desk.desk import Desk, Done, Occasion
from infra.desk.vault import VaultDoor

_AT: Final = time(19, 0, tzinfo=UTC)


def keep_persons(desk: Desk, door: VaultDoor, month: Month) -> int:
    """Put invented names into the vault, mark one payer and erase another; returns how many commands were new.

    The erased payer's account was opened by mistake, so no law keeps anything of it.
    """
    at = datetime.combine(month.days[-1], _AT)
    return sum(done.outcome.status == "done" for done in _commands(replace(desk, now=at), door, month))


def _commands(desk: Desk, door: VaultDoor, month: Month) -> Iterator[Done]:
    anna, bo = (replace(desk, user=one.name) for one in (FINANCE, LEAD))
    known, hidden = [one.account_id for one in month.bills.accounts if one.payer == "patient"][:2]
    mistaken = id_of(month.seed, "account", "opened by mistake")
    for payer in (known, hidden):
        vault.put(anna, door, payer, "name", person(randomness(month.seed, "vault", payer)))
    yield account.mark(anna, hidden, "confidential", "REGISTER", Occasion(f"mark:{hidden}"))
    yield account.open_account(anna, "patient", Occasion(f"open:{mistaken}"), mistaken)
    asked = {row["subject_id"]: row["status"] for row in erasure.listed(desk, door).rows}
    if mistaken not in asked:
        vault.put(anna, door, mistaken, "name", person(randomness(month.seed, "vault", mistaken)))
        yield erasure.request(anna, door, mistaken, "OPENED_BY_MISTAKE", Occasion())
    if asked.get(mistaken) != "erased":
        yield erasure.approve(bo, door, mistaken, Occasion())

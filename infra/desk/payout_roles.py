"""What the desk asks before money of a bank is said to be on the clearing account of a payment provider's rail."""

from __future__ import annotations

from infra.desk.desk import Desk
from infra.desk.first_time import first_facts
from infra.desk.problems import Problem, Stopped


def require_payout_named(desk: Desk, about: str, role: str, amount_minor: int, currency: str) -> None:
    """Refuse a clearing account by its role alone if an account at a provider is declared for that rail and currency.

    The money would be there without that account, and no report would count it. What persons have recorded there
    without an account, as of a provider without files, is paid out so; no more than that.
    """
    from ledger.domain.chart_of_accounts import CLEARING

    rails = [rail for rail, of_rail in CLEARING.items() if of_rail == role]
    # A command that is repeated with its key was looked at when it was first given.
    if not rails or first_facts(desk):
        return
    desk.books.follow()
    store = desk.books.store
    declared = [
        one["bank_account"]
        for one in store.now.provider_accounts()
        if one["rail"] in rails and one["currency"] == currency
    ]
    if not declared or abs(amount_minor) <= store.settlements.without_account(role, currency):
        return
    sentence = (
        f"our accounts at payment providers count what is on {role} in {currency} ({', '.join(declared)}), and by the "
        "role alone it would be on none of them: say with --payout which payout it is; `reskontra money-in-transit` "
        "names those on the way. If its file has not come yet, leave it until then"
    )
    raise Stopped(Problem("payout_unnamed", sentence, about))

"""Why a command was refused: a stable code, and the codes that belong to no single noun."""

from __future__ import annotations

from typing import Final

# Those of a noun are registered with it; `catalogue.CATALOGUE.refusals` has them all.
REFUSALS: Final[dict[str, str]] = {
    "amount_not_positive": "The amount must be above zero.",
    "approver_is_requester": "The person who asked cannot approve; another person must.",
    "concurrent_change": "Others kept changing the same items; nothing was recorded. Run the command again.",
    "currency_differs": "The currency is not that of the item.",
    "fact_already_recorded": "The same id was recorded before with other content.",
    "id_malformed": "An id has 1 to 64 letters, digits, '.', '_' or '-'.",
    "key_reused": "The idempotency key belongs to a command with other content.",
    "reason_missing": "The command needs a reason code that says why.",
}


class Refused(Exception):
    """A command the book does not accept: `code` from the one list, `about` the ids it concerns."""

    def __init__(self, code: str, about: str = "") -> None:
        super().__init__(f"{code} ({about})" if about else code)
        self.code = code
        self.about = about

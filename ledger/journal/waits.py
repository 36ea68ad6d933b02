"""How long a connection waits at most: nothing of the journal's hangs for ever."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from psycopg.conninfo import conninfo_to_dict


class Waits(NamedTuple):
    """Most seconds to come up, for a lock, for an answer, and for its own client; 0 for a lock or an answer: no end."""

    connect: float = 10
    lock: float = 10
    statement: float = 300
    idle_in_transaction: float = 60


WAITS: Final = Waits()
# A server that is gone without a word is noticed within a minute, also while it is waited for.
_LOST_NETWORK: Final = {
    "keepalives_idle": 20,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}


def bounded(url: str, waits: Waits = WAITS, *settings: str) -> dict[str, Any]:
    """A libpq URL's own settings, and with them those that bound its waits, and of the server `name=value` others.

    What the URL says of a connection stands; of what it says of the server, the last one counts, and that is ours.
    """
    given: dict[str, Any] = dict(conninfo_to_dict(url))
    # What is read up to the stable position must be read with a snapshot taken after it was asked for, whatever
    # isolation the server has as its default.
    ours = (
        f"lock_timeout={round(waits.lock * 1000)}",
        f"statement_timeout={round(waits.statement * 1000)}",
        r"default_transaction_isolation=read\ committed",
        "application_name=reskontra",
        *settings,
    )
    given["options"] = " ".join((given.get("options") or "", *(f"-c {setting}" for setting in ours))).strip()
    return {"connect_timeout": max(1, round(waits.connect))} | _LOST_NETWORK | given

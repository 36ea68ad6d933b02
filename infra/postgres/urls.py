"""The four URLs of one entity: one each for the owner, the writer and the reader of its books, and for its vault."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from urllib.parse import quote

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict


@dataclass(frozen=True, slots=True, repr=False)
class Urls:
    """Four libpq URLs to the same database; their passwords are hidden when they are printed."""

    owner: str
    writer: str
    reader: str
    vault: str

    def __repr__(self) -> str:
        return f"Urls({', '.join(f'{one.name}={masked(getattr(self, one.name))!r}' for one in fields(self))})"


def url_of(params: Mapping[str, str]) -> str:
    """A libpq URL from libpq's parameters, all of them escaped."""
    rest = dict(params)
    user, password, database = (quote(rest.pop(name, ""), safe="") for name in ("user", "password", "dbname"))
    login = f"{user}:{password}@" if password else f"{user}@" if user else ""
    query = "&".join(f"{name}={quote(value, safe='')}" for name, value in rest.items())
    return f"postgresql://{login}/{database}" + (f"?{query}" if query else "")


def changed(url: str, **params: str) -> str:
    """A URL for the same connection, with these parameters set; `url` may also be in libpq's `key=value` form."""
    return url_of({**_params(url), **params})


def acting_as(url: str, role: str) -> str:
    """The same login, but every session acts as this database role from its first statement on."""
    options = _params(url).get("options", "")
    return changed(url, options=f"{options} -c role={role}".strip())


def masked(url: str) -> str:
    """The URL without its password, safe to show."""
    try:
        params = _params(url)
    except ProgrammingError:
        return "(not a PostgreSQL URL)"
    shown = {**params, "password": "***"} if "password" in params else params
    return url_of(shown).replace("%2A%2A%2A", "***").replace("%2F", "/")


def _params(url: str) -> dict[str, str]:
    return {name: str(value) for name, value in conninfo_to_dict(url).items()}

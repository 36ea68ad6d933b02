"""The places where files of banks and payment providers come: drop folders and SFTP servers, and taking files there."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reconciliation.places.form import Place, Places, places_file, read_places
    from reconciliation.places.intake import Taken, take
    from reconciliation.places.refusals import PlacesInvalid, PlaceTrouble

__all__ = ["Place", "PlaceTrouble", "Places", "PlacesInvalid", "Taken", "places_file", "read_places", "take"]

# The module of each exported name; a module is imported only when one of its names is used.
_HOMES = {
    **dict.fromkeys(("Place", "Places", "places_file", "read_places"), "form"),
    **dict.fromkeys(("Taken", "take"), "intake"),
    **dict.fromkeys(("PlacesInvalid", "PlaceTrouble"), "refusals"),
}


if not TYPE_CHECKING:
    # Hidden from the type checker, which would otherwise accept any attribute of this module.
    def __getattr__(name: str) -> Any:
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)

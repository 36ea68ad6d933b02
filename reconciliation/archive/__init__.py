"""Files as they came, kept under the hash of their content, and what was read of them beside."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reconciliation.archive.apart import ArchiveApart
    from reconciliation.archive.archive import Archive
    from reconciliation.archive.gathering import FilesRefused
    from reconciliation.archive.refusals import ArchiveRefused, ArchiveUnwritable

__all__ = ["Archive", "ArchiveApart", "ArchiveRefused", "ArchiveUnwritable", "FilesRefused"]

# Where each exported name lives; pyarrow starts only when something read is kept or opened.
_HOMES = {
    "Archive": "archive",
    "ArchiveApart": "apart",
    **dict.fromkeys(("ArchiveRefused", "ArchiveUnwritable"), "refusals"),
    "FilesRefused": "gathering",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)

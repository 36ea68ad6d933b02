"""The archive stores files as received, each under the hash of its content, with the parsed data beside it."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reconciliation.archive.archive import Archive
    from reconciliation.archive.intake import FilesRefused
    from reconciliation.archive.refusals import ArchiveRefused, ArchiveUnwritable, PathMissing
    from reconciliation.archive.rehearsal_archive import RehearsalArchive

__all__ = ["Archive", "ArchiveRefused", "ArchiveUnwritable", "FilesRefused", "PathMissing", "RehearsalArchive"]

# The module of each exported name; pyarrow is imported only when parsed data is stored or opened.
_HOMES = {
    "Archive": "archive",
    "RehearsalArchive": "rehearsal_archive",
    **dict.fromkeys(("ArchiveRefused", "ArchiveUnwritable", "PathMissing"), "refusals"),
    "FilesRefused": "intake",
}


if not TYPE_CHECKING:
    # `__getattr__` is hidden from the type checker, which would otherwise accept any attribute of this module.
    def __getattr__(name: str) -> Any:
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)

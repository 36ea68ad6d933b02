"""The list of the bank's files with what became of each; the desk makes its rows, which are not in one table."""

from __future__ import annotations

from typing import Final

from projections.reports.report import Column
from projections.store.lists.listing import Filter, Listing

# What becomes of a file, in the order of the list.
STATUSES: Final = ("refused", "waiting", "loading", "loaded", "set aside")

LIST: Final = Listing(
    "files",
    "file",
    "files",
    "List the bank's files with what became of each: refused, waiting, loading, loaded or set aside."
    "\n\nRefused files come first, with what is wrong and what to do; nothing of a refused file is in the book. If "
    "what it should have brought came later and was loaded, that file is shown as the replacement: one of the same "
    "account and days or number, or of the same name if the refused file does not say these. `doubt close file-HASH` "
    "sets aside a file that needs nobody any more, such as one that is not the bank's.",
    (
        Column("status", "status", "code", "refused, waiting, loading, loaded or set aside"),
        Column("names", "names", "text", "names under which it came; shown to persons who may see who paid"),
        Column("file", "file", "id", "beginning of the hash of its content"),
        Column("format", "format", "code", "its format"),
        Column("last_at", "came", "instant", "when it came last"),
        Column("why", "why, and what to do", "text", "why it is refused"),
        Column("replaced", "replaced by", "id", "beginning of the hash of the file that replaced it"),
        Column("closed_because", "set aside because", "code", "why somebody set it aside"),
    ),
    # The desk makes and searches the rows.
    "",
    "sha256",
    "",
    (
        Filter("name", "word", "", "Only files that came under a name with this in it, if names are shown to you."),
        Filter("id", "part", "", "Only the file whose hash begins or ends with this."),
        Filter("status", "word", "", "Only files with this status, such as refused.", STATUSES),
        Filter("from", "from", "", "Only files that came on this day or later."),
        Filter("to", "to", "", "Only files that came on this day or earlier."),
    ),
)

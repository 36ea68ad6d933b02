"""Every link in the documents leads to a file, or to a heading, that is there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from tests.house.source import DOCUMENTS, ROOT

LINK = re.compile(r"\]\((?!https?://)([^)#\s]*)(?:#([^)\s]+))?\)")
# Files that a document names in passing: `docs/keys.md`, `infra/desk`.
NAMED = re.compile(
    r"`((?:ledger|projections|reconciliation|infra|tests|docs)/[\w/.-]+|[A-Z]{3,}[A-Z_]*\.md)(?:::[^`]*)?`"
)
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def anchors(text: str) -> set[str]:
    """What a heading is linked by."""
    return {re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-") for heading in HEADING.findall(text)}


def broken(document: Path, text: str) -> Iterator[str]:
    for path, anchor in LINK.findall(text):
        target = document.parent / path
        if not target.exists():
            yield f"{document.name}: {path}"
        elif anchor and anchor not in anchors(target.read_text(encoding="utf-8") if path else text):
            yield f"{document.name}: {path}#{anchor}"


def test_links_lead_somewhere():
    assert not [found for one in DOCUMENTS for found in broken(one, one.read_text(encoding="utf-8"))]


def test_files_that_are_named_are_there():
    # What was decided or changed once may name what has gone since.
    living = [one for one in DOCUMENTS if one.name not in ("DECISIONS.md", "CHANGELOG.md")]
    named = [(one.name, name) for one in living for name in NAMED.findall(one.read_text(encoding="utf-8"))]
    assert named
    assert not [(document, name) for document, name in named if not (ROOT / name).exists()]


def test_a_broken_link_would_be_found():
    text = "# A heading\n[a](GUARANTEES.md) [b](nowhere.md) [c](#a-heading) [d](#none) [e](https://example.org/x)"
    assert list(broken(ROOT / "README.md", text)) == ["README.md: nowhere.md", "README.md: #none"]

"""The result of one check of the books."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from ledger.sealing import Finding


class Check(NamedTuple):
    """The result of one check: whether the books are sound, what was found, the problem's code, and each finding."""

    name: str
    ok: bool
    found: str
    code: str
    findings: tuple[Finding, ...] = ()

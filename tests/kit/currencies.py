"""The currencies that the entity of a test keeps."""

from __future__ import annotations

from typing import Any

from ledger.domain.terms.entity import DeclareTerms, Terms


def keeping(*currencies: str, **terms: Any) -> DeclareTerms:
    """Declare that the entity keeps kronor and these currencies, beside other terms."""
    return DeclareTerms(terms=Terms(currencies=("SEK", *currencies), **terms))

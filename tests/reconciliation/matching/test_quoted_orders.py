"""Which order of ours a line quotes: by the bank's own field, or by a whole word of its texts."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import polars as pl
import pytest

from reconciliation.matching.quoted_orders import named

OURS, OTHER = "3551a9c7006a5e1f928916368029fdc3", "01a224085db97442afa0b2012cb9aca1"


class Orders:
    """Orders of ours, as the read tables have them."""

    def debits_of_orders(self, order_ids: Collection[str]) -> dict[str, list[str]]:
        """The orders that are ours, with their direct debits."""
        return {one: [f"{one[:28]}-0001"] for one in order_ids if one in (OURS, OTHER)}


def quoted(**said: Any) -> str | None:
    names = ("order_id", "end_to_end_id", "text", "further_text")
    entry = {**dict.fromkeys(names), "part": "line", "members": 0, "reference_valid": None, **said}
    types = {**dict.fromkeys(names, pl.String), "reference_valid": pl.Boolean}
    found = named(pl.DataFrame([entry], schema_overrides=types), Orders())  # type: ignore[arg-type]
    return found["our_order"].item()


@pytest.mark.parametrize(
    "said",
    [
        {"order_id": OURS},
        {"order_id": OURS, "text": f"of {OTHER}"},
        {"order_id": OURS, "part": "detail", "members": 1},
        {"text": f"SEPA DD SAMMELGUTSCHRIFT {OURS}"},
        {"text": f"/PMTINF/{OURS}/", "part": "detail", "members": 1},
        {"further_text": f"PMTINF {OURS}.", "text": "SEPA"},
        {"text": OURS, "further_text": OURS},
        {"order_id": "THEIR-ORDER-OF-TODAY-0001", "text": OURS},
    ],
)
def test_an_order_is_known_by_its_field_or_by_a_whole_word(said: dict[str, Any]):
    assert quoted(**said) == OURS


@pytest.mark.parametrize(
    "said",
    [
        {"text": OURS[:-1]},
        {"text": f"{OURS}0"},
        {"text": f"PMTINF{OURS}"},
        {"text": f"{OURS[:16]} {OURS[16:]}"},
        {"text": f"{OURS} {OTHER}"},
        {"text": f"{OURS}-0001"},
        {"order_id": "THEIR-ORDER-OF-TODAY-0001"},
        {"text": OURS, "end_to_end_id": "e1"},
        {"order_id": OURS, "part": "detail", "members": 2},
        {"order_id": OURS, "part": "rest"},
        {"order_id": OURS, "part": "detail", "members": 1, "reference_valid": True},
    ],
)
def test_a_part_of_a_word_several_orders_and_a_payment_with_an_id_quote_none(said: dict[str, Any]):
    assert quoted(**said) is None

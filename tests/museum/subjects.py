"""Whom and what the examples are about, and when."""

from __future__ import annotations

from datetime import date
from typing import Final

PATIENT: Final = "5b7c1f0e-0a6e-4a57-9d0e-6f2f3a1c9b10"
REGION: Final = "9f0d2c44-7c1e-4f0b-8f59-1d2e3c4b5a60"
INVOICE: Final = "0e6a4b52-33b1-4e0f-a9a7-2f1d0c9b8a70"
ITEM: Final = f"{INVOICE}.1"
RECEIPT: Final = "c1d2e3f4-5a6b-4c7d-8e9f-0a1b2c3d4e5f"
SHA: Final = "9c56cc51b374c3ba189210d5b6d4bf57790d351c96c47c02190ecf1e430635ab"
DAY: Final = date(2024, 7, 10)
ISSUED: Final = date(2024, 6, 3)
DUE: Final = date(2024, 7, 3)

"""Why somebody reads what is known of a person; each reading names one. Source: GDPR, article 5(1)(b)."""

from __future__ import annotations

from typing import Literal

Purpose = Literal[
    "payment_enquiry",
    "payer_contact",
    "reminder",
    "refund",
    "direct_debit",
    "dispute",
    "correction",
    "subject_access",
    "erasure",
    "audit",
]

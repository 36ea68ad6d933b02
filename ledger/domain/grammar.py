"""What the fields of commands may contain: for each field, by its name, what form a text has and how large a number is.

A name means the same in every command and in every part of one, so what it may contain is said once, here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from ledger.domain.identifier import is_code, is_id
from ledger.domain.money import decimals_of

# The largest amount, in minor units, up or down.
MOST_MINOR: Final = 10**15
# The ends of counts, and of what numbers something within a document.
MOST_COUNTED: Final = 2**31 - 1
# The most characters of words that somebody says, and of a short line that names or numbers something.
LONGEST_WORDS: Final = 200
LONGEST_LINE: Final = 64
# The most characters of a code that becomes a part of another one.
_LONGEST_SHORT: Final = 40
# The most parts that a list has, such as the statements of a file, if its name is not in LISTS.
MOST_PARTS: Final = 10_000

# Letters that are drawn as nothing: the fillers of Hangul, and the pattern of braille without dots.
_BLANK: Final = frozenset("\u115f\u1160\u3164\uffa0\u2800")
_STREAM: Final = re.compile(r"[a-z_]+(?:-[A-Za-z0-9._-]{1,64})?")


class Form(NamedTuple):
    """A form of texts: `wrong` gives the code of the refusal, or null if the text has this form."""

    wrong: Callable[[str], str | None]
    expected: str


def _id(text: str) -> str | None:
    return None if is_id(text) else "id_malformed"


def _code(text: str) -> str | None:
    return None if is_code(text) else "code_malformed"


def _short_code(text: str) -> str | None:
    return _code(text) if len(text) <= _LONGEST_SHORT else "code_malformed"


def _reason(text: str) -> str | None:
    return _code(text) if text.strip() else "reason_missing"


def _stream(text: str) -> str | None:
    return None if _STREAM.fullmatch(text) else "id_malformed"


def _currency(text: str) -> str | None:
    return None if decimals_of(text) is not None else "currency_unknown"


def text_of(most: int) -> Form:
    """The form of words in one line: up to so many characters, all of them visible or a space."""

    def wrong(text: str) -> str | None:
        # Not printable are control characters, line ends, marks that change the direction of writing, lone surrogates.
        return None if len(text) <= most and text.isprintable() else "text_malformed"

    return Form(wrong, f"up to {most} characters in one line")


def visible_text_of(most: int) -> Form:
    """The form of words that somebody must see, such as a source: as other words, and not blank."""
    words, _ = text_of(most)

    def wrong(text: str) -> str | None:
        return words(text) or (None if any(map(is_visible, text)) else "text_malformed")

    return Form(wrong, f"1 to {most} characters in one line, and not blank")


def is_visible(character: str) -> bool:
    """Whether a character shows something by itself: no space, no mark on another one, no letter that fills a place."""
    return unicodedata.category(character)[0] not in "ZCM" and character not in _BLANK


# Most texts are said again and again: a currency, a reason, who acts.
ID: Final = Form(lru_cache(maxsize=16_384)(_id), "an id")
CODE: Final = Form(_code, "a code")
REASON: Final = Form(_reason, "a code")
STREAM: Final = Form(lru_cache(maxsize=4096)(_stream), "noun-id")
SHORT_CODE: Final = Form(_short_code, "a code of up to 40 characters")
CURRENCY: Final = Form(_currency, "a code of ISO 4217")
WORDS: Final = text_of(LONGEST_WORDS)
SEEN: Final = visible_text_of(LONGEST_WORDS)
LINE: Final = text_of(LONGEST_LINE)
# Keys are made of several ids.
KEY: Final = text_of(400)

FORMS: Final[Mapping[str, Form]] = {
    name: form
    for form, names in {
        ID: """account_id allocation_id asked_key bank_account bank_id_key charged_for claim_key collection_id
            counterparty_keys credit_account credit_note_id doubt_id end_to_end_key file guardian_id hold_id id_key
            invoice_id counter_account
            item_id item_ids line_key mandate_id money_id movement_id order_file order_id part_id part_of payout_id
            person_id provider_account receipt_id receipt_ids refund_id remittance_id request_id series set_by
            settlement_id sha256 sign_in subject_id transfer_id value write_off_id""",
        CODE: """care_case care_unit channel entity fee_tax_code format kind method payee_ref payer_ref price_ref
            provider reference_kind role rule service_code tax_code text_ref unit vat_code""",
        SHORT_CODE: "mapping_id rule_id",
        REASON: "again code reason_code",
        STREAM: "corrects document streams_of",
        CURRENCY: "base_currency currency paid_currency quote_currency",
        WORDS: """bank_ref claim_ref control_ref evidence header payment_ref payout_ref reasons reference remittance_ref
            return_reason senders settlement_ref statement_id""",
        SEEN: "column label legal_name marks name phrases sheet source word",
        LINE: """account actor bank_code claim_status currencies day_format duty end_to_end_id id jurisdiction language
            ledger_account number on_behalf_of raw_position read_by reason reason_group reference_prefix sequence system
            vat_number zone""",
        KEY: "cause correlation key",
    }.items()
    for name in names.split()
}

# What has, or is called by, a number of a bank account or a reference of a payment. Those of other countries may have
# the form and the check digits of personal numbers there, so where one of these is all of it, only a Swedish personal
# number is one.
NUMBERED: Final = frozenset(("bank_account", "name", "number", "reference", "value"))

# The ends of whole numbers that are neither amounts nor counts.
NUMBERS: Final[Mapping[str, tuple[int, int]]] = {
    "ledger_position": (0, 2**53),
    "first": (0, 10**18 - 1),
    # A rate in millionths, up to all of an amount; below zero if it is given back.
    "rate_ppm": (-1_000_000, 1_000_000),
    "tax_ppm": (0, 1_000_000),
    # A rate of exchange has up to fifteen digits, which are above zero.
    "rate_digits": (1, 10**15 - 1),
    "rate_decimals": (0, 12),
}

# How many parts these lists have at most.
LISTS: Final[Mapping[str, int]] = {"lines": 1_000, "streams_of": 1_000_000}


def ends_of(name: str) -> tuple[int, int]:
    """The smallest and the largest number that a field has."""
    if name.endswith("_minor"):
        return -MOST_MINOR, MOST_MINOR
    return NUMBERS.get(name, (0, MOST_COUNTED))

"""What a person does about money that a file with details shows and that the bank never booked."""

from __future__ import annotations

from typing import Final

# Of a payment that both a statement and a file with details brought.
COUNTED_TWICE: Final = (
    "reverse what the receipt of the file with details was allocated to, with `reskontra allocate RECEIPT --reverse "
    "ALLOCATION`, and withdraw it with `reskontra receipt reclassify RECEIPT --role bank_details`. What the other one "
    "left as customer credit pays the item with `reskontra customer-credit apply`"
)
# Of a return or a charge.
NEVER_TAKEN: Final = (
    "`reskontra movement list` shows the debits that only a file with details has. If such a return took a receipt "
    "back, `reskontra receipt recall RECEIPT --movement MOVEMENT --back` takes that back, and `reskontra allocate` "
    "applies the receipt again. Then withdraw the debit with `reskontra movement reclassify MOVEMENT --role "
    "bank_details`"
)

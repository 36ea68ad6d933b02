"""What the rows of a provider's settlement are, in one vocabulary for all providers.

A reader translates each provider's own words; what it does not know is `other`, which a person must explain.
"""

from __future__ import annotations

from typing import Literal

Kind = Literal[
    "settlement",  # transactions that the provider settled together, as one amount; they are its details
    "payment",  # a payer's payment, gross; the fee that was taken from it is its charge
    "refund",  # money that we sent back to a payer
    "refund_returned",  # a refund that did not reach the payer
    "chargeback",  # a payment that the payer's bank took back
    "chargeback_returned",  # a payment that was taken back, and came back because we won the dispute
    "fee",  # what the provider charges, apart from a single payment
    "fee_returned",  # a fee that the provider gave back
    "fee_tax",  # the tax on fees, if it is a row of its own; given back if it raises the balance
    "reserve_held",  # money of ours that the provider keeps for a while as a security
    "reserve_released",  # money that the provider had kept as a security
    "carried_over",  # money that an earlier settlement left, or that is left for a later one
    "exchange",  # money that the provider changed into another currency, or out of one
    "rounded",  # what rounding to the currency's minor unit adds or takes, once in a settlement
    "payout",  # money that the provider sent to our bank account, or took from it if it raises the balance
    "payout_returned",  # a payout that did not reach our bank account
    "other",  # what the reader does not know
]
